//! Locks that a task held when it ended.

use heddle_trace::{Finding, FindingKind, ObjectId, OpKind, TaskId, Trace};

use crate::race::site;
use crate::{Holds, MAX_FINDINGS, Source, Words, finding};

/// Locks that a task held when it ended and that nobody gave back afterwards. The main task is left
/// out: when it ends, nobody is left who could miss the lock.
pub(crate) fn held_at_exit(trace: &Trace, source: &Source) -> Vec<Finding> {
    let mut holds = Holds::default();
    let mut ended = Vec::new();
    for (index, event) in trace.events.iter().enumerate() {
        holds.step(index, event);
        let ends = event.op().is_some_and(|op| op.kind == OpKind::TaskEnd);
        // The library knows what it does with its own.
        if ends && event.task != TaskId(0) && !trace.is_system(event.task) {
            ended.push(event.task);
        }
    }
    ended.dedup();
    let held = ended
        .iter()
        .flat_map(|task| holds.of(*task).iter().map(move |lock| (*task, *lock)));
    held.take(MAX_FINDINGS)
        .map(|(task, object)| held_by(trace, source, &holds, task, object))
        .collect()
}

fn held_by(
    trace: &Trace,
    source: &Source,
    holds: &Holds,
    task: TaskId,
    object: ObjectId,
) -> Finding {
    let words = Words::in_source(trace, source);
    let taken = holds.since(object).and_then(|event| site(trace, event));
    let message = format!(
        "{} ended and never gave {} back, which it took{}.",
        words.task(task),
        words.object(object),
        words.on_line(taken.as_ref().and_then(|site| site.location)),
    );
    let what = FindingKind::HeldAtExit {
        task,
        object,
        taken,
    };
    finding(trace, what, message)
}
