//! Probabilistic concurrency testing: random priorities, and a few random points at which they
//! change.

use heddle_trace::TaskId;

use crate::sleep::decide;
use crate::{Choice, PerTask, Point, Policy, SleepSet, generator};

/// The most change points that are followed.
const MAX_CHANGES: u32 = 15;

/// PCT (Burckhardt, Kothari, Musuvathi, Nagarakatte, *A Randomized Scheduler with Probabilistic
/// Guarantees of Finding Bugs*, 2010).
///
/// Every task gets a random priority when it appears, and the enabled task with the highest one
/// goes. At `depth - 1` steps, drawn from the first `length` ones, the task that is about to go
/// falls below all others.
///
/// Guarantee (the paper's theorem): with at most n tasks and k steps, one execution shows a failure
/// that `d` ordering constraints are enough for with a chance of at least 1/(n·k^(d−1)). It holds
/// when `length` is not below the real number of steps, and the sleep set is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pct {
    /// Who must not be chosen.
    pub sleep: SleepSet,
    /// Everything random follows from it.
    pub seed: u64,
    /// The failure's depth d: one more than the number of change points.
    pub depth: u32,
    /// The estimated number of steps k.
    pub length: u32,
    /// For a task that has fallen: the number of its change point. 0: it has not.
    pub fallen: PerTask,
}

impl Pct {
    /// The policy that starts from this seed.
    pub fn new(seed: u64, depth: u32, length: u32) -> Self {
        Pct {
            sleep: SleepSet::default(),
            seed,
            depth,
            length,
            fallen: PerTask::ZERO,
        }
    }

    /// Who has not fallen is above everybody who has; of those, who fell at a later point (by
    /// number) is above. The numbers are not in the order of the steps: those are drawn.
    fn priority(&self, task: TaskId) -> (bool, u64) {
        match self.fallen.get(task) {
            0 => (true, generator::number_of(self.seed, 1, u64::from(task.0))),
            point => (false, u64::from(point)),
        }
    }

    fn highest(&self, point: &Point<'_>) -> Option<TaskId> {
        let awake = self.sleep.awake(point);
        awake.iter().max_by_key(|task| self.priority(*task))
    }

    fn is_change(&self, number: u32, step: u32) -> bool {
        let drawn = generator::number_of(self.seed, 2, u64::from(number));
        generator::below(drawn, u64::from(self.length.max(1))) == u64::from(step)
    }
}

impl Policy for Pct {
    fn choose(&mut self, point: &Point<'_>) -> Choice {
        for number in 1..self.depth.min(MAX_CHANGES + 1) {
            if self.is_change(number, point.step)
                && let Some(task) = self.highest(point)
            {
                self.fallen.set(task, number as u16);
            }
        }
        let chosen = self.highest(point);
        decide(&mut self.sleep, point, chosen)
    }
}
