//! What an exploration and a judgement say.

use serde::{Deserialize, Serialize};

use crate::{ErrorReport, Finding, Outcome, Schedule, StoryStep};

/// What an exploration concludes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No failure, and the claim says how much that means.
    Pass,
    /// A failing execution was found and confirmed by replay.
    Fail,
    /// No failure, but the search was not complete.
    Unfinished,
}

/// What was shown, and no more than that.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Claim {
    /// The search was complete: every behaviour was executed.
    Proved {
        /// Number of behaviours.
        behaviours: u64,
    },
    /// The search was complete up to so many forced switches.
    ProvedUpTo {
        /// Forced switches (preemptions).
        preemptions: u32,
        /// Behaviours seen.
        behaviours: u64,
    },
    /// So many executions were tried.
    Sampled {
        /// Executions.
        executions: u64,
        /// Behaviours seen.
        behaviours: u64,
        /// Chance that the next execution shows a new behaviour, in millionths (Good–Turing).
        new_per_million: u32,
    },
    /// A failing schedule was found, and a replay of it failed in the same way.
    Refuted,
    /// Nothing can be claimed, because of this.
    Nothing {
        /// Why, in words.
        reason: String,
    },
}

/// A failing execution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailingExecution {
    /// The schedule that does it, from the first to the last step.
    pub schedule: Schedule,
    /// How it ended.
    pub outcome: Outcome,
    /// What is wrong with it.
    pub findings: Vec<Finding>,
    /// Forced switches in it.
    pub preemptions: u32,
    /// Its first failure as a story, else its first finding: one sentence for each step that
    /// matters.
    #[serde(default)]
    pub story: Vec<StoryStep>,
}

/// Where a finding was seen first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// Number of the execution, from 1, over the whole exploration.
    pub execution: u64,
    /// Forced switches in it.
    pub switches: u32,
    /// Its schedule.
    pub schedule: Schedule,
    /// Names of the objects that the finding is about.
    #[serde(default)]
    pub objects: Vec<String>,
}

/// The result of an exploration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExploreReport {
    /// The conclusion.
    pub verdict: Verdict,
    /// What it rests on.
    pub claim: Claim,
    /// The claim as one sentence.
    pub claim_text: String,
    /// Executions.
    pub executions: u64,
    /// Different behaviours among them.
    pub behaviours: u64,
    /// Whether these are all the behaviours there are: the search was complete and nothing was
    /// missed. Also true of one that went on after a failure.
    #[serde(default)]
    pub complete: bool,
    /// Warnings and errors from all executions, each once.
    pub findings: Vec<Finding>,
    /// The execution that showed each of the findings first, in their order.
    #[serde(default)]
    pub sightings: Vec<Sighting>,
    /// The first failing execution.
    pub failure: Option<FailingExecution>,
    /// The number of the execution, from 1, that failed first.
    #[serde(default)]
    pub failed_at: Option<u64>,
    /// What weakens the claim: limits, uncontrolled calls, non-determinism.
    pub weakened_by: Vec<String>,
    /// Wall time, milliseconds.
    pub wall_ms: u64,
    /// How much of it went into making the first failure short, milliseconds.
    #[serde(default)]
    pub minimise_ms: u64,
}

/// What a submission gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubmissionResult {
    /// All checks hold in every execution.
    Accepted,
    /// It does not compile.
    SyntaxError,
    /// An uncaught exception.
    Exception,
    /// A deadlock.
    Deadlock,
    /// A livelock.
    Livelock,
    /// It printed something else.
    WrongOutput,
    /// It breaks a rule of the task.
    Rule,
    /// A data race.
    Race,
    /// A limit struck, or the search could not be finished.
    Timeout,
}

impl SubmissionResult {
    /// All of them, from the best to the least informative.
    pub const ALL: [SubmissionResult; 9] = [
        SubmissionResult::Accepted,
        SubmissionResult::Race,
        SubmissionResult::Rule,
        SubmissionResult::WrongOutput,
        SubmissionResult::Livelock,
        SubmissionResult::Deadlock,
        SubmissionResult::Exception,
        SubmissionResult::Timeout,
        SubmissionResult::SyntaxError,
    ];

    /// The result with this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<SubmissionResult> {
        Self::ALL.into_iter().find(|result| result.name() == name)
    }

    /// The name of the folder below `solutions/` and of the result in messages.
    pub const fn name(self) -> &'static str {
        match self {
            SubmissionResult::Accepted => "accepted",
            SubmissionResult::SyntaxError => "syntax-error",
            SubmissionResult::Exception => "exception",
            SubmissionResult::Deadlock => "deadlock",
            SubmissionResult::Livelock => "livelock",
            SubmissionResult::WrongOutput => "wrong-output",
            SubmissionResult::Rule => "rule",
            SubmissionResult::Race => "race",
            SubmissionResult::Timeout => "timeout",
        }
    }
}

/// One check and how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Index into the challenge's checks.
    pub check: u32,
    /// Whether it held wherever it was looked at.
    pub passed: bool,
    /// One sentence.
    pub message: String,
}

/// The result of judging a submission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeReport {
    /// What the submission gets.
    pub result: SubmissionResult,
    /// One sentence: what went wrong, or what was proved.
    pub message: String,
    /// Points earned.
    pub points: u32,
    /// Points there are.
    pub points_max: u32,
    /// Every check.
    pub checks: Vec<Judged>,
    /// The exploration behind it; `None` when the program did not compile.
    pub explored: Option<ExploreReport>,
    /// The error of a program that did not compile.
    pub error: Option<ErrorReport>,
}
