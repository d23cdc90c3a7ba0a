//! Each step's task drawn at random.

use heddle_trace::{TaskId, TaskSet};

use crate::{Choice, Point, Policy, SleepSet};

/// Draws one of the enabled tasks, each with the same chance, from a generator of its own: the same
/// seed draws the same way everywhere.
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

    /// SplitMix64 (Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*, 2014): one
    /// word of state, and every seed is good.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn draw_from(&mut self, tasks: TaskSet) -> Option<TaskId> {
        // The high half of a product spreads the draws evenly over so few tasks.
        let nth = (u128::from(self.draw()) * u128::from(tasks.len())) >> 64;
        tasks.iter().nth(nth as usize)
    }
}

impl Policy for Random {
    fn choose(&mut self, point: &Point<'_>) -> Choice {
        let awake = self.sleep.awake(point);
        match self.draw_from(awake) {
            Some(task) => {
                self.sleep.step(point, task);
                Choice::Task(task)
            }
            None if point.enabled.is_empty() => Choice::Stop,
            None => Choice::Redundant,
        }
    }
}
