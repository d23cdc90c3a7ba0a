//! Findings: something wrong, with evidence.

use serde::{Deserialize, Serialize};

use crate::{Granularity, Location, ObjectId, Op, TaskId};

/// One access as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccessSite {
    /// Who.
    pub task: TaskId,
    /// What.
    pub op: Op,
    /// Where.
    pub location: Option<Location>,
    /// Index into the trace's events.
    pub event: u32,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FindingKind {
    /// Tasks wait for each other, or for something that never comes.
    Deadlock {
        /// The tasks on the cycle; empty without one.
        cycle: Vec<TaskId>,
    },
    /// Two unordered accesses to one variable, at least one of them a write.
    Race {
        /// The variable.
        object: ObjectId,
        /// The earlier access in this trace.
        first: AccessSite,
        /// The later one.
        second: AccessSite,
    },
    /// A task wrote a value it had computed from an older one: another task's write is gone.
    LostUpdate {
        /// The variable.
        object: ObjectId,
        /// The read of the old value.
        read: AccessSite,
        /// The write that was lost.
        lost: AccessSite,
        /// The write that overwrote it.
        overwrite: AccessSite,
    },
    /// Two locks taken in both orders: a deadlock that did not bite this time.
    LockOrder {
        /// The locks of the cycle.
        locks: Vec<ObjectId>,
        /// Where each next one was taken while the one before was held.
        sites: Vec<AccessSite>,
    },
    /// An uncaught exception.
    Exception {
        /// The task.
        task: TaskId,
        /// Its type.
        exception: String,
    },
    /// Tasks that only repeat themselves.
    Livelock {
        /// These.
        tasks: Vec<TaskId>,
    },
    /// A task still held a lock when it ended.
    HeldAtExit {
        /// The task.
        task: TaskId,
        /// The lock.
        object: ObjectId,
    },
}

impl FindingKind {
    /// A short stable name: `deadlock`, `race`, `lost_update` …
    pub const fn name(&self) -> &'static str {
        match self {
            FindingKind::Deadlock { .. } => "deadlock",
            FindingKind::Race { .. } => "race",
            FindingKind::LostUpdate { .. } => "lost_update",
            FindingKind::LockOrder { .. } => "lock_order",
            FindingKind::Exception { .. } => "exception",
            FindingKind::Livelock { .. } => "livelock",
            FindingKind::HeldAtExit { .. } => "held_at_exit",
        }
    }
}

/// Something wrong, with evidence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// What.
    #[serde(flatten)]
    pub what: FindingKind,
    /// One sentence for the learner, with names and lines.
    pub message: String,
    /// The weakest granularity in which it was seen: `None` for findings of a free run.
    pub granularity: Option<Granularity>,
}
