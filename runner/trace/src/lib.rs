//! The words of Heddle as types: what a task, an operation, a trace, a schedule, an outcome and a
//! verdict *are*. Everything that crosses a boundary (agent to supervisor, runner to server,
//! server to page) is made of these types.
//!
//! Invariant: plain data only. No I/O, no clock, no threads, and it builds for wasm32.

mod check;
mod event;
mod finding;
mod finding_kind;
mod ids;
mod limits;
mod map;
mod op;
mod outcome;
mod program;
pub mod protocol;
mod schedule;
mod snapshot;
mod verdict;
pub mod words;

pub use check::{Check, CheckKind, StdoutRule};
pub use event::{
    Event, ObjectInfo, Pending, ProcessInfo, StartMethod, TaskInfo, Trace, TraceChunk, What,
};
pub use finding::{Finding, FindingId, Severity, StoryStep, UnderGil};
pub use finding_kind::{AccessSite, FindingKind};
pub use ids::{Location, Nanos, ObjectId, ProcessId, Step, TaskId, TaskSet};
pub use limits::{Limit, Limits};
pub use map::{MapBranch, MapChunk, MapStub};
pub use op::{Access, ObjectKind, Op, OpKind, OpResult, Stream};
pub use outcome::{ErrorReport, Outcome, OutcomeKind, Waiting};
pub use program::{BadProgram, Language, Launch, Program, ProgramHash, SourceFile};
pub use schedule::{
    Granularity, Schedule, ScheduleError, Timeouts, choices_from_text, choices_text,
};
pub use snapshot::{Frame, Snapshot, TaskSnapshot, TaskStatus, Variable};
pub use verdict::{
    Claim, ExploreReport, FailingExecution, JudgeReport, Judged, Sighting, SubmissionResult,
    Verdict,
};
