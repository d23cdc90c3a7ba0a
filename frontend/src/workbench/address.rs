//! The address of what is on show, and opening one.

use heddle_trace::Program;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

use super::bench::{Bench, Stage};
use super::steps::Steps;
use crate::api;
use crate::link::Link;

impl Bench {
    /// What an address must say to show this again.
    pub(crate) fn link(self) -> Link {
        let position = self.with_steps_untracked(|steps| {
            let refused = steps.here().is_none() && steps.failure().is_some();
            (!refused).then(|| (steps.line().whole().to_string(), steps.line().at()))
        });
        let position = position.flatten();
        let staged = self.on_stage.get_untracked();
        let program = match (&position, staged) {
            (Some(_), Some(staged)) => staged.0.hash(),
            _ => self.hash(),
        };
        let original = self
            .subject
            .with_value(|subject| subject.program.hash() == program);
        Link {
            program: (!original || position.is_some()).then_some(program),
            schedule: position.as_ref().map(|(schedule, _)| schedule.clone()),
            step: position.map(|(_, at)| at),
            cell: self.subject.with_value(|subject| subject.cell.clone()),
        }
    }

    /// Writes the address of what is on show.
    pub(super) fn link_changed(self) {
        self.router.rewrite(&self.link());
    }

    /// Copies the address, and makes sure that it opens elsewhere.
    pub(crate) fn copy_link(self) {
        self.link_changed();
        self.store_program();
        let Ok(address) = window().location().href() else {
            return;
        };
        let copying = window().navigator().clipboard().write_text(&address);
        spawn_local(async move {
            self.say(match JsFuture::from(copying).await {
                Ok(_) => "The link is in the clipboard.".into(),
                Err(_) => {
                    "The browser did not allow copying: take the link from the address bar.".into()
                }
            });
        });
    }

    /// Shows what the page's address asks for, if it is about this workbench; else the learner's
    /// draft, if there is one. Whether it was about this one.
    pub(crate) fn open(self) -> bool {
        let link = self.router.link();
        let about = self
            .subject
            .with_value(|subject| link.is_about(subject.cell.as_deref()));
        let asks = link.program.is_some() || link.schedule.is_some();
        if !(about && asks) {
            self.restore_draft();
            return false;
        }
        match link.program {
            Some(hash) if hash != self.hash() => {
                spawn_local(async move {
                    match api::get::<Program>(&format!("/api/programs/{hash}")).await {
                        Ok(program) => {
                            self.replace_program(program);
                            self.open_schedule(&link);
                        }
                        Err(failure) => {
                            let steps = Steps::refused(&self.hash(), failure);
                            self.stage.set(Stage::Steps(Box::new(steps)));
                        }
                    }
                });
            }
            Some(_) | None => self.open_schedule(&link),
        }
        true
    }

    fn open_schedule(self, link: &Link) {
        if let Some(text) = &link.schedule {
            self.step_from_text(text, link.step);
        }
    }

    /// Takes another program into the editor.
    pub(crate) fn replace_program(self, program: Program) {
        self.file.set(0);
        self.program.set(program);
        self.revision.update(|revision| *revision += 1);
    }

    /// The learner edited the file on show.
    pub(crate) fn edited(self, text: String) {
        let file = self.file.get_untracked();
        self.program.update(|program| {
            if let Some(file) = program.files.get_mut(file) {
                file.text = text;
            }
        });
        self.keep_draft();
    }

    /// Back to the program before any edit.
    pub(crate) fn reset(self) {
        self.replace_program(self.subject.with_value(|subject| subject.program.clone()));
        self.keep_draft();
        self.clear();
    }

    fn draft_key(self) -> String {
        self.subject
            .with_value(|subject| format!("heddle.draft.{}", subject.name))
    }

    /// Keeps the edited program in this browser, so that a reload loses nothing.
    fn keep_draft(self) {
        let Ok(Some(storage)) = window().local_storage() else {
            return;
        };
        let key = self.draft_key();
        let draft = untrack(|| self.is_edited())
            .then(|| {
                self.program
                    .with_untracked(|program| serde_json::to_string(program).ok())
            })
            .flatten();
        // A browser that keeps nothing: then a reload starts anew.
        let _ = match draft {
            Some(draft) => storage.set_item(&key, &draft),
            None => storage.remove_item(&key),
        };
    }

    /// A draft with the support files as the challenge has them now.
    fn with_support_files(self, mut draft: Program) -> Program {
        self.subject.with_value(|subject| {
            if subject.challenge.is_some() {
                let support = subject.program.files.iter().skip(1);
                draft.files.truncate(1);
                draft.files.extend(support.cloned());
            }
        });
        draft
    }

    fn restore_draft(self) {
        if !self.subject.with_value(|subject| subject.editable) {
            return;
        }
        let Ok(Some(storage)) = window().local_storage() else {
            return;
        };
        let draft = storage.get_item(&self.draft_key()).ok().flatten();
        let draft = draft.and_then(|draft| crate::json::read::<Program>(&draft).ok());
        if let Some(draft) = draft
            && draft.check().is_ok()
        {
            self.replace_program(self.with_support_files(draft));
        }
    }
}
