//! One execution, for what everybody expects to happen.

use heddle_policy::PolicyState;

use crate::{Coverage, Executed, Proposal, Strategy};

/// Proposes one execution that follows a policy from its first step to its last.
#[derive(Debug, Clone, Copy)]
pub struct Plain {
    policy: Option<PolicyState>,
}

impl Plain {
    /// Without forced switches: what a learner expects.
    pub fn non_preemptive() -> Self {
        Plain {
            policy: Some(PolicyState::non_preemptive()),
        }
    }

    /// Everybody one step in turn: as many switches as there can be.
    pub fn round_robin() -> Self {
        Plain {
            policy: Some(PolicyState::round_robin()),
        }
    }
}

impl Strategy for Plain {
    fn next(&mut self) -> Option<Proposal> {
        self.policy.take().map(|policy| Proposal {
            number: 0,
            prefix: Vec::new(),
            policy,
        })
    }

    fn record(&mut self, _proposal: &Proposal, _executed: &Executed<'_>) {}

    fn coverage(&self) -> Coverage {
        Coverage::Partial
    }
}
