use heddle_trace::OpKind::{
    Acquire, BarrierArrive, BarrierPass, EventSet, EventWait, ExecutorSubmit, FutureSet,
    FutureWait, Join, QueueGet, QueuePut, Read, Release, TryAcquire, Write,
};
use heddle_trace::{FindingKind, ObjectKind, OpResult, TaskId};

use crate::story::{MAIN, Story, op, with};

fn increments(story: &mut Story, task: TaskId, variable: heddle_trace::ObjectId, line: u32) {
    story.does(task, Read, variable, line);
    story.does(task, Write, variable, line);
}

#[test]
fn two_unprotected_increments_race() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("c.n");
    increments(&mut story, t1, n, 5);
    increments(&mut story, t2, n, 5);
    let findings = story.findings();
    assert_eq!(story.names(), ["race"], "once for each pair of lines");
    assert_eq!(
        findings[0].message,
        "Race on c.n: t1 writes it on line 5, t2 reads it on line 5, and nothing makes one wait \
         for the other."
    );
}

#[test]
fn a_lock_around_both_orders_them() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (lock, n) = (story.lock("lock"), story.variable("n"));
    for task in [t1, t2] {
        story.does(task, Acquire, lock, 1);
        increments(&mut story, task, n, 2);
        story.does(task, Release, lock, 1);
    }
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn a_try_lock_that_failed_orders_nothing() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (lock, n) = (story.lock("lock"), story.variable("n"));
    story.does(t1, Acquire, lock, 1);
    story.does(t1, Write, n, 2);
    story.does(t1, Release, lock, 1);
    story.push(t2, op(TryAcquire, lock), OpResult::WouldBlock, 3);
    story.does(t2, Read, n, 4);
    assert_eq!(story.names(), ["race"]);
}

#[test]
fn reads_do_not_race() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("n");
    story.does(t1, Read, n, 1);
    story.does(t2, Read, n, 1);
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn start_and_join_order_accesses_and_a_join_that_timed_out_does_not() {
    for (result, races) in [(OpResult::Done, 0), (OpResult::TimedOut, 1)] {
        let mut story = Story::new();
        let n = story.variable("n");
        story.does(MAIN, Write, n, 1);
        let t1 = story.started("t1");
        story.does(t1, Write, n, 2);
        story.ends(t1);
        story.push(MAIN, crate::story::of_task(Join, t1), result, 3);
        story.does(MAIN, Read, n, 4);
        assert_eq!(story.names().len(), races);
    }
}

#[test]
fn signals_order_what_was_done_before_them() {
    for (kind, send, receive) in [
        (ObjectKind::Event, EventSet, EventWait),
        (ObjectKind::Queue, QueuePut, QueueGet),
        (ObjectKind::Future, FutureSet, FutureWait),
        (ObjectKind::Barrier, BarrierArrive, BarrierPass),
        (ObjectKind::Executor, ExecutorSubmit, QueueGet),
    ] {
        let (mut story, t1, t2) = Story::with_two_tasks();
        let (signal, n) = (story.object(kind, "signal"), story.variable("n"));
        story.does(t1, Write, n, 1);
        story.does(t1, send, signal, 2);
        story.does(t2, receive, signal, 3);
        story.does(t2, Write, n, 4);
        assert_eq!(story.names(), [""; 0], "{send:?}");
        story.does(t1, Read, n, 5);
        assert_eq!(story.names(), ["race"], "{send:?}");
    }
}

#[test]
fn two_puts_order_nothing() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (queue, n) = (story.object(ObjectKind::Queue, "q"), story.variable("n"));
    story.does(t1, Write, n, 1);
    story.does(t1, QueuePut, queue, 2);
    story.does(t2, QueuePut, queue, 3);
    story.does(t2, Read, n, 4);
    assert_eq!(story.names(), ["race"]);
}

#[test]
fn an_item_races_with_its_container_but_not_with_another_item() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let list = story.variable("scores");
    let (first, second) = (story.variable("scores[0]"), story.variable("scores[1]"));
    story.push(t1, with(Write, first, list), OpResult::Done, 1);
    story.push(t2, with(Write, second, list), OpResult::Done, 2);
    assert_eq!(story.names(), [""; 0]);
    story.does(t2, Read, list, 3);
    assert_eq!(story.names(), ["race"]);
    story.push(MAIN, with(Read, second, list), OpResult::Done, 4);
    assert_eq!(story.names(), ["race", "race"]);
}

#[test]
fn a_value_computed_from_an_old_one_loses_the_update_between() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("c.n");
    story.does(t1, Read, n, 5);
    increments(&mut story, t2, n, 6);
    story.does(t1, Write, n, 5);
    let findings = story.findings();
    assert_eq!(story.names(), ["lost_update", "race"]);
    assert_eq!(
        findings[0].message,
        "Lost update of c.n: t1 read it on line 5, then t2 wrote it on line 6, then t1 overwrote \
         that on line 5 with what it had made of the old value."
    );
    let FindingKind::LostUpdate {
        read,
        lost,
        overwrite,
        ..
    } = &findings[0].what
    else {
        panic!("{findings:?}");
    };
    assert!(read.event < lost.event && lost.event < overwrite.event);
}

#[test]
fn one_after_the_other_loses_nothing() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("n");
    increments(&mut story, t1, n, 5);
    increments(&mut story, t2, n, 5);
    assert!(!story.names().contains(&"lost_update"));
}

#[test]
fn a_write_after_synchronisation_need_not_rest_on_the_old_value() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (lock, n) = (story.lock("lock"), story.variable("n"));
    story.does(t1, Read, n, 1);
    story.does(t2, Write, n, 2);
    story.does(t1, Acquire, lock, 3);
    story.does(t1, Write, n, 4);
    assert!(!story.names().contains(&"lost_update"));
}

#[test]
fn reading_again_closes_the_gap() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("n");
    story.does(t1, Read, n, 1);
    story.does(t2, Write, n, 2);
    story.does(t1, Read, n, 3);
    story.does(t1, Write, n, 4);
    assert!(!story.names().contains(&"lost_update"));
}
