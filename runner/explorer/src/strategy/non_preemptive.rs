//! One execution without forced switches: what a learner expects to happen.

use heddle_policy::PolicyState;

use crate::{Coverage, Executed, Proposal, Strategy};

/// Proposes one execution, without forced switches.
#[derive(Debug, Clone, Copy, Default)]
pub struct NonPreemptive {
    proposed: bool,
}

impl Strategy for NonPreemptive {
    fn next(&mut self) -> Option<Proposal> {
        if self.proposed {
            return None;
        }
        self.proposed = true;
        Some(Proposal {
            number: 0,
            prefix: Vec::new(),
            policy: PolicyState::non_preemptive(),
        })
    }

    fn record(&mut self, _proposal: &Proposal, _executed: &Executed<'_>) {}

    fn coverage(&self) -> Coverage {
        Coverage::Partial
    }
}
