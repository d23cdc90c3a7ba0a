//! Explorations and judgements: many executions of one program.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use heddle_analysis::Judge;
use heddle_explorer::{Exploration, Minimiser, Proposal};
use heddle_policy::PolicyState;
use heddle_trace::protocol::{ExploreOptions, JobEvent, JobResult};
use heddle_trace::{
    Check, ExploreReport, FailingExecution, Finding, FindingId, Limits, Outcome, Program, Schedule,
    Trace,
};

use crate::execution::{Controlled, Plan, execute};
use crate::zygote::{Zygote, ZygoteError};

/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(100);

/// How long a failing schedule is made shorter.
const MINIMISE: Duration = Duration::from_millis(500);

/// Where fork servers come from: a program can end the one it has.
pub(crate) trait Zygotes {
    /// A fresh one with the program loaded.
    fn fresh(&self) -> Result<Zygote, ZygoteError>;
}

/// One exploration.
pub(crate) struct Search<'a> {
    pub(crate) zygotes: &'a dyn Zygotes,
    pub(crate) program: &'a Program,
    pub(crate) options: ExploreOptions,
    pub(crate) limits: Limits,
    pub(crate) cancelled: &'a AtomicBool,
    pub(crate) tell: &'a mut dyn FnMut(JobEvent),
    /// What stands against a proof from the start.
    pub(crate) blind_spots: Vec<String>,
}

/// Findings of all executions, each once.
#[derive(Default)]
struct Findings {
    all: Vec<Finding>,
    seen: HashSet<FindingId>,
}

/// What makes an execution fail.
enum Rule {
    /// Its outcome.
    Outcome,
    /// A challenge's checks.
    Checks(Vec<Check>),
}

impl Rule {
    fn judge(&self) -> Judge {
        Judge::new(match self {
            Rule::Outcome => Vec::new(),
            Rule::Checks(checks) => checks.clone(),
        })
    }
}

impl Search<'_> {
    /// Explores.
    pub(crate) fn explore(mut self, zygote: Zygote) -> Result<JobResult, ZygoteError> {
        let report = self.search(zygote, &Rule::Outcome, &mut Rule::Outcome.judge())?;
        Ok(
            report.map_or(JobResult::Cancelled, |report| JobResult::Explored {
                report,
            }),
        )
    }

    /// Judges.
    pub(crate) fn judge(
        mut self,
        zygote: Zygote,
        checks: Vec<Check>,
    ) -> Result<JobResult, ZygoteError> {
        let rule = Rule::Checks(checks);
        let mut judge = rule.judge();
        let report = self.search(zygote, &rule, &mut judge)?;
        Ok(
            report.map_or(JobResult::Cancelled, |report| JobResult::Judged {
                report: judge.finish(report),
            }),
        )
    }

    /// `None`: cancelled.
    fn search(
        &mut self,
        mut zygote: Zygote,
        rule: &Rule,
        judge: &mut Judge,
    ) -> Result<Option<ExploreReport>, ZygoteError> {
        let started = Instant::now();
        let budget = Duration::from_millis(self.limits.explore_ms);
        let mut exploration = Exploration::new(self.options);
        for spot in self.blind_spots.drain(..) {
            exploration.forbid_proof(spot);
        }
        let mut findings = Findings::default();
        let mut told = Instant::now();
        while let Some(proposal) = exploration.propose() {
            let trace = self.execute(&mut zygote, &proposal.prefix, proposal.policy)?;
            if self.cancelled.load(Relaxed) {
                return Ok(None);
            }
            let failed = self.look_at(
                &mut zygote,
                &mut exploration,
                rule,
                judge,
                &trace,
                &mut findings,
            )?;
            exploration.record(&proposal, &trace, failed);
            if told.elapsed() >= PROGRESS {
                told = Instant::now();
                (self.tell)(progress(&exploration, started));
            }
            if started.elapsed() > budget {
                let seconds = budget.as_secs_f64();
                exploration.forbid_proof(format!("the budget of {seconds} s was used up"));
                break;
            }
        }
        (self.tell)(progress(&exploration, started));
        Ok(Some(exploration.report(findings.all, millis(started))))
    }

    /// Analyses one execution; a failure is confirmed by replay and made short.
    fn look_at(
        &mut self,
        zygote: &mut Zygote,
        exploration: &mut Exploration,
        rule: &Rule,
        judge: &mut Judge,
        trace: &Trace,
        findings: &mut Findings,
    ) -> Result<Option<FailingExecution>, ZygoteError> {
        if matches!(trace.outcome, Outcome::Stopped) {
            return Ok(None);
        }
        let found = heddle_analysis::analyse(trace);
        heddle_analysis::merge(&mut findings.all, &mut findings.seen, found.clone());
        let Some(failure) = judge.observe(trace, &found) else {
            return Ok(None);
        };
        let choices = trace.choices();
        let again = self.execute(zygote, &choices, PolicyState::non_preemptive())?;
        if !fails_alike(rule, &failure, &again) || again.choices() != choices {
            exploration.forbid_proof("the program is not deterministic: a failure did not repeat");
            return Ok(None);
        }
        let best = self.minimise(zygote, rule, &failure, again)?;
        Ok(Some(self.failing(best)))
    }

    fn minimise(
        &mut self,
        zygote: &mut Zygote,
        rule: &Rule,
        failure: &heddle_analysis::Failure,
        first: Trace,
    ) -> Result<Trace, ZygoteError> {
        let started = Instant::now();
        let mut minimiser = Minimiser::new(&first);
        let mut best = first;
        while let Some(Proposal { prefix, policy, .. }) = minimiser.propose() {
            let trace = self.execute(zygote, &prefix, policy)?;
            let proposal = Proposal {
                number: 0,
                prefix,
                policy,
            };
            let alike = fails_alike(rule, failure, &trace);
            if minimiser.record(&proposal, &trace, alike) {
                best = trace;
            }
            if started.elapsed() > MINIMISE || self.cancelled.load(Relaxed) {
                break;
            }
        }
        Ok(best)
    }

    fn failing(&self, trace: Trace) -> FailingExecution {
        let executed = heddle_explorer::Executed::new(&trace);
        let preemptions = executed.forced_switches().last().copied().unwrap_or(0);
        FailingExecution {
            schedule: Schedule::new(
                &self.program.hash(),
                self.options.granularity,
                trace.choices(),
            ),
            findings: heddle_analysis::analyse(&trace),
            outcome: trace.outcome,
            preemptions,
        }
    }

    fn execute(
        &mut self,
        zygote: &mut Zygote,
        prefix: &[heddle_trace::TaskId],
        policy: PolicyState,
    ) -> Result<Trace, ZygoteError> {
        if zygote.is_gone {
            *zygote = self.zygotes.fresh()?;
        }
        let plan = Plan {
            control: Some(Controlled {
                granularity: self.options.granularity,
                prefix: prefix.to_vec(),
                policy,
                snapshot: false,
                kill_at_step: None,
            }),
            limits: self.limits,
        };
        execute(zygote, &plan, self.cancelled, None).map(|execution| execution.trace)
    }
}

fn fails_alike(rule: &Rule, failure: &heddle_analysis::Failure, trace: &Trace) -> bool {
    let findings = heddle_analysis::analyse(trace);
    rule.judge()
        .observe(trace, &findings)
        .is_some_and(|again| again.result == failure.result)
}

fn progress(exploration: &Exploration, started: Instant) -> JobEvent {
    JobEvent::Progress {
        executions: exploration.executions(),
        behaviours: exploration.behaviours(),
        failures: exploration.failures(),
        wall_ms: millis(started),
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
