use heddle_timeline::{Narrator, outcome_sentence, pending_sentence, sentence};
use heddle_trace::{ObjectId, ObjectKind, Op, OpKind, OpResult, TaskId};

use crate::script::{Script, op, two_locks};

#[test]
fn a_step_says_who_what_and_where() {
    let trace = two_locks();
    assert_eq!(sentence(&trace, 0), "main starts t1 (line 1)");
    assert_eq!(sentence(&trace, 4), "t1 takes lock a (line 5)");
    assert_eq!(sentence(&trace, 400), "");
    let files = ["main.py".to_owned()];
    let told = Narrator::new(&trace).files(&files).sentence(4);
    assert_eq!(told, "t1 takes lock a (line 5 of main.py)");
}

#[test]
fn what_comes_next_says_who_is_in_the_way() {
    let trace = two_locks();
    let next = |i: usize| pending_sentence(&trace, &trace.pending[i]);
    assert_eq!(next(0), "main waits for t1 to end (line 99)");
    assert_eq!(next(1), "t1 waits for lock b, which t2 holds (line 99)");
    let mut free = trace.pending[1].clone();
    free.enabled = true;
    let told = pending_sentence(&trace, &free);
    assert_eq!(told, "t1 is about to take lock b (line 99)");
}

#[test]
fn a_deadlock_is_told_along_its_cycle() {
    let wanted = "Deadlock: t1 holds lock a and waits for lock b; \
                  t2 holds lock b and waits for lock a";
    assert_eq!(outcome_sentence(&two_locks()), wanted);
}

#[test]
fn a_wait_of_a_free_run_says_who_holds_the_lock() {
    let take = op(OpKind::Acquire, 0);
    let trace = Script::free(&["main", "t1"], &[(ObjectKind::Lock, "a.lock")])
        .done(0, take)
        .wait(1, take)
        .trace;
    let told = sentence(&trace, 1);
    assert_eq!(told, "t1 waits for lock a.lock, which main holds (line 2)");
}

#[test]
fn a_lock_taken_again_is_counted() {
    let (take, give) = (op(OpKind::Acquire, 0), op(OpKind::Release, 0));
    let trace = Script::free(&["t"], &[(ObjectKind::RLock, "r")])
        .done(0, take)
        .done(0, take)
        .done(0, give)
        .done(0, give)
        .trace;
    let mut narrator = Narrator::new(&trace);
    let told: Vec<String> = (0..4).map(|i| narrator.sentence(i)).collect();
    let wanted = [
        "t takes lock r (line 1)",
        "t takes lock r again (2 times now) (line 2)",
        "t releases lock r and still holds it once (line 3)",
        "t releases lock r (line 4)",
    ];
    assert_eq!(told, wanted);
    assert_eq!(narrator.sentence(1), wanted[1], "going back starts anew");
}

#[test]
fn an_operation_in_vain_says_why() {
    let objects = [(ObjectKind::Lock, "lock 0"), (ObjectKind::Queue, "jobs")];
    let trace = Script::free(&["main", "t1"], &objects)
        .done(0, op(OpKind::Acquire, 0))
        .result(1, op(OpKind::TryAcquire, 0), OpResult::WouldBlock)
        .result(1, op(OpKind::Acquire, 0), OpResult::TimedOut)
        .result(1, op(OpKind::QueueGet, 1), OpResult::TimedOut)
        .trace;
    let mut narrator = Narrator::new(&trace);
    let told: Vec<String> = (1..4).map(|i| narrator.sentence(i)).collect();
    let wanted = [
        "t1 tries in vain to take lock 0, which main holds (line 2)",
        "t1 stops waiting for lock 0, which main holds: its time is up (line 3)",
        "t1 stops waiting for an item in queue jobs: its time is up (line 4)",
    ];
    assert_eq!(told, wanted);
}

#[test]
fn the_end_of_a_task_and_its_output_are_told() {
    let join = Op {
        target: Some(TaskId(1)),
        object: None,
        ..op(OpKind::Join, 0)
    };
    let trace = Script::free(&["main", "t1"], &[(ObjectKind::Stdout, "stdout")])
        .print(1, "hello\nworld\n")
        .dies(1, "ValueError", "not a number")
        .done(0, join)
        .trace;
    let mut narrator = Narrator::new(&trace);
    let told: Vec<String> = (0..3).map(|i| narrator.sentence(i)).collect();
    let wanted = [
        "t1 prints “hello ⏎ world” (line 1)",
        "t1 ends with an uncaught ValueError: not a number (line 2)",
        "main joins t1, which has ended (line 3)",
    ];
    assert_eq!(told, wanted);
}

#[test]
fn tasks_of_one_name_are_told_apart() {
    let read = op(OpKind::Read, 0);
    let trace = Script::free(&["w", "w"], &[(ObjectKind::Variable, "n")])
        .done(1, read)
        .trace;
    assert_eq!(sentence(&trace, 0), "w (T1) reads n (line 1)");
}

#[test]
fn rows_that_are_not_there_have_numbers() {
    let take = Op {
        object: Some(ObjectId(7)),
        ..op(OpKind::Acquire, 0)
    };
    let trace = Script::free(&[], &[]).done(3, take).trace;
    assert_eq!(sentence(&trace, 0), "T3 takes object 7 (line 1)");
}
