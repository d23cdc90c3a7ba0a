//! Stepping: which state is wanted, which one is here, and what to ask the server next.
//!
//! The page holds no session with the server: a state is the answer to "this program, after this
//! schedule". So a step is a longer schedule, a step back a shorter one. One question is under way
//! at a time; while it is, only the newest wish is remembered, so that dragging the scrubber does
//! not queue up a hundred questions. Keys pressed meanwhile wait in `ahead`.

mod asking;
mod moving;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::sync::Arc;

use heddle_api::StepView;
use heddle_trace::{Outcome, ProgramHash, Schedule, TaskId, TaskStatus};

pub(crate) use asking::Todo;

use super::cache::Cache;
use super::line::Line;
use crate::api::Failure;

/// States kept for going back.
const KEPT: usize = 200;
/// Ways back kept for Undo.
const UNDO: usize = 200;
/// Keys that may run ahead of the server.
const AHEAD: usize = 16;

/// Why a task does not take a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// There is no such task.
    NoTask,
    /// It waits for something.
    Blocked,
    /// It has ended.
    Ended,
}

/// The state of a stepping session.
#[derive(Debug, Clone)]
pub(crate) struct Steps {
    line: Line,
    undo: VecDeque<Line>,
    /// Whether the last move was one of the scrubber's, which are undone together.
    scrubbing: bool,
    views: Cache<Schedule, Arc<StepView>>,
    here: Option<Arc<StepView>>,
    /// The line that the timeline shows.
    drawn: Option<Schedule>,
    asking: Option<Schedule>,
    ahead: VecDeque<TaskId>,
    failure: Option<Failure>,
}

impl Steps {
    /// Begins at a position of a line.
    pub(crate) fn new(line: Line) -> Steps {
        Steps {
            line,
            undo: VecDeque::new(),
            scrubbing: false,
            views: Cache::new(KEPT),
            here: None,
            drawn: None,
            asking: None,
            ahead: VecDeque::new(),
            failure: None,
        }
    }

    /// Begins before the first step.
    pub(crate) fn start(program: &ProgramHash) -> Steps {
        Steps::new(Line::start(program))
    }

    /// Begins with a refusal: there is nothing to show but the reason.
    pub(crate) fn refused(program: &ProgramHash, failure: Failure) -> Steps {
        Steps {
            failure: Some(failure),
            ..Steps::start(program)
        }
    }

    /// The line and the position on it.
    pub(crate) fn line(&self) -> &Line {
        &self.line
    }

    /// The state on show: the wanted one, or the one before it while the server works it out.
    pub(crate) fn here(&self) -> Option<&Arc<StepView>> {
        self.here.as_ref()
    }

    /// The state one step before the one on show, if it is still known.
    pub(crate) fn before(&self) -> Option<&Arc<StepView>> {
        let here = &self.here.as_ref()?.schedule;
        let steps = here.choices.len().checked_sub(1)?;
        self.views.get(&here.prefix(steps))
    }

    /// Whether the timeline shows the steps up to here.
    pub(crate) fn is_drawn(&self) -> bool {
        self.begins_drawn(&self.line.here())
    }

    /// Whether the state on show is not yet the wanted one.
    pub(crate) fn is_waiting(&self) -> bool {
        self.failure.is_none() && self.views.get(&self.line.here()).is_none()
    }

    /// Why the server did not give the wanted state.
    pub(crate) fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    /// Whether the program has come to its end here.
    pub(crate) fn is_over(&self) -> bool {
        self.here
            .as_ref()
            .is_some_and(|view| view.trace.outcome != Outcome::Stopped)
    }

    /// Whether there is something to undo.
    pub(crate) fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether a task can go in the state on show.
    pub(crate) fn may_go(&self, task: TaskId) -> Result<(), Refusal> {
        let view = self.here.as_ref().ok_or(Refusal::NoTask)?;
        let tasks = view.snapshot.as_ref().map_or(&[][..], |s| &s.tasks);
        let found = tasks
            .iter()
            .find(|one| one.task == task)
            .ok_or(Refusal::NoTask)?;
        let nobody_else = tasks.iter().all(|one| one.status != TaskStatus::Enabled);
        match found.status {
            _ if view.trace.outcome != Outcome::Stopped => Err(Refusal::Ended),
            TaskStatus::Enabled => Ok(()),
            TaskStatus::Timed if nobody_else => Ok(()),
            TaskStatus::Timed | TaskStatus::Blocked => Err(Refusal::Blocked),
            TaskStatus::Ended => Err(Refusal::Ended),
        }
    }
}
