//! Each step's task drawn at random.

use crate::sleep::decide;
use crate::{Choice, Point, Policy, SleepSet, generator};

/// Draws one of the enabled tasks, each with the same chance, from a generator of its own: the same
/// seed draws the same way everywhere.
///
/// Every schedule can come, but not all with the same chance: of two tasks the one with many steps
/// is hardly ever overtaken by all the steps of the other. No bound on finding a failure is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Random {
    /// Who must not be chosen.
    pub sleep: SleepSet,
    /// State of the generator; the seed at first.
    pub state: u64,
}

impl Random {
    /// The policy that starts from this seed.
    pub fn new(seed: u64) -> Self {
        Random {
            sleep: SleepSet::default(),
            state: seed,
        }
    }
}

impl Policy for Random {
    fn choose(&mut self, point: &Point<'_>) -> Choice {
        let chosen = generator::draw_from(&mut self.state, self.sleep.awake(point));
        decide(&mut self.sleep, point, chosen)
    }
}
