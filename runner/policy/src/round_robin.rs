//! Everybody in turn, one step each.

use crate::sleep::decide;
use crate::{Choice, Point, Policy, SleepSet};

/// After each step the next enabled task goes, by id and round again: as many switches as there can
/// be, where [`crate::NonPreemptive`] has none. Fair: nobody who stays enabled waits for longer than
/// all others take one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct RoundRobin {
    /// Who must not be chosen.
    pub sleep: SleepSet,
}

impl Policy for RoundRobin {
    fn choose(&mut self, point: &Point<'_>) -> Choice {
        let awake = self.sleep.awake(point);
        let behind = |last| awake.iter().find(|task| *task > last);
        let chosen = point.last.and_then(behind).or_else(|| awake.first());
        decide(&mut self.sleep, point, chosen)
    }
}
