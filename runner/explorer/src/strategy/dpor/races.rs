//! Which pairs of steps could come in the other order.

use heddle_policy::{dependent, normalised};
use heddle_trace::{Op, OpKind, OpResult, TaskId, TaskSet};

use super::enabling::{Objects, Possible};
use super::order::{Order, Ready};
use crate::Executed;
use crate::strategy::upcoming::Upcoming;

/// An execution, with all that is worked out from it once.
pub(crate) struct Walked<'a> {
    pub(crate) executed: &'a Executed<'a>,
    pub(crate) order: Order,
    objects: Objects,
}

/// An operation that was performed, or was about to be at the end.
#[derive(Debug, Clone)]
pub(crate) struct Later {
    pub(crate) task: TaskId,
    pub(crate) op: Op,
    /// The step, or the number of steps.
    pub(crate) place: usize,
    /// Since when its task stood before it.
    pub(crate) ready: Ready,
}

impl<'a> Walked<'a> {
    pub(crate) fn new(executed: &'a Executed<'a>) -> Self {
        let mut walked = Walked {
            executed,
            order: Order::new(executed),
            objects: Objects::new(executed),
        };
        walked.learn();
        walked
    }

    /// Who waits for a unit, or for room, shows that there was none.
    fn learn(&mut self) {
        let steps = self.executed.steps();
        for later in self.later(0) {
            let since = later.ready.since.map_or(0, |ready| ready + 1);
            let counted = matches!(later.op.kind, OpKind::SemaphoreAcquire | OpKind::QueuePut);
            let waits = match steps.get(since) {
                Some(step) => since < later.place && !step.enabled.contains(later.task),
                None => later.place == steps.len() && self.waits_at_end(later.task),
            };
            if counted && waits {
                self.objects.learn(&later.op, since);
            }
        }
    }

    fn waits_at_end(&self, task: TaskId) -> bool {
        let mut pending = self.executed.trace().pending.iter();
        pending.any(|pending| pending.task == task && !pending.enabled)
    }

    pub(crate) fn len(&self) -> usize {
        self.executed.steps().len()
    }

    /// The steps from this one on, and what everybody was about to do at the end: a task that waits
    /// for ever has lost a race as well. (Also when the execution was cut short because whoever can
    /// go sleeps: those who cannot may have to come before what was performed.)
    pub(crate) fn later(&self, from: usize) -> Vec<Later> {
        let steps = self.executed.steps().iter().enumerate().skip(from);
        let performed = steps.map(|(place, step)| Later {
            task: step.task,
            op: step.op,
            place,
            ready: self.order.ready_before(place).clone(),
        });
        let pending = self.executed.trace().pending.iter().map(|pending| {
            let op = normalised(pending.task, pending.op);
            Later {
                task: pending.task,
                op,
                place: self.len(),
                ready: self.order.ready(self.executed, pending.task, &op),
            }
        });
        performed.chain(pending).collect()
    }

    /// The places of the steps before which `later` could have been performed instead, so that the
    /// other order of the two has to be tried: the last conflicting ones, and where those made it
    /// possible, the ones before.
    pub(crate) fn races(&self, later: &Later) -> Vec<usize> {
        let mut covered = later.ready.past.clone();
        let mut found = Vec::new();
        for place in self.conflicting(later) {
            if self.order.is_in(place, &covered) {
                continue;
            }
            match self.possible(later, place) {
                Possible::No => {}
                Possible::Yes => {
                    covered.join(self.order.clock(place));
                    found.push(place);
                }
                // If it turns out to be impossible, the earlier ones count.
                Possible::Perhaps => found.push(place),
            }
        }
        found
    }

    pub(crate) fn possible(&self, later: &Later, place: usize) -> Possible {
        let Later {
            task, op, ready, ..
        } = later;
        let possible = self
            .objects
            .possible(self.executed, op, *task, ready.since, place);
        match possible {
            Possible::No if self.is_notified_between(later, place) => Possible::Perhaps,
            possible => possible,
        }
    }

    /// Whether a waiter that could not go on before the step at `place` perhaps can when that step is
    /// left out: it was notified after it, and the step did not give it the lock.
    fn is_notified_between(&self, later: &Later, place: usize) -> bool {
        let steps = self.executed.steps();
        later.op.kind == OpKind::ConditionWake
            && steps[place].result != OpResult::TimedOut
            && !self.objects.frees_a_lock(&steps[place], place)
            && (place + 1..later.place).any(|step| {
                steps[step].op.kind == OpKind::ConditionNotify
                    && steps[step].op.object == later.op.object
                    && !self.order.is_before(place, step)
            })
    }

    /// The steps of other tasks before `later` that conflict with it and that it does not need, the
    /// latest first.
    pub(crate) fn conflicting(&self, later: &Later) -> Vec<usize> {
        let past = &later.ready.past;
        let steps = self.executed.steps();
        let mut found = self.order.conflicting(&later.op, past);
        found.retain(|place| {
            *place < later.place
                && steps[*place].task != later.task
                && !self.order.is_in(*place, past)
        });
        found
    }

    /// What to do from `place` on so that `later` comes before the step there: everything that need
    /// not come after that step, then `later`.
    pub(crate) fn reversed(&self, place: usize, later: &Later) -> Vec<(TaskId, Op)> {
        let between = (place + 1)..later.place;
        let kept = between.filter(|step| !self.order.is_before(place, *step));
        let steps = self.executed.steps();
        let kept = kept.map(|step| (steps[step].task, steps[step].op));
        kept.chain([(later.task, later.op)]).collect()
    }
}

/// Whether one of the tasks takes a step of `sequence` that could as well be its first: whatever
/// begins with `sequence` is then equivalent to something that begins with that task.
pub(crate) fn is_covered(tasks: TaskSet, sequence: &[(TaskId, Op)]) -> bool {
    tasks.iter().any(|task| {
        let own = sequence.iter().position(|(other, _)| *other == task);
        own.is_some_and(|place| {
            let before = &sequence[..place];
            before
                .iter()
                .all(|(_, op)| !dependent(op, &sequence[place].1))
        })
    })
}

/// Who still sleeps after `task` has performed `op`.
pub(crate) fn asleep_after(
    asleep: TaskSet,
    (task, op): (TaskId, Op),
    upcoming: &Upcoming<'_>,
) -> TaskSet {
    let commutes = |sleeper: &TaskId| {
        let pending = upcoming.op(*sleeper);
        *sleeper != task && pending.is_some_and(|pending| !dependent(&pending, &op))
    };
    asleep.iter().filter(commutes).collect()
}
