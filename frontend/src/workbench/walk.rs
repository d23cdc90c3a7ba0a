//! Stepping: moving along the line of steps, asking the server for states.

use heddle_api::{StepRequest, StepView};
use heddle_timeline::Axis;
use heddle_trace::{Schedule, TaskId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bench::{Bench, Stage};
use super::line::Line;
use super::output::Output;
use super::steps::{Refusal, Steps, Todo};
use crate::api::{self, Failure};

impl Bench {
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

    /// Begins to step; when that has begun already, goes back to the start and keeps the way.
    pub(crate) fn step_anew(self) {
        let stepping = self.with_steps_untracked(|steps| steps.failure().is_none());
        if stepping == Some(true) && !untrack(|| self.is_stale()) {
            self.go_to_step(0, false);
        } else {
            self.step(None);
        }
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
            (_, _) => format!("There is no task {task} yet."),
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
    pub(super) fn steps<T>(self, change: impl FnOnce(&mut Steps) -> T) -> Option<T> {
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
