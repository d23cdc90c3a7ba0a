//! What to ask the server next, what to draw, and taking its answers.

use std::sync::Arc;

use heddle_api::StepView;
use heddle_trace::Schedule;

use super::Steps;
use crate::api::Failure;

/// What is to be done after a change.
#[derive(Debug, Default)]
pub(crate) struct Todo {
    /// Ask the server for this state.
    pub ask: Option<Schedule>,
    /// Draw this one's trace in the timeline.
    pub draw: Option<Arc<StepView>>,
}

impl Steps {
    /// What is to be done now. To be called after every change, until it asks for nothing.
    pub(crate) fn next(&mut self) -> Todo {
        let wanted = self.line.here();
        if let Some(view) = self.views.get(&wanted) {
            self.here = Some(Arc::clone(view));
            self.views.touch(&wanted);
        }
        let draw = self.redraw();
        if self.asking.is_some() || self.failure.is_some() {
            return Todo { ask: None, draw };
        }
        let missing = if self.views.get(&wanted).is_none() {
            Some(wanted)
        } else if self.drawn.as_ref() != Some(self.line.whole()) {
            Some(self.line.whole().clone())
        } else {
            None
        };
        self.asking.clone_from(&missing);
        Todo { ask: missing, draw }
    }

    /// The whole line's trace if the timeline does not show it yet; until it is known, the trace
    /// up to here, rather than one of another branch.
    fn redraw(&mut self) -> Option<Arc<StepView>> {
        let whole = self.line.whole();
        if self.drawn.as_ref() == Some(whole) {
            return None;
        }
        if let Some(view) = self.views.get(whole) {
            self.drawn = Some(whole.clone());
            return Some(Arc::clone(view));
        }
        let here = self.line.here();
        if self.drawn.as_ref() == Some(&here) || self.begins_drawn(&here) {
            return None;
        }
        let view = self.views.get(&here)?;
        self.drawn = Some(here);
        Some(Arc::clone(view))
    }

    pub(super) fn begins_drawn(&self, here: &Schedule) -> bool {
        let begins = |drawn: &Schedule| drawn.choices.starts_with(&here.choices);
        self.drawn.as_ref().is_some_and(begins)
    }

    /// Takes the server's answer.
    pub(crate) fn answered(&mut self, asked: &Schedule, answer: Result<StepView, Failure>) {
        if self.asking.as_ref() == Some(asked) {
            self.asking = None;
        }
        match answer {
            Ok(view) => {
                self.views.put(asked.clone(), Arc::new(view));
                self.run_ahead();
            }
            // The answer to a wish that is gone is of no interest.
            Err(_) if *asked != self.line.here() && asked != self.line.whole() => {}
            Err(failure) => {
                self.ahead.clear();
                self.failure = Some(failure);
            }
        }
    }

    /// Tries again what failed.
    pub(crate) fn retry(&mut self) {
        self.failure = None;
    }

    /// Performs the keys that were pressed while the server was at work, up to the first that
    /// needs another answer.
    fn run_ahead(&mut self) {
        while let Some(view) = self.views.get(&self.line.here()) {
            self.here = Some(Arc::clone(view));
            let Some(task) = self.ahead.pop_front() else {
                return;
            };
            let rest = std::mem::take(&mut self.ahead);
            if self.take(task).is_err() {
                return;
            }
            self.ahead = rest;
        }
    }
}
