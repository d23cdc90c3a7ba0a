//! A failure: confirmed by a forked replay, and made short.

use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use heddle_analysis::{Failure, analyse_with, story};
use heddle_explorer::{Executed, Minimiser};
use heddle_policy::PolicyState;
use heddle_trace::{FailingExecution, Schedule, Trace};

use super::executor::Executor;
use super::{Rule, Search};
use crate::zygote::ZygoteError;

/// How long a failing schedule is made shorter.
const MINIMISE: Duration = Duration::from_millis(500);

impl Search<'_> {
    /// The execution again, in a fork of its own; `None` when it does not fail in the same way.
    pub(super) fn confirm(
        &self,
        executor: &mut Executor<'_>,
        rule: &Rule,
        failure: &Failure,
        trace: &Trace,
    ) -> Result<Option<Trace>, ZygoteError> {
        let choices = trace.choices();
        let again = executor.forked(&choices, PolicyState::non_preemptive())?;
        let alike = self.fails_alike(rule, failure, &again) && again.choices() == choices;
        Ok(alike.then_some(again))
    }

    /// An execution that fails in the same way with fewer forced switches, if one is found in time.
    pub(super) fn minimise(
        &self,
        executor: &mut Executor<'_>,
        rule: &Rule,
        failure: &Failure,
        first: Trace,
    ) -> Result<Trace, ZygoteError> {
        let started = Instant::now();
        let mut minimiser = Minimiser::new(&first);
        let mut best = None;
        while let Some(proposal) = minimiser.propose() {
            let trace = executor.tried(&proposal.prefix, proposal.policy)?;
            let alike = self.fails_alike(rule, failure, &trace);
            if minimiser.record(&proposal, &trace, alike) {
                best = Some(trace);
            }
            if started.elapsed() > MINIMISE || self.cancelled.load(Relaxed) {
                break;
            }
        }
        let Some(best) = best else { return Ok(first) };
        Ok(self
            .confirm(executor, rule, failure, &best)?
            .unwrap_or(first))
    }

    /// What is told about a failing execution.
    pub(super) fn failing(&self, trace: Trace) -> FailingExecution {
        let findings = analyse_with(&trace, &self.source);
        let story = findings
            .first()
            .map(|first| story(&trace, &self.source, first));
        FailingExecution {
            schedule: self.schedule(&trace),
            findings,
            preemptions: forced_switches(&trace),
            outcome: trace.outcome,
            story: story.unwrap_or_default(),
        }
    }

    /// The schedule that an execution followed.
    pub(super) fn schedule(&self, trace: &Trace) -> Schedule {
        let hash = self.program.hash();
        Schedule::new(&hash, self.options.granularity, trace.choices())
    }

    fn fails_alike(&self, rule: &Rule, failure: &Failure, trace: &Trace) -> bool {
        let findings = analyse_with(trace, &self.source);
        let again = rule.judge().observe(trace, &findings);
        again.is_some_and(|again| failure.is_shown_by(&again, &findings))
    }
}

/// Forced switches of a whole execution.
pub(super) fn forced_switches(trace: &Trace) -> u32 {
    let switches = Executed::new(trace).forced_switches();
    switches.last().copied().unwrap_or(0)
}
