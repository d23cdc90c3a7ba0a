//! Tasks that the program's end cut off in the middle of their work.
//!
//! A thread that nobody joins is not wrong in Python: the interpreter waits for it before it ends,
//! and `multiprocessing` does the same for processes. Only a daemon is cut off. One that waits for
//! its next job may be; one that holds a lock, or has taken a job from a queue and not called
//! `task_done`, loses what it was at.

use std::collections::HashMap;

use heddle_trace::{
    Finding, FindingKind, ObjectId, OpKind, OpResult, Outcome, TaskId, Trace, What,
};

use crate::race::site;
use crate::{Holds, MAX_FINDINGS, Source, Words, finding};
use heddle_trace::words::noun;

/// Tasks that were left behind with work in hand, each with what it had.
pub(crate) fn unjoined(trace: &Trace, source: &Source) -> Vec<Finding> {
    if trace.outcome != Outcome::Finished || trace.granularity.is_none() {
        return Vec::new();
    }
    let mut holds = Holds::default();
    let mut jobs = Jobs::default();
    for (index, event) in trace.events.iter().enumerate() {
        holds.step(index, event);
        if let What::Op { op, result, .. } = &event.what
            && let (Some(object), OpResult::Done) = (op.object, *result)
        {
            jobs.step(event.task, op.kind, object, index);
        }
    }
    (trace.pending.iter())
        .filter(|pending| !trace.is_system(pending.task))
        .filter_map(|pending| {
            let task = pending.task;
            let lock = holds.of(task).first().copied();
            let lock = lock.and_then(|lock| Some((lock, holds.since(lock)?)));
            let (object, taken) = lock.or_else(|| jobs.of(task))?;
            cut_off(trace, source, task, object, taken)
        })
        .take(MAX_FINDINGS)
        .collect()
}

/// Items that tasks took out of queues and have not called `task_done` for.
#[derive(Default)]
struct Jobs {
    in_hand: HashMap<TaskId, Vec<(ObjectId, usize)>>,
    /// Queues whose users count jobs: without that, a get says nothing about the work after it.
    counted: Vec<ObjectId>,
}

impl Jobs {
    fn step(&mut self, task: TaskId, kind: OpKind, queue: ObjectId, event: usize) {
        let own = self.in_hand.entry(task).or_default();
        match kind {
            OpKind::QueueGet => {
                // The next job: it is done with the one before, as far as one can tell.
                own.retain(|(other, _)| *other != queue);
                own.push((queue, event));
            }
            OpKind::QueueTaskDone => {
                own.retain(|(other, _)| *other != queue);
                if !self.counted.contains(&queue) {
                    self.counted.push(queue);
                }
            }
            _ => {}
        }
    }

    fn of(&self, task: TaskId) -> Option<(ObjectId, usize)> {
        let counted = |(queue, _): &&(ObjectId, usize)| self.counted.contains(queue);
        self.in_hand.get(&task)?.iter().find(counted).copied()
    }
}

fn cut_off(
    trace: &Trace,
    source: &Source,
    task: TaskId,
    object: ObjectId,
    taken: usize,
) -> Option<Finding> {
    let taken = site(trace, taken)?;
    let words = Words::in_source(trace, source);
    let (name, line) = (words.object(object), words.on_line(taken.location));
    let had = match words.kind(object).map(noun) {
        Some("queue") => format!("was at an item of {name} that it had got{line}"),
        _ => format!("held {name}, which it had taken{line}"),
    };
    let message = format!(
        "The program ended while {} {had}; nobody had joined it.",
        words.task(task)
    );
    let what = FindingKind::Unjoined {
        task,
        object,
        taken,
    };
    Some(finding(trace, what, message))
}
