use heddle_analysis::analyse;
use heddle_trace::OpKind::{
    Acquire, ConditionNotify, ConditionWait, ConditionWake, Join, QueueGet, Release,
    SemaphoreAcquire, TaskEnd,
};
use heddle_trace::{ObjectKind, OpKind, OpResult, Outcome, TaskId, Trace};

use crate::story::{MAIN, Story, of_task, op, with};

fn cycle(trace: &Trace) -> Vec<u16> {
    match &trace.outcome {
        Outcome::Deadlock { cycle, .. } => cycle.iter().map(|task| task.0).collect(),
        other => panic!("{other:?}"),
    }
}

fn sentence(trace: &Trace) -> String {
    analyse(trace)[0].message.clone()
}

/// Whom a task waits for.
fn awaited(trace: &Trace, task: TaskId) -> Vec<u16> {
    let Outcome::Deadlock { waiting, .. } = &trace.outcome else {
        panic!("no deadlock");
    };
    let wait = waiting.iter().find(|wait| wait.task == task).unwrap();
    wait.for_tasks.iter().map(|task| task.0).collect()
}

#[test]
fn two_locks_in_opposite_order_are_a_cycle_of_two() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (a, b) = (story.lock("a.lock"), story.lock("b.lock"));
    story.does(t1, Acquire, a, 8);
    story.does(t2, Acquire, b, 8);
    story.waits(t1, op(Acquire, b), 9);
    story.waits(t2, op(Acquire, a), 9);
    story.waits(MAIN, of_task(Join, t1), 20);
    let trace = story.stuck();
    assert_eq!(cycle(&trace), [1, 2]);
    assert_eq!(awaited(&trace, MAIN), [1]);
    assert_eq!(
        sentence(&trace),
        "Deadlock: t1 holds a.lock and waits for b.lock (line 9); \
         t2 holds b.lock and waits for a.lock (line 9)."
    );
}

#[test]
fn a_plain_lock_taken_twice_is_a_cycle_of_one() {
    let mut story = Story::new();
    let lock = story.lock("lock");
    story.does(MAIN, Acquire, lock, 3);
    story.waits(MAIN, op(Acquire, lock), 4);
    let trace = story.stuck();
    assert_eq!(cycle(&trace), [0]);
    assert_eq!(
        sentence(&trace),
        "Deadlock: main holds lock and waits for lock (line 4)."
    );
}

#[test]
fn joining_a_task_while_holding_its_lock_is_a_cycle() {
    let mut story = Story::new();
    let t1 = story.started("worker");
    let lock = story.lock("lock");
    story.does(MAIN, Acquire, lock, 5);
    story.waits(MAIN, of_task(Join, t1), 6);
    story.waits(t1, op(Acquire, lock), 2);
    let trace = story.stuck();
    assert_eq!(cycle(&trace), [0, 1]);
    assert_eq!(
        sentence(&trace),
        "Deadlock: main holds lock and waits for worker to end (line 6); \
         worker waits for lock (line 2)."
    );
}

#[test]
fn a_get_with_no_producer_left_is_a_deadlock_without_a_cycle() {
    let mut story = Story::new();
    let (producer, consumer) = (story.started("producer"), story.started("consumer"));
    let queue = story.object(ObjectKind::Queue, "jobs");
    story.does(producer, OpKind::QueuePut, queue, 4);
    story.ends(producer);
    story.does(consumer, QueueGet, queue, 7);
    story.waits(consumer, op(QueueGet, queue), 7);
    story.waits(MAIN, of_task(Join, consumer), 12);
    let trace = story.stuck();
    assert_eq!(cycle(&trace), [0; 0]);
    assert_eq!(awaited(&trace, consumer), [0; 0]);
    assert_eq!(
        sentence(&trace),
        "Deadlock: consumer waits for an item in jobs (line 7); main waits for consumer to \
         end (line 12). Nobody who is left can end this. One other task had finished."
    );
}

#[test]
fn a_lock_of_a_task_that_has_ended_is_named_with_the_line_where_it_was_taken() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let lock = story.lock("lock");
    story.does(t1, Acquire, lock, 7);
    story.ends(t1);
    story.waits(t2, op(Acquire, lock), 7);
    let trace = story.stuck();
    assert_eq!(awaited(&trace, t2), [0; 0]);
    assert_eq!(
        sentence(&trace),
        "Deadlock: t2 waits for lock (line 7), which t1 took on line 7 and never gave back. \
         Nobody who is left can end this. One other task had finished."
    );
}

#[test]
fn a_notified_waiter_waits_for_the_holder_of_the_lock() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let lock = story.lock("lock");
    let cond = story.object(ObjectKind::Condition, "cond");
    let other = story.lock("other");
    story.does(t1, Acquire, other, 1);
    story.does(t1, Acquire, lock, 2);
    story.push(t1, with(ConditionWait, cond, lock), OpResult::Done, 3);
    story.does(t2, Acquire, lock, 4);
    story.does(t2, ConditionNotify, cond, 5);
    story.waits(t1, with(ConditionWake, cond, lock), 3);
    story.waits(t2, op(Acquire, other), 6);
    let trace = story.stuck();
    assert_eq!(cycle(&trace), [1, 2]);
    assert!(sentence(&trace).contains("t2 holds lock and waits for other (line 6)"));
}

#[test]
fn a_reentrant_lock_is_held_until_the_last_release() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let lock = story.object(ObjectKind::RLock, "lock");
    story.does(t1, Acquire, lock, 1);
    story.does(t1, Acquire, lock, 2);
    story.does(t1, Release, lock, 2);
    story.waits(t1, of_task(Join, t2), 3);
    story.waits(t2, op(Acquire, lock), 4);
    assert_eq!(cycle(&story.stuck()), [1, 2]);
}

#[test]
fn units_of_a_semaphore_are_awaited_from_those_who_took_them() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let slots = story.object(ObjectKind::Semaphore, "slots");
    story.does(t1, SemaphoreAcquire, slots, 1);
    story.waits(t1, of_task(Join, t2), 2);
    story.waits(t2, op(SemaphoreAcquire, slots), 3);
    let trace = story.stuck();
    assert_eq!(cycle(&trace), [1, 2]);
    assert!(sentence(&trace).contains("t1 holds slots and waits for t2 to end (line 2)"));
}

#[test]
fn waits_of_the_standard_library_are_not_told() {
    let mut story = Story::new();
    let feeder = story.started("QueueFeederThread");
    story.trace.tasks[1].system = true;
    let lock = story.lock("lock");
    let notempty = story.lock("notempty");
    story.does(MAIN, Acquire, lock, 1);
    story.waits(MAIN, op(Acquire, lock), 2);
    story.waits(feeder, op(Acquire, notempty), 0);
    let trace = story.stuck();
    let Outcome::Deadlock { waiting, .. } = &trace.outcome else {
        panic!("no deadlock");
    };
    assert_eq!(waiting.len(), 1);
}

#[test]
fn a_deadlock_that_nobody_has_explained_yet_is_explained() {
    let mut story = Story::new();
    let t1 = story.started("t1");
    story.waits(t1, op(TaskEnd, heddle_trace::ObjectId(0)), 1);
    story.trace.outcome = Outcome::Deadlock {
        waiting: Vec::new(),
        cycle: Vec::new(),
    };
    assert!(
        story.findings()[0]
            .message
            .starts_with("Deadlock: t1 waits")
    );
}
