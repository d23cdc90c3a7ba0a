//! What the buttons do.

use std::sync::Arc;

use heddle_api::{ProgramStored, RunStarted, RunWork, StartRun, StepRequest, StepView, Submit};
use heddle_timeline::Axis;
use heddle_trace::protocol::{JobEvent, JobResult};
use heddle_trace::{Program, Schedule, TaskId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bench::{Bench, Same, Stage};
use super::job::{Feed, Job, Kind};
use super::line::Line;
use super::output::Output;
use super::steps::{Refusal, Steps, Todo};
use crate::api::{self, Failure};
use crate::stream::{EventLog, News};

impl Bench {
    /// Starts a free run, an exploration or a judgement.
    pub(crate) fn start(self, kind: Kind) {
        if self.stage.with_untracked(is_busy) {
            return;
        }
        let program = self.begin(Stage::Job(Job::ask(kind)));
        if kind == Kind::Run {
            self.store.clear();
            self.store.set_files(self.files());
            self.axis.set(Axis::Time);
        }
        self.link_changed();
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
                            Some((feed, before != *job))
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
            Some(Feed::Finish(trace, findings)) => self.store.finish(&trace, findings),
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

    /// Steps through the program in the editor, from a position of a line or from the start.
    pub(crate) fn step(self, line: Option<Line>) {
        let hash = self.hash();
        let line = line.unwrap_or_else(|| Line::start(&hash));
        let steps = match line.whole().check_program(&hash) {
            Ok(()) => Steps::new(line),
            Err(error) => Steps::refused(&hash, refused_schedule(&error.to_string())),
        };
        self.open_steps(steps);
    }

    /// Opens a schedule as an address gives it.
    pub(crate) fn step_from_text(self, text: &str, at: Option<usize>) {
        match text.parse::<Schedule>() {
            Ok(schedule) => self.step(Some(Line::new(schedule, at))),
            Err(error) => {
                let failure = refused_schedule(&error.to_string());
                self.open_steps(Steps::refused(&self.hash(), failure));
            }
        }
    }

    fn open_steps(self, steps: Steps) {
        self.begin(Stage::Steps(Box::new(steps)));
        self.store.clear();
        self.store.set_files(self.files());
        self.axis.set(Axis::Steps);
        self.store_program();
        self.drive();
    }

    /// Lets a task take the next step.
    pub(crate) fn take(self, task: TaskId) {
        let refusal = self.steps(|steps| steps.take(task).err());
        if let Some(refusal) = refusal.flatten() {
            self.say(self.refusal_words(task, refusal));
        }
    }

    fn refusal_words(self, task: TaskId, refusal: Refusal) -> String {
        let card = self
            .with_steps_untracked(|steps| {
                let view = steps.here()?;
                let cards = super::tasks::cards(view, &self.files());
                cards.into_iter().find(|card| card.task == task)
            })
            .flatten();
        match (refusal, card) {
            (Refusal::Blocked, Some(card)) => {
                format!("{} cannot go now: it {}.", card.name, card.next)
            }
            (Refusal::Ended, Some(card)) => format!("{} cannot go any more.", card.name),
            (_, _) => format!("There is no task {} yet.", task.0 + 1),
        }
    }

    /// Goes to a number of steps.
    pub(crate) fn go_to_step(self, at: usize, scrubbing: bool) {
        self.steps(|steps| steps.go_to(at, scrubbing));
    }

    /// One step back.
    pub(crate) fn back(self) {
        match self.with_steps_untracked(|steps| steps.line().at()) {
            Some(0) => self.say("This is the start.".into()),
            Some(at) => self.go_to_step(at - 1, false),
            None => {}
        }
    }

    /// One step along the way that was taken before.
    pub(crate) fn forward(self) {
        let ends = self.with_steps_untracked(|steps| (steps.line().at(), steps.line().len()));
        match ends {
            Some((at, len)) if at < len => self.go_to_step(at + 1, false),
            Some(_) => {
                self.say("This is the last step taken. Choose the task that goes next.".into())
            }
            None => {}
        }
    }

    /// Back to where the task that went last began to.
    pub(crate) fn back_to_switch(self) {
        if let Some(at) = self.with_steps_untracked(|steps| steps.line().previous_switch()) {
            self.go_to_step(at, false);
        }
    }

    /// To the last step taken.
    pub(crate) fn go_to_end(self) {
        if let Some(len) = self.with_steps_untracked(|steps| steps.line().len()) {
            self.go_to_step(len, false);
        }
    }

    /// Takes the last move back.
    pub(crate) fn undo(self) {
        self.steps(Steps::undo);
    }

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
                heddle_api::RunEvent::Job {
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

    /// The user selected an event in the timeline: that is a step, too.
    pub(crate) fn event_selected(self, event: Option<usize>) {
        let at = self.store.with(|recording| recording.steps_at(event));
        let elsewhere =
            self.with_steps_untracked(|steps| steps.is_drawn() && steps.line().at() != at);
        if elsewhere == Some(true) {
            self.go_to_step(at, true);
        }
    }

    /// Tries again what the server did not answer.
    pub(crate) fn retry_step(self) {
        self.steps(Steps::retry);
    }

    /// Changes the stepping session, then does what it asks for.
    fn steps<T>(self, change: impl FnOnce(&mut Steps) -> T) -> Option<T> {
        self.said.set(None);
        let changed = self.stage.try_update(|stage| match stage {
            Stage::Steps(steps) => Some(change(steps)),
            Stage::Empty | Stage::Job(_) => None,
        });
        self.drive();
        changed.flatten()
    }

    /// Asks the server for what is missing, draws what is new.
    fn drive(self) {
        let todo = self.stage.try_update(|stage| match stage {
            Stage::Steps(steps) => Some(steps.next()),
            Stage::Empty | Stage::Job(_) => None,
        });
        let Some(Todo { ask, draw }) = todo.flatten() else {
            return;
        };
        if let Some(view) = draw {
            self.store
                .replace(view.trace.clone(), view.findings.clone());
        }
        self.point();
        self.link_changed();
        if let Some(schedule) = ask {
            self.ask_for_state(schedule);
        }
    }

    /// Makes timeline and output follow the state on show.
    fn point(self) {
        let shown = self.with_steps_untracked(|steps| {
            let at = steps.here()?.schedule.choices.len();
            (steps.is_drawn() && !steps.is_waiting()).then_some(at)
        });
        let Some(at) = shown.flatten() else { return };
        let selected = self.selected.get_untracked();
        let event = self.store.with(|recording| {
            let same = recording.steps_at(selected) == at;
            (!same).then(|| recording.event_of_step(at))
        });
        if let Some(event) = event {
            self.selected.set(event);
        }
        let output = self.with_steps_untracked(|steps| {
            let trace = &steps.here()?.trace;
            let mut output = Output::default();
            output.extend(&trace.tasks, &trace.events);
            Some(output)
        });
        if let Some(output) = output.flatten() {
            self.output.set(output);
        }
    }

    fn ask_for_state(self, schedule: Schedule) {
        let Some(program) = self.on_stage.get_untracked() else {
            return;
        };
        let session = self.session.get_value();
        spawn_local(async move {
            let request = StepRequest {
                program: (*program.0).clone(),
                schedule: Some(schedule.to_string()),
            };
            let answer = api::post::<StepView>("/api/steps", &request).await;
            if self.is_session(session) {
                self.stage.update(|stage| {
                    if let Stage::Steps(steps) = stage {
                        steps.answered(&schedule, answer);
                    }
                });
                self.drive();
            }
        });
    }

    /// Puts something new on the stage; the program that it is made of.
    fn begin(self, stage: Stage) -> Same<Program> {
        self.session.update_value(|session| *session += 1);
        self.log.set_value(None);
        self.running_on.set(false);
        self.said.set(None);
        self.selected.set(None);
        self.output.set(Output::default());
        let program = Same(Arc::new(self.program.get_untracked()));
        self.on_stage.set(Some(program.clone()));
        self.stage.set(stage);
        program
    }

    /// Clears the stage.
    pub(crate) fn clear(self) {
        self.begin(Stage::Empty);
        self.on_stage.set(None);
        self.store.clear();
        self.link_changed();
    }

    /// The page is left: nothing that still comes in is of interest.
    pub(crate) fn leave(self) {
        self.session.update_value(|session| *session += 1);
        self.log.set_value(None);
    }

    /// Stores an edited program, so that its address opens elsewhere.
    pub(super) fn store_program(self) {
        let program = self.program.get_untracked();
        spawn_local(async move {
            if let Err(failure) = api::post::<ProgramStored>("/api/programs", &program).await {
                self.say(format!("{}. {}", failure.title, failure.detail));
            }
        });
    }

    /// Says something in the live region, until the next step.
    pub(crate) fn say(self, words: String) {
        self.said.set(Some(words));
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

    pub(super) fn with_steps_untracked<T>(self, read: impl FnOnce(&Steps) -> T) -> Option<T> {
        untrack(|| self.with_steps(read))
    }

    /// Whether an answer still belongs to what is on the stage (and the page is still there).
    fn is_session(self, session: u32) -> bool {
        self.session.try_get_value() == Some(session)
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

/// A schedule that never came as far as the server.
fn refused_schedule(reason: &str) -> Failure {
    Failure {
        kind: "/problems/schedule".into(),
        status: 422,
        title: "This schedule cannot be used".into(),
        detail: reason.to_owned(),
        error: None,
    }
}
