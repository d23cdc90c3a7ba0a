//! What everybody is going to do.

use std::collections::{BTreeMap, VecDeque};

use heddle_policy::{Attempt, normalised, wakes};
use heddle_trace::{TaskId, TaskSet};

use crate::Executed;

/// The next operation of every task, at a place of an execution that moves on.
pub(crate) struct Upcoming<'a> {
    executed: &'a Executed<'a>,
    /// For each task the places of its steps.
    places: BTreeMap<TaskId, VecDeque<usize>>,
    /// What it was about to do at the end.
    at_end: BTreeMap<TaskId, Attempt>,
}

impl<'a> Upcoming<'a> {
    pub(crate) fn new(executed: &'a Executed<'a>) -> Self {
        let mut places: BTreeMap<TaskId, VecDeque<usize>> = BTreeMap::new();
        for (place, step) in executed.steps().iter().enumerate() {
            places.entry(step.task).or_default().push_back(place);
        }
        let pending = executed.trace().pending.iter().map(|pending| {
            let attempt = Attempt {
                op: normalised(pending.task, pending.op),
                fires: pending.timed && !executed.respects_timeouts(),
            };
            (pending.task, attempt)
        });
        Upcoming {
            executed,
            places,
            at_end: pending.collect(),
        }
    }

    /// What the task does next; `None` when the execution does not say. An operation whose timeout
    /// could fire counts as if it did: whether it does is decided in its turn.
    fn next(&self, task: TaskId) -> Option<Attempt> {
        let Some(place) = self.places.get(&task).and_then(VecDeque::front) else {
            return self.at_end.get(&task).copied();
        };
        let step = self.executed.steps()[*place];
        Some(Attempt {
            op: step.op,
            fires: step.timed && !self.executed.respects_timeouts(),
        })
    }

    /// Who still sleeps after `task` has performed that.
    pub(crate) fn asleep_after(
        &self,
        asleep: TaskSet,
        task: TaskId,
        performed: &Attempt,
    ) -> TaskSet {
        let granularity = self.executed.trace().granularity.unwrap_or_default();
        let commutes = |sleeper: &TaskId| {
            let pending = self.next(*sleeper);
            *sleeper != task
                && pending.is_some_and(|pending| !wakes(granularity, performed, &pending))
        };
        asleep.iter().filter(commutes).collect()
    }

    /// Who still sleeps after `task` has taken its next step.
    pub(crate) fn asleep_after_next(&self, asleep: TaskSet, task: TaskId) -> TaskSet {
        match self.next(task) {
            Some(performed) => self.asleep_after(asleep, task, &performed),
            None => TaskSet::EMPTY,
        }
    }

    /// The task takes its step.
    pub(crate) fn pass(&mut self, task: TaskId) {
        if let Some(places) = self.places.get_mut(&task) {
            places.pop_front();
        }
    }
}
