//! Starting a job on the server, following its event log, stopping it.

use heddle_api::{RunStarted, RunWork, StartRun, Submit};
use heddle_timeline::Axis;
use heddle_trace::Program;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bench::{Bench, Stage};
use super::job::{Feed, Job, Kind};
use crate::api::{self, Failure};
use crate::stream::{EventLog, News};

impl Bench {
    /// Starts a free run, an exploration or a judgement.
    pub(crate) fn start(self, kind: Kind) {
        if self.stage.with_untracked(is_busy) {
            return;
        }
        let program = self.begin(Stage::Job(Job::ask(kind)));
        if kind != Kind::Run {
            self.search_begins(&program);
        } else {
            self.store.clear();
            self.store.set_files(self.files());
            self.axis.set(Axis::Time);
        }
        self.link_changed();
        self.reveal_stage();
        let session = self.session.get_value();
        spawn_local(async move {
            let answer = ask_for(kind, self.challenge(), &program.0).await;
            if !self.is_session(session) {
                return;
            }
            self.job(|job| job.answered(answer));
            let run = self.with_job_untracked(|job| job.run().map(str::to_owned));
            if let Some(run) = run.flatten() {
                self.follow(&run, session);
            }
        });
    }

    /// Reads the event log of the job on the stage.
    fn follow(self, run: &str, session: u32) {
        let log = EventLog::read(run, move |news| {
            if self.is_session(session) {
                self.news(news);
            }
        });
        if log.is_none() {
            self.job(Job::lost);
        }
        self.log.set_value(log);
    }

    fn news(self, news: News) {
        match news {
            News::Connected => {
                if self.with_job_untracked(|job| job.cut_off) == Some(true) {
                    self.job(Job::reconnected);
                }
            }
            News::CutOff => self.job(Job::cut_off),
            News::Gone => self.job(Job::lost),
            News::Entry(number, event) => {
                // A chunk of a trace changes nothing on the stage; telling everybody would.
                let feed = self
                    .stage
                    .try_update_untracked(|stage| match stage {
                        Stage::Job(job) => {
                            let before = job.clone();
                            let feed = job.event(number, *event);
                            Some((feed, !job.shows_the_same(&before)))
                        }
                        Stage::Empty | Stage::Steps(_) => None,
                    })
                    .flatten();
                if let Some((feed, changed)) = feed {
                    self.feed(feed);
                    if changed {
                        self.stage.notify();
                    }
                }
            }
        }
        if !self.stage.with_untracked(is_busy) {
            self.log.set_value(None);
            self.reveal_stage();
        }
    }

    fn feed(self, feed: Option<Feed>) {
        match feed {
            None => {}
            Some(Feed::More(chunk)) => {
                self.output
                    .update(|output| output.extend(&chunk.tasks, &chunk.events));
                self.store.append(chunk);
            }
            Some(Feed::Map(chunk)) => self.map.take(chunk),
            Some(Feed::Finish(trace, findings)) => {
                self.store.finish(&trace, findings);
                // The end is what a run is looked at for; the learner may have chosen otherwise.
                if self.selected.get_untracked().is_none() {
                    let events = self.store.with(|recording| recording.trace().events.len());
                    self.selected.set(events.checked_sub(1));
                }
            }
        }
    }

    /// Stops the job on the stage.
    pub(crate) fn stop(self) {
        let run = self.stage.try_update(|stage| match stage {
            Stage::Job(job) => job.stop(),
            Stage::Empty | Stage::Steps(_) => None,
        });
        if let Some(run) = run.flatten() {
            spawn_local(async move {
                if let Err(failure) = api::nudge(&format!("/api/runs/{run}/cancel")).await {
                    self.say(format!("{}. {}", failure.title, failure.detail));
                }
            });
        }
    }
    fn job(self, change: impl FnOnce(&mut Job)) {
        self.stage.update(|stage| {
            if let Stage::Job(job) = stage {
                change(job);
            }
        });
    }

    fn with_job_untracked<T>(self, read: impl FnOnce(&Job) -> T) -> Option<T> {
        untrack(|| self.with_job(read))
    }
}

fn is_busy(stage: &Stage) -> bool {
    matches!(stage, Stage::Job(job) if job.is_under_way())
}

async fn ask_for(
    kind: Kind,
    challenge: Option<String>,
    program: &Program,
) -> Result<RunStarted, Failure> {
    let program = program.clone();
    match (kind, challenge) {
        (Kind::Submit, Some(challenge)) => {
            api::post("/api/submissions", &Submit { challenge, program }).await
        }
        (Kind::Explore, _) => {
            let work = RunWork::Explore { options: None };
            api::post("/api/runs", &StartRun { program, work }).await
        }
        (Kind::Run | Kind::Submit, _) => {
            let work = RunWork::Run;
            api::post("/api/runs", &StartRun { program, work }).await
        }
    }
}
