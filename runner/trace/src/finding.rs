//! Findings: something wrong, with evidence.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{FindingKind, Granularity, Location, TaskId};

/// What a finding is about, as a short text that is the same in every execution that shows it, and
/// in every run: 16 hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FindingId(pub String);

impl FindingId {
    /// The id of a finding that these words describe: its kind, names of objects, files and lines.
    pub fn of(words: &str) -> Self {
        let digest = Sha256::digest(words);
        FindingId(
            digest[..8]
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect(),
        )
    }
}

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The execution went wrong.
    Failure,
    /// It can go wrong, or does so in another execution.
    Warning,
}

/// Whether a finding also happens under a GIL (stock CPython 3.10 and newer), which hands over only
/// at calls, at the end of a loop's round and where a task blocks, and not between any two accesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnderGil {
    /// Yes: no switch that it needs lies where a GIL never switches.
    Yes,
    /// No: it needs a switch where a GIL never switches.
    No,
    /// The trace does not tell.
    #[default]
    Unknown,
}

/// Something wrong, with evidence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// Two findings of one program with the same id are one mistake, seen twice.
    #[serde(default)]
    pub id: FindingId,
    /// How bad it is.
    #[serde(default = "warning")]
    pub severity: Severity,
    /// What, with the evidence.
    #[serde(flatten)]
    pub what: FindingKind,
    /// One sentence for the learner, with names and lines: what happened.
    pub message: String,
    /// Why it is wrong, and what usually mends it, in one or two sentences.
    #[serde(default)]
    pub explanation: String,
    /// Whether it also happens under a GIL.
    #[serde(default)]
    pub under_gil: UnderGil,
    /// The granularity in which it was seen: `None` for findings of a free run.
    pub granularity: Option<Granularity>,
}

/// One sentence of the story of a finding.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StoryStep {
    /// Who does it.
    pub task: TaskId,
    /// Index into the trace's events; `None` for what a task waits for in the end.
    pub event: Option<u32>,
    /// The number of steps before it, when it is a step: the place to jump to.
    pub step: Option<u32>,
    /// Where.
    pub location: Option<Location>,
    /// What happens: `t1 takes lock a (bank.py:9)`.
    pub sentence: String,
}

const fn warning() -> Severity {
    Severity::Warning
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_sixteen_digits_and_depends_on_the_words_alone() {
        let id = FindingId::of("race c.n main.py:5");
        assert_eq!(id, FindingId::of("race c.n main.py:5"));
        assert_ne!(id, FindingId::of("race c.n main.py:6"));
        assert_eq!(id.to_string().len(), 16);
        assert!(id.0.bytes().all(|b| b.is_ascii_hexdigit()));
    }
}
