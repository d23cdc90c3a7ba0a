//! Explorations and judgements: many executions of one program.

mod executor;
mod failure;
mod team;
mod waits;

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

use heddle_analysis::{Judge, Source};
use heddle_explorer::{Exploration, Map, Passed, Proposal};
use heddle_trace::protocol::{ExploreOptions, JobEvent, JobResult};
use heddle_trace::{
    Check, ExploreReport, FailingExecution, Finding, FindingId, Limits, Location, ObjectId,
    Outcome, Program, Sighting, Trace, words,
};

use crate::zygote::{Loaded, Zygote, ZygoteError};
use executor::Terms;
pub(crate) use executor::Zygotes;
use team::{Done, Seen, Team};

/// Executions still to run whose places on the map are told: while the search goes on, and at its end.
const QUEUED: usize = 64;
const LEFT_OVER: usize = 1_000;

/// How often progress is told.
const PROGRESS: Duration = Duration::from_millis(100);

/// One exploration.
pub(crate) struct Search<'a> {
    pub(crate) zygotes: &'a dyn Zygotes,
    pub(crate) program: &'a Program,
    /// The program's text, for the analysis.
    pub(crate) source: Source,
    pub(crate) options: ExploreOptions,
    pub(crate) limits: Limits,
    pub(crate) cancelled: &'a AtomicBool,
    /// What was noticed about the program.
    pub(crate) loaded: Loaded,
    /// Races are failures, but for these.
    pub(crate) races: Option<Vec<(String, String)>>,
    /// Name and version of the interpreter.
    pub(crate) interpreter: String,
}

/// Where progress goes.
pub(crate) type Tell<'a> = &'a mut dyn FnMut(JobEvent);

/// What makes an execution fail.
enum Rule {
    /// Its outcome.
    Outcome,
    /// Its outcome, or a race that is not accepted.
    Races(Vec<(String, String)>),
    /// A challenge's checks.
    Checks(Vec<Check>),
}

impl Rule {
    fn judge(&self) -> Judge {
        match self {
            Rule::Outcome => Judge::new(Vec::new()),
            Rule::Races(accepted) => Judge::of_races(accepted.clone()),
            Rule::Checks(checks) => Judge::new(checks.clone()),
        }
    }
}

/// Findings of all executions, each once.
#[derive(Default)]
struct Findings {
    all: Vec<Finding>,
    /// Where each was seen first.
    sightings: Vec<Sighting>,
    ids: HashSet<FindingId>,
}

/// What the executions so far have shown.
struct Shown {
    exploration: Exploration,
    judge: Judge,
    findings: Findings,
    map: Map,
    /// Lines of the loops that were looked at, see [`waits`].
    loops: HashSet<Option<Location>>,
    /// How long it took to make the first failure short.
    minimise_ms: u64,
}

/// How a search ended.
enum End {
    Cancelled,
    /// Its executions are not to be trusted.
    StartAnew(Box<Map>),
    Done(Box<Shown>),
}

impl Search<'_> {
    /// Explores.
    pub(crate) fn explore(&self, zygote: Zygote, tell: Tell<'_>) -> Result<JobResult, ZygoteError> {
        let rule = match &self.races {
            Some(accepted) => Rule::Races(accepted.clone()),
            None => Rule::Outcome,
        };
        let found = self.search(zygote, &rule, self.loaded.goes_round, tell)?;
        Ok(match found {
            None => JobResult::Cancelled,
            Some((report, _)) => JobResult::Explored { report },
        })
    }

    /// Judges. A grade is worth more than speed: every execution is forked.
    pub(crate) fn judge(
        &self,
        zygote: Zygote,
        checks: Vec<Check>,
        tell: Tell<'_>,
    ) -> Result<JobResult, ZygoteError> {
        let found = self.search(zygote, &Rule::Checks(checks), false, tell)?;
        Ok(match found {
            None => JobResult::Cancelled,
            Some((report, judge)) => JobResult::Judged {
                report: judge.finish(report),
            },
        })
    }

    /// `None`: cancelled.
    fn search(
        &self,
        zygote: Zygote,
        rule: &Rule,
        goes_round: bool,
        tell: Tell<'_>,
    ) -> Result<Option<(ExploreReport, Judge)>, ZygoteError> {
        let started = Instant::now();
        let terms = Terms {
            granularity: self.options.granularity,
            timeouts: self.options.timeouts,
            limits: self.limits,
            cancelled: self.cancelled,
            goes_round,
        };
        let mut team = Team::new(self.zygotes, zygote, terms, &self.source);
        let mut map = Map::new(self.file_names());
        loop {
            match self.attempt(&mut team, rule, map, started, tell)? {
                End::Cancelled => return Ok(None),
                End::StartAnew(stale) => {
                    map = (*stale).anew();
                    team.fork_all();
                }
                End::Done(shown) => {
                    let Shown {
                        exploration,
                        judge,
                        findings,
                        minimise_ms,
                        ..
                    } = *shown;
                    let mut report = exploration.report(findings.all, millis(started));
                    report.sightings = findings.sightings;
                    report.minimise_ms = minimise_ms;
                    return Ok(Some((report, judge)));
                }
            }
        }
    }

    fn attempt(
        &self,
        team: &mut Team<'_>,
        rule: &Rule,
        map: Map,
        started: Instant,
        tell: Tell<'_>,
    ) -> Result<End, ZygoteError> {
        let budget = Duration::from_millis(self.limits.explore_ms);
        let mut shown = Shown {
            exploration: Exploration::new(self.options),
            judge: rule.judge(),
            findings: Findings::default(),
            map,
            loops: HashSet::new(),
            minimise_ms: 0,
        };
        shown.exploration.set_interpreter(&self.interpreter);
        for spot in &self.loaded.blind_spots {
            shown.exploration.forbid_proof(spot);
        }
        let mut told = Instant::now();
        loop {
            let batch = shown.exploration.propose_batch();
            if batch.is_empty() {
                break;
            }
            // The last execution, too, ends in time.
            let done = team.execute(&batch, started + budget)?;
            if done.iter().any(|done| matches!(done, Done::NotAlike)) {
                return Ok(End::StartAnew(Box::new(shown.map)));
            }
            if self.cancelled.load(Relaxed) {
                shown.tell(started, LEFT_OVER, tell);
                return Ok(End::Cancelled);
            }
            for (proposal, done) in batch.iter().zip(done) {
                let Done::Seen(seen) = done else { break };
                let failed = self.look_at(team, &mut shown, rule, &seen)?;
                let is_over = failed.is_some() && !self.options.keep_going;
                shown.record(proposal, &seen, failed);
                if is_over {
                    break;
                }
            }
            if told.elapsed() >= PROGRESS {
                told = Instant::now();
                shown.tell(started, QUEUED, tell);
            }
            if started.elapsed() > budget {
                let seconds = budget.as_secs_f64();
                let used_up = format!("the budget of {seconds} s was used up");
                shown.exploration.stop(used_up);
                break;
            }
        }
        shown.tell(started, LEFT_OVER, tell);
        Ok(End::Done(Box::new(shown)))
    }

    /// The names of the program's files for words; none when there is only one, for then its name
    /// tells nothing.
    fn file_names(&self) -> Vec<String> {
        match &self.program.files[..] {
            [_] => Vec::new(),
            files => files.iter().map(|file| file.name.clone()).collect(),
        }
    }

    /// Looks at one execution. A failure is confirmed by replay; the first one is made short.
    fn look_at(
        &self,
        team: &mut Team<'_>,
        shown: &mut Shown,
        rule: &Rule,
        seen: &Seen,
    ) -> Result<Option<FailingExecution>, ZygoteError> {
        let Seen {
            trace,
            findings,
            passed_over,
        } = seen;
        if let Some((step, task)) = *passed_over {
            self.check_wait(team, shown, trace, step, task)?;
        }
        if matches!(trace.outcome, Outcome::Stopped) {
            return Ok(None);
        }
        let is_new = self.note(shown, trace, findings);
        let Some(failure) = shown.judge.observe(trace, findings) else {
            return Ok(None);
        };
        let is_first = shown.exploration.failures() == 0;
        if !is_first && !is_new {
            return Ok(Some(self.failing(trace.clone())));
        }
        let executor = team.first();
        let Some(again) = self.confirm(executor, rule, &failure, trace)? else {
            shown
                .exploration
                .forbid_proof("the program is not deterministic: a failure did not repeat");
            return Ok(None);
        };
        if !is_first {
            return Ok(Some(self.failing(again)));
        }
        let started = Instant::now();
        let best = self.minimise(executor, rule, &failure, again)?;
        shown.minimise_ms = millis(started);
        Ok(Some(self.failing(best)))
    }

    /// Adds the findings of an execution; returns whether one is new.
    fn note(&self, shown: &mut Shown, trace: &Trace, found: &[Finding]) -> bool {
        let Findings {
            all,
            sightings,
            ids,
        } = &mut shown.findings;
        heddle_analysis::merge(all, ids, found.iter().cloned());
        let known = sightings.len();
        let name = |object: &ObjectId| words::object_name(trace, *object);
        sightings.extend(all[known..].iter().map(|new| Sighting {
            execution: shown.exploration.executions() + 1,
            switches: failure::forced_switches(trace),
            schedule: self.schedule(trace),
            objects: new.what.objects().iter().map(name).collect(),
        }));
        all.len() > known
    }
}

impl Shown {
    /// An execution counts, and finds its place on the map.
    fn record(&mut self, proposal: &Proposal, seen: &Seen, failed: Option<FailingExecution>) {
        let fails = failed.is_some();
        let behaviour = self.exploration.record(proposal, &seen.trace, failed);
        if behaviour.is_none()
            && matches!(
                seen.trace.outcome,
                Outcome::Stopped | Outcome::Diverged { .. }
            )
        {
            self.map.add_nothing_new();
            return;
        }
        self.map.add(&Passed {
            number: self.exploration.executions(),
            behaviour,
            trace: &seen.trace,
            fails,
            findings: &seen.findings,
        });
    }

    /// Tells how far the search is, and what is new on the map.
    fn tell(&mut self, started: Instant, queued: usize, tell: Tell<'_>) {
        tell(progress(&self.exploration, started));
        if let Some(chunk) = self.map.news(&self.exploration.queue(queued)) {
            tell(JobEvent::Map { chunk });
        }
    }
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
