//! Explorations and judgements: many executions of one program.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use heddle_analysis::{Failure, Judge, Source, analyse_with, story};
use heddle_explorer::{Exploration, Minimiser};
use heddle_policy::PolicyState;
use heddle_trace::protocol::{ExploreOptions, JobEvent, JobResult};
use heddle_trace::{
    Check, ExploreReport, FailingExecution, Finding, FindingId, Limits, Outcome, Program, Schedule,
    Sighting, Trace,
};

use crate::executor::{Executor, Zygotes};
use crate::zygote::{Loaded, Zygote, ZygoteError};

/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(100);

/// How long a failing schedule is made shorter.
const MINIMISE: Duration = Duration::from_millis(500);

/// One exploration.
pub(crate) struct Search<'a> {
    pub(crate) zygotes: &'a dyn Zygotes,
    pub(crate) program: &'a Program,
    /// The program's text, for the analysis.
    pub(crate) source: Source,
    pub(crate) options: ExploreOptions,
    pub(crate) limits: Limits,
    pub(crate) cancelled: &'a AtomicBool,
    pub(crate) tell: &'a mut dyn FnMut(JobEvent),
    /// What was noticed about the program.
    pub(crate) loaded: Loaded,
}

/// Findings of all executions, each once, and where each was seen first.
#[derive(Default)]
struct Findings {
    all: Vec<Finding>,
    sightings: Vec<Sighting>,
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
        let goes_round = self.loaded.goes_round;
        let found = self.search(zygote, &Rule::Outcome, goes_round)?;
        Ok(match found {
            None => JobResult::Cancelled,
            Some((report, _)) => JobResult::Explored { report },
        })
    }

    /// Judges. A grade is worth more than speed: every execution is forked.
    pub(crate) fn judge(
        mut self,
        zygote: Zygote,
        checks: Vec<Check>,
    ) -> Result<JobResult, ZygoteError> {
        let found = self.search(zygote, &Rule::Checks(checks), false)?;
        Ok(match found {
            None => JobResult::Cancelled,
            Some((report, judge)) => JobResult::Judged {
                report: judge.finish(report),
            },
        })
    }

    /// `None`: cancelled.
    fn search(
        &mut self,
        zygote: Zygote,
        rule: &Rule,
        goes_round: bool,
    ) -> Result<Option<(ExploreReport, Judge)>, ZygoteError> {
        let started = Instant::now();
        let mut executor = Executor {
            zygotes: self.zygotes,
            zygote,
            granularity: self.options.granularity,
            limits: self.limits,
            cancelled: self.cancelled,
            goes_round,
            executed: 0,
        };
        loop {
            match self.attempt(&mut executor, rule, started)? {
                End::Cancelled => return Ok(None),
                End::StartAnew => {}
                End::Done(seen) => {
                    let Seen {
                        exploration,
                        judge,
                        findings,
                    } = *seen;
                    let mut report = exploration.report(findings.all, millis(started));
                    report.sightings = findings.sightings;
                    return Ok(Some((report, judge)));
                }
            }
        }
    }

    fn attempt(
        &mut self,
        executor: &mut Executor<'_>,
        rule: &Rule,
        started: Instant,
    ) -> Result<End, ZygoteError> {
        let budget = Duration::from_millis(self.limits.explore_ms);
        let mut seen = Seen {
            exploration: Exploration::new(self.options),
            judge: rule.judge(),
            findings: Findings::default(),
        };
        for spot in &self.loaded.blind_spots {
            seen.exploration.forbid_proof(spot);
        }
        let mut told = Instant::now();
        while let Some(proposal) = seen.exploration.propose() {
            let next = executor.next(&proposal.prefix, proposal.policy)?;
            let Some(trace) = next else {
                return Ok(End::StartAnew);
            };
            if self.cancelled.load(Relaxed) {
                return Ok(End::Cancelled);
            }
            let failed = self.look_at(executor, &mut seen, rule, &trace)?;
            seen.exploration.record(&proposal, &trace, failed);
            if told.elapsed() >= PROGRESS {
                told = Instant::now();
                (self.tell)(progress(&seen.exploration, started));
            }
            if started.elapsed() > budget {
                let seconds = budget.as_secs_f64();
                let used_up = format!("the budget of {seconds} s was used up");
                seen.exploration.stop(used_up);
                break;
            }
        }
        (self.tell)(progress(&seen.exploration, started));
        Ok(End::Done(Box::new(seen)))
    }

    /// Analyses one execution; a failure is confirmed by replay and made short.
    fn look_at(
        &mut self,
        executor: &mut Executor<'_>,
        seen: &mut Seen,
        rule: &Rule,
        trace: &Trace,
    ) -> Result<Option<FailingExecution>, ZygoteError> {
        if matches!(trace.outcome, Outcome::Stopped) {
            return Ok(None);
        }
        let found = analyse_with(trace, &self.source);
        let Findings {
            all,
            sightings,
            seen: known,
        } = &mut seen.findings;
        heddle_analysis::merge(all, known, found.clone());
        sightings.resize_with(all.len(), || Sighting {
            execution: seen.exploration.executions() + 1,
            switches: forced_switches(trace),
            schedule: self.schedule(trace),
        });
        let Some(failure) = seen.judge.observe(trace, &found) else {
            return Ok(None);
        };
        let choices = trace.choices();
        let again = executor.forked(&choices, PolicyState::non_preemptive())?;
        if !self.fails_alike(rule, &failure, &again) || again.choices() != choices {
            seen.exploration
                .forbid_proof("the program is not deterministic: a failure did not repeat");
            return Ok(None);
        }
        let best = self.minimise(executor, rule, &failure, again)?;
        Ok(Some(self.failing(best)))
    }

    fn minimise(
        &mut self,
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
        let proof = executor.forked(&best.choices(), PolicyState::non_preemptive())?;
        Ok(if self.fails_alike(rule, failure, &proof) {
            proof
        } else {
            first
        })
    }

    fn failing(&self, trace: Trace) -> FailingExecution {
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

    fn schedule(&self, trace: &Trace) -> Schedule {
        let program = self.program.hash();
        Schedule::new(&program, self.options.granularity, trace.choices())
    }

    fn fails_alike(&self, rule: &Rule, failure: &Failure, trace: &Trace) -> bool {
        let findings = analyse_with(trace, &self.source);
        let again = rule.judge().observe(trace, &findings);
        again.is_some_and(|again| failure.is_shown_by(&again, &findings))
    }
}

fn forced_switches(trace: &Trace) -> u32 {
    let executed = heddle_explorer::Executed::new(trace);
    executed.forced_switches().last().copied().unwrap_or(0)
}

/// What the executions so far have shown.
struct Seen {
    exploration: Exploration,
    judge: Judge,
    findings: Findings,
}

/// How a search ended.
enum End {
    Cancelled,
    /// Its executions are not to be trusted.
    StartAnew,
    Done(Box<Seen>),
}

fn progress(exploration: &Exploration, started: Instant) -> JobEvent {
    JobEvent::Progress {
        executions: exploration.executions(),
        behaviours: exploration.behaviours(),
        failures: exploration.failures(),
        bound: exploration.bound(),
        wall_ms: millis(started),
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
