//! No forced switches.

use crate::{Choice, Point, Policy, SleepSet};

/// A task goes on until it cannot; then the enabled task with the smallest id does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NonPreemptive {
    /// Who must not be chosen.
    pub sleep: SleepSet,
}

impl Policy for NonPreemptive {
    fn choose(&mut self, point: &Point<'_>) -> Choice {
        let awake = self.sleep.awake(point);
        let same = point.last.filter(|last| awake.contains(*last));
        match same.or_else(|| awake.first()) {
            Some(task) => {
                self.sleep.step(point, task);
                Choice::Task(task)
            }
            None if point.enabled.is_empty() => Choice::Stop,
            None => Choice::Redundant,
        }
    }
}
