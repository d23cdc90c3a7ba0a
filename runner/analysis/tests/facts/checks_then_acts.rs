//! Check, then act: with the program's text, because only that says what a read is for.

use heddle_trace::OpKind::{Acquire, Read, Release, Write};
use heddle_trace::{FindingKind, ObjectId, OpResult, TaskId};

use crate::story::{Story, with};

/// Two tasks, one variable, and steps as (task, write, line).
fn told(text: &str, steps: &[(u16, bool, u32)]) -> Vec<&'static str> {
    let (mut story, ..) = Story::with_two_tasks();
    let n = story.variable("shop.stock");
    for (task, write, line) in steps {
        let kind = if *write { Write } else { Read };
        story.does(TaskId(*task), kind, n, *line);
    }
    let mut names = story.names_in(text);
    names.retain(|name| *name != "race");
    names
}

const R: bool = false;
const W: bool = true;

const BUY: &str = "\
def buy():
    if shop.stock > 0:
        shop.stock -= 1
";

#[test]
fn a_write_between_check_and_act_is_told_with_all_three() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("shop.stock");
    story.does(t1, Read, n, 2);
    for (kind, line) in [(Read, 2), (Read, 3), (Write, 3)] {
        story.does(t2, kind, n, line);
    }
    story.does(t1, Read, n, 3);
    story.does(t1, Write, n, 3);
    let findings = story.findings_in(BUY);
    let FindingKind::CheckThenAct {
        check, change, act, ..
    } = &findings[0].what
    else {
        panic!("{findings:?}");
    };
    assert_eq!([check.task, change.task, act.task], [t1, t2, t1]);
    assert_eq!(
        findings[0].message,
        "Check, then act on shop.stock: t1 looked at it on line 2, then t2 changed it on line 3, \
         then t1 acted on line 3 as if it were still the same."
    );
}

#[test]
fn one_after_the_other_is_fine() {
    let steps = [
        (1, R, 2),
        (1, R, 3),
        (1, W, 3),
        (2, R, 2),
        (2, R, 3),
        (2, W, 3),
    ];
    assert_eq!(told(BUY, &steps), [""; 0]);
}

#[test]
fn an_act_on_an_old_value_is_a_lost_update_and_not_both() {
    let steps = [
        (1, R, 2),
        (1, R, 3),
        (2, R, 2),
        (2, R, 3),
        (2, W, 3),
        (1, W, 3),
    ];
    assert_eq!(told(BUY, &steps), ["lost_update"]);
}

#[test]
fn a_read_that_decides_nothing_is_no_check() {
    let text = "def buy():\n    print(shop.stock)\n    shop.stock -= 1\n";
    let steps = [(1, R, 2), (2, R, 3), (2, W, 3), (1, R, 3), (1, W, 3)];
    assert_eq!(told(text, &steps), [""; 0]);
}

#[test]
fn a_blind_write_after_a_check_is_no_lost_update() {
    let text = "def get():\n    if cache.x is None:\n        cache.x = make()\n";
    let steps = [(1, R, 2), (2, R, 2), (2, W, 3), (1, W, 3)];
    assert_eq!(told(text, &steps), ["check_then_act"]);
}

#[test]
fn who_looks_again_before_acting_is_not_blamed() {
    let text = "\
def get():
    if cache.x is None:
        with lock:
            if cache.x is None:
                cache.x = make()
";
    let looks_again = [(1, R, 2), (2, W, 5), (1, R, 4), (1, W, 5)];
    assert_eq!(told(text, &looks_again), [""; 0]);
    let too_early = [(1, R, 2), (1, R, 4), (2, W, 5), (1, W, 5)];
    assert_eq!(told(text, &too_early), ["check_then_act"]);
}

#[test]
fn the_decision_may_come_by_a_name_a_guard_an_else_or_a_function() {
    let shapes = [
        "def f():\n    free = s.n > 0\n    if free:\n        s.n = 1\n",
        "def f():\n    if s.n:\n        return\n    s.n = 1\n",
        "def f():\n    if s.n:\n        pass\n    else:\n        s.n = 1\n",
        "def f():\n    if s.n: act()\ndef act():\n    s.n = 1\n",
        "def free():\n    return s.n > 0\nif free():\n    s.n = 1\n",
    ];
    let lines = [(2, 4), (2, 4), (2, 5), (2, 4), (2, 4)];
    for (text, (check, act)) in shapes.into_iter().zip(lines) {
        let steps = [(1, R, check), (2, W, act), (1, W, act)];
        assert_eq!(told(text, &steps), ["check_then_act"], "{text}");
    }
}

#[test]
fn a_write_that_the_check_does_not_lead_to_is_not_its_act() {
    let shapes = [
        // Behind the block, whatever was decided.
        "def f():\n    if s.n:\n        log()\n    s.n = 1\n",
        // The name means something else by then.
        "def f():\n    free = s.n > 0\n    free = True\n    if free:\n        s.n = 1\n",
        // Another function that nobody calls here.
        "def f():\n    if s.n: other()\ndef act():\n    s.n = 1\n",
    ];
    for (text, (check, act)) in shapes.into_iter().zip([(2, 4), (2, 5), (2, 4)]) {
        let steps = [(1, R, check), (2, W, act), (1, W, act)];
        let found = told(text, &steps);
        assert!(!found.contains(&"check_then_act"), "{text} {found:?}");
    }
}

#[test]
fn a_spin_lock_of_ones_own_checks_and_then_acts() {
    let text = "def enter():\n    while s.busy:\n        pass\n    s.busy = True\n";
    let steps = [(1, R, 2), (2, R, 2), (2, W, 4), (1, W, 4)];
    assert_eq!(told(text, &steps), ["check_then_act"]);
    // Something else comes first: what it does then need not rest on the loop.
    let steps = [(1, R, 2), (2, W, 4), (1, R, 9), (1, W, 4)];
    assert_eq!(told(text, &steps), [""; 0]);
}

const LOCKED_TWICE: &str = "\
def buy():
    with lock:
        there = shop.stock > 0
    if there:
        with lock:
            shop.stock -= 1
";

fn locked(story: &mut Story, task: TaskId, lock: ObjectId, steps: &[(bool, u32)], n: ObjectId) {
    story.does(task, Acquire, lock, 1);
    for (write, line) in steps {
        story.does(task, if *write { Write } else { Read }, n, *line);
    }
    story.does(task, Release, lock, 1);
}

#[test]
fn two_locked_halves_are_no_whole() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (n, lock) = (story.variable("shop.stock"), story.lock("lock"));
    locked(&mut story, t1, lock, &[(R, 3)], n);
    locked(&mut story, t2, lock, &[(R, 3)], n);
    locked(&mut story, t2, lock, &[(R, 6), (W, 6)], n);
    locked(&mut story, t1, lock, &[(R, 6), (W, 6)], n);
    assert_eq!(story.names_in(LOCKED_TWICE), ["check_then_act"]);
    assert_eq!(
        story.names(),
        [""; 0],
        "nothing is claimed without the text"
    );
}

#[test]
fn one_lock_over_both_halves_is_fine() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (n, lock) = (story.variable("shop.stock"), story.lock("lock"));
    for task in [t1, t2] {
        locked(&mut story, task, lock, &[(R, 2), (R, 3), (W, 3)], n);
    }
    assert_eq!(story.names_in(BUY), [""; 0]);
}

#[test]
fn a_key_that_another_task_put_in_between_is_told_and_another_key_is_not() {
    let text = "def add(k):\n    if k not in seen:\n        seen[k] = 1\n";
    for (other_key, told) in [("seen[1]", true), ("seen[2]", false)] {
        let (mut story, t1, t2) = Story::with_two_tasks();
        let seen = story.variable("seen");
        let mine = story.variable("seen[1]");
        let theirs = if told {
            mine
        } else {
            story.variable(other_key)
        };
        story.push(t1, with(Read, mine, seen), OpResult::Done, 2);
        story.push(t2, with(Read, theirs, seen), OpResult::Done, 2);
        story.does(t2, Write, seen, 3);
        story.does(t1, Write, seen, 3);
        let names = story.names_in(text);
        assert_eq!(names.contains(&"check_then_act"), told, "{other_key}");
    }
}

#[test]
fn a_value_kept_in_a_name_over_two_locks_is_a_lost_update() {
    let text = "\
def add():
    with lock:
        t = c.n
    with lock:
        c.n = t + 1
";
    let play = |text: &str| {
        let (mut story, t1, t2) = Story::with_two_tasks();
        let (n, lock) = (story.variable("c.n"), story.lock("lock"));
        locked(&mut story, t1, lock, &[(R, 3)], n);
        locked(&mut story, t2, lock, &[(R, 3)], n);
        locked(&mut story, t2, lock, &[(W, 5)], n);
        locked(&mut story, t1, lock, &[(W, 5)], n);
        story.names_in(text)
    };
    assert_eq!(play(text), ["lost_update"]);
    assert_eq!(play(&text.replace("t + 1", "make()")), [""; 0]);
}
