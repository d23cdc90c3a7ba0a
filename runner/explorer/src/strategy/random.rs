//! Executions with each step drawn at random.

use heddle_policy::PolicyState;

use crate::{Coverage, Executed, Proposal, Strategy};

/// Proposes executions for ever, each with a seed of its own. How many to run is the caller's
/// choice.
#[derive(Debug, Clone, Copy)]
pub struct Random {
    seed: u64,
    proposed: u64,
}

impl Random {
    /// The same seed proposes the same executions.
    pub fn new(seed: u64) -> Self {
        Random { seed, proposed: 0 }
    }
}

impl Strategy for Random {
    fn next(&mut self) -> Option<Proposal> {
        let number = self.proposed;
        self.proposed += 1;
        // The policy's generator adds one constant for each draw. Seeds that differ by another
        // odd constant start far apart, so that executions do not repeat each other's draws.
        let seed = self
            .seed
            .wrapping_add(number.wrapping_mul(0xd134_2543_de82_ef95));
        Some(Proposal {
            number,
            prefix: Vec::new(),
            policy: PolicyState::random(seed),
        })
    }

    fn record(&mut self, _proposal: &Proposal, _executed: &Executed<'_>) {}

    fn coverage(&self) -> Coverage {
        Coverage::Sampled
    }
}
