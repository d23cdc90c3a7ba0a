//! What everybody is going to do.

use std::collections::{BTreeMap, VecDeque};

use heddle_policy::normalised;
use heddle_trace::{Op, TaskId};

use crate::Executed;

/// The next operation of every task, at a place of an execution that moves on.
pub(crate) struct Upcoming<'a> {
    executed: &'a Executed<'a>,
    /// For each task the places of its steps.
    places: BTreeMap<TaskId, VecDeque<usize>>,
    /// What it was about to do at the end.
    at_end: BTreeMap<TaskId, Op>,
}

impl<'a> Upcoming<'a> {
    pub(crate) fn new(executed: &'a Executed<'a>) -> Self {
        let mut places: BTreeMap<TaskId, VecDeque<usize>> = BTreeMap::new();
        for (place, step) in executed.steps().iter().enumerate() {
            places.entry(step.task).or_default().push_back(place);
        }
        let pending = executed.trace().pending.iter();
        let at_end = pending.map(|pending| (pending.task, normalised(pending.task, pending.op)));
        Upcoming {
            executed,
            places,
            at_end: at_end.collect(),
        }
    }

    /// What the task does next; `None` when the execution does not say.
    pub(crate) fn op(&self, task: TaskId) -> Option<Op> {
        let place = self.places.get(&task).and_then(|places| places.front());
        match place {
            Some(place) => Some(self.executed.steps()[*place].op),
            None => self.at_end.get(&task).copied(),
        }
    }

    /// The task takes its step.
    pub(crate) fn pass(&mut self, task: TaskId) {
        if let Some(places) = self.places.get_mut(&task) {
            places.pop_front();
        }
    }
}
