//! `execute(program, prefix, policy) -> trace` for tiny programs, without Python.
//!
//! A program is one list of instructions for each task. Task 0 starts the others if the program
//! says so, else all run from the beginning. Object rows are given out in the order of first touch,
//! so that rows differ between executions. A timeout fires when nobody can go on; a task that
//! repeats a read in vain is hidden; both as in the agent.

mod objects;
mod program;
mod run;

use heddle_explorer::{Executed, Exploration, Strategy};
use heddle_trace::{FailingExecution, Granularity, Program as Source, Schedule, Trace, Verdict};

pub(crate) use program::{Do, Program};
pub(crate) use run::execute;

/// Everything that a search shows, without stopping at failures.
pub(crate) fn all(program: &Program, mut strategy: impl Strategy) -> Vec<Trace> {
    let mut traces = Vec::new();
    while let Some(proposal) = strategy.next() {
        let trace = execute(program, &proposal);
        strategy.record(&proposal, &Executed::new(&trace));
        traces.push(trace);
    }
    traces
}

/// The schedule of a trace.
pub(crate) fn schedule(trace: &Trace) -> Schedule {
    let hash = Source::python("").hash();
    Schedule::new(&hash, Granularity::Language, trace.choices())
}

/// The trace as a failing execution, if it is one.
pub(crate) fn failing(trace: &Trace) -> Option<FailingExecution> {
    trace.outcome.is_failure().then(|| FailingExecution {
        schedule: schedule(trace),
        outcome: trace.outcome.clone(),
        findings: Vec::new(),
        preemptions: 0,
        story: Vec::new(),
    })
}

/// Runs an exploration to its end.
pub(crate) fn explore(program: &Program, exploration: &mut Exploration) {
    while let Some(proposal) = exploration.propose() {
        let trace = execute(program, &proposal);
        exploration.record(&proposal, &trace, failing(&trace));
    }
}

/// The verdict of a report, its claim in words and its counts.
pub(crate) fn told(exploration: Exploration) -> (Verdict, String, u64, u64) {
    let report = exploration.report(Vec::new(), 0);
    (
        report.verdict,
        report.claim_text,
        report.executions,
        report.behaviours,
    )
}
