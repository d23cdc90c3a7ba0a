//! Newtypes for identities and units.

use serde::{Deserialize, Serialize};

/// A task by its row in one execution's task table: 0 is the main thread, the others follow in
/// the order of their creation. The same schedule prefix gives the same numbers.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct TaskId(pub u16);

/// A process by its row in one execution's process table: 0 is the program's first process.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct ProcessId(pub u16);

/// An object by its row in one execution's object table, in the order of first touch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ObjectId(pub u32);

/// A number of steps: the state after `Step(n)` is the state in which n steps have been taken.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Step(pub u32);

/// Nanoseconds since the start of the execution: of the real clock in a free run, of the virtual
/// clock in a controlled execution.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Nanos(pub u64);

/// A line of the program: `file` indexes [`crate::Program::files`], `line` counts from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// Index into the program's files.
    pub file: u16,
    /// Line, from 1.
    pub line: u32,
}

/// A set of tasks of a controlled execution, at most [`TaskSet::CAPACITY`] of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(from = "Vec<TaskId>", into = "Vec<TaskId>")]
pub struct TaskSet(u128);

impl TaskSet {
    /// The most tasks a controlled execution can have; ids at or above it are never members.
    pub const CAPACITY: u16 = 128;

    /// The empty set.
    pub const EMPTY: TaskSet = TaskSet(0);

    /// The set whose members are the ones among `bits` (bit i = task i).
    pub const fn from_bits(bits: u128) -> Self {
        TaskSet(bits)
    }

    /// Bit i = task i.
    pub const fn bits(self) -> u128 {
        self.0
    }

    /// Adds a task; ids beyond the capacity are ignored.
    pub fn insert(&mut self, task: TaskId) {
        if task.0 < Self::CAPACITY {
            self.0 |= 1 << task.0;
        }
    }

    /// Takes a task out.
    pub fn remove(&mut self, task: TaskId) {
        if task.0 < Self::CAPACITY {
            self.0 &= !(1 << task.0);
        }
    }

    /// Whether the task is a member.
    pub const fn contains(self, task: TaskId) -> bool {
        task.0 < Self::CAPACITY && self.0 & (1 << task.0) != 0
    }

    /// Members of `self` that are not in `other`.
    #[must_use]
    pub const fn without(self, other: TaskSet) -> TaskSet {
        TaskSet(self.0 & !other.0)
    }

    /// Number of members.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether there are no members.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The member with the smallest id.
    pub const fn first(self) -> Option<TaskId> {
        if self.0 == 0 {
            None
        } else {
            Some(TaskId(self.0.trailing_zeros() as u16))
        }
    }

    /// Members in ascending order.
    pub fn iter(self) -> impl Iterator<Item = TaskId> {
        let mut rest = self;
        std::iter::from_fn(move || {
            let task = rest.first()?;
            rest.remove(task);
            Some(task)
        })
    }
}

impl FromIterator<TaskId> for TaskSet {
    fn from_iter<I: IntoIterator<Item = TaskId>>(tasks: I) -> Self {
        let mut set = TaskSet::EMPTY;
        for task in tasks {
            set.insert(task);
        }
        set
    }
}

impl From<Vec<TaskId>> for TaskSet {
    fn from(tasks: Vec<TaskId>) -> Self {
        tasks.into_iter().collect()
    }
}

impl From<TaskSet> for Vec<TaskId> {
    fn from(set: TaskSet) -> Self {
        set.iter().collect()
    }
}

impl std::fmt::Display for TaskId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "T{}", self.0)
    }
}
