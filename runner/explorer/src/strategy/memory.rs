//! Executions that have been run, so that another search need not run them again.

use std::collections::HashMap;

use heddle_policy::{PolicyKind, PolicyState};
use heddle_trace::{Outcome, TaskId, TaskSet, Trace};

use crate::{Executed, Proposal};

/// Steps that are kept, all executions together; beyond it nothing is added.
const MAX_STEPS: usize = 200_000;

/// A state: who could go, and where each of them led.
#[derive(Debug, Default)]
struct State {
    enabled: TaskSet,
    next: HashMap<TaskId, usize>,
    /// The execution that ended here.
    ended: Option<usize>,
}

/// A tree of executions.
#[derive(Debug)]
pub(crate) struct Memory {
    states: Vec<State>,
    traces: Vec<Trace>,
    steps: usize,
}

impl Memory {
    pub(crate) fn new() -> Self {
        Memory {
            states: vec![State::default()],
            traces: Vec::new(),
            steps: 0,
        }
    }

    /// Remembers an execution that came to an end of its own.
    pub(crate) fn keep(&mut self, executed: &Executed<'_>) {
        let steps = executed.steps();
        // Where timeouts fire at any turn, who is enabled does not say who would go on.
        let foreseeable = executed.is_complete() && executed.respects_timeouts();
        if !foreseeable || self.steps + steps.len() > MAX_STEPS {
            return;
        }
        let mut at = 0;
        for step in steps {
            self.states[at].enabled = step.enabled;
            let fresh = self.states.len();
            let next = *self.states[at].next.entry(step.task).or_insert(fresh);
            if next == fresh {
                self.states.push(State::default());
                self.steps += 1;
            }
            at = next;
        }
        if self.states[at].ended.is_none() {
            self.states[at].ended = Some(self.traces.len());
            self.traces.push(executed.trace().clone());
        }
    }

    /// What the proposal would do, if that is known: only of those that go on without forced
    /// switches and with nobody asleep.
    pub(crate) fn recall(&self, proposal: &Proposal) -> Option<&Trace> {
        let policy = &proposal.policy;
        if policy.kind() != Some(PolicyKind::NonPreemptive) || !policy.sleep().is_empty() {
            return None;
        }
        debug_assert_eq!(*policy, PolicyState::non_preemptive());
        let (mut at, mut last, mut asked) = (&self.states[0], None, proposal.prefix.iter());
        loop {
            if let Some(trace) = at.ended {
                let trace = self.traces.get(trace)?;
                return (asked.next().is_none() && trace.outcome != Outcome::Stopped)
                    .then_some(trace);
            }
            let same = last.filter(|last| at.enabled.contains(*last));
            let chosen = asked
                .next()
                .copied()
                .or(same)
                .or_else(|| at.enabled.first())?;
            at = &self.states[*at.next.get(&chosen)?];
            last = Some(chosen);
        }
    }
}
