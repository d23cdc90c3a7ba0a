//! How an execution ended.

use serde::{Deserialize, Serialize};

use crate::{Limit, Location, ObjectId, TaskId};

/// One edge of the wait-for graph.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Waiting {
    /// Who waits.
    pub task: TaskId,
    /// For which object, if it is one.
    pub object: Option<ObjectId>,
    /// The tasks that could end the wait: the holder of a lock, the awaited task. Empty when
    /// nobody that is left can.
    pub for_tasks: Vec<TaskId>,
    /// Where it waits.
    pub location: Option<Location>,
}

/// An error of the program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ErrorReport {
    /// Type of the exception, as `SyntaxError`.
    pub exception: String,
    /// Its message.
    pub message: String,
    /// Where, if known.
    pub location: Option<Location>,
    /// Column from 1, for errors found before the program ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// Python's traceback, lines of the program only; empty for errors found before it ran.
    #[serde(default)]
    pub traceback: String,
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Outcome {
    /// Every task ended and nothing went wrong. (Daemons may have been left behind.)
    Finished,
    /// An uncaught exception in any task.
    Failed {
        /// The task.
        task: TaskId,
        /// The exception.
        error: ErrorReport,
    },
    /// The program ended itself with an exit code that is not 0.
    Exited {
        /// The code.
        code: i32,
    },
    /// A process of the program was ended by a signal.
    Killed {
        /// The signal's number.
        signal: i32,
    },
    /// Nobody can go on, and at least one task has not ended.
    Deadlock {
        /// Who waits for what.
        waiting: Vec<Waiting>,
        /// The tasks on the cycle, each waiting for the next and the last for the first; empty
        /// when they wait for something that nobody left can give.
        cycle: Vec<TaskId>,
    },
    /// Every task that could go on only repeats itself.
    Livelock {
        /// These tasks.
        tasks: Vec<TaskId>,
    },
    /// A limit struck.
    Limit {
        /// Which.
        limit: Limit,
    },
    /// The schedule's prefix ended and the policy was to stop there.
    Stopped,
    /// The user cancelled it.
    Cancelled,
    /// The prefix asked for a task that could not go at this step: the program is not
    /// deterministic, or the schedule is another program's.
    Diverged {
        /// Number of steps taken before.
        step: u32,
    },
    /// The runner lost the execution; not the program's fault.
    Lost {
        /// What happened.
        reason: String,
    },
}

/// The name of an outcome, without its data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum OutcomeKind {
    Finished,
    Failed,
    Exited,
    Killed,
    Deadlock,
    Livelock,
    Limit,
    Stopped,
    Cancelled,
    Diverged,
    Lost,
}

impl Outcome {
    /// Its name.
    pub const fn kind(&self) -> OutcomeKind {
        match self {
            Outcome::Finished => OutcomeKind::Finished,
            Outcome::Failed { .. } => OutcomeKind::Failed,
            Outcome::Exited { .. } => OutcomeKind::Exited,
            Outcome::Killed { .. } => OutcomeKind::Killed,
            Outcome::Deadlock { .. } => OutcomeKind::Deadlock,
            Outcome::Livelock { .. } => OutcomeKind::Livelock,
            Outcome::Limit { .. } => OutcomeKind::Limit,
            Outcome::Stopped => OutcomeKind::Stopped,
            Outcome::Cancelled => OutcomeKind::Cancelled,
            Outcome::Diverged { .. } => OutcomeKind::Diverged,
            Outcome::Lost { .. } => OutcomeKind::Lost,
        }
    }

    /// Whether the program itself did something wrong.
    pub const fn is_failure(&self) -> bool {
        matches!(
            self,
            Outcome::Failed { .. }
                | Outcome::Exited { .. }
                | Outcome::Killed { .. }
                | Outcome::Deadlock { .. }
                | Outcome::Livelock { .. }
        )
    }
}
