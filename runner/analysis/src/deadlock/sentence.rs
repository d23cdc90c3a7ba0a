//! A deadlock in one sentence.

use std::collections::HashMap;

use heddle_trace::{ObjectId, Op, OpKind, Pending, TaskId, Trace, Waiting};

use super::End;
use crate::words::shortened;
use crate::{Source, Words};

/// Waits that a sentence names; a pool of 60 blocked workers needs no 60 clauses.
const MOST_CLAUSES: usize = 6;

/// Says who waits for what: `Deadlock: t1 holds a.lock and waits for b.lock (line 9); t2 holds
/// b.lock and waits for a.lock (line 9).`
pub(crate) fn deadlock_sentence(
    trace: &Trace,
    source: &Source,
    waiting: &[Waiting],
    cycle: &[TaskId],
) -> String {
    let teller = Teller {
        trace,
        words: Words::in_source(trace, source),
        end: End::of(trace),
        pending: trace.pending.iter().map(|p| (p.task, p)).collect(),
    };
    if cycle.is_empty() {
        teller.hopeless(waiting)
    } else {
        teller.circle(waiting, cycle)
    }
}

struct Teller<'a> {
    trace: &'a Trace,
    words: Words<'a>,
    end: End,
    pending: HashMap<TaskId, &'a Pending>,
}

impl Teller<'_> {
    fn circle(&self, waiting: &[Waiting], cycle: &[TaskId]) -> String {
        let awaited_object = |task: TaskId| {
            let wait = waiting.iter().find(|wait| wait.task == task)?;
            self.lock_of(wait)
        };
        let clauses = cycle.iter().enumerate().map(|(place, task)| {
            let before = cycle[(place + cycle.len() - 1) % cycle.len()];
            let held = awaited_object(before).filter(|lock| self.has(*task, *lock));
            let holds = held.map(|lock| format!("holds {} and ", self.words.object(lock)));
            let name = self.words.task(*task);
            let waits = self.waits(*task);
            format!("{name} {}{waits}", holds.unwrap_or_default())
        });
        format!("Deadlock: {}.", joined(clauses.collect()))
    }

    fn hopeless(&self, waiting: &[Waiting]) -> String {
        // Causes before consequences: a join of a task that waits itself says least.
        let mut order: Vec<&Waiting> = waiting.iter().collect();
        order.sort_by_key(|wait| !wait.for_tasks.is_empty());
        let clauses = order.iter().map(|wait| {
            let (name, waits) = (self.words.task(wait.task), self.waits(wait.task));
            format!("{name} {waits}{}", self.never_given_back(wait))
        });
        let clauses = joined(clauses.collect());
        format!("Deadlock: {clauses}. Nobody who is left can end this.")
    }

    /// `waits for b.lock (line 9)`.
    fn waits(&self, task: TaskId) -> String {
        let Some(pending) = self.pending.get(&task) else {
            return "waits".into();
        };
        let line = self.words.in_brackets(pending.location);
        format!("{}{line}", self.waits_for(&pending.op))
    }

    fn waits_for(&self, op: &Op) -> String {
        let name = match op.object {
            Some(object) => self.words.object(object),
            None => "something".into(),
        };
        match op.kind {
            OpKind::Join => match op.target {
                Some(target) => format!("waits for {} to end", self.words.task(target)),
                None => "waits for a task to end".into(),
            },
            OpKind::SemaphoreAcquire => format!("waits for a unit of {name}"),
            OpKind::ConditionWake => format!("waits to be notified on {name}"),
            OpKind::EventWait => format!("waits for {name} to be set"),
            OpKind::BarrierPass | OpKind::BarrierArrive => {
                format!("waits for the others at {name}")
            }
            OpKind::QueueGet => format!("waits for an item in {name}"),
            OpKind::QueuePut | OpKind::Send => format!("waits for room in {name}"),
            OpKind::Receive | OpKind::Poll => format!("waits for somebody to send through {name}"),
            OpKind::QueueJoin => format!("waits until every item of {name} is done"),
            OpKind::FutureWait => format!("waits for the result of {name}"),
            _ => format!("waits for {name}"),
        }
    }

    /// For a lock or unit whose owner has ended without giving it back.
    fn never_given_back(&self, wait: &Waiting) -> String {
        let Some(lock) = wait.object.filter(|_| wait.for_tasks.is_empty()) else {
            return String::new();
        };
        let owner = self.end.holds.holder(lock);
        let Some(owner) = owner.filter(|owner| self.end.ended.contains(owner)) else {
            return String::new();
        };
        let since = self
            .end
            .holds
            .since(lock)
            .and_then(|e| self.trace.events.get(e));
        let line = self.words.on_line(since.and_then(|event| event.location));
        format!(
            ", which {} took{line} and never gave back",
            self.words.task(owner)
        )
    }

    /// The lock that the wait is about; a waiter that was notified waits for its condition's lock.
    fn lock_of(&self, wait: &Waiting) -> Option<ObjectId> {
        let op = self.pending.get(&wait.task).map(|pending| pending.op);
        match op {
            Some(op) if op.kind == OpKind::ConditionWake => op.also.or(op.object),
            _ => wait.object,
        }
    }

    fn has(&self, task: TaskId, object: ObjectId) -> bool {
        self.end.holds.holder(object) == Some(task) || self.end.holds.units(object).contains(&task)
    }
}

fn joined(mut clauses: Vec<String>) -> String {
    let more = clauses.len().saturating_sub(MOST_CLAUSES);
    clauses.truncate(MOST_CLAUSES);
    let mut text = clauses.join("; ");
    if more > 0 {
        text.push_str(&shortened(&format!("; and {more} more")));
    }
    text
}
