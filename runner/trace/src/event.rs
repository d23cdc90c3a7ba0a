//! Traces: everything one execution did, in order.

use serde::{Deserialize, Serialize};

use crate::{
    Granularity, Location, Nanos, ObjectId, ObjectKind, Op, OpResult, Outcome, ProcessId, Stream,
    TaskId, TaskSet, Timeouts,
};

/// How a process came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartMethod {
    /// The program's first process.
    Main,
    /// A copy of its parent.
    Fork,
    /// A fresh interpreter.
    Spawn,
}

/// One process of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProcessInfo {
    /// Its row.
    pub id: ProcessId,
    /// The pid that the program sees.
    pub pid: u32,
    /// The process that started it; `None` for the first.
    pub parent: Option<ProcessId>,
    /// How it was started.
    pub start: StartMethod,
}

/// One task of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TaskInfo {
    /// Its row.
    pub id: TaskId,
    /// Its creation path, which identifies it across executions: `0` is the main thread, `0.2` the
    /// second task that the main thread created.
    pub path: String,
    /// The name the program gave it, or Python's (`Thread-1 (work)`, `MainThread`).
    pub name: String,
    /// The process it lives in.
    pub process: ProcessId,
    /// Belongs to the standard library, not to the program: folded away until asked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub system: bool,
}

/// One object of an execution.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ObjectInfo {
    /// Its row.
    pub id: ObjectId,
    /// What it is.
    pub kind: ObjectKind,
    /// Its name in the source, as far as it is known (`a.lock`, `counter`), else its kind and
    /// number (`lock 2`).
    pub name: String,
    /// Identity across executions: creation path of the task that touched it first, and the number
    /// of objects which that task had touched before (`0.1#3`).
    pub key: String,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A task performed an operation. In a controlled execution this is one step.
    Op {
        /// The operation.
        #[serde(flatten)]
        op: Op,
        /// How it ended.
        #[serde(default)]
        result: OpResult,
        /// The tasks that were enabled when this step was chosen, the chosen one among them.
        /// Empty in a free run. A step that fired a timeout has its task alone.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        enabled: Vec<TaskId>,
        /// Granularity `gil`: the interpreter could not switch since the task's last step, so
        /// this one was no choice.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        held: bool,
        /// It had a timeout, whether that fired or not.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        timed: bool,
        /// The task of the step before was waiting and could have gone on only by its timeout: to
        /// let another one go was no forced switch.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        left_waiting: bool,
        /// What an [`crate::OpKind::Output`] wrote.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<(Stream, String)>,
    },
    /// Free runs only: a task starts to wait for this operation to become possible. The
    /// operation itself follows as `Op` when it has been done.
    Wait {
        /// The operation it waits for.
        #[serde(flatten)]
        op: Op,
    },
    /// An exception left the task's outermost function.
    Uncaught {
        /// The exception's type, as `ValueError`.
        exception: String,
        /// Its message.
        message: String,
        /// The traceback as Python prints it, lines of the program only.
        traceback: String,
    },
    /// The program used something that Heddle does not control; weakens every claim.
    Uncontrolled {
        /// What, in words for the learner: `input()`.
        call: String,
    },
}

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The task that did it.
    pub task: TaskId,
    /// When.
    pub at: Nanos,
    /// The line of the program on which the task was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// What it did.
    pub what: What,
}

impl Event {
    /// The operation, when this event is a performed operation.
    pub fn op(&self) -> Option<&Op> {
        match &self.what {
            What::Op { op, .. } => Some(op),
            What::Wait { .. } | What::Uncaught { .. } | What::Uncontrolled { .. } => None,
        }
    }
}

/// What a task was about to do when a controlled execution ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pending {
    /// The task.
    pub task: TaskId,
    /// Its next operation.
    pub op: Op,
    /// Where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// Whether the operation could complete now.
    pub enabled: bool,
    /// Whether it has a timeout that can still fire.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub timed: bool,
}

/// Everything one execution did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Controlled executions have a granularity; free runs have none.
    pub granularity: Option<Granularity>,
    /// When timeouts fired.
    #[serde(default, skip_serializing_if = "Timeouts::are_respected")]
    pub timeouts: Timeouts,
    /// Processes by id.
    pub processes: Vec<ProcessInfo>,
    /// Tasks by id.
    pub tasks: Vec<TaskInfo>,
    /// Objects by id.
    pub objects: Vec<ObjectInfo>,
    /// Events in order.
    pub events: Vec<Event>,
    /// Controlled executions: the next operation of every task that has not ended.
    pub pending: Vec<Pending>,
    /// How it ended.
    pub outcome: Outcome,
}

impl Trace {
    /// The performed operations in order, each with its number of steps *before* it.
    pub fn steps(&self) -> impl Iterator<Item = (usize, &Event, &Op)> {
        self.events
            .iter()
            .filter_map(|e| e.op().map(|op| (e, op)))
            .enumerate()
            .map(|(n, (event, op))| (n, event, op))
    }

    /// The task that took each step.
    pub fn choices(&self) -> Vec<TaskId> {
        self.steps().map(|(_, event, _)| event.task).collect()
    }

    /// The tasks that were enabled at each step.
    pub fn enabled_sets(&self) -> Vec<TaskSet> {
        self.events
            .iter()
            .filter_map(|e| match &e.what {
                What::Op { enabled, .. } => Some(enabled.iter().copied().collect()),
                What::Wait { .. } | What::Uncaught { .. } | What::Uncontrolled { .. } => None,
            })
            .collect()
    }

    /// Whether a task is the standard library's own, not the program's.
    pub fn is_system(&self, task: TaskId) -> bool {
        let info = self.tasks.get(usize::from(task.0));
        info.is_some_and(|info| info.system)
    }

    /// All that was written to a stream, in order.
    pub fn output(&self, wanted: Stream) -> String {
        self.events
            .iter()
            .filter_map(|e| match &e.what {
                What::Op {
                    output: Some((stream, text)),
                    ..
                } if *stream == wanted => Some(text.as_str()),
                _ => None,
            })
            .collect()
    }

    /// Adds what a running program has reported since the last chunk.
    pub fn extend(&mut self, chunk: TraceChunk) {
        let TraceChunk {
            processes,
            tasks,
            objects,
            events,
        } = chunk;
        self.processes.extend(processes);
        self.tasks.extend(tasks);
        self.objects.extend(objects);
        self.events.extend(events);
    }
}

/// A piece of a trace while the program still runs: rows and events that are new.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TraceChunk {
    /// New processes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub processes: Vec<ProcessInfo>,
    /// New tasks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tasks: Vec<TaskInfo>,
    /// New objects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub objects: Vec<ObjectInfo>,
    /// New events.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
}

impl TraceChunk {
    /// Whether it brings nothing.
    pub fn is_empty(&self) -> bool {
        let TraceChunk {
            processes,
            tasks,
            objects,
            events,
        } = self;
        processes.is_empty() && tasks.is_empty() && objects.is_empty() && events.is_empty()
    }
}
