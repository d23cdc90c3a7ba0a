//! Executions in which nobody gets on: deadlock and livelock.

use heddle_trace::{AccessSite, Finding, FindingKind, OpKind, Outcome, TaskId, Trace, Waiting};

use crate::race::site;
use crate::{MAX_FINDINGS, Source, Words, deadlock, deadlock_sentence, finding};
use heddle_trace::words::list;

/// A deadlock or a livelock.
pub(crate) fn stuck(trace: &Trace, source: &Source) -> Option<Finding> {
    match &trace.outcome {
        Outcome::Livelock { tasks } => Some(livelock(trace, source, tasks)),
        _ => {
            let (waiting, cycle) = waits(trace)?;
            Some(deadlocked(trace, source, waiting, cycle))
        }
    }
}

/// The waits of a deadlock and its cycle.
pub(crate) fn waits(trace: &Trace) -> Option<(Vec<Waiting>, Vec<TaskId>)> {
    let Outcome::Deadlock { waiting, cycle } = &trace.outcome else {
        return None;
    };
    if !waiting.is_empty() {
        return Some((waiting.clone(), cycle.clone()));
    }
    // Known to be stuck, but nobody has worked out yet who waits for whom.
    match deadlock(trace) {
        Outcome::Deadlock { waiting, cycle } => Some((waiting, cycle)),
        _ => None,
    }
}

fn deadlocked(
    trace: &Trace,
    source: &Source,
    waiting: Vec<Waiting>,
    cycle: Vec<TaskId>,
) -> Finding {
    let mut message = deadlock_sentence(trace, source, &waiting, &cycle);
    let ended = ended(trace);
    if let Some(others) = others(&ended) {
        message.push_str(&others);
    }
    let what = FindingKind::Deadlock {
        cycle,
        waiting,
        ended,
    };
    finding(trace, what, message)
}

/// The program's own tasks that had ended before.
fn ended(trace: &Trace) -> Vec<TaskId> {
    let ends = |kind| matches!(kind, OpKind::TaskEnd | OpKind::ProcessExit);
    let mut ended: Vec<TaskId> = (trace.events.iter())
        .filter(|event| event.op().is_some_and(|op| ends(op.kind)))
        .map(|event| event.task)
        .filter(|task| {
            let info = trace.tasks.get(usize::from(task.0));
            info.is_some_and(|info| !info.system)
        })
        .collect();
    ended.sort();
    ended.dedup();
    ended
}

fn others(ended: &[TaskId]) -> Option<String> {
    match ended.len() {
        0 => None,
        1 => Some(" One other task had finished.".into()),
        n => Some(format!(" {n} other tasks had finished.")),
    }
}

fn livelock(trace: &Trace, source: &Source, tasks: &[TaskId]) -> Finding {
    let words = Words::in_source(trace, source);
    let sites: Vec<AccessSite> = (tasks.iter().take(MAX_FINDINGS))
        .filter_map(|task| last_step(trace, *task))
        .collect();
    let names: Vec<String> = (tasks.iter().take(MAX_FINDINGS))
        .map(|task| {
            let pending = trace.pending.iter().find(|pending| pending.task == *task);
            let line = words.in_brackets(pending.and_then(|pending| pending.location));
            format!("{}{line}", words.task(*task))
        })
        .collect();
    let verb = if names.len() == 1 {
        "repeats"
    } else {
        "repeat"
    };
    let message = format!(
        "Livelock: {} only {verb} the same steps, and nobody else can change what they wait for.",
        list(&names)
    );
    let tasks = tasks.to_vec();
    finding(trace, FindingKind::Livelock { tasks, sites }, message)
}

fn last_step(trace: &Trace, task: TaskId) -> Option<AccessSite> {
    let is_step = |event: &heddle_trace::Event| event.task == task && event.op().is_some();
    let last = trace.events.iter().rposition(is_step)?;
    site(trace, last)
}
