//! Who holds which lock, at every moment of a trace.

use std::collections::HashMap;

use heddle_trace::{Event, ObjectId, Op, OpKind, OpResult, TaskId, What};

/// Units of one semaphore whose owners are remembered.
const MAX_UNITS: usize = 1_024;

/// One lock that is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hold {
    task: TaskId,
    /// How many times its owner has taken it: a lock that may be taken again is free at 0.
    depth: u32,
    /// Index of the event that took it first.
    since: usize,
}

/// The locks that are held after some events of a trace.
#[derive(Debug, Clone, Default)]
pub struct Holds {
    locks: HashMap<ObjectId, Hold>,
    by_task: HashMap<TaskId, Vec<ObjectId>>,
    /// How often the waiting task had taken the lock that `Condition.wait` gave back.
    given_back: HashMap<(TaskId, ObjectId), u32>,
    /// Units of semaphores that tasks took and did not give back.
    units: HashMap<ObjectId, Vec<TaskId>>,
}

impl Holds {
    /// Takes the trace's event number `index` into account. Call it for each event, in order.
    pub fn step(&mut self, index: usize, event: &Event) {
        let What::Op { op, result, .. } = &event.what else {
            return;
        };
        let (Some(object), OpResult::Done) = (op.object, *result) else {
            return;
        };
        let task = event.task;
        match op.kind {
            OpKind::Acquire | OpKind::TryAcquire => self.take(task, object, 1, index),
            OpKind::Release => self.give_back(object, 1),
            OpKind::ConditionWait => {
                let lock = condition_lock(op).unwrap_or(object);
                let depth = self.depth(lock);
                self.given_back.insert((task, lock), depth);
                self.give_back(lock, depth);
            }
            OpKind::ConditionWake => {
                let lock = condition_lock(op).unwrap_or(object);
                let depth = self.given_back.remove(&(task, lock)).unwrap_or(1);
                self.take(task, lock, depth.max(1), index);
            }
            OpKind::SemaphoreAcquire | OpKind::SemaphoreTryAcquire => {
                let out = self.units.entry(object).or_default();
                if out.len() < MAX_UNITS {
                    out.push(task);
                }
            }
            OpKind::SemaphoreRelease => self.give_unit_back(task, object),
            _ => {}
        }
    }

    /// Who holds the lock.
    pub fn holder(&self, lock: ObjectId) -> Option<TaskId> {
        Some(self.locks.get(&lock)?.task)
    }

    /// The event since which it is held.
    pub fn since(&self, lock: ObjectId) -> Option<usize> {
        Some(self.locks.get(&lock)?.since)
    }

    /// The locks that a task holds, in the order in which it took them.
    pub fn of(&self, task: TaskId) -> &[ObjectId] {
        self.by_task.get(&task).map_or(&[], Vec::as_slice)
    }

    /// The tasks that took units of a semaphore and did not give them back, in order.
    pub fn units(&self, semaphore: ObjectId) -> &[TaskId] {
        self.units.get(&semaphore).map_or(&[], Vec::as_slice)
    }

    fn depth(&self, lock: ObjectId) -> u32 {
        self.locks.get(&lock).map_or(0, |hold| hold.depth)
    }

    fn take(&mut self, task: TaskId, lock: ObjectId, depth: u32, index: usize) {
        match self.locks.get_mut(&lock) {
            Some(hold) if hold.task == task => hold.depth = hold.depth.saturating_add(depth),
            // A trace can claim that two tasks took one lock: the later one has it.
            _ => {
                self.drop_lock(lock);
                let since = index;
                self.locks.insert(lock, Hold { task, depth, since });
                self.by_task.entry(task).or_default().push(lock);
            }
        }
    }

    /// Any task may give a plain lock back, so it does not matter who does.
    fn give_back(&mut self, lock: ObjectId, times: u32) {
        if let Some(hold) = self.locks.get_mut(&lock) {
            hold.depth = hold.depth.saturating_sub(times);
            if hold.depth == 0 {
                self.drop_lock(lock);
            }
        }
    }

    fn drop_lock(&mut self, lock: ObjectId) {
        if let Some(hold) = self.locks.remove(&lock)
            && let Some(held) = self.by_task.get_mut(&hold.task)
        {
            held.retain(|other| *other != lock);
        }
    }

    /// A unit given back counts as the task's own, else as the oldest one that is out.
    fn give_unit_back(&mut self, task: TaskId, semaphore: ObjectId) {
        let Some(out) = self.units.get_mut(&semaphore) else {
            return;
        };
        let own = out.iter().rposition(|owner| *owner == task);
        if !out.is_empty() {
            out.remove(own.unwrap_or(0));
        }
    }
}

/// The lock of a condition: `also`, or the condition itself when it stands for its lock.
pub(crate) fn condition_lock(op: &Op) -> Option<ObjectId> {
    op.also.or(op.object)
}
