//! Several searches that take turns, because none is the best for every program.
//!
//! First two plain executions: without forced switches, which is what a learner expects, and in
//! turn, which is the opposite. They show races and lock orders, and how large the program is. Then
//! the systematic search, which can prove that there is no failure and finds those that need few
//! forced switches, and executions drawn in four ways, which do not care how large the program is,
//! in turn: three of them twice as often as random steps, which `benches/first_failure.rs` shows to
//! be the slowest wherever the systematic search is slow. When that is complete, all is done.

use std::collections::BTreeMap;

use heddle_policy::PolicyState;

use super::sampling::{Sampler, Sampling};
use super::systematic::Systematic;
use crate::{Coverage, Executed, Proposal, Queue, Strategy};

/// Whose execution it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Plain,
    Systematic,
    Sampling,
}

/// The default search.
#[derive(Debug)]
pub struct Portfolio {
    systematic: Systematic,
    /// `None`: nothing but the systematic search.
    sampling: Option<Sampling>,
    proposed: u64,
    under_way: BTreeMap<u64, (Whose, Proposal)>,
}

impl Portfolio {
    /// All searches in turn.
    pub fn new(seed: u64) -> Self {
        Self::with(Systematic::new(), Some(seed))
    }

    /// Everything with up to so many forced switches is covered first.
    pub fn first_up_to(bound: u32, seed: u64) -> Self {
        Self::with(Systematic::first_up_to(bound), Some(seed))
    }

    /// Nothing with more than so many forced switches, and so no drawn executions.
    pub fn up_to(bound: u32) -> Self {
        Self::with(Systematic::up_to(bound), None)
    }

    fn with(systematic: Systematic, seed: Option<u64>) -> Self {
        let samplers = [
            Sampler::Urw,
            Sampler::Pos,
            Sampler::Pct,
            Sampler::Urw,
            Sampler::Pos,
            Sampler::Pct,
            Sampler::Random,
        ];
        Portfolio {
            systematic,
            sampling: seed.map(|seed| Sampling::new(&samplers, seed)),
            proposed: 0,
            under_way: BTreeMap::new(),
        }
    }

    /// Whose turn it is depends on the number of the execution alone.
    fn choose(&mut self) -> Option<(Whose, Proposal)> {
        let number = self.proposed;
        if self.sampling.is_some() && number == 1 {
            let plain = Proposal {
                number,
                prefix: Vec::new(),
                policy: PolicyState::round_robin(),
            };
            return Some((Whose::Plain, plain));
        }
        // How large the program is comes from the first two.
        if self.sampling.is_some() && number == 2 && !self.under_way.is_empty() {
            return None;
        }
        match &mut self.sampling {
            Some(sampling) if number % 2 == 1 => Some((Whose::Sampling, sampling.next()?)),
            // It may have nothing now, and more when what is under way is known. Drawing in its
            // place would only delay the proof.
            _ => Some((Whose::Systematic, self.systematic.next()?)),
        }
    }
}

impl Strategy for Portfolio {
    fn next(&mut self) -> Option<Proposal> {
        if self.coverage() == Coverage::Complete {
            return None;
        }
        let (whose, proposal) = self.choose()?;
        let number = self.proposed;
        self.proposed += 1;
        self.under_way.insert(number, (whose, proposal.clone()));
        Some(Proposal { number, ..proposal })
    }

    fn record(&mut self, proposal: &Proposal, executed: &Executed<'_>) {
        let Some((whose, inner)) = self.under_way.remove(&proposal.number) else {
            return;
        };
        if let Some(sampling) = &mut self.sampling {
            sampling.learn(executed);
        }
        if whose == Whose::Systematic {
            self.systematic.record(&inner, executed);
        }
    }

    fn coverage(&self) -> Coverage {
        self.systematic.coverage()
    }

    fn foresaw(&self, proposal: &Proposal, executed: &Executed<'_>) -> bool {
        match self.under_way.get(&proposal.number) {
            Some((Whose::Systematic, inner)) => self.systematic.foresaw(inner, executed),
            _ => false,
        }
    }

    fn queue(&self, most: usize) -> Queue {
        self.systematic.queue(most)
    }

    fn bound(&self) -> Option<u32> {
        self.systematic.bound()
    }
}
