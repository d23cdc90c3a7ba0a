//! A job on the server as the page sees it: a free run, an exploration, a judgement or a replay.

use heddle_api::{RunEvent, RunStarted};
use heddle_trace::protocol::{JobEvent, JobResult};
use heddle_trace::{Finding, MapChunk, SubmissionResult, Trace, TraceChunk};

use crate::api::Failure;

/// What a job does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A free run.
    Run,
    /// An exploration.
    Explore,
    /// A judgement.
    Submit,
}

/// Where a job is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Phase {
    /// The server was asked.
    Asked,
    /// It waits for the runner, or runs.
    Under {
        /// Its id.
        run: String,
        /// Whether the runner has begun.
        begun: bool,
        /// Whether the user has asked to stop it.
        stopping: bool,
    },
    /// It has ended.
    Ended(End),
}

/// How a job ended for the page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum End {
    /// As the runner said.
    Result(Box<JobResult>),
    /// The server refused the request.
    Refused(Failure),
    /// The event log cannot be reached any more.
    Lost,
}

/// How far an exploration is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counters {
    /// Executions.
    pub executions: u64,
    /// Different behaviours among them.
    pub behaviours: u64,
    /// Failing ones.
    pub failures: u64,
    /// Every execution with at most so many forced switches has been tried.
    pub bound: Option<u32>,
    /// Milliseconds.
    pub wall_ms: u64,
}

impl Counters {
    /// Executions per second.
    pub(crate) fn per_second(&self) -> u64 {
        self.executions.saturating_mul(1000) / self.wall_ms.max(1)
    }
}

/// What the server made of a submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Grade {
    /// The result.
    pub result: SubmissionResult,
    /// Number of the submission.
    pub submission: i64,
    /// A hint bound to this result, as HTML.
    pub hint: Option<String>,
}

/// News for the timeline.
#[derive(Debug, PartialEq)]
pub(crate) enum Feed {
    /// More of a free run.
    More(TraceChunk),
    /// More of the map.
    Map(MapChunk),
    /// A free run's end.
    Finish(Box<Trace>, Vec<Finding>),
}

/// A job.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Job {
    /// What it does.
    pub kind: Kind,
    /// Where it is.
    pub phase: Phase,
    /// How far it is.
    pub counters: Counters,
    /// The grade, once it is known.
    pub grade: Option<Grade>,
    /// Whether the connection is lost at the moment.
    pub cut_off: bool,
    /// The number of the last event taken.
    last: Option<u64>,
}

impl Job {
    /// One that the server was just asked for.
    pub(crate) fn ask(kind: Kind) -> Job {
        Job {
            kind,
            phase: Phase::Asked,
            counters: Counters::default(),
            grade: None,
            cut_off: false,
            last: None,
        }
    }

    /// Whether it shows what another state of it shows: a chunk of a trace changes nothing here.
    pub(crate) fn shows_the_same(&self, other: &Job) -> bool {
        let Job {
            kind,
            phase,
            counters,
            grade,
            cut_off,
            last: _,
        } = self;
        *kind == other.kind
            && *phase == other.phase
            && *counters == other.counters
            && *grade == other.grade
            && *cut_off == other.cut_off
    }

    /// Whether there is something to stop.
    pub(crate) fn is_under_way(&self) -> bool {
        !matches!(self.phase, Phase::Ended(_))
    }

    /// Whether the program was run, or may yet be.
    pub(crate) fn has_run(&self) -> bool {
        match &self.phase {
            Phase::Asked | Phase::Under { .. } | Phase::Ended(End::Lost) => true,
            Phase::Ended(End::Refused(_)) => false,
            Phase::Ended(End::Result(result)) => !matches!(
                **result,
                JobResult::NotCompiled { .. } | JobResult::Refused { .. }
            ),
        }
    }

    /// Whether the user has asked to stop it, and it has not yet.
    pub(crate) fn is_stopping(&self) -> bool {
        matches!(self.phase, Phase::Under { stopping: true, .. })
    }

    /// The run's id while it is under way.
    pub(crate) fn run(&self) -> Option<&str> {
        match &self.phase {
            Phase::Under { run, .. } => Some(run),
            Phase::Asked | Phase::Ended(_) => None,
        }
    }

    /// The result of the runner, once there is one.
    pub(crate) fn result(&self) -> Option<&JobResult> {
        match &self.phase {
            Phase::Ended(End::Result(result)) => Some(result),
            Phase::Ended(End::Refused(_) | End::Lost) | Phase::Asked | Phase::Under { .. } => None,
        }
    }

    /// The server took it, or did not.
    pub(crate) fn answered(&mut self, answer: Result<RunStarted, Failure>) {
        if self.phase != Phase::Asked {
            return;
        }
        self.phase = match answer {
            Ok(started) => Phase::Under {
                run: started.run,
                begun: false,
                stopping: false,
            },
            Err(failure) => Phase::Ended(End::Refused(failure)),
        };
    }

    /// The user wants it to end. The id to cancel, if the server has given one.
    pub(crate) fn stop(&mut self) -> Option<String> {
        match &mut self.phase {
            Phase::Under { run, stopping, .. } if !*stopping => {
                *stopping = true;
                Some(run.clone())
            }
            Phase::Asked | Phase::Under { .. } | Phase::Ended(_) => None,
        }
    }

    /// The connection broke; the browser tries again by itself.
    pub(crate) fn cut_off(&mut self) {
        self.cut_off = self.is_under_way();
    }

    /// The connection is there again.
    pub(crate) fn reconnected(&mut self) {
        self.cut_off = false;
    }

    /// The browser gave up: the log is gone.
    pub(crate) fn lost(&mut self) {
        self.cut_off = false;
        if self.is_under_way() {
            self.phase = Phase::Ended(End::Lost);
        }
    }

    /// Takes an event of the log. Events that came before are ignored: after a lost connection
    /// the server may send some twice.
    pub(crate) fn event(&mut self, number: u64, event: RunEvent) -> Option<Feed> {
        if !self.is_under_way() || self.last.is_some_and(|last| number <= last) {
            return None;
        }
        self.last = Some(number);
        self.cut_off = false;
        match event {
            RunEvent::Job { event } => self.job_event(event),
            RunEvent::Graded {
                result,
                submission,
                hint,
            } => {
                self.grade = Some(Grade {
                    result,
                    submission,
                    hint,
                });
                None
            }
        }
    }

    fn job_event(&mut self, event: JobEvent) -> Option<Feed> {
        match event {
            JobEvent::Started => {
                if let Phase::Under { begun, .. } = &mut self.phase {
                    *begun = true;
                }
                None
            }
            JobEvent::Trace { chunk } => Some(Feed::More(chunk)),
            JobEvent::Map { chunk } => Some(Feed::Map(chunk)),
            JobEvent::Progress {
                executions,
                behaviours,
                failures,
                bound,
                wall_ms,
            } => {
                self.counters = Counters {
                    executions,
                    behaviours,
                    failures,
                    bound,
                    wall_ms,
                };
                None
            }
            JobEvent::Ended { result } => self.ended(result),
        }
    }

    fn ended(&mut self, result: JobResult) -> Option<Feed> {
        let explored = match &result {
            JobResult::Explored { report } => Some(report),
            JobResult::Judged { report } => report.explored.as_ref(),
            _ => None,
        };
        if let Some(report) = explored {
            self.counters = Counters {
                executions: report.executions,
                behaviours: report.behaviours,
                failures: self.counters.failures.max(report.failure.is_some().into()),
                // From here on the claim says what was covered.
                bound: None,
                wall_ms: report.wall_ms,
            };
        }
        let feed = match &result {
            JobResult::Run { trace, findings } => {
                Some(Feed::Finish(trace.clone(), findings.clone()))
            }
            _ => None,
        };
        self.phase = Phase::Ended(End::Result(Box::new(result)));
        feed
    }
}

#[cfg(test)]
mod tests {
    use heddle_trace::Program;

    use super::*;

    fn under_way(kind: Kind) -> Job {
        let mut job = Job::ask(kind);
        job.answered(Ok(RunStarted {
            run: "r1".into(),
            program: Program::python("").hash(),
        }));
        job
    }

    fn progress(executions: u64) -> RunEvent {
        RunEvent::Job {
            event: JobEvent::Progress {
                executions,
                behaviours: 1,
                failures: 0,
                bound: None,
                wall_ms: 1,
            },
        }
    }

    fn cancelled() -> RunEvent {
        RunEvent::Job {
            event: JobEvent::Ended {
                result: JobResult::Cancelled,
            },
        }
    }

    #[test]
    fn an_event_that_comes_twice_counts_once() {
        let mut job = under_way(Kind::Explore);
        job.event(4, progress(10));
        job.event(3, progress(5));
        assert_eq!(job.counters.executions, 10);
    }

    #[test]
    fn a_lost_connection_is_a_notice_and_not_an_end() {
        let mut job = under_way(Kind::Run);
        job.cut_off();
        assert!(job.cut_off && job.is_under_way());
        job.event(0, progress(1));
        assert!(!job.cut_off);
    }

    #[test]
    fn news_for_the_timeline_or_the_map_changes_nothing_on_the_stage() {
        let mut job = under_way(Kind::Explore);
        job.event(0, progress(1));
        let before = job.clone();
        let chunk = MapChunk::default();
        let event = JobEvent::Map {
            chunk: chunk.clone(),
        };
        assert_eq!(
            job.event(1, RunEvent::Job { event }),
            Some(Feed::Map(chunk))
        );
        assert!(job.shows_the_same(&before));
        job.event(2, progress(2));
        assert!(!job.shows_the_same(&before));
    }

    #[test]
    fn a_job_is_stopped_once() {
        let mut job = under_way(Kind::Run);
        assert_eq!(job.stop(), Some("r1".into()));
        assert_eq!(job.stop(), None);
        assert!(job.is_under_way(), "until the runner says so");
    }

    #[test]
    fn after_the_end_nothing_changes() {
        let mut job = under_way(Kind::Run);
        job.event(0, cancelled());
        job.event(1, progress(9));
        job.lost();
        assert_eq!(job.result(), Some(&JobResult::Cancelled));
        assert_eq!(job.counters.executions, 0);
    }

    #[test]
    fn a_refused_job_has_ended() {
        let mut job = Job::ask(Kind::Submit);
        job.answered(Err(Failure {
            kind: "/problems/busy".into(),
            status: 429,
            title: String::new(),
            detail: String::new(),
            error: None,
        }));
        assert!(!job.is_under_way());
    }
}
