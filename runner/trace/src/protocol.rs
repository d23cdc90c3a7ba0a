//! The protocol between the server (or the command line) and `heddle-runner`.
//!
//! Both directions carry frames: a 4-byte big-endian length, then that many bytes of JSON, at most
//! [`MAX_FRAME`]. The runner speaks on its standard input and output and logs on standard error.
//! It sends [`FromRunner::Hello`] first. Jobs run beside each other; every message about a job
//! carries its id, and its last one is [`JobEvent::Ended`].

use serde::{Deserialize, Serialize};

use crate::{
    Check, ErrorReport, ExploreReport, Finding, Granularity, JudgeReport, Limits, MapChunk,
    Program, Schedule, Snapshot, StoryStep, Timeouts, Trace, TraceChunk,
};

/// Version of this protocol; both sides must have the same.
pub const VERSION: u32 = 2;

/// The longest frame, bytes of JSON.
pub const MAX_FRAME: usize = 64 << 20;

/// A job, numbered by the one who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobId(pub u64);

/// To the runner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum ToRunner {
    /// Do this.
    Start {
        /// Number for all messages about it.
        job: JobId,
        /// The program.
        program: Program,
        /// What to do with it.
        work: Work,
        /// Its limits.
        limits: Limits,
    },
    /// Stop that. It ends with outcome `cancelled`; unknown or ended jobs are ignored.
    Cancel {
        /// Which.
        job: JobId,
    },
}

/// What to do with a program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Work {
    /// Run it freely: real clock, real parallelism.
    Run,
    /// Run the schedule and stop at its end, with a snapshot.
    Step {
        /// The prefix.
        schedule: Schedule,
    },
    /// Run the schedule, then go on without forced switches to the end.
    Replay {
        /// The prefix.
        schedule: Schedule,
    },
    /// Search the executions.
    Explore {
        /// How.
        options: ExploreOptions,
        /// Races, and what follows from them, are failures, but for these: a kind of finding, as
        /// `lost-update`, and the name of what it is about. `None`: they are warnings.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        races: Option<Vec<(String, String)>>,
    },
    /// Search the executions and evaluate checks on each.
    Judge {
        /// The challenge's checks.
        checks: Vec<Check>,
        /// How.
        options: ExploreOptions,
    },
}

/// How to search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExploreOptions {
    /// Granularity of shared accesses.
    pub granularity: Granularity,
    /// When timeouts fire.
    #[serde(default)]
    pub timeouts: Timeouts,
    /// The search.
    pub strategy: Strategy,
    /// Forced switches at most, for `auto`, `dfs` and `dpor`; `None` is unbounded.
    pub preemptions: Option<u32>,
    /// Executions at most.
    pub max_executions: u64,
    /// Seed of everything random.
    pub seed: u64,
    /// Go on after the first failure.
    pub keep_going: bool,
    /// What is enough for a pass, said beforehand.
    #[serde(default)]
    pub accept: Accept,
}

/// What is enough for a pass, said beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accept {
    /// A proof.
    #[default]
    Proof,
    /// Every execution with at most so many forced switches.
    Bound(u32),
    /// So many executions.
    Samples(u64),
}

impl Default for ExploreOptions {
    fn default() -> Self {
        ExploreOptions {
            granularity: Granularity::Language,
            timeouts: Timeouts::Respect,
            strategy: Strategy::Auto,
            preemptions: None,
            max_executions: 100_000,
            seed: 1,
            keep_going: false,
            accept: Accept::Proof,
        }
    }
}

/// A search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// The portfolio: two plain executions, then `dpor` and the sampling ones in turn.
    Auto,
    /// One execution without forced switches.
    NonPreemptive,
    /// One execution in which everybody takes one step in turn.
    RoundRobin,
    /// Each step's task drawn at random.
    Random,
    /// Random priorities that change at a few random steps.
    Pct,
    /// Random priorities of operations.
    Pos,
    /// Tasks drawn by what they have left to do.
    Urw,
    /// Depth first over all interleavings, with sleep sets; fewest forced switches first.
    Dfs,
    /// Dynamic partial-order reduction: one execution for each behaviour.
    Dpor,
}

/// From the runner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
#[allow(
    clippy::large_enum_variant,
    reason = "a message is moved a few times, then written out; boxes would be in every reader's way"
)]
pub enum FromRunner {
    /// First message.
    Hello {
        /// [`VERSION`].
        protocol: u32,
        /// What this runner can do.
        host: HostInfo,
    },
    /// About a job.
    Job {
        /// Which.
        job: JobId,
        /// What.
        event: JobEvent,
    },
}

/// What a runner's machine offers; shown on the page, in `/healthz` and in every result.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostInfo {
    /// The jail's level.
    pub jail: JailLevel,
    /// Why it is not higher, and what to do about it; empty at the highest level.
    pub jail_note: String,
    /// The interpreter, as `CPython 3.11.7`.
    pub python: String,
}

/// How well programs are locked in (DESIGN, section 7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum JailLevel {
    /// No usable jail: untrusted programs are refused.
    L0,
    /// `--trust`: the user's own program, not locked in at all.
    Trusted,
    /// Own uid, Landlock and seccomp, no namespaces.
    L1,
    /// Namespaces, own root, Landlock, seccomp; memory is limited by process, not by run.
    L2,
    /// As L2, with cgroups.
    L3,
}

/// About a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "event")]
#[allow(
    clippy::large_enum_variant,
    reason = "a message is moved a few times, then written out; boxes would be in every reader's way"
)]
pub enum JobEvent {
    /// It has left the queue.
    Started,
    /// Free runs: what is new in the trace.
    Trace {
        /// The new rows and events.
        chunk: TraceChunk,
    },
    /// Explorations: how far it is.
    Progress {
        /// Executions so far.
        executions: u64,
        /// Behaviours so far.
        behaviours: u64,
        /// Failing executions so far.
        failures: u64,
        /// Every execution with at most so many forced switches has been covered.
        #[serde(default)]
        bound: Option<u32>,
        /// Milliseconds so far.
        wall_ms: u64,
    },
    /// Explorations: what is new on the map of interleavings.
    Map {
        /// The new branches.
        chunk: MapChunk,
    },
    /// The last message about this job.
    Ended {
        /// How.
        result: JobResult,
    },
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum JobResult {
    /// A free run: the events went out as chunks, so `trace.events` is empty.
    Run {
        /// Outcome and pending operations; no events.
        trace: Box<Trace>,
        /// Warnings and errors.
        findings: Vec<Finding>,
    },
    /// Step or replay.
    Execution {
        /// All of it.
        trace: Box<Trace>,
        /// The schedule that repeats it.
        schedule: Schedule,
        /// The state at its end; `None` for a replay that ran to the end.
        snapshot: Option<Snapshot>,
        /// Warnings and errors.
        findings: Vec<Finding>,
        /// The story of each finding, in the same order.
        #[serde(default)]
        stories: Vec<Vec<StoryStep>>,
    },
    /// Exploration.
    Explored {
        /// What it says.
        report: ExploreReport,
    },
    /// Judgement.
    Judged {
        /// What it says.
        report: JudgeReport,
    },
    /// The program does not compile.
    NotCompiled {
        /// The error.
        error: ErrorReport,
    },
    /// The user cancelled it.
    Cancelled,
    /// The runner refused it: the request was wrong, or there is no usable jail.
    Refused {
        /// Why, and what to do.
        reason: String,
    },
    /// The runner failed; not the program's fault.
    Broken {
        /// What happened.
        reason: String,
    },
}
