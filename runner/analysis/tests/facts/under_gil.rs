//! What also happens where a GIL is handed over only at calls and at the end of a loop's round.

use heddle_trace::OpKind::{Acquire, Output, Read, Release, Write};
use heddle_trace::UnderGil::{No, Unknown, Yes};
use heddle_trace::{ObjectId, Op, OpKind, OpResult, ProcessId, TaskId, UnderGil};

use crate::story::{MAIN, Story, op};

const R: OpKind = Read;
const W: OpKind = Write;

/// t1 reads on `read`, t2 writes, t1 writes on `write`: what a GIL has to do with that.
fn lost(text: &str, read: u32, write: u32) -> UnderGil {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("c.n");
    story.does(t1, R, n, read);
    story.does(t2, R, n, read);
    story.does(t2, W, n, write);
    story.does(t1, W, n, write);
    of(&story, text, "lost_update")
}

fn of(story: &Story, text: &str, name: &str) -> UnderGil {
    let findings = story.findings_in(text);
    let found = findings.iter().find(|finding| finding.what.name() == name);
    found
        .unwrap_or_else(|| panic!("no {name} in {findings:?}"))
        .under_gil
}

#[test]
fn an_augmented_assignment_is_whole_under_a_gil() {
    assert_eq!(lost("c.n += 1\n", 1, 1), No);
    assert_eq!(lost("c.n = c.n + 1\n", 1, 1), No);
    assert_eq!(lost("c.n = (c.n + 1) * 2\n", 1, 1), No);
    assert_eq!(lost("with lock: c.n += 1\n", 1, 1), No);
}

#[test]
fn straight_lines_without_a_call_are_whole_too() {
    assert_eq!(lost("t = c.n\nt = t + 1\nc.n = t\n", 1, 3), No);
}

#[test]
fn a_call_between_load_and_store_lets_others_in() {
    assert_eq!(lost("c.n = f(c.n)\n", 1, 1), Yes);
    assert_eq!(lost("c.n = int(c.n) + 1\n", 1, 1), Yes);
    assert_eq!(lost("c.n += f()\n", 1, 1), Yes);
    assert_eq!(lost("t = c.n\nlog(t)\nc.n = t + 1\n", 1, 3), Yes);
    assert_eq!(lost("t = c.n\nc.n = f(t)\n", 1, 2), Yes);
    assert_eq!(lost("t = c.n\nif t:\n    c.n = f(t)\n", 1, 3), Yes);
}

#[test]
fn a_call_that_may_come_before_the_load_proves_nothing() {
    assert_eq!(lost("c.n = f() + c.n\n", 1, 1), Unknown);
    assert_eq!(
        lost("t = c.n\nif t > 3:\n    log(t)\nc.n = t + 1\n", 1, 4),
        Unknown
    );
}

#[test]
fn without_the_text_nothing_is_known() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("c.n");
    for (task, kind) in [(t1, R), (t2, R), (t2, W), (t1, W)] {
        story.does(task, kind, n, 1);
    }
    assert!(
        story
            .findings()
            .iter()
            .all(|finding| finding.under_gil == Unknown)
    );
}

#[test]
fn a_print_in_the_trace_is_a_call() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("c.n");
    let print = Op {
        kind: Output,
        ..op(Output, ObjectId(0))
    };
    story.does(t1, R, n, 1);
    story.push(t1, print, OpResult::Done, 2);
    story.does(t2, W, n, 3);
    story.does(t1, W, n, 3);
    assert_eq!(of(&story, "t = c.n\n(t)\nc.n = t\n", "lost_update"), Yes);
}

#[test]
fn processes_have_a_gil_each() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    story.trace.tasks[usize::from(t2.0)].process = ProcessId(1);
    let n = story.variable("c.n");
    for (task, kind) in [(t1, R), (t2, R), (t2, W), (t1, W)] {
        story.does(task, kind, n, 1);
    }
    for finding in story.findings_in("c.n += 1\n") {
        assert_eq!(finding.under_gil, Yes, "{finding:?}");
    }
}

fn race(text: &str, steps: &[(u16, OpKind, u32)]) -> UnderGil {
    let (mut story, ..) = Story::with_two_tasks();
    let n = story.variable("c.n");
    for (task, kind, line) in steps {
        story.does(TaskId(*task), *kind, n, *line);
    }
    of(&story, text, "race")
}

#[test]
fn increments_in_either_order_are_the_same_under_a_gil() {
    let steps = [(1, R, 1), (1, W, 1), (2, R, 2), (2, W, 2)];
    assert_eq!(race("c.n += 1\nc.n -= 2\n", &steps), No);
    assert_eq!(race("c.n += 1\nc.n *= 2\n", &steps), Unknown);
}

#[test]
fn a_read_and_a_write_can_come_in_either_order_under_a_gil() {
    assert_eq!(race("c.n = 1\nprint(c.n)\n", &[(1, W, 1), (2, R, 2)]), Yes);
}

/// A deadlock of two locks, with a step on a variable before the switch.
fn deadlock(text: &str, access_on: Option<u32>) -> UnderGil {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (a, b) = (story.lock("a"), story.lock("b"));
    let n = story.variable("n");
    if let Some(line) = access_on {
        story.does(t1, R, n, line);
        story.does(t2, Acquire, b, 5);
        story.does(t1, W, n, line);
    } else {
        story.does(t2, Acquire, b, 5);
    }
    story.does(t1, Acquire, a, 4);
    story.waits(t1, op(Acquire, b), 5);
    story.waits(t2, op(Acquire, a), 6);
    story.waits(MAIN, op(Release, a), 9);
    let stuck = Story {
        trace: story.stuck(),
    };
    of(&stuck, text, "deadlock")
}

#[test]
fn a_deadlock_of_locks_alone_happens_under_a_gil() {
    assert_eq!(deadlock("", None), Yes);
}

#[test]
fn a_deadlock_seen_after_a_switch_inside_a_statement_is_not_proved_to() {
    assert_eq!(deadlock("n += 1\n", Some(1)), Unknown);
    assert_eq!(deadlock("n += f()\n", Some(1)), Yes);
}
