//! Putting something on the stage and clearing it.

use std::sync::Arc;

use heddle_api::ProgramStored;
use heddle_trace::Program;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::bench::{Bench, Same, Stage};
use super::output::Output;
use super::steps::Steps;
use crate::api;

impl Bench {
    /// Puts something new on the stage; the program that it is made of.
    pub(super) fn begin(self, stage: Stage) -> Same<Program> {
        self.keep_search();
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

    pub(super) fn with_steps_untracked<T>(self, read: impl FnOnce(&Steps) -> T) -> Option<T> {
        untrack(|| self.with_steps(read))
    }

    /// Whether an answer still belongs to what is on the stage (and the page is still there).
    pub(super) fn is_session(self, session: u32) -> bool {
        self.session.try_get_value() == Some(session)
    }
}
