use heddle_analysis::Judge;
use heddle_trace::OpKind::{Acquire, EventWait, Join, Read, Release, Write};
use heddle_trace::{ErrorReport, Event, Location, Nanos, ObjectKind, Outcome, What};

use crate::story::{MAIN, Story, of_task, op};

#[test]
fn a_lock_never_given_back_is_reported_when_its_task_ends() {
    let mut story = Story::new();
    let t1 = story.started("t1");
    let lock = story.lock("lock");
    story.does(t1, Acquire, lock, 7);
    story.ends(t1);
    let findings = story.findings();
    assert_eq!(
        findings[0].message,
        "t1 ended and never gave lock back, which it took on line 7."
    );
}

#[test]
fn a_lock_that_somebody_else_gives_back_is_fine() {
    let mut story = Story::new();
    let t1 = story.started("t1");
    let lock = story.lock("lock");
    story.does(t1, Acquire, lock, 7);
    story.ends(t1);
    story.does(MAIN, Release, lock, 9);
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn what_the_library_keeps_for_itself_is_its_own_business() {
    let mut story = Story::new();
    let feeder = story.started("QueueFeederThread");
    story.trace.tasks[1].system = true;
    let lock = story.lock("lock");
    story.does(feeder, Acquire, lock, 7);
    story.ends(feeder);
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn what_main_holds_at_the_end_of_the_program_hurts_nobody() {
    let mut story = Story::new();
    let lock = story.lock("lock");
    story.does(MAIN, Acquire, lock, 7);
    story.ends(MAIN);
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn an_exception_is_told_with_task_message_and_line() {
    let mut story = Story::new();
    let t1 = story.started("t1");
    story.trace.events.push(Event {
        task: t1,
        at: Nanos(9),
        location: Some(Location { file: 0, line: 7 }),
        what: What::Uncaught {
            exception: "ValueError".into(),
            message: "no such account".into(),
            traceback: String::new(),
        },
    });
    let findings = story.findings();
    assert_eq!(
        findings[0].message,
        "t1 ended with ValueError: no such account (line 7)."
    );
}

#[test]
fn an_exception_in_the_outcome_alone_is_told_too() {
    let mut story = Story::new();
    story.trace.outcome = Outcome::Failed {
        task: MAIN,
        error: ErrorReport {
            exception: "KeyError".into(),
            message: String::new(),
            location: None,
            column: None,
            traceback: String::new(),
        },
    };
    assert_eq!(story.findings()[0].message, "main ended with KeyError.");
}

#[test]
fn a_livelock_names_its_tasks() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    story.trace.outcome = Outcome::Livelock {
        tasks: vec![t1, t2],
    };
    assert!(
        story.findings()[0]
            .message
            .starts_with("Livelock: t1 and t2 only repeat")
    );
}

#[test]
fn a_deadlock_is_the_same_whoever_waits_for_its_victims() {
    let id_of = |joined: usize, stuck: usize| {
        let mut story = Story::new();
        let tasks = [story.started("t1"), story.started("t2")];
        let never = story.object(ObjectKind::Event, "never");
        for task in &tasks[..stuck] {
            story.waits(*task, op(EventWait, never), 5);
        }
        story.waits(MAIN, of_task(Join, tasks[joined]), 10 + joined as u32);
        let trace = story.stuck();
        heddle_analysis::analyse(&trace)[0].id.clone()
    };
    assert_eq!(id_of(0, 2), id_of(1, 2));
    assert_eq!(id_of(0, 1), id_of(0, 2));
}

#[test]
fn the_same_race_of_other_tasks_the_other_way_round_has_the_same_id() {
    let id_of = |swap: bool| {
        let mut story = Story::new();
        let tasks: Vec<_> = (0..4).map(|n| story.started(&format!("t{n}"))).collect();
        let n = story.variable("n");
        let (one, other) = if swap { (0, 1) } else { (3, 2) };
        let mut steps = [(one, Read, 5), (other, Write, 6)];
        if swap {
            steps.reverse();
        }
        for (task, kind, line) in steps {
            story.does(tasks[task], kind, n, line);
        }
        story.findings()[0].id.clone()
    };
    assert_eq!(id_of(true), id_of(false));
}

#[test]
fn a_failure_is_shown_by_the_same_finding_and_not_by_another_of_its_kind() {
    let fails = |line: u32| {
        let mut story = Story::new();
        let (t1, never) = (
            story.started("t1"),
            story.object(ObjectKind::Event, "never"),
        );
        story.waits(t1, op(EventWait, never), line);
        let trace = story.stuck();
        let findings = heddle_analysis::analyse(&trace);
        let failure = Judge::new(Vec::new()).observe(&trace, &findings);
        (failure.unwrap(), findings)
    };
    let ((first, _), (again, findings)) = (fails(5), fails(5));
    assert!(first.is_shown_by(&again, &findings));
    let (other, findings) = fails(6);
    assert_eq!(other.result, first.result);
    assert!(!first.is_shown_by(&other, &findings));
}
