//! The state of a stopped program: what a learner sees at one step.

use serde::{Deserialize, Serialize};

use crate::{Location, Op, TaskId};

/// A variable and a short form of its value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Variable {
    /// Its name: `balance`; for an attribute of a shared object `a.balance`.
    pub name: String,
    /// Short form of its value, as Python would write it; own classes as `<Account>`.
    pub value: String,
}

/// One function call on a task's stack.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Frame {
    /// The function's name, `<module>` for the main program.
    pub function: String,
    /// The line it is on.
    pub location: Location,
    /// Its local variables; empty for `<module>`, whose variables are the globals.
    pub locals: Vec<Variable>,
}

/// Whether a task can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskStatus {
    /// Its next operation can complete now.
    Enabled,
    /// It waits.
    Blocked,
    /// It waits, and a timeout can end the wait: it may go when nobody else can.
    Timed,
    /// It has ended.
    Ended,
}

/// One task of a stopped program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TaskSnapshot {
    /// The task.
    pub task: TaskId,
    /// Whether it can go.
    pub status: TaskStatus,
    /// Its next operation; `None` when it has ended.
    pub pending: Option<Op>,
    /// The line of its next operation.
    pub location: Option<Location>,
    /// Functions of the program on its stack, the innermost first.
    pub stack: Vec<Frame>,
}

/// The state of a stopped program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// Every task there has been, by id.
    pub tasks: Vec<TaskSnapshot>,
    /// The globals of the main file, without imports, functions and classes.
    pub globals: Vec<Variable>,
    /// Attributes and items of the program's own objects that globals lead to.
    pub shared: Vec<Variable>,
}
