use heddle_trace::OpKind::{Acquire, QueueGet, QueueTaskDone, Release, TaskEnd};
use heddle_trace::{ObjectKind, Outcome, Severity};

use crate::story::{MAIN, Story, of_task, op};

#[test]
fn a_daemon_that_holds_a_lock_at_the_end_is_told() {
    let mut story = Story::new();
    let saver = story.started("saver");
    let lock = story.lock("file_lock");
    story.does(saver, Acquire, lock, 6);
    story.ends(MAIN);
    story.waits(saver, op(Release, lock), 8);
    assert_eq!(story.names(), ["unjoined"]);
    let findings = story.findings();
    assert_eq!(
        findings[0].message,
        "The program ended while saver held file_lock, which it had taken on line 6; nobody had \
         joined it."
    );
    assert_eq!(findings[0].severity, Severity::Warning);
}

#[test]
fn a_daemon_that_waits_for_its_next_job_may_be_left_behind() {
    let mut story = Story::new();
    let (worker, jobs) = (
        story.started("worker"),
        story.object(ObjectKind::Queue, "jobs"),
    );
    story.does(worker, QueueGet, jobs, 6);
    story.does(worker, QueueTaskDone, jobs, 8);
    story.ends(MAIN);
    story.waits(worker, op(QueueGet, jobs), 6);
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn a_daemon_in_the_middle_of_a_counted_job_is_told() {
    let mut story = Story::new();
    let (worker, jobs) = (
        story.started("worker"),
        story.object(ObjectKind::Queue, "jobs"),
    );
    story.does(worker, QueueGet, jobs, 6);
    story.does(worker, QueueTaskDone, jobs, 8);
    story.does(worker, QueueGet, jobs, 6);
    story.ends(MAIN);
    story.waits(worker, op(QueueTaskDone, jobs), 8);
    assert_eq!(
        story.findings()[0].message,
        "The program ended while worker was at an item of jobs that it had got on line 6; nobody \
         had joined it."
    );
}

#[test]
fn a_get_from_a_queue_that_counts_nothing_says_nothing_about_work() {
    let mut story = Story::new();
    let (worker, jobs) = (
        story.started("worker"),
        story.object(ObjectKind::Queue, "jobs"),
    );
    story.does(worker, QueueGet, jobs, 6);
    story.ends(MAIN);
    story.waits(worker, of_task(TaskEnd, worker), 8);
    assert_eq!(story.names(), [""; 0]);
}

#[test]
fn a_program_that_did_not_end_cut_nobody_off() {
    let mut story = Story::new();
    let saver = story.started("saver");
    let lock = story.lock("file_lock");
    story.does(saver, Acquire, lock, 6);
    story.waits(saver, op(Release, lock), 8);
    story.trace.outcome = Outcome::Stopped;
    assert_eq!(story.names(), [""; 0]);
}
