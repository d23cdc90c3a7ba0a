//! No forced switches.

use crate::sleep::decide;
use crate::{Choice, Point, Policy, SleepSet};

/// A task goes on until it cannot; then the enabled task with the smallest id does. Timeouts fire when
/// nobody else can go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct NonPreemptive {
    /// Who must not be chosen.
    pub sleep: SleepSet,
}

impl Policy for NonPreemptive {
    fn choose(&mut self, point: &Point<'_>) -> Choice {
        let awake = self.sleep.awake(point);
        let prompt = awake.without(point.late);
        let same = point.last.filter(|last| prompt.contains(*last));
        let chosen = same.or_else(|| prompt.first()).or_else(|| awake.first());
        decide(&mut self.sleep, point, chosen)
    }
}
