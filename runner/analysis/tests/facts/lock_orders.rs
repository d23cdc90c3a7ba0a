use heddle_trace::OpKind::{Acquire, Join, Release, TryAcquire};
use heddle_trace::{ObjectId, ObjectKind, TaskId};

use crate::story::{MAIN, Story};

fn nested(story: &mut Story, task: TaskId, locks: &[ObjectId], line: u32) {
    for (lock, line) in locks.iter().zip(line..) {
        story.does(task, Acquire, *lock, line);
    }
    for lock in locks.iter().rev() {
        story.does(task, Release, *lock, line);
    }
}

#[test]
fn two_locks_in_both_orders_can_deadlock() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (a, b) = (story.lock("a.lock"), story.lock("b.lock"));
    nested(&mut story, t1, &[a, b], 8);
    nested(&mut story, t2, &[b, a], 8);
    assert_eq!(
        story.findings()[0].message,
        "a.lock and b.lock are taken in both orders: t1 takes b.lock while it holds a.lock \
         (line 9); t2 takes a.lock while it holds b.lock (line 9). It went well this time, but it \
         can deadlock."
    );
}

#[test]
fn one_order_is_safe_and_so_is_one_task() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (a, b) = (story.lock("a"), story.lock("b"));
    nested(&mut story, t1, &[a, b], 1);
    nested(&mut story, t2, &[a, b], 1);
    assert_eq!(story.names(), [""; 0]);
    nested(&mut story, MAIN, &[a, b], 1);
    nested(&mut story, MAIN, &[b, a], 3);
    assert_eq!(story.names(), ["lock_order"], "main against the others");
}

#[test]
fn a_common_gate_makes_both_orders_safe() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (gate, a, b) = (story.lock("gate"), story.lock("a"), story.lock("b"));
    nested(&mut story, t1, &[gate, a, b], 1);
    nested(&mut story, t2, &[gate, b, a], 1);
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn both_orders_one_after_the_other_are_safe() {
    let mut story = Story::new();
    let (a, b) = (story.lock("a"), story.lock("b"));
    let t1 = story.started("t1");
    nested(&mut story, t1, &[a, b], 1);
    story.ends(t1);
    story.on(MAIN, Join, t1, 5);
    let t2 = story.started("t2");
    nested(&mut story, t2, &[b, a], 1);
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn a_try_lock_does_not_wait() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (a, b) = (story.lock("a"), story.lock("b"));
    nested(&mut story, t1, &[a, b], 1);
    story.does(t2, Acquire, b, 1);
    story.does(t2, TryAcquire, a, 2);
    story.does(t2, Release, a, 3);
    story.does(t2, Release, b, 3);
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn taking_a_reentrant_lock_again_is_no_edge() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let a = story.object(ObjectKind::RLock, "a");
    let b = story.lock("b");
    nested(&mut story, t1, &[a, b, a], 1);
    nested(&mut story, t2, &[a, b], 1);
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn philosophers_who_were_lucky_are_warned() {
    let mut story = Story::new();
    let forks: Vec<ObjectId> = (0..5).map(|n| story.lock(&format!("fork{n}"))).collect();
    for n in 0..5 {
        let task = story.started(&format!("p{n}"));
        nested(&mut story, task, &[forks[n], forks[(n + 1) % 5]], 4);
    }
    let findings = story.findings();
    assert_eq!(story.names(), ["lock_order"]);
    assert!(findings[0].message.contains("in a circle"), "{findings:?}");
}
