//! Who waits for whom when nobody can go on.

mod cycle;
mod sentence;

use std::collections::{HashMap, HashSet};

use heddle_trace::{ObjectId, Op, OpKind, Outcome, Pending, TaskId, Trace, Waiting};

use crate::Holds;
use crate::holds::condition_lock;

pub(crate) use sentence::deadlock_sentence;

/// The outcome of an execution in which nobody can go on and at least one task has not ended:
/// works out from the events who holds what, and from the pending operations who waits for whom.
///
/// Waits of the standard library's own tasks are left out, unless they are on the cycle.
pub fn deadlock(trace: &Trace) -> Outcome {
    let end = End::of(trace);
    let mut waiting: Vec<Waiting> = trace
        .pending
        .iter()
        .filter(|pending| !pending.enabled)
        .map(|pending| end.waiting(pending))
        .collect();
    waiting.sort_by_key(|wait| wait.task);
    waiting.dedup_by_key(|wait| wait.task);
    let cycle = cycle::find(&waiting);
    let on_cycle: HashSet<TaskId> = cycle.iter().copied().collect();
    waiting.retain(|wait| on_cycle.contains(&wait.task) || !trace.is_system(wait.task));
    Outcome::Deadlock { waiting, cycle }
}

/// The state at a trace's end.
struct End {
    holds: Holds,
    ended: HashSet<TaskId>,
    /// The event with which a task began to wait for a condition, for the last time.
    last_wait: HashMap<TaskId, usize>,
    last_notify: HashMap<ObjectId, usize>,
}

impl End {
    fn of(trace: &Trace) -> Self {
        let mut end = End {
            holds: Holds::default(),
            ended: HashSet::new(),
            last_wait: HashMap::new(),
            last_notify: HashMap::new(),
        };
        for (index, event) in trace.events.iter().enumerate() {
            end.holds.step(index, event);
            let Some(op) = event.op() else { continue };
            match (op.kind, op.object) {
                (OpKind::TaskEnd | OpKind::ProcessExit, _) => {
                    end.ended.insert(event.task);
                }
                (OpKind::ConditionWait, _) => {
                    end.last_wait.insert(event.task, index);
                }
                (OpKind::ConditionNotify, Some(condition)) => {
                    end.last_notify.insert(condition, index);
                }
                _ => {}
            }
        }
        end
    }

    fn waiting(&self, pending: &Pending) -> Waiting {
        let op = &pending.op;
        let mut for_tasks = self.awaited(pending.task, op);
        for_tasks.retain(|task| !self.ended.contains(task));
        for_tasks.dedup();
        Waiting {
            task: pending.task,
            object: op.object,
            for_tasks,
            location: pending.location,
        }
    }

    /// The tasks that could end the wait, ended ones among them.
    fn awaited(&self, task: TaskId, op: &Op) -> Vec<TaskId> {
        let holder = |lock: Option<ObjectId>| self.holds.holder(lock?);
        match op.kind {
            OpKind::Acquire => holder(op.object).into_iter().collect(),
            OpKind::Join => op.target.into_iter().collect(),
            OpKind::SemaphoreAcquire => {
                let semaphore = op.object.map(|object| self.holds.units(object));
                let mut owners = semaphore.unwrap_or_default().to_vec();
                owners.sort();
                owners
            }
            OpKind::ConditionWake if self.notified(task, op) => {
                let holder = holder(condition_lock(op));
                holder.into_iter().filter(|h| *h != task).collect()
            }
            // Whoever puts, sets, notifies or arrives could: a trace does not say who that is.
            _ => Vec::new(),
        }
    }

    /// Whether somebody has called notify since the task began to wait.
    fn notified(&self, task: TaskId, wake: &Op) -> bool {
        let notify = wake
            .object
            .and_then(|condition| self.last_notify.get(&condition));
        notify > self.last_wait.get(&task)
    }
}
