//! Executions that are drawn.

use heddle_policy::{PolicyKind, PolicyState};

use super::estimates::Estimates;
use crate::{Coverage, Executed, Proposal, Strategy};

/// The depth for PCT: failures that need three ordering constraints.
const DEPTH: u32 = 3;

/// A way to draw an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sampler {
    /// [`heddle_policy::Random`].
    Random,
    /// [`heddle_policy::Pct`].
    Pct,
    /// [`heddle_policy::Pos`].
    Pos,
    /// [`heddle_policy::Urw`].
    Urw,
}

/// Proposes executions for ever, each with a seed of its own, drawn in one way or in several in
/// turn. How many to run is the caller's choice.
#[derive(Debug, Clone)]
pub struct Sampling {
    samplers: Vec<Sampler>,
    seed: u64,
    proposed: u64,
    estimates: Option<Estimates>,
    /// An execution to get estimates from is under way.
    asked: bool,
}

impl Sampling {
    /// The same seed proposes the same executions. If one of the samplers needs to know how large
    /// the program is, the first execution is a plain one.
    pub fn new(samplers: &[Sampler], seed: u64) -> Self {
        Sampling {
            samplers: samplers.to_vec(),
            seed,
            proposed: 0,
            estimates: None,
            asked: false,
        }
    }

    /// Learns how large the program is, from the first execution that is shown.
    pub(crate) fn learn(&mut self, executed: &Executed<'_>) {
        self.estimates
            .get_or_insert_with(|| Estimates::of(executed));
    }

    fn needs_estimates(&self) -> bool {
        let sized = |sampler: &Sampler| matches!(sampler, Sampler::Pct | Sampler::Urw);
        self.estimates.is_none() && self.samplers.iter().any(sized)
    }

    fn policy(&self, sampler: Sampler, seed: u64) -> PolicyState {
        match (sampler, self.estimates) {
            (Sampler::Pct, Some(of)) => PolicyState::pct(seed, DEPTH, of.length),
            (Sampler::Urw, Some(of)) => PolicyState::urw(seed, of.left, of.first_tasks),
            (Sampler::Pos, _) => PolicyState::pos(seed),
            (Sampler::Random | Sampler::Pct | Sampler::Urw, _) => PolicyState::random(seed),
        }
    }
}

/// Whether an execution is drawn, independently of all others.
pub(crate) fn is_drawn(proposal: &Proposal) -> bool {
    let drawn = [
        PolicyKind::Random,
        PolicyKind::Pct,
        PolicyKind::Pos,
        PolicyKind::Urw,
    ];
    let kind = proposal.policy.kind();
    proposal.prefix.is_empty() && drawn.iter().any(|drawn| Some(*drawn) == kind)
}

impl Strategy for Sampling {
    fn next(&mut self) -> Option<Proposal> {
        let number = self.proposed;
        let policy = if self.needs_estimates() {
            if self.asked {
                return None;
            }
            self.asked = true;
            PolicyState::non_preemptive()
        } else {
            // The generators of the policies add one constant for each draw. Seeds that differ by
            // another odd constant start far apart, so that executions do not repeat each other's
            // draws.
            let seed = self
                .seed
                .wrapping_add(number.wrapping_mul(0xd134_2543_de82_ef95));
            let turn = number % self.samplers.len().max(1) as u64;
            let sampler = self.samplers.get(turn as usize).copied();
            self.policy(sampler.unwrap_or(Sampler::Random), seed)
        };
        self.proposed += 1;
        Some(Proposal {
            number,
            prefix: Vec::new(),
            policy,
        })
    }

    fn record(&mut self, _proposal: &Proposal, executed: &Executed<'_>) {
        self.learn(executed);
    }

    fn coverage(&self) -> Coverage {
        Coverage::Sampled
    }
}
