//! Results as text.

use heddle_trace::protocol::{HostInfo, JailLevel};
use heddle_trace::{Limit, Outcome, StoryStep, TaskId, Trace, UnderGil};
use serde::Serialize;

use super::finding::Noticed;

/// A value as one line of JSON.
pub(crate) fn json(value: &impl Serialize) -> String {
    // Plain data with text keys: it always has a form in JSON.
    serde_json::to_string(value).unwrap_or_default()
}

/// A number with its noun.
pub(crate) fn counted(number: u64, noun: &str) -> String {
    let plural = match (number, noun.ends_with('h')) {
        (1, _) => "",
        (_, true) => "es",
        (_, false) => "s",
    };
    format!("{number} {noun}{plural}")
}

/// How a program ended.
pub(crate) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Finished => "finished".into(),
        Outcome::Failed { task, error } => {
            format!("{task} failed: {}: {}", error.exception, error.message)
        }
        Outcome::Exited { code } => format!("ended itself with exit code {code}"),
        Outcome::Killed { signal } => format!("killed by signal {signal}"),
        Outcome::Deadlock { .. } => "deadlock: nobody can go on".into(),
        Outcome::Livelock { .. } => "livelock: every task only repeats itself".into(),
        Outcome::Limit { limit } => format!("stopped by the limit on {}", limit_name(*limit)),
        Outcome::Stopped => "can go on".into(),
        Outcome::Cancelled => "stopped".into(),
        Outcome::Diverged { step } => {
            format!("could not follow the schedule after {step} steps")
        }
        Outcome::Lost { reason } => format!("lost: {reason}"),
    }
}

/// How an execution ended, with the names of its tasks.
pub(crate) fn ended(trace: &Trace) -> String {
    match &trace.outcome {
        Outcome::Failed { task, error } => {
            let name = heddle_trace::words::task(trace, *task);
            format!("{name} failed: {}: {}", error.exception, error.message)
        }
        other => outcome(other),
    }
}

fn limit_name(limit: Limit) -> &'static str {
    match limit {
        Limit::Wall => "wall time",
        Limit::Cpu => "CPU time",
        Limit::Memory => "memory",
        Limit::Processes => "processes and threads",
        Limit::Output => "output",
        Limit::Events => "events",
    }
}

/// Findings: what happened, and below it why that is wrong and what mends it.
pub(crate) fn findings(findings: &[Noticed]) -> String {
    findings.iter().map(Noticed::text).collect()
}

/// What is added to a finding that a GIL keeps away.
pub(crate) fn under_gil(under_gil: UnderGil) -> &'static str {
    match under_gil {
        UnderGil::No => " Not under a GIL: it never switches there.",
        UnderGil::Yes | UnderGil::Unknown => "",
    }
}

/// The story of a finding, one step per line.
pub(crate) fn story(story: &[StoryStep]) -> String {
    let one = |step: &StoryStep| match step.step {
        Some(number) => format!("  {number:>5}  {}\n", step.sentence),
        None => format!("         {}\n", step.sentence),
    };
    story.iter().map(one).collect()
}

/// Where it was run: jail and interpreter.
pub(crate) fn host(host: &HostInfo) -> String {
    let jail = match host.jail {
        JailLevel::Trusted => "not locked in (--trust)".to_owned(),
        level => format!("jail {level:?}"),
    };
    format!("{}, {jail}", host.python)
}

/// A task with its name and, where that is another one, its number.
pub(crate) fn task(trace: &Trace, task: TaskId) -> String {
    let name = heddle_trace::words::task(trace, task);
    match name.contains(&task.to_string()) {
        true => name,
        false => format!("{name} ({task})"),
    }
}
