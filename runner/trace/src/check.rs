//! Checks of a challenge: data, evaluated by analysis on what an execution left behind, outside
//! the jail.

use serde::{Deserialize, Serialize};

use crate::ObjectKind;

/// What standard output must be, in every execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StdoutRule {
    /// Exactly this text.
    Equals(String),
    /// These lines, in any order.
    Lines(Vec<String>),
}

/// What is checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum CheckKind {
    /// No execution deadlocks.
    NoDeadlock,
    /// No execution has a data race.
    NoRace,
    /// No task ends with an exception.
    NoException,
    /// Standard output.
    Stdout {
        /// The rule.
        #[serde(flatten)]
        rule: StdoutRule,
    },
    /// At least so many tasks besides the main one were started.
    TasksStarted {
        /// How many.
        at_least: u32,
    },
    /// At least so many different objects of this kind were used by more than one task.
    SharedObjects {
        /// Which kind.
        object: ObjectKind,
        /// How many.
        at_least: u32,
    },
    /// At least once, in some execution, one task held several different locks at the same time:
    /// forbids one big lock, and one lock after the other.
    HoldsTogether {
        /// How many locks.
        at_least: u32,
    },
}

/// One check of a challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What.
    #[serde(flatten)]
    pub what: CheckKind,
    /// Points.
    #[serde(default = "one")]
    pub weight: u32,
    /// What to tell a learner whose program breaks it; a sentence is made when empty.
    #[serde(default)]
    pub message: String,
}

fn one() -> u32 {
    1
}
