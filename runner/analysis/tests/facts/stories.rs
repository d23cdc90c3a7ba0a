//! Which steps of an execution its findings are told with.

use heddle_analysis::{Source, analyse_with, story};
use heddle_trace::OpKind::{
    Acquire, ConditionNotify, ConditionWait, ConditionWake, Join, QueueGet, QueuePut, Read,
    Release, Write,
};
use heddle_trace::{
    ErrorReport, Event, Location, Nanos, ObjectKind, OpResult, Outcome, Program, StoryStep, Trace,
    What,
};

use crate::story::{MAIN, Story, of_task, op, with};

/// The story of the first finding of this kind.
fn steps(trace: &Trace, text: &str, name: &str) -> Vec<StoryStep> {
    let mut program = Program::python(text);
    program.files[0].name = "bank.py".into();
    let source = Source::new(&program);
    let findings = analyse_with(trace, &source);
    let found = findings.iter().find(|finding| finding.what.name() == name);
    let finding = found.unwrap_or_else(|| panic!("no {name} in {findings:?}"));
    story(trace, &source, finding)
}

fn told(trace: &Trace, name: &str) -> Vec<String> {
    let steps = steps(trace, "c.n += 1\n", name);
    steps.into_iter().map(|step| step.sentence).collect()
}

#[test]
fn a_deadlock_is_who_took_what_and_who_waits_for_whom() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (a, b, other) = (story.lock("a"), story.lock("b"), story.variable("other"));
    story.does(t1, Write, other, 5);
    story.does(t1, Acquire, a, 9);
    story.does(t2, Acquire, b, 19);
    story.does(t2, Read, other, 20);
    story.waits(t1, op(Acquire, b), 10);
    story.waits(t2, op(Acquire, a), 20);
    story.waits(MAIN, of_task(Join, t1), 30);
    assert_eq!(
        told(&story.stuck(), "deadlock"),
        [
            "t1 takes lock a (bank.py:9)",
            "t2 takes lock b (bank.py:19)",
            "t1 waits for lock b, held by t2 (bank.py:10)",
            "t2 waits for lock a, held by t1 (bank.py:20)",
        ]
    );
}

#[test]
fn every_step_says_where_to_jump_to() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("c.n");
    for (task, kind) in [(t1, Read), (t2, Read), (t2, Write), (t1, Write)] {
        story.does(task, kind, n, 1);
    }
    let steps = steps(&story.trace, "c.n += 1\n", "lost_update");
    let places: Vec<_> = steps.iter().map(|s| (s.task, s.event, s.step)).collect();
    // Two starts and two beginnings come first.
    let wanted = [(t1, 4), (t2, 5), (t2, 6), (t1, 7)];
    assert_eq!(places, wanted.map(|(task, n)| (task, Some(n), Some(n))));
}

#[test]
fn a_step_number_counts_steps_and_not_events() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    story.trace.events.insert(
        0,
        Event {
            task: MAIN,
            at: Nanos(0),
            location: None,
            what: What::Uncontrolled {
                call: "input()".into(),
            },
        },
    );
    let n = story.variable("c.n");
    story.does(t1, Write, n, 1);
    story.does(t2, Write, n, 1);
    let steps = steps(&story.trace, "", "race");
    assert_eq!((steps[0].event, steps[0].step), (Some(5), Some(4)));
}

#[test]
fn a_lock_that_went_with_its_task_is_told_with_the_end() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let lock = story.lock("door");
    story.does(t1, Acquire, lock, 7);
    story.ends(t1);
    story.waits(t2, op(Acquire, lock), 7);
    assert_eq!(
        told(&story.stuck(), "deadlock"),
        [
            "t1 takes lock door (bank.py:7)",
            "t1 ends and still holds lock door (bank.py:1)",
            "t2 waits for lock door, held by t1 (bank.py:7)",
        ]
    );
}

#[test]
fn a_wait_for_an_item_is_told_with_the_last_put_and_get() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let jobs = story.object(ObjectKind::Queue, "jobs");
    story.does(MAIN, QueuePut, jobs, 3);
    story.does(MAIN, QueuePut, jobs, 4);
    story.does(t1, QueueGet, jobs, 8);
    story.does(t2, QueueGet, jobs, 8);
    story.waits(t1, op(QueueGet, jobs), 8);
    assert_eq!(
        told(&story.stuck(), "deadlock"),
        [
            "main puts an item into queue jobs (bank.py:4)",
            "t2 gets an item from queue jobs (bank.py:8)",
            "t1 waits for an item in queue jobs (bank.py:8)",
        ]
    );
}

#[test]
fn a_lost_wakeup_is_the_notify_and_the_wait_after_it() {
    let mut story = Story::new();
    let waiter = story.started("waiter");
    let lock = story.lock("cond.lock");
    let cond = story.object(ObjectKind::Condition, "cond");
    story.does(MAIN, Acquire, lock, 13);
    story.does(MAIN, ConditionNotify, cond, 14);
    story.does(MAIN, Release, lock, 13);
    story.does(waiter, Acquire, lock, 8);
    story.push(waiter, with(ConditionWait, cond, lock), OpResult::Done, 9);
    story.waits(waiter, with(ConditionWake, cond, lock), 9);
    assert_eq!(
        told(&story.stuck(), "lost_wakeup"),
        [
            "main notifies condition cond (bank.py:14)",
            "waiter releases lock cond.lock and waits for a notification of condition cond \
             (bank.py:9)",
            "waiter waits for a notification of condition cond (bank.py:9)",
        ]
    );
}

fn fails(story: &mut Story, line: u32) {
    let location = Some(Location { file: 0, line });
    story.trace.events.push(Event {
        task: MAIN,
        at: Nanos(9),
        location,
        what: What::Uncaught {
            exception: "AssertionError".into(),
            message: String::new(),
            traceback: String::new(),
        },
    });
    story.trace.outcome = Outcome::Failed {
        task: MAIN,
        error: ErrorReport {
            exception: "AssertionError".into(),
            message: String::new(),
            location,
            column: None,
            traceback: String::new(),
        },
    };
}

#[test]
fn an_exception_is_told_with_the_update_that_was_lost_before() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("c.n");
    for (task, kind) in [(t1, Read), (t2, Read), (t2, Write), (t1, Write)] {
        story.does(task, kind, n, 1);
    }
    fails(&mut story, 9);
    let told = told(&story.trace, "exception");
    assert_eq!(told.len(), 5);
    assert_eq!(told[0], "t1 reads c.n (bank.py:1)");
    assert_eq!(
        told[4],
        "main ends with an uncaught AssertionError (bank.py:9)"
    );
}

#[test]
fn an_exception_without_a_cause_is_told_with_what_its_task_did_last() {
    let (mut story, t1, _) = Story::with_two_tasks();
    let jobs = story.object(ObjectKind::Queue, "jobs");
    story.does(t1, QueuePut, jobs, 4);
    story.does(MAIN, QueueGet, jobs, 8);
    fails(&mut story, 9);
    assert_eq!(
        told(&story.trace, "exception"),
        [
            "t1 puts an item into queue jobs (bank.py:4)",
            "main gets an item from queue jobs (bank.py:8)",
            "main ends with an uncaught AssertionError (bank.py:9)",
        ]
    );
}

#[test]
fn a_lock_order_is_told_with_the_locks_that_were_held() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (a, b) = (story.lock("a"), story.lock("b"));
    for (task, first, second) in [(t1, a, b), (t2, b, a)] {
        story.does(task, Acquire, first, 3);
        story.does(task, Acquire, second, 4);
        story.does(task, Release, second, 4);
        story.does(task, Release, first, 3);
    }
    assert_eq!(
        told(&story.trace, "lock_order"),
        [
            "t1 takes lock a (bank.py:3)",
            "t1 takes lock b (bank.py:4)",
            "t2 takes lock b (bank.py:3)",
            "t2 takes lock a (bank.py:4)",
        ]
    );
}

/// A line alone would be looked for in the wrong file.
#[test]
fn a_program_of_several_files_names_them_in_its_findings() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("c.n");
    for task in [t1, t2] {
        story.does(task, Write, n, 1);
    }
    let last = story.trace.events.len() - 1;
    story.trace.events[last].location = Some(Location { file: 1, line: 1 });
    let mut program = Program::python("c.n = 1\n");
    let message = |program: &Program| {
        let findings = analyse_with(&story.trace, &Source::new(program));
        let race = findings.iter().find(|one| one.what.name() == "race");
        race.unwrap().message.clone()
    };
    assert!(message(&program).contains("t1 writes it on line 1, t2 writes it on line 1,"));
    let mut other = program.files[0].clone();
    other.name = "accounts.py".into();
    program.files.push(other);
    let named = "t1 writes it on line 1 of main.py, t2 writes it on line 1 of accounts.py,";
    assert!(message(&program).contains(named), "{}", message(&program));
}
