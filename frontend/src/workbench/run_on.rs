//! Running on from a step: the runner says how the program goes on when nobody interferes, and that
//! becomes the way forward.

use heddle_api::{RunEvent, RunStarted, RunWork, StartRun};
use heddle_trace::protocol::{JobEvent, JobResult};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bench::Bench;
use crate::api;
use crate::stream::{EventLog, News};

impl Bench {
    /// Goes on without forced switches: to the next switch, or to the end of the program.
    pub(crate) fn run_on(self, to_the_end: bool) {
        let Some((at, next, len, over)) = self.with_steps_untracked(|steps| {
            let line = steps.line();
            (line.at(), line.next_switch(), line.len(), steps.is_over())
        }) else {
            return;
        };
        if at < len && !to_the_end {
            self.go_to_step(next, false);
        } else if at < len {
            self.go_to_step(len, false);
        } else if over {
            self.say("The program cannot go on.".into());
        } else if !self.running_on.get_untracked() {
            self.replay_on(to_the_end);
        }
    }

    /// Asks the runner how the program goes on from here when nobody interferes.
    fn replay_on(self, to_the_end: bool) {
        let Some(here) = self.with_steps_untracked(|steps| steps.line().here()) else {
            return;
        };
        let Some(program) = self.on_stage.get_untracked() else {
            return;
        };
        self.running_on.set(true);
        let session = self.session.get_value();
        let request = StartRun {
            program: (*program.0).clone(),
            work: RunWork::Replay { schedule: here },
        };
        spawn_local(async move {
            let answer = api::post::<RunStarted>("/api/runs", &request).await;
            if !self.is_session(session) {
                return;
            }
            match answer {
                Ok(started) => {
                    let log = EventLog::read(&started.run, move |news| {
                        if self.is_session(session) {
                            self.replay_news(news, to_the_end);
                        }
                    });
                    self.log.set_value(log);
                }
                Err(failure) => {
                    self.running_on.set(false);
                    self.say(format!("{}. {}", failure.title, failure.detail));
                }
            }
        });
    }

    fn replay_news(self, news: News, to_the_end: bool) {
        let said = match news {
            News::Connected | News::CutOff => return,
            News::Gone => Some("The server lost this run. Try again.".to_owned()),
            News::Entry(_, event) => match *event {
                RunEvent::Job {
                    event: JobEvent::Ended { result },
                } => self.replayed(result, to_the_end),
                _ => return,
            },
        };
        self.running_on.set(false);
        self.log.set_value(None);
        if let Some(said) = said {
            self.say(said);
        }
    }

    /// Walks on along what the replay did; a sentence when it did not work.
    fn replayed(self, result: JobResult, to_the_end: bool) -> Option<String> {
        match result {
            JobResult::Execution { schedule, .. } => {
                let went = self.steps(|steps| steps.go_on_along(schedule, to_the_end));
                (went != Some(true)).then(|| "The program went another way this time.".to_owned())
            }
            JobResult::Broken { reason } | JobResult::Refused { reason } => Some(reason),
            JobResult::Cancelled => Some("Stopped.".to_owned()),
            JobResult::Run { .. }
            | JobResult::Explored { .. }
            | JobResult::Judged { .. }
            | JobResult::NotCompiled { .. } => {
                Some("The server gave an answer to another question.".to_owned())
            }
        }
    }
}
