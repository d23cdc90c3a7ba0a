//! Which pairs of steps could come in the other order.

use heddle_policy::{Attempt, Touch, normalised};
use heddle_trace::{Granularity, Op, OpKind, TaskId, TaskSet};

use super::enabling::{Objects, Possible};
use super::order::{Order, Ready};
use crate::Executed;

/// An execution, with all that is worked out from it once. Steps are [`crate::Move`]s here.
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
    /// It had a timeout.
    pub(crate) timed: bool,
    /// All that it touches, with what its task did in the same turn.
    touches: Vec<Touch>,
    /// The step, or the number of steps.
    pub(crate) place: usize,
    /// Since when its task stood before it.
    pub(crate) ready: Ready,
}

/// One part of a sequence that is to be run.
#[derive(Debug, Clone)]
pub(crate) struct Part<'a> {
    pub(crate) task: TaskId,
    /// How many steps.
    pub(crate) steps: usize,
    /// What it touches, as far as that is known.
    touches: &'a [Touch],
    is_access: bool,
    /// Its task goes on with accesses that are not known: what it reads has changed.
    is_open: bool,
}

impl Part<'_> {
    /// Whether the two may not be swapped.
    fn depends_on(&self, other: &Part<'_>) -> bool {
        let unknown = self.is_access && other.is_access && (self.is_open || other.is_open);
        unknown
            || self
                .touches
                .iter()
                .any(|one| other.touches.iter().any(|other| one.conflicts(other)))
    }
}

fn is_access(op: &Op) -> bool {
    matches!(op.kind, OpKind::Read | OpKind::Write)
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
        let moves = self.executed.moves();
        for later in self.later(0) {
            let since = later.ready.since.map_or(0, |ready| ready + 1);
            let counted = matches!(later.op.kind, OpKind::SemaphoreAcquire | OpKind::QueuePut);
            let waits = match moves.get(since) {
                Some(moved) => since < later.place && !moved.first.enabled.contains(later.task),
                None => later.place == moves.len() && self.waits_at_end(later.task),
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
        self.executed.moves().len()
    }

    /// The steps from this one on, and what everybody was about to do at the end: a task that waits
    /// for ever has lost a race as well. (Also when the execution was cut short because whoever can
    /// go sleeps: those who cannot may have to come before what was performed.)
    pub(crate) fn later(&self, from: usize) -> Vec<Later> {
        let moves = self.executed.moves().iter().enumerate().skip(from);
        let performed = moves.map(|(place, moved)| Later {
            task: moved.first.task,
            op: moved.first.op,
            timed: moved.first.timed,
            touches: self.executed.touches(moved).to_vec(),
            place,
            ready: self.order.ready_before(place).clone(),
        });
        let pending = self.executed.trace().pending.iter().map(|pending| {
            let op = normalised(pending.task, pending.op);
            let fires = pending.timed && !self.executed.respects_timeouts();
            Later {
                task: pending.task,
                op,
                timed: pending.timed,
                touches: Attempt { op, fires }.touches().collect(),
                place: self.len(),
                ready: self.order.ready(self.executed, pending.task, op.kind),
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
        let asked = (op, later.timed);
        let possible = self
            .objects
            .possible(self.executed, asked, *task, ready.since, place);
        match possible {
            Possible::No if self.is_notified_between(later, place) => Possible::Perhaps,
            possible => possible,
        }
    }

    /// Whether a waiter that could not go on before the step at `place` perhaps can when that step is
    /// left out: it was notified after it, and the step did not give it the lock.
    fn is_notified_between(&self, later: &Later, place: usize) -> bool {
        let moves = self.executed.moves();
        let step = &moves[place].first;
        later.op.kind == OpKind::ConditionWake
            && !self.executed.is_last_resort(step)
            && !self.objects.frees_a_lock(step, place)
            && (place + 1..later.place).any(|between| {
                let op = &moves[between].first.op;
                op.kind == OpKind::ConditionNotify
                    && op.object == later.op.object
                    && !self.order.is_before(place, between)
            })
    }

    /// The steps of other tasks before `later` that conflict with it and that it does not need, the
    /// latest first.
    pub(crate) fn conflicting(&self, later: &Later) -> Vec<usize> {
        let past = &later.ready.past;
        let moves = self.executed.moves();
        let mut found = self.order.conflicting(&later.touches, past);
        found.retain(|place| {
            *place < later.place
                && moves[*place].first.task != later.task
                && !self.order.is_in(*place, past)
        });
        found
    }

    /// What to do from `place` on so that `later` comes before the step there: everything that need
    /// not come after that step, then `later`.
    pub(crate) fn reversed<'b>(&'b self, place: usize, later: &'b Later) -> Vec<Part<'b>> {
        let between = (place + 1)..later.place;
        let kept = between.filter(|step| !self.order.is_before(place, *step));
        let kept = kept.map(|step| self.part(step));
        kept.chain([self.last_part(later)]).collect()
    }

    /// The steps of that sequence but the last, one by one.
    pub(crate) fn kept(
        &self,
        place: usize,
        later: &Later,
    ) -> impl Iterator<Item = (TaskId, Attempt)> {
        let between = (place + 1)..later.place;
        let kept = between.filter(move |step| !self.order.is_before(place, *step));
        kept.flat_map(|step| {
            let steps = &self.executed.steps()[self.executed.moves()[step].steps.clone()];
            let attempts = steps.iter();
            attempts.map(|step| (step.task, self.executed.attempt(step)))
        })
    }

    /// Its last step. If it can end by its timeout, it may.
    pub(crate) fn last_attempt(&self, later: &Later) -> (TaskId, Attempt) {
        let fires = later.timed && !self.executed.respects_timeouts();
        (
            later.task,
            Attempt {
                op: later.op,
                fires,
            },
        )
    }

    fn part(&self, place: usize) -> Part<'_> {
        let moved = &self.executed.moves()[place];
        Part {
            task: moved.first.task,
            steps: moved.steps.len(),
            touches: self.executed.touches(moved),
            is_access: is_access(&moved.first.op),
            is_open: false,
        }
    }

    /// What it reads may have changed: then in `gil` only its first access is known, and the rest
    /// follows by itself.
    fn last_part<'b>(&self, later: &'b Later) -> Part<'b> {
        let is_access = is_access(&later.op);
        let gil = self.executed.trace().granularity == Some(Granularity::Gil);
        Part {
            task: later.task,
            steps: 1,
            touches: &later.touches,
            is_access,
            is_open: gil && is_access,
        }
    }
}

/// Whether one of the tasks takes a part of `sequence` that could as well be its first: whatever
/// begins with `sequence` is then equivalent to something that begins with that task.
pub(crate) fn is_covered(tasks: TaskSet, sequence: &[Part<'_>]) -> bool {
    tasks.iter().any(|task| {
        let own = sequence.iter().position(|part| part.task == task);
        own.is_some_and(|place| {
            let before = &sequence[..place];
            before.iter().all(|part| !part.depends_on(&sequence[place]))
        })
    })
}
