//! Uniform random walk: tasks drawn by how much they still have to do.

use heddle_trace::{OpKind, TaskId};

use crate::sleep::decide;
use crate::{Choice, PerTask, Point, Policy, SleepSet, generator};

/// URW (Zhao, Wolff, Mathur, Roychoudhury, *Selectively Uniform Concurrency Testing*, 2025).
///
/// Each enabled task is drawn with a chance in proportion to the number of steps that it, and the
/// tasks it has not started yet, have left. When a task starts another, what the other has to do is
/// taken from its own share.
///
/// Why this is uniform: the steps form a forest (the next step of a task, and the first step of a
/// task it starts, hang below its step). Drawing each root in proportion to the size of its tree
/// gives every order of a forest the same chance (Knuth, *The Art of Computer Programming* 3,
/// 5.1.4, exercise 20).
///
/// So every interleaving is equally likely **when the numbers are exact, and the same in all
/// executions, and nobody ever has to wait** and the sleep set is empty. Steps of which nothing was
/// expected, and which make no difference to anybody (the main task's final joins), may come in
/// between: they leave the proportions of the others alone. Otherwise it is a heuristic, and nothing
/// is claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Urw {
    /// Who must not be chosen.
    pub sleep: SleepSet,
    /// State of the generator; the seed at first.
    pub state: u64,
    /// The id that the next new task gets, where a start does not say it: ids are given out in
    /// order.
    pub next_task: u16,
    /// Steps left, those of tasks that it will start among them.
    pub left: PerTask,
}

impl Urw {
    /// The policy that starts from this seed, with these estimates. `tasks`: how many there are
    /// when the execution begins.
    pub fn new(seed: u64, left: PerTask, tasks: u16) -> Self {
        Urw {
            sleep: SleepSet::default(),
            state: seed,
            next_task: tasks,
            left,
        }
    }

    /// Who is there has something to do, whatever the estimate says.
    fn share(&self, task: TaskId) -> u64 {
        u64::from(self.left.get(task).max(1))
    }

    fn draw(&mut self, point: &Point<'_>) -> Option<TaskId> {
        let awake = self.sleep.awake(point);
        let all = awake.iter().map(|task| self.share(task)).sum();
        let mut place = generator::below(generator::draw(&mut self.state), all);
        awake.iter().find(|task| {
            let share = self.share(*task);
            let here = place < share;
            place = place.saturating_sub(share);
            here
        })
    }

    fn step(&mut self, point: &Point<'_>, chosen: TaskId) {
        let op = (point.pending)(chosen);
        let mut taken = 1;
        if op.kind == OpKind::Start {
            let child = op.target.unwrap_or(TaskId(self.next_task));
            self.next_task = self.next_task.saturating_add(1);
            taken = self.left.get(child).saturating_add(1);
        }
        let left = self.left.get(chosen).saturating_sub(taken);
        self.left.set(chosen, left);
    }
}

impl Policy for Urw {
    fn choose(&mut self, point: &Point<'_>) -> Choice {
        let chosen = self.draw(point);
        if let Some(task) = chosen {
            self.step(point, task);
        }
        decide(&mut self.sleep, point, chosen)
    }
}
