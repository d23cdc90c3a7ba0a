//! Messages between the browser and the server.
//!
//! | request | body | answer |
//! |---|---|---|
//! | `GET /api/course` | | [`Course`] |
//! | `GET /api/lessons/{slug}` | | [`Lesson`] |
//! | `POST /api/programs` | [`heddle_trace::Program`] | [`ProgramStored`] |
//! | `GET /api/programs/{hash}` | | [`heddle_trace::Program`] |
//! | `POST /api/runs` | [`StartRun`] | 202 [`RunStarted`] |
//! | `GET /api/runs/{run}/events` | | SSE of [`RunEvent`], `id:` is its number from 0 |
//! | `POST /api/runs/{run}/cancel` | | 204 |
//! | `POST /api/steps` | [`StepRequest`] | [`StepView`] |
//! | `POST /api/submissions` | [`Submit`] | 202 [`RunStarted`]; the event log ends with the report |
//! | `GET /api/progress` | | [`Progress`] |
//! | `GET /healthz` | | [`Health`] |
//!
//! Errors are `application/problem+json`: [`Problem`].

use heddle_trace::protocol::{ExploreOptions, HostInfo, JobEvent};
use heddle_trace::{Finding, Program, ProgramHash, Schedule, Snapshot, SubmissionResult, Trace};
use serde::{Deserialize, Serialize};

/// The course as a list of modules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Its title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Modules in order.
    pub modules: Vec<Module>,
}

/// One module of the course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Module {
    /// Folder name.
    pub slug: String,
    /// Title.
    pub title: String,
    /// Lessons in order.
    pub lessons: Vec<LessonSummary>,
}

/// A lesson in the catalogue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LessonSummary {
    /// Folder name, unique in the course; part of the lesson's URL.
    pub slug: String,
    /// Title.
    pub title: String,
    /// What the learner will be able to do.
    pub summary: String,
    /// Minutes it takes.
    pub minutes: u32,
    /// Ids of its challenges.
    pub challenges: Vec<String>,
}

/// A lesson, ready to show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lesson {
    /// What the catalogue shows.
    #[serde(flatten)]
    pub summary: LessonSummary,
    /// Slug and title of the lesson before and after.
    pub previous: Option<(String, String)>,
    /// The lesson after.
    pub next: Option<(String, String)>,
    /// Its content in order.
    pub blocks: Vec<Block>,
}

/// A part of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Block {
    /// Sanitised HTML.
    Html {
        /// The HTML.
        html: String,
    },
    /// A program that can be run, stepped or explored.
    Cell {
        /// Unique in the lesson, stable over edits of the text around it.
        id: String,
        /// What its main button does.
        mode: CellMode,
        /// Title over the editor, as `bank.py`.
        title: String,
        /// Whether the learner may edit it.
        editable: bool,
        /// The program.
        program: Program,
        /// Its id.
        hash: ProgramHash,
    },
    /// A challenge.
    Challenge {
        /// The challenge.
        challenge: Challenge,
    },
    /// A question with a hidden answer.
    Quiz {
        /// The question, as sanitised HTML.
        question: String,
        /// Choices.
        choices: Vec<String>,
        /// Index of the right one. (Predictions, not graded: the answer may be on the page.)
        answer: u32,
        /// Why, as sanitised HTML.
        explanation: String,
    },
}

/// What a cell's main button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellMode {
    /// Run freely.
    Run,
    /// Step.
    Step,
    /// Explore.
    Explore,
    /// Measure with 1..N workers.
    Measure,
}

/// A challenge, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// `lesson-slug/challenge-name`.
    pub id: String,
    /// Title.
    pub title: String,
    /// The task, as sanitised HTML.
    pub task: String,
    /// What the learner starts from.
    pub starter: Program,
    /// Its id.
    pub starter_hash: ProgramHash,
    /// Points there are.
    pub points: u32,
    /// What is checked, one sentence each.
    pub checks: Vec<String>,
    /// How many hints there are; each comes with a failed submission's report.
    pub hints: u32,
}

/// A stored program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgramStored {
    /// Its id.
    pub hash: ProgramHash,
}

/// Starts a free run, a replay or an exploration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StartRun {
    /// The program. It is stored.
    pub program: Program,
    /// What to do with it.
    pub work: RunWork,
}

/// What to do with a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum RunWork {
    /// Free run.
    Run,
    /// Run the schedule to its end, then go on without forced switches.
    Replay {
        /// The prefix.
        schedule: Schedule,
    },
    /// Exploration.
    Explore {
        /// How; `None` for the default.
        options: Option<ExploreOptions>,
    },
}

/// A run was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunStarted {
    /// Its id, for the event log.
    pub run: String,
    /// The program's id.
    pub program: ProgramHash,
}

/// One entry of a run's event log. The log ends with a `JobEvent::Ended`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(
    clippy::large_enum_variant,
    reason = "a message is moved a few times, then written out; boxes would be in every reader's way"
)]
pub enum RunEvent {
    /// From the runner.
    Job {
        /// What.
        event: JobEvent,
    },
    /// After a judgement: what changed for this learner.
    Graded {
        /// The result.
        result: SubmissionResult,
        /// Number of the submission.
        submission: i64,
        /// A hint bound to this result, if the challenge has one for it.
        hint: Option<String>,
    },
}

/// Asks for the state after a schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRequest {
    /// The program.
    pub program: Program,
    /// The schedule's text; `None` for step 0.
    pub schedule: Option<String>,
}

/// The state after a schedule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepView {
    /// The program's id.
    pub program: ProgramHash,
    /// The schedule that leads here.
    pub schedule: Schedule,
    /// Everything up to here. Its outcome is `stopped` when the program can go on.
    pub trace: Trace,
    /// Tasks, stacks and variables here.
    pub snapshot: Option<Snapshot>,
    /// What is already wrong.
    pub findings: Vec<Finding>,
}

/// Submits a solution.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submit {
    /// `lesson-slug/challenge-name`.
    pub challenge: String,
    /// The solution.
    pub program: Program,
}

/// What this learner has done.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Lessons opened, by slug.
    pub seen: Vec<String>,
    /// Best result of each challenge tried.
    pub challenges: Vec<ChallengeProgress>,
}

/// The best result of one challenge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChallengeProgress {
    /// The challenge's id.
    pub challenge: String,
    /// Best result.
    pub result: SubmissionResult,
    /// Best points.
    pub points: u32,
    /// Number of submissions.
    pub submissions: u32,
}

/// Answer of `/healthz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `ok`, or what is wrong.
    pub status: String,
    /// The program's version.
    pub version: String,
    /// The runner's machine; `None` while the runner is being started.
    pub runner: Option<HostInfo>,
}

/// An error (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable name: `/problems/program-too-long`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for people.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What was tried, why it failed, what to do.
    pub detail: String,
}
