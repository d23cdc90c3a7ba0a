//! Fewer forced switches, the same failure.
//!
//! A schedule with two forced switches can be followed by eye, one with twenty cannot. Two ways to
//! lose a switch are tried, from the first to the last:
//!
//! - *cut*: run up to the switch, then go on without any;
//! - *swap*: let the task that was interrupted go on with its next steps before the other's.
//!
//! Whatever is accepted has fewer forced switches than before, so it ends; at most two proposals
//! for each forced switch are made between two that are accepted. What "the same failure" means is
//! the caller's choice; the caller also stops early when its time is up.

use std::collections::VecDeque;

use heddle_policy::PolicyState;
use heddle_trace::{TaskId, Trace};

use crate::executed::is_forced;
use crate::{Executed, Proposal};

/// Proposes executions with fewer forced switches.
#[derive(Debug)]
pub struct Minimiser {
    best: Vec<TaskId>,
    forced: u32,
    candidates: VecDeque<Vec<TaskId>>,
    proposed: u64,
}

impl Minimiser {
    /// Starts from a failing execution.
    pub fn new(trace: &Trace) -> Self {
        let mut minimiser = Minimiser {
            best: Vec::new(),
            forced: 0,
            candidates: VecDeque::new(),
            proposed: 0,
        };
        minimiser.adopt(&Executed::new(trace));
        minimiser
    }

    /// The next execution to try. (Not [`Iterator`]: what comes next depends on what is recorded.)
    pub fn propose(&mut self) -> Option<Proposal> {
        let prefix = self.candidates.pop_front()?;
        let number = self.proposed;
        self.proposed += 1;
        Some(Proposal {
            number,
            prefix,
            policy: PolicyState::non_preemptive(),
        })
    }

    /// The proposed execution did that, and failed in the same way or not. Returns whether it is
    /// the best one now.
    pub fn record(&mut self, proposal: &Proposal, trace: &Trace, same_failure: bool) -> bool {
        let executed = Executed::new(trace);
        let forced = executed.forced_switches().last().copied().unwrap_or(0);
        let better = same_failure && executed.follows(&proposal.prefix) && forced < self.forced;
        if better {
            self.adopt(&executed);
        }
        better
    }

    /// The steps of the best execution so far.
    pub fn choices(&self) -> &[TaskId] {
        &self.best
    }

    /// Its forced switches.
    pub fn forced_switches(&self) -> u32 {
        self.forced
    }

    fn adopt(&mut self, executed: &Executed<'_>) {
        self.best = executed.choices();
        self.forced = executed.forced_switches().last().copied().unwrap_or(0);
        let steps = executed.steps();
        let switches = (1..steps.len()).filter(|place| {
            let step = &steps[*place];
            is_forced(Some(steps[place - 1].task), step, step.task)
        });
        let switches: Vec<usize> = switches.collect();
        let cuts = switches.iter().map(|place| self.best[..*place].to_vec());
        let swaps = switches
            .iter()
            .filter_map(|place| swapped(&self.best, *place));
        self.candidates = cuts.chain(swaps).collect();
    }
}

/// The steps up to the switch at `place`, then the interrupted task's next steps in a row, then what
/// stood between, then the rest.
fn swapped(choices: &[TaskId], place: usize) -> Option<Vec<TaskId>> {
    let interrupted = *choices.get(place.checked_sub(1)?)?;
    let (before, after) = choices.split_at(place);
    let comes_back = after.iter().position(|task| *task == interrupted)?;
    let (between, rest) = after.split_at(comes_back);
    let own = rest.iter().take_while(|task| **task == interrupted).count();
    let (own, rest) = rest.split_at(own);
    Some([before, own, between, rest].concat())
}
