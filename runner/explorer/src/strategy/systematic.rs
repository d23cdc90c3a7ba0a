//! Dynamic partial-order reduction, with bounds on the way.
//!
//! Most programs that learners write have so few behaviours that the search without a bound is soon
//! done. If it is not, "complete up to c forced switches" is the next best thing to say: after
//! [`FIRST`] executions the searches with bound 0, 1 and 2 get their turn, one after the other, then
//! the one without goes on. What one of them has executed the others need not execute again.

use std::collections::{BTreeMap, VecDeque};

use super::memory::Memory;
use crate::{BoundedDpor, Coverage, Dpor, Executed, Proposal, Queue, Strategy};

/// Executions of the search without a bound before those with one.
const FIRST: u64 = 256;

/// Whose execution it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    Open,
    Bounded,
}

/// The searches.
#[derive(Debug)]
pub(crate) struct Systematic {
    /// Without a bound; `None` when the bound is all that was asked for.
    open: Option<Dpor>,
    /// Executions that it may propose before it is the bounded searches' turn.
    first: u64,
    bounded: Option<BoundedDpor>,
    /// Bounds that are still to come.
    bounds: VecDeque<u32>,
    /// The largest bound up to which everything has been covered.
    reached: Option<u32>,
    /// A search with a bound left nothing out.
    complete: bool,
    memory: Memory,
    proposed: u64,
    under_way: BTreeMap<u64, (Whose, Proposal)>,
}

impl Systematic {
    /// The search without a bound, and the ones with bounds when it takes long.
    pub(crate) fn new() -> Self {
        Systematic {
            open: Some(Dpor::new()),
            first: FIRST,
            bounded: None,
            bounds: (0..=2).collect(),
            reached: None,
            complete: false,
            memory: Memory::new(),
            proposed: 0,
            under_way: BTreeMap::new(),
        }
    }

    /// First everything with up to so many forced switches, then the rest.
    pub(crate) fn first_up_to(bound: u32) -> Self {
        Systematic {
            first: 0,
            bounds: (0..=bound).collect(),
            ..Self::new()
        }
    }

    /// Everything with up to so many forced switches.
    pub(crate) fn up_to(bound: u32) -> Self {
        Systematic {
            open: None,
            ..Self::first_up_to(bound)
        }
    }

    /// The bound up to which everything has been covered.
    pub(crate) fn bound(&self) -> Option<u32> {
        self.reached
    }

    /// The next bounded search begins when the one before is done.
    fn advance(&mut self) {
        if let Some(search) = &self.bounded {
            let bound = match search.coverage() {
                Coverage::Partial | Coverage::Sampled => return,
                Coverage::UpTo(bound) => Some(bound),
                Coverage::Complete => {
                    self.complete = true;
                    None
                }
            };
            self.reached = bound.or(self.reached);
            self.bounded = None;
        }
        let is_its_turn = self.first == 0 || self.open.is_none();
        if is_its_turn && !self.complete {
            self.bounded = self.bounds.pop_front().map(BoundedDpor::new);
        }
    }

    fn next_bounded(&mut self) -> Option<Proposal> {
        loop {
            self.advance();
            let search = self.bounded.as_mut()?;
            let proposal = search.next()?;
            match self.memory.recall(&proposal) {
                Some(trace) => search.record(&proposal, &Executed::new(trace)),
                None => return Some(proposal),
            }
        }
    }

    fn next_open(&mut self) -> Option<Proposal> {
        let search = self.open.as_mut()?;
        while let Some(proposal) = search.next() {
            match self.memory.recall(&proposal) {
                Some(trace) => search.record(&proposal, &Executed::new(trace)),
                None => {
                    self.first = self.first.saturating_sub(1);
                    return Some(proposal);
                }
            }
        }
        None
    }
}

impl Strategy for Systematic {
    fn next(&mut self) -> Option<Proposal> {
        if self.coverage() == Coverage::Complete {
            return None;
        }
        let bounded = self.next_bounded();
        let (whose, proposal) = match bounded {
            Some(proposal) => (Whose::Bounded, proposal),
            None => (Whose::Open, self.next_open()?),
        };
        let number = self.proposed;
        self.proposed += 1;
        self.under_way.insert(number, (whose, proposal.clone()));
        Some(Proposal { number, ..proposal })
    }

    fn record(&mut self, proposal: &Proposal, executed: &Executed<'_>) {
        let Some((whose, inner)) = self.under_way.remove(&proposal.number) else {
            return;
        };
        self.memory.keep(executed);
        match (whose, &mut self.open, &mut self.bounded) {
            (Whose::Open, Some(search), _) => search.record(&inner, executed),
            (Whose::Bounded, _, Some(search)) => search.record(&inner, executed),
            _ => {}
        }
        self.advance();
    }

    fn coverage(&self) -> Coverage {
        let open = self.open.as_ref().map(Dpor::coverage);
        match (
            self.complete || open == Some(Coverage::Complete),
            self.reached,
        ) {
            (true, _) => Coverage::Complete,
            // More bounds to come are no reason to say less than has been shown.
            (false, Some(bound)) => Coverage::UpTo(bound),
            (false, None) => Coverage::Partial,
        }
    }

    /// Without a bound everything is still to run that any of the others has left.
    fn queue(&self, most: usize) -> Queue {
        match (&self.open, &self.bounded) {
            _ if self.complete => Queue::default(),
            (Some(open), _) => open.queue(most),
            (None, Some(bounded)) => bounded.queue(most),
            (None, None) => Queue::default(),
        }
    }

    fn foresaw(&self, proposal: &Proposal, executed: &Executed<'_>) -> bool {
        match (self.under_way.get(&proposal.number), &self.open) {
            (Some((Whose::Open, inner)), Some(search)) => search.foresaw(inner, executed),
            _ => false,
        }
    }
}
