//! Stepping: which state is wanted, which one is here, and what to ask the server next.
//!
//! The page holds no session with the server: a state is the answer to "this program, after this
//! schedule". So a step is a longer schedule, a step back a shorter one. One question is under way
//! at a time; while it is, only the newest wish is remembered, so that dragging the scrubber does
//! not queue up a hundred questions. Keys pressed meanwhile wait in `ahead`.

use std::collections::VecDeque;
use std::sync::Arc;

use heddle_api::StepView;
use heddle_trace::{Outcome, ProgramHash, Schedule, TaskId, TaskStatus};

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

/// What is to be done after a change.
#[derive(Debug, Default)]
pub(crate) struct Todo {
    /// Ask the server for this state.
    pub ask: Option<Schedule>,
    /// Draw this one's trace in the timeline.
    pub draw: Option<Arc<StepView>>,
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

    fn begins_drawn(&self, here: &Schedule) -> bool {
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

#[cfg(test)]
mod tests {
    use heddle_trace::{Granularity, Program, Snapshot, TaskSnapshot, Trace};

    use super::*;

    fn hash() -> ProgramHash {
        Program::python("").hash()
    }

    /// A state with two tasks that can go and a third that waits.
    fn view(schedule: &Schedule) -> StepView {
        let task = |(id, status)| TaskSnapshot {
            task: TaskId(id),
            status,
            pending: None,
            location: None,
            stack: Vec::new(),
        };
        let tasks = [
            (0, TaskStatus::Enabled),
            (1, TaskStatus::Enabled),
            (2, TaskStatus::Blocked),
        ];
        StepView {
            program: hash(),
            schedule: schedule.clone(),
            trace: Trace {
                granularity: Some(Granularity::Language),
                processes: Vec::new(),
                tasks: Vec::new(),
                objects: Vec::new(),
                events: Vec::new(),
                pending: Vec::new(),
                outcome: Outcome::Stopped,
            },
            snapshot: Some(Snapshot {
                tasks: tasks.map(task).to_vec(),
                ..Snapshot::default()
            }),
            findings: Vec::new(),
        }
    }

    fn failure() -> Failure {
        Failure {
            kind: "/problems/schedule".into(),
            status: 422,
            title: String::new(),
            detail: String::new(),
            error: None,
        }
    }

    /// Answers every question; the numbers of steps that were asked for and drawn.
    fn settle(steps: &mut Steps) -> (Vec<usize>, Vec<usize>) {
        let (mut asked, mut drawn) = (Vec::new(), Vec::new());
        loop {
            let todo = steps.next();
            if let Some(view) = todo.draw {
                drawn.push(view.schedule.choices.len());
            }
            let Some(schedule) = todo.ask else {
                return (asked, drawn);
            };
            asked.push(schedule.choices.len());
            steps.answered(&schedule, Ok(view(&schedule)));
        }
    }

    fn walked(tasks: &[u16]) -> Steps {
        let mut steps = Steps::start(&hash());
        settle(&mut steps);
        for task in tasks {
            steps.take(TaskId(*task)).unwrap();
            settle(&mut steps);
        }
        steps
    }

    #[test]
    fn a_step_asks_for_one_longer_schedule_and_draws_it() {
        let mut steps = walked(&[0]);
        steps.take(TaskId(1)).unwrap();
        assert!(steps.is_waiting());
        assert_eq!(settle(&mut steps), (vec![2], vec![2]));
        assert!(!steps.is_waiting());
    }

    #[test]
    fn a_step_back_asks_nothing_and_keeps_the_picture() {
        let mut steps = walked(&[0, 1, 0]);
        steps.go_to(1, false);
        assert_eq!(settle(&mut steps), (vec![], vec![]));
        assert_eq!(steps.here().unwrap().schedule.choices.len(), 1);
    }

    #[test]
    fn a_branch_is_drawn_anew() {
        let mut steps = walked(&[0, 1, 0]);
        steps.go_to(1, false);
        settle(&mut steps);
        steps.take(TaskId(0)).unwrap();
        assert_eq!(settle(&mut steps), (vec![2], vec![2]));
        assert_eq!(steps.line().len(), 2);
    }

    #[test]
    fn a_link_into_the_middle_fetches_the_state_and_then_the_whole_line() {
        let whole = walked(&[0, 1, 0]).line().whole().clone();
        let mut steps = Steps::new(Line::new(whole, Some(1)));
        assert_eq!(settle(&mut steps), (vec![1, 3], vec![1, 3]));
        assert_eq!(steps.line().at(), 1);
    }

    #[test]
    fn keys_pressed_while_the_server_works_are_not_lost() {
        let mut steps = Steps::start(&hash());
        for task in [0, 1, 0] {
            steps.take(TaskId(task)).unwrap();
        }
        settle(&mut steps);
        assert_eq!(
            steps.line().here().choices,
            [TaskId(0), TaskId(1), TaskId(0)]
        );
    }

    #[test]
    fn a_key_for_a_waiting_task_ends_the_run_ahead() {
        let mut steps = Steps::start(&hash());
        for task in [0, 2, 1] {
            steps.take(TaskId(task)).unwrap();
        }
        settle(&mut steps);
        assert_eq!(steps.line().at(), 1);
    }

    #[test]
    fn a_waiting_task_is_refused_with_the_reason() {
        let mut steps = walked(&[]);
        assert_eq!(steps.take(TaskId(2)), Err(Refusal::Blocked));
        assert_eq!(steps.take(TaskId(7)), Err(Refusal::NoTask));
        assert_eq!(steps.line().at(), 0);
    }

    #[test]
    fn one_question_at_a_time_and_only_the_newest_wish() {
        let whole = walked(&[0, 1, 0, 1]).line().whole().clone();
        let mut steps = Steps::new(Line::new(whole, None));
        let first = steps.next().ask.unwrap();
        for at in [3, 2, 1] {
            steps.go_to(at, true);
            assert!(steps.next().ask.is_none());
        }
        steps.answered(&first, Ok(view(&first)));
        assert_eq!(steps.next().ask.unwrap().choices.len(), 1);
    }

    #[test]
    fn a_drag_of_the_scrubber_is_undone_at_once() {
        let mut steps = walked(&[0, 1, 0, 1]);
        for at in [3, 2, 1] {
            steps.go_to(at, true);
        }
        steps.undo();
        assert_eq!(steps.line().at(), 4);
        steps.undo();
        assert_eq!(steps.line().at(), 3);
    }

    #[test]
    fn undo_brings_back_the_branch_that_was_left() {
        let mut steps = walked(&[0, 1, 1]);
        steps.go_to(1, false);
        settle(&mut steps);
        steps.take(TaskId(0)).unwrap();
        settle(&mut steps);
        steps.undo();
        assert_eq!((steps.line().at(), steps.line().len()), (1, 3));
    }

    #[test]
    fn a_refused_schedule_asks_no_more_until_told_to() {
        let mut steps = Steps::start(&hash());
        let asked = steps.next().ask.unwrap();
        steps.answered(&asked, Err(failure()));
        assert!(steps.failure().is_some());
        assert!(steps.next().ask.is_none());
        steps.retry();
        assert!(steps.next().ask.is_some());
    }

    #[test]
    fn running_on_stops_at_the_next_switch() {
        let longer = walked(&[0, 1, 1, 1, 0]).line().whole().clone();
        let mut steps = walked(&[0]);
        assert!(steps.go_on_along(longer, false));
        assert_eq!((steps.line().at(), steps.line().len()), (4, 5));
        steps.undo();
        assert_eq!((steps.line().at(), steps.line().len()), (1, 1));
    }
}
