use heddle_trace::OpKind::{Acquire, Read, Release, Write};
use heddle_trace::{FindingKind, ObjectId, Severity, TaskId};

use crate::story::Story;

/// `with lock: n += 1`, or the increment alone.
fn increments(story: &mut Story, task: TaskId, locks: &[ObjectId], n: ObjectId, line: u32) {
    for lock in locks {
        story.does(task, Acquire, *lock, line);
    }
    story.does(task, Read, n, line + 1);
    story.does(task, Write, n, line + 1);
    for lock in locks {
        story.does(task, Release, *lock, line);
    }
}

#[test]
fn two_locks_for_one_variable_are_named_beside_the_race() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("n");
    let (one, other) = (story.lock("one"), story.lock("other"));
    increments(&mut story, t1, &[one], n, 4);
    increments(&mut story, t2, &[other], n, 9);
    assert_eq!(story.names(), ["wrong_lock", "race"]);
    let wrong = &story.findings()[0];
    assert_eq!(
        wrong.message,
        "Different locks for n: t1 holds one (line 5), t2 holds other (line 10). They do not keep \
         each other out."
    );
    assert_eq!(wrong.severity, Severity::Warning);
    let FindingKind::WrongLock {
        first_locks,
        second_locks,
        ..
    } = &wrong.what
    else {
        panic!("{wrong:?}");
    };
    assert_eq!(
        (&first_locks[..], &second_locks[..]),
        (&[one][..], &[other][..])
    );
}

#[test]
fn a_lock_that_every_task_makes_for_itself_is_another_one() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("n");
    for task in [t1, t2] {
        let own = story.lock("lock");
        increments(&mut story, task, &[own], n, 4);
    }
    let message = &story.findings()[0].message;
    assert!(
        message.contains("t2 holds another lock (line 5)"),
        "{message}"
    );
}

#[test]
fn one_lock_in_common_is_enough() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("n");
    let (both, one, other) = (story.lock("both"), story.lock("one"), story.lock("other"));
    increments(&mut story, t1, &[one, both], n, 4);
    increments(&mut story, t2, &[other, both], n, 9);
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn a_side_without_any_lock_is_a_race_and_no_wrong_lock() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (n, lock) = (story.variable("n"), story.lock("lock"));
    increments(&mut story, t1, &[lock], n, 4);
    increments(&mut story, t2, &[], n, 9);
    assert!(story.names().iter().all(|name| *name == "race"));
}

#[test]
fn different_locks_one_after_the_other_are_ordered_by_the_join() {
    let mut story = Story::new();
    let n = story.variable("n");
    for (name, line) in [("one", 4), ("other", 9)] {
        let task = story.started(name);
        let lock = story.lock(name);
        increments(&mut story, task, &[lock], n, line);
        story.ends(task);
        story.on(crate::story::MAIN, heddle_trace::OpKind::Join, task, 20);
    }
    assert_eq!(story.names(), [""; 0]);
}
