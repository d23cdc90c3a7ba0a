//! Executes one program over and over, for a search.
//!
//! A program that leaves nothing behind *goes round*: its executions follow each other in one
//! process, many times faster than a fork for each. The extension decides from the source which
//! programs these are. It is not believed: executions number 2, 4, 8 … are repeated in a fresh fork,
//! their *twin*, and must have the very same trace. When one has not, nothing seen so far counts: the
//! search starts anew, with a fork for each execution.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use heddle_policy::PolicyState;
use heddle_trace::{Granularity, Limits, TaskId, Timeouts, Trace};

use crate::execution::{Controlled, Execution, Plan, execute};
use crate::zygote::{Zygote, ZygoteError};

/// Where fork servers come from: a program can end the one it has.
pub(crate) trait Zygotes: Sync {
    /// A fresh one with the program loaded.
    fn fresh(&self) -> Result<Zygote, ZygoteError>;
}

/// Executes one program.
pub(super) struct Executor<'a> {
    zygotes: &'a dyn Zygotes,
    zygote: Zygote,
    terms: Terms<'a>,
    /// Executions for the search so far.
    executed: u64,
}

/// How the executions of a search are run.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'a> {
    pub(crate) granularity: Granularity,
    pub(crate) timeouts: Timeouts,
    pub(crate) limits: Limits,
    pub(crate) cancelled: &'a AtomicBool,
    /// Whether executions may follow each other in one process.
    pub(crate) goes_round: bool,
}

impl<'a> Executor<'a> {
    pub(super) fn new(zygotes: &'a dyn Zygotes, zygote: Zygote, terms: Terms<'a>) -> Self {
        Executor {
            zygotes,
            zygote,
            terms,
            executed: 0,
        }
    }

    /// From here on every execution is forked.
    pub(super) fn fork_all(&mut self) {
        self.terms.goes_round = false;
    }

    /// The next execution of a search, which has so much time left. `None` when it differed from its twin: then no execution so
    /// far is to be trusted.
    pub(super) fn next(
        &mut self,
        prefix: &[TaskId],
        policy: PolicyState,
        left: Duration,
    ) -> Result<Option<Execution>, ZygoteError> {
        self.executed += 1;
        let left = u64::try_from(left.as_millis()).unwrap_or(u64::MAX).max(1);
        let limits = Limits {
            wall_ms: self.terms.limits.wall_ms.min(left),
            ..self.terms.limits
        };
        let execution = self.execute(prefix, policy, self.terms.goes_round, limits)?;
        if self.terms.goes_round && self.executed > 1 && self.executed.is_power_of_two() {
            let twin = self.execute(prefix, policy, false, limits)?;
            if !alike(&execution.trace, &twin.trace) {
                tracing::info!("executions in one process differ from forked ones: forking all");
                return Ok(None);
            }
        }
        Ok(Some(execution))
    }

    /// An execution that proves nothing: one that is found useful is proved by [`Executor::forked`].
    pub(super) fn tried(
        &mut self,
        prefix: &[TaskId],
        policy: PolicyState,
    ) -> Result<Trace, ZygoteError> {
        let (goes_round, limits) = (self.terms.goes_round, self.terms.limits);
        Ok(self.execute(prefix, policy, goes_round, limits)?.trace)
    }

    /// An execution in a fork of its own, as proof.
    pub(super) fn forked(
        &mut self,
        prefix: &[TaskId],
        policy: PolicyState,
    ) -> Result<Trace, ZygoteError> {
        let limits = self.terms.limits;
        Ok(self.execute(prefix, policy, false, limits)?.trace)
    }

    /// Runs a schedule to its end and stops there. It may ask for tasks that only repeat themselves.
    pub(super) fn stepped(&mut self, prefix: &[TaskId]) -> Result<Trace, ZygoteError> {
        let plan = self.plan(prefix, PolicyState::stop(), false);
        Ok(self.run(&plan)?.trace)
    }

    fn execute(
        &mut self,
        prefix: &[TaskId],
        policy: PolicyState,
        goes_round: bool,
        limits: Limits,
    ) -> Result<Execution, ZygoteError> {
        let mut plan = self.plan(prefix, policy, true);
        plan.limits = limits;
        plan.goes_round = goes_round;
        self.run(&plan)
    }

    fn plan(&self, prefix: &[TaskId], policy: PolicyState, strict: bool) -> Plan {
        Plan {
            control: Some(Controlled {
                granularity: self.terms.granularity,
                timeouts: self.terms.timeouts,
                prefix: prefix.to_vec(),
                policy,
                strict,
                snapshot: false,
                kill_at_step: None,
            }),
            limits: self.terms.limits,
            goes_round: false,
        }
    }

    fn run(&mut self, plan: &Plan) -> Result<Execution, ZygoteError> {
        if self.zygote.is_gone {
            self.zygote = self.zygotes.fresh()?;
        }
        execute(&mut self.zygote, plan, self.terms.cancelled, None)
    }
}

/// Whether two executions of one schedule did the same, up to what the system decides (pids).
fn alike(one: &Trace, other: &Trace) -> bool {
    one.outcome == other.outcome
        && one.events == other.events
        && one.tasks == other.tasks
        && one.objects == other.objects
        && one.pending == other.pending
}
