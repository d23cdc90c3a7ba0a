//! Partial order sampling: random priorities for operations, drawn anew for those that race.

use heddle_trace::TaskId;

use crate::sleep::decide;
use crate::{Choice, PerTask, Point, Policy, SleepSet, dependent, generator, normalised};

/// POS (Yuan, Yang, Gu, *Partial Order Aware Concurrency Sampling*, 2018).
///
/// Every pending operation has a random priority; the enabled one with the highest goes. Then the
/// pending operations that depend on it get new priorities: they have lost a race, and what they do
/// from here on is another order.
///
/// What it buys: an operation that waits for its turn keeps its priority while others do things
/// that have nothing to do with it. So it comes before, or after, all n of them with a chance of
/// about 1/(n+1), where drawing each step's task gives 1/2^n. The paper bounds the chance of every
/// partial order from below; no figure of that is claimed here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Pos {
    /// Who must not be chosen.
    pub sleep: SleepSet,
    /// Everything random follows from it.
    pub seed: u64,
    /// How many priorities each task has had before the one of its pending operation.
    pub drawn: PerTask,
}

impl Pos {
    /// The policy that starts from this seed.
    pub fn new(seed: u64) -> Self {
        Pos {
            sleep: SleepSet::default(),
            seed,
            drawn: PerTask::ZERO,
        }
    }

    fn priority(&self, task: TaskId) -> u64 {
        let drawn = u64::from(self.drawn.get(task));
        generator::number_of(self.seed, u64::from(task.0), drawn)
    }

    fn draw_anew(&mut self, task: TaskId) {
        self.drawn.set(task, self.drawn.get(task).wrapping_add(1));
    }

    fn step(&mut self, point: &Point<'_>, chosen: TaskId) {
        let performed = normalised(chosen, (point.pending)(chosen));
        for task in point.enabled.iter().filter(|task| *task != chosen) {
            if dependent(&performed, &normalised(task, (point.pending)(task))) {
                self.draw_anew(task);
            }
        }
        self.draw_anew(chosen);
    }
}

impl Policy for Pos {
    fn choose(&mut self, point: &Point<'_>) -> Choice {
        let awake = self.sleep.awake(point);
        let chosen = awake.iter().max_by_key(|task| self.priority(*task));
        if let Some(task) = chosen {
            self.step(point, task);
        }
        decide(&mut self.sleep, point, chosen)
    }
}
