//! Who holds which lock, followed from operation to operation.

use heddle_trace::{ObjectId, Op, OpKind, OpResult, TaskId};

/// One task's hold on an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Who.
    pub task: TaskId,
    /// How many times: above 1 for a lock that its owner took again, or units of a semaphore.
    pub times: u32,
    /// Index of the event with which it was first taken.
    pub since: u32,
}

/// Whether a task's hold on an object begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HoldChange {
    pub(crate) object: ObjectId,
    pub(crate) task: TaskId,
    pub(crate) holds: bool,
}

/// The holders of every object at one moment.
///
/// A lock may be given back by a task that does not hold it; then its holder loses it. The same
/// is taken to be so for semaphores, where a unit that one task takes and another gives back is
/// how they signal.
#[derive(Debug, Clone, Default)]
pub struct Holds {
    /// By object.
    holders: Vec<Vec<Held>>,
    /// What waiters on conditions will take again: lock, task, times.
    parked: Vec<(ObjectId, TaskId, u32)>,
}

/// Ids beyond this come from a damaged trace; their objects are left out.
const MOST_OBJECTS: u32 = 1 << 20;

impl Holds {
    /// The holders of an object.
    pub fn of(&self, object: ObjectId) -> &[Held] {
        self.holders
            .get(object.0 as usize)
            .map_or(&[], Vec::as_slice)
    }

    /// A task's hold on an object.
    pub fn by(&self, task: TaskId, object: ObjectId) -> Option<Held> {
        self.of(object).iter().copied().find(|h| h.task == task)
    }

    /// Every hold there is, by object.
    pub fn all(&self) -> impl Iterator<Item = (ObjectId, Held)> + '_ {
        (0..)
            .zip(&self.holders)
            .flat_map(|(object, holders)| holders.iter().map(move |held| (ObjectId(object), *held)))
    }

    /// Follows one operation.
    pub fn apply(&mut self, event: u32, task: TaskId, op: &Op, result: OpResult) {
        self.follow(event, task, op, result);
    }

    /// As [`Holds::apply`], and says what begins or ends by it.
    pub(crate) fn follow(
        &mut self,
        event: u32,
        task: TaskId,
        op: &Op,
        result: OpResult,
    ) -> Option<HoldChange> {
        match op.kind {
            OpKind::Acquire
            | OpKind::TryAcquire
            | OpKind::SemaphoreAcquire
            | OpKind::SemaphoreTryAcquire
                if result == OpResult::Done =>
            {
                self.take(op.object?, task, 1, event)
            }
            OpKind::Release | OpKind::SemaphoreRelease => self.give(op.object?, task, 1),
            OpKind::ConditionWait => {
                let lock = op.also?;
                let times = self.by(task, lock)?.times;
                self.parked.push((lock, task, times));
                self.give(lock, task, times)
            }
            OpKind::ConditionWake => {
                let lock = op.also?;
                let of_this = |p: &(ObjectId, TaskId, u32)| p.0 == lock && p.1 == task;
                let times = match self.parked.iter().position(of_this) {
                    Some(i) => self.parked.swap_remove(i).2,
                    None => 1,
                };
                self.take(lock, task, times, event)
            }
            _ => None,
        }
    }

    fn take(
        &mut self,
        object: ObjectId,
        task: TaskId,
        times: u32,
        since: u32,
    ) -> Option<HoldChange> {
        if object.0 >= MOST_OBJECTS {
            return None;
        }
        let index = object.0 as usize;
        if self.holders.len() <= index {
            self.holders.resize_with(index + 1, Vec::new);
        }
        let holders = &mut self.holders[index];
        if let Some(held) = holders.iter_mut().find(|h| h.task == task) {
            held.times += times;
            return None;
        }
        holders.push(Held { task, times, since });
        let holds = true;
        Some(HoldChange {
            object,
            task,
            holds,
        })
    }

    fn give(&mut self, object: ObjectId, task: TaskId, times: u32) -> Option<HoldChange> {
        let holders = self.holders.get_mut(object.0 as usize)?;
        let own = holders.iter().position(|h| h.task == task);
        let index = own.or((!holders.is_empty()).then_some(0))?;
        holders[index].times = holders[index].times.saturating_sub(times);
        if holders[index].times > 0 {
            return None;
        }
        let task = holders.remove(index).task;
        let holds = false;
        Some(HoldChange {
            object,
            task,
            holds,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: ObjectId = ObjectId(0);

    fn op(kind: OpKind) -> Op {
        Op {
            kind,
            object: Some(LOCK),
            also: None,
            target: None,
        }
    }

    fn after(ops: &[(u16, Op)]) -> Holds {
        let mut holds = Holds::default();
        for (i, (task, op)) in (0..).zip(ops) {
            holds.apply(i, TaskId(*task), op, OpResult::Done);
        }
        holds
    }

    #[test]
    fn a_lock_taken_twice_is_held_until_it_is_given_back_twice() {
        let (take, give) = (op(OpKind::Acquire), op(OpKind::Release));
        let once = after(&[(1, take), (1, take), (1, give)]);
        let held = once.by(TaskId(1), LOCK).unwrap();
        assert_eq!((held.times, held.since), (1, 0));
        let free = after(&[(1, take), (1, take), (1, give), (1, give)]);
        assert!(free.of(LOCK).is_empty());
    }

    #[test]
    fn a_wait_on_a_condition_gives_the_lock_back_whole_and_takes_it_whole() {
        let take = op(OpKind::Acquire);
        let also = Some(LOCK);
        let wait = Op {
            also,
            object: Some(ObjectId(1)),
            ..op(OpKind::ConditionWait)
        };
        let wake = Op {
            kind: OpKind::ConditionWake,
            ..wait
        };
        assert!(
            after(&[(1, take), (1, take), (1, wait)])
                .of(LOCK)
                .is_empty()
        );
        let again = after(&[(1, take), (1, take), (1, wait), (1, wake)]);
        assert_eq!(again.by(TaskId(1), LOCK).unwrap().times, 2);
    }

    #[test]
    fn a_lock_given_back_by_another_task_is_free() {
        let (take, give) = (op(OpKind::Acquire), op(OpKind::Release));
        assert!(after(&[(1, take), (2, give)]).of(LOCK).is_empty());
    }

    #[test]
    fn a_try_in_vain_takes_nothing() {
        let mut holds = Holds::default();
        let wanted = op(OpKind::TryAcquire);
        holds.apply(0, TaskId(1), &wanted, OpResult::WouldBlock);
        assert!(holds.of(LOCK).is_empty());
    }
}
