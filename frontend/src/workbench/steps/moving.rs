//! Moving along the line, and taking moves back.

use heddle_trace::{Schedule, TaskId};

use super::{AHEAD, Refusal, Steps, UNDO};

impl Steps {
    /// Lets a task take the next step.
    ///
    /// # Errors
    /// When the state is known and the task cannot go in it.
    pub(crate) fn take(&mut self, task: TaskId) -> Result<(), Refusal> {
        if self.is_waiting() {
            if self.ahead.len() < AHEAD {
                self.ahead.push_back(task);
            }
            return Ok(());
        }
        self.may_go(task)?;
        self.remember(false);
        self.line.take(task);
        Ok(())
    }

    /// Goes to a position of the line.
    pub(crate) fn go_to(&mut self, at: usize, scrubbing: bool) {
        if at != self.line.at() && at <= self.line.len() {
            self.remember(scrubbing);
            self.line.go_to(at);
        }
    }

    /// Goes on along a longer schedule, to its next switch or to its end.
    pub(crate) fn go_on_along(&mut self, longer: Schedule, to_the_end: bool) -> bool {
        let before = self.line.clone();
        if !self.line.go_on_along(longer) {
            return false;
        }
        let at = if to_the_end {
            self.line.len()
        } else {
            self.line.next_switch()
        };
        self.line.go_to(at);
        let after = std::mem::replace(&mut self.line, before);
        self.remember(false);
        self.line = after;
        true
    }

    /// Takes the last move back.
    pub(crate) fn undo(&mut self) {
        if let Some(line) = self.undo.pop_back() {
            self.ahead.clear();
            self.failure = None;
            self.scrubbing = false;
            self.line = line;
        }
    }

    fn remember(&mut self, scrubbing: bool) {
        self.ahead.clear();
        self.failure = None;
        let together = scrubbing && self.scrubbing;
        self.scrubbing = scrubbing;
        if together {
            return;
        }
        if self.undo.len() == UNDO {
            self.undo.pop_front();
        }
        self.undo.push_back(self.line.clone());
    }
}
