//! Sleep sets (Godefroid, *Partial-Order Methods for the Verification of Concurrent Systems*,
//! 1996): do not take a step first whose consequences have been explored already.
//!
//! After all executions in which task `t` goes first have been explored, the others need not begin
//! with steps that are independent of `t`'s step and then `t`: that is the same behaviour again.
//! So `t` sleeps, until somebody performs an operation that depends on `t`'s pending one (in `gil`:
//! that may depend on what `t` does with its turn).

use heddle_trace::{TaskId, TaskSet};

use crate::{Attempt, Choice, Point, normalised, wakes};

/// The tasks that must not be chosen now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SleepSet(pub TaskSet);

impl SleepSet {
    /// The enabled tasks that are awake.
    #[must_use]
    pub fn awake(&self, point: &Point<'_>) -> TaskSet {
        point.enabled.without(self.0)
    }

    /// `chosen` is going to take the step: wakes the tasks whose pending operation depends on it.
    pub fn step(&mut self, point: &Point<'_>, chosen: TaskId) {
        if self.0.is_empty() {
            return;
        }
        let next = |task: TaskId| Attempt {
            op: normalised(task, (point.pending)(task)),
            fires: point.late.contains(task),
        };
        let performed = next(chosen);
        for task in self.0.iter() {
            if task == chosen || wakes(point.granularity, &performed, &next(task)) {
                self.0.remove(task);
            }
        }
    }
}

/// What a policy answers that has chosen this one of the tasks that are awake.
pub(crate) fn decide(sleep: &mut SleepSet, point: &Point<'_>, chosen: Option<TaskId>) -> Choice {
    match chosen {
        Some(task) => {
            sleep.step(point, task);
            Choice::Task(task)
        }
        None if point.enabled.is_empty() => Choice::Stop,
        None => Choice::Redundant,
    }
}
