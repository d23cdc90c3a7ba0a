//! Whether a uniform random walk was uniform.
//!
//! It draws every interleaving with the same chance when every execution has the steps that were
//! expected, task by task, and nobody ever had to wait: see [`heddle_policy::Urw`]. Only then may
//! the share of failing interleavings be bounded by what was drawn.

use std::collections::BTreeMap;

use heddle_policy::PolicyKind;
use heddle_trace::TaskId;
use heddle_trace::protocol::{ExploreOptions, Strategy};

use crate::strategy::steps_of_tasks;
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
        let steps = steps_of_tasks(executed);
        let same = self.expected.get_or_insert_with(|| steps.clone()) == &steps;
        self.broken = !same || somebody_waits(executed, steps);
    }

    /// Whether all interleavings had the same chance.
    pub(crate) fn holds(&self, options: &ExploreOptions) -> bool {
        options.strategy == Strategy::Urw && self.expected.is_some() && !self.broken
    }
}

/// Whether a task that has been there before, and still has steps to take, is not enabled.
fn somebody_waits(executed: &Executed<'_>, mut left: BTreeMap<TaskId, u32>) -> bool {
    let mut there = heddle_trace::TaskSet::EMPTY;
    for step in executed.steps() {
        if there
            .without(step.enabled)
            .iter()
            .any(|task| left.get(&task) > Some(&0))
        {
            return true;
        }
        there = heddle_trace::TaskSet::from_bits(there.bits() | step.enabled.bits());
        if let Some(left) = left.get_mut(&step.task) {
            *left -= 1;
        }
    }
    !executed.trace().pending.is_empty()
}
