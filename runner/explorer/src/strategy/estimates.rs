//! How large a program is, as far as one execution shows.

use heddle_policy::PerTask;
use heddle_trace::{OpKind, TaskId};

use super::free_steps;
use crate::Executed;

/// What PCT and URW need to know beforehand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Estimates {
    /// Steps.
    pub(crate) length: u32,
    /// Steps of each task that make interleavings (see [`free_steps`]), with those of the tasks that
    /// it starts.
    pub(crate) left: PerTask,
    /// Tasks that are there at the beginning.
    pub(crate) first_tasks: u16,
}

impl Estimates {
    pub(crate) fn of(executed: &Executed<'_>) -> Self {
        let steps = executed.steps();
        let mut left = free_steps(executed);
        // The task that was started last has started nobody whose steps are still to be added.
        let starts = steps.iter().filter(|step| step.op.kind == OpKind::Start);
        let starts: Vec<(TaskId, TaskId)> = starts
            .filter_map(|step| Some((step.task, step.op.target?)))
            .collect();
        for (parent, child) in starts.iter().rev() {
            let of_child = left.get(child).copied().unwrap_or(0);
            *left.entry(*parent).or_default() += of_child;
        }
        let capped =
            |(task, steps): (&TaskId, &u32)| (*task, u16::try_from(*steps).unwrap_or(u16::MAX));
        let all = left
            .keys()
            .filter(|task| !starts.iter().any(|(_, child)| child == *task));
        Estimates {
            length: steps.len() as u32,
            left: left.iter().map(capped).collect(),
            first_tasks: all.map(|task| task.0 + 1).max().unwrap_or(1),
        }
    }
}
