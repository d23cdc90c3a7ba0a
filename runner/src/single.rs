//! Jobs of one execution: run, step, replay.

use std::sync::atomic::AtomicBool;

use heddle_analysis::Source;
use heddle_policy::PolicyState;
use heddle_trace::protocol::JobResult;
use heddle_trace::{Limits, Program, Schedule, Timeouts, Trace};

use crate::execution::{Controlled, Execution, Plan, Watcher, execute};
use crate::snapshot;
use crate::zygote::{Zygote, ZygoteError};

/// What to do after the schedule's end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Stop and show the state.
    Stop,
    /// Go on without forced switches.
    GoOn,
}

/// Keeps the events of a free run, which also go out as they come.
struct Keep<'a> {
    next: &'a mut dyn Watcher,
    whole: Trace,
}

impl Watcher for Keep<'_> {
    fn chunk(&mut self, chunk: heddle_trace::TraceChunk) {
        self.whole.extend(chunk.clone());
        self.next.chunk(chunk);
    }
}

/// A free run.
pub(crate) fn run(
    zygote: &mut Zygote,
    program: &Program,
    limits: Limits,
    cancelled: &AtomicBool,
    watcher: &mut dyn Watcher,
) -> Result<JobResult, ZygoteError> {
    let whole = Trace {
        granularity: None,
        timeouts: Timeouts::Respect,
        processes: vec![],
        tasks: vec![],
        objects: vec![],
        events: vec![],
        pending: vec![],
        outcome: heddle_trace::Outcome::Stopped,
    };
    let mut keep = Keep {
        next: watcher,
        whole,
    };
    let plan = Plan {
        control: None,
        limits,
        goes_round: false,
    };
    let Execution { trace, .. } = execute(zygote, &plan, cancelled, Some(&mut keep))?;
    let mut whole = keep.whole;
    whole.outcome = trace.outcome.clone();
    let findings = heddle_analysis::analyse_with(&whole, &Source::new(program));
    Ok(JobResult::Run {
        trace: Box::new(trace),
        findings,
    })
}

/// A controlled execution of a schedule.
pub(crate) fn follow(
    zygote: &mut Zygote,
    program: &Program,
    schedule: &Schedule,
    then: Then,
    limits: Limits,
    cancelled: &AtomicBool,
) -> Result<JobResult, ZygoteError> {
    let policy = match then {
        Then::Stop => PolicyState::stop(),
        Then::GoOn => PolicyState::non_preemptive(),
    };
    let plan = Plan {
        control: Some(Controlled {
            granularity: schedule.granularity,
            // A schedule in which one fires earlier is followed all the same.
            timeouts: Timeouts::Respect,
            prefix: schedule.choices.clone(),
            policy,
            strict: false,
            snapshot: true,
            kill_at_step: None,
        }),
        limits,
        goes_round: false,
    };
    let Execution {
        trace, snapshots, ..
    } = execute(zygote, &plan, cancelled, None)?;
    let source = Source::new(program);
    let findings = heddle_analysis::analyse_with(&trace, &source);
    let story = |finding| heddle_analysis::story(&trace, &source, finding);
    let stories = findings.iter().map(story).collect();
    let schedule = Schedule::new(&program.hash(), schedule.granularity, trace.choices());
    let snapshot = Some(snapshot::compose(&trace, &snapshots));
    Ok(JobResult::Execution {
        trace: Box::new(trace),
        schedule,
        snapshot,
        findings,
        stories,
    })
}
