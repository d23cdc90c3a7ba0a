//! A stepping session against a server that answers everything.

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
            timeouts: heddle_trace::Timeouts::Respect,
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
