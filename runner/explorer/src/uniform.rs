//! Whether a uniform random walk was uniform.
//!
//! It draws every interleaving with the same chance when every execution has the steps that were
//! expected, task by task, and nobody ever had to wait: see [`heddle_policy::Urw`]. Only then may
//! the share of failing interleavings be bounded by what was drawn.
//!
//! The main task's final joins are left out ([`free_steps`]): they are no part of an interleaving.
//! The walk expects nothing of them, so they take no part in how the others are drawn: whether one
//! of them goes next or not, the next step of the others is drawn in the same proportions. And
//! nobody waits for the main task.

use std::collections::BTreeMap;

use heddle_policy::PolicyKind;
use heddle_trace::protocol::{ExploreOptions, Strategy};
use heddle_trace::{OpKind, TaskId, TaskSet};

use crate::strategy::free_steps;
use crate::{Executed, Proposal};

/// What the executions so far say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Uniform {
    expected: Option<BTreeMap<TaskId, u32>>,
    broken: bool,
}

impl Uniform {
    /// Looks at an execution that came to an end of its own.
    pub(crate) fn look_at(&mut self, proposal: &Proposal, executed: &Executed<'_>) {
        let walk = proposal.policy.kind() == Some(PolicyKind::Urw);
        if self.broken || (self.expected.is_some() && !walk) {
            return;
        }
        let steps = free_steps(executed);
        let same = self.expected.get_or_insert_with(|| steps.clone()) == &steps;
        self.broken = !same || somebody_waits(executed, steps);
    }

    /// Whether all interleavings had the same chance.
    pub(crate) fn holds(&self, options: &ExploreOptions) -> bool {
        options.strategy == Strategy::Urw && self.expected.is_some() && !self.broken
    }
}

/// Whether a task that is there, and still has steps to take, is not enabled. A task is there from
/// its start, for its first step may be one that waits.
fn somebody_waits(executed: &Executed<'_>, mut left: BTreeMap<TaskId, u32>) -> bool {
    let mut there = TaskSet::EMPTY;
    for step in executed.steps() {
        let mut waiting = there.without(step.enabled).iter();
        if waiting.any(|task| left.get(&task) > Some(&0)) {
            return true;
        }
        there = TaskSet::from_bits(there.bits() | step.enabled.bits());
        if let (OpKind::Start, Some(child)) = (step.op.kind, step.op.target) {
            there.insert(child);
        }
        if let Some(left) = left.get_mut(&step.task) {
            *left = left.saturating_sub(1);
        }
    }
    !executed.trace().pending.is_empty()
}
