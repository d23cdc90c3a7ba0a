//! What the way an execution ended says: exceptions, deadlock, livelock, locks held at exit.

use heddle_trace::{Finding, FindingKind, OpKind, Outcome, TaskId, Trace, What};

use crate::words::{listed, shortened};
use crate::{Holds, MAX_FINDINGS, Words, deadlock, deadlock_sentence, finding};

/// Uncaught exceptions, in the order in which they happened.
pub(crate) fn exceptions(trace: &Trace) -> Vec<Finding> {
    let words = Words::new(trace);
    let mut found: Vec<Finding> = (trace.events.iter())
        .filter_map(|event| match &event.what {
            What::Uncaught {
                exception, message, ..
            } => Some((event, exception, message)),
            What::Op { .. } | What::Wait { .. } | What::Uncontrolled { .. } => None,
        })
        .take(MAX_FINDINGS)
        .map(|(event, exception, message)| {
            let text = raised(words, event.task, exception, message);
            let line = words.in_brackets(event.location);
            exception_of(trace, event.task, exception, format!("{text}{line}."))
        })
        .collect();
    if let (true, Outcome::Failed { task, error }) = (found.is_empty(), &trace.outcome) {
        let text = raised(words, *task, &error.exception, &error.message);
        let line = words.in_brackets(error.location);
        found.push(exception_of(
            trace,
            *task,
            &error.exception,
            format!("{text}{line}."),
        ));
    }
    found
}

fn raised(words: Words<'_>, task: TaskId, exception: &str, message: &str) -> String {
    let (task, exception) = (words.task(task), shortened(exception));
    match message {
        "" => format!("{task} ended with {exception}"),
        _ => format!("{task} ended with {exception}: {}", shortened(message)),
    }
}

fn exception_of(trace: &Trace, task: TaskId, exception: &str, message: String) -> Finding {
    let exception = exception.to_owned();
    finding(trace, FindingKind::Exception { task, exception }, message)
}

/// A deadlock or a livelock.
pub(crate) fn stuck(trace: &Trace) -> Option<Finding> {
    match &trace.outcome {
        Outcome::Deadlock { waiting, cycle } if !waiting.is_empty() => {
            let message = deadlock_sentence(trace, waiting, cycle);
            let cycle = cycle.clone();
            Some(finding(trace, FindingKind::Deadlock { cycle }, message))
        }
        // Known to be stuck, but nobody has worked out yet who waits for whom.
        Outcome::Deadlock { .. } => {
            let Outcome::Deadlock { waiting, cycle } = deadlock(trace) else {
                return None;
            };
            let message = deadlock_sentence(trace, &waiting, &cycle);
            Some(finding(trace, FindingKind::Deadlock { cycle }, message))
        }
        Outcome::Livelock { tasks } => Some(livelock(trace, tasks)),
        _ => None,
    }
}

fn livelock(trace: &Trace, tasks: &[TaskId]) -> Finding {
    let words = Words::new(trace);
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
        listed(&names)
    );
    let tasks = tasks.to_vec();
    finding(trace, FindingKind::Livelock { tasks }, message)
}

/// Locks that a task held when it ended and that nobody gave back afterwards. The main task is left
/// out: when it ends, nobody is left who could miss the lock.
pub(crate) fn held_at_exit(trace: &Trace) -> Vec<Finding> {
    let mut holds = Holds::default();
    let mut ended = Vec::new();
    for (index, event) in trace.events.iter().enumerate() {
        holds.step(index, event);
        let ends = event.op().is_some_and(|op| op.kind == OpKind::TaskEnd);
        if ends && event.task != TaskId(0) {
            ended.push(event.task);
        }
    }
    ended.dedup();
    let words = Words::new(trace);
    let held = ended
        .iter()
        .flat_map(|task| holds.of(*task).iter().map(move |lock| (*task, *lock)));
    held.take(MAX_FINDINGS)
        .map(|(task, object)| {
            let since = holds
                .since(object)
                .and_then(|event| trace.events.get(event));
            let message = format!(
                "{} ended and never gave {} back, which it took{}.",
                words.task(task),
                words.object(object),
                words.on_line(since.and_then(|event| event.location)),
            );
            finding(trace, FindingKind::HeldAtExit { task, object }, message)
        })
        .collect()
}
