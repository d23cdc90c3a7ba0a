//! Lost wake-ups and notifications that nobody hears.

use heddle_trace::OpKind::{
    Acquire, ConditionNotify, ConditionWait, ConditionWake, EventClear, EventIsSet, EventSet,
    EventWait, Read, Release, Write,
};
use heddle_trace::{FindingKind, ObjectId, ObjectKind, OpResult, Severity, TaskId, Trace};

use crate::story::{MAIN, Story, of_task, op, with};

struct Meeting {
    story: Story,
    waiter: TaskId,
    lock: ObjectId,
    cond: ObjectId,
    flag: ObjectId,
}

impl Meeting {
    fn new() -> Self {
        let mut story = Story::new();
        let waiter = story.started("waiter");
        let lock = story.lock("cond.lock");
        let cond = story.object(ObjectKind::Condition, "cond");
        let flag = story.variable("ready");
        Meeting {
            story,
            waiter,
            lock,
            cond,
            flag,
        }
    }

    fn notifies(&mut self, line: u32) {
        self.story.does(MAIN, Acquire, self.lock, line);
        self.story.does(MAIN, Write, self.flag, line + 1);
        self.story.does(MAIN, ConditionNotify, self.cond, line + 2);
        self.story.does(MAIN, Release, self.lock, line);
    }

    fn looks(&mut self) {
        self.story.does(self.waiter, Read, self.flag, 4);
    }

    fn begins_to_wait(&mut self) {
        let wait = with(ConditionWait, self.cond, self.lock);
        self.story.does(self.waiter, Acquire, self.lock, 3);
        self.story.push(self.waiter, wait, OpResult::Done, 5);
    }

    fn wakes(&mut self, result: OpResult) {
        let wake = with(ConditionWake, self.cond, self.lock);
        self.story.push(self.waiter, wake, result, 5);
        self.story.does(self.waiter, Release, self.lock, 3);
    }

    fn stuck(mut self) -> Trace {
        let wake = with(ConditionWake, self.cond, self.lock);
        self.story.waits(self.waiter, wake, 5);
        let join = of_task(heddle_trace::OpKind::Join, self.waiter);
        self.story.waits(MAIN, join, 20);
        self.story.stuck()
    }
}

fn names(trace: &Trace) -> Vec<&'static str> {
    let findings = heddle_analysis::analyse(trace);
    findings.iter().map(|f| f.what.name()).collect()
}

#[test]
fn a_notify_before_the_wait_is_lost() {
    let mut meeting = Meeting::new();
    meeting.notifies(10);
    meeting.begins_to_wait();
    let trace = meeting.stuck();
    assert_eq!(names(&trace), ["deadlock", "lost_wakeup"]);
    let lost = &heddle_analysis::analyse(&trace)[1];
    assert_eq!(
        lost.message,
        "Lost wake-up: main notified cond on line 12 before waiter waited for it (line 5), \
         so waiter waits for ever."
    );
    assert_eq!(lost.severity, Severity::Failure);
    assert!(matches!(&lost.what, FindingKind::LostWakeup { signal, .. } if signal.task == MAIN));
}

#[test]
fn a_look_before_the_notify_does_not_help() {
    let mut meeting = Meeting::new();
    meeting.looks();
    meeting.notifies(10);
    meeting.begins_to_wait();
    let trace = meeting.stuck();
    assert!(names(&trace).contains(&"lost_wakeup"));
}

#[test]
fn who_looked_after_the_notify_and_still_waits_waits_for_something_else() {
    let mut meeting = Meeting::new();
    meeting.notifies(10);
    meeting.looks();
    meeting.begins_to_wait();
    let trace = meeting.stuck();
    assert!(!names(&trace).contains(&"lost_wakeup"));
}

#[test]
fn a_notify_that_somebody_heard_is_not_lost_for_another() {
    let mut meeting = Meeting::new();
    let second = meeting.story.started("second");
    meeting.begins_to_wait();
    let wait = with(ConditionWait, meeting.cond, meeting.lock);
    meeting.story.push(second, wait, OpResult::Done, 5);
    meeting.notifies(10);
    meeting.wakes(OpResult::Done);
    let wake = with(ConditionWake, meeting.cond, meeting.lock);
    meeting.story.waits(second, wake, 5);
    let trace = meeting.story.stuck();
    assert_eq!(names(&trace)[0], "deadlock");
    assert!(!names(&trace).contains(&"lost_wakeup"));
}

#[test]
fn a_notify_heard_by_another_makes_the_one_before_it_old() {
    let mut meeting = Meeting::new();
    let late = meeting.story.started("late");
    meeting.notifies(10);
    meeting.looks();
    meeting.begins_to_wait();
    meeting.notifies(14);
    meeting.wakes(OpResult::Done);
    let wait = with(ConditionWait, meeting.cond, meeting.lock);
    meeting.story.push(late, wait, OpResult::Done, 25);
    let wake = with(ConditionWake, meeting.cond, meeting.lock);
    meeting.story.waits(late, wake, 25);
    let trace = meeting.story.stuck();
    assert!(!names(&trace).contains(&"lost_wakeup"));
}

#[test]
fn nobody_misses_a_signal_of_ones_own() {
    let mut meeting = Meeting::new();
    let notify = op(ConditionNotify, meeting.cond);
    meeting
        .story
        .push(meeting.waiter, notify, OpResult::Done, 4);
    meeting.begins_to_wait();
    let trace = meeting.stuck();
    assert!(!names(&trace).contains(&"lost_wakeup"));
}

#[test]
fn a_notify_that_nobody_heard_is_told_even_when_the_wait_timed_out() {
    let mut meeting = Meeting::new();
    meeting.notifies(10);
    meeting.begins_to_wait();
    meeting.wakes(OpResult::TimedOut);
    assert_eq!(meeting.story.names(), ["notify_without_waiter"]);
}

#[test]
fn a_notify_for_a_waiter_that_looks_first_may_go_unheard() {
    let mut meeting = Meeting::new();
    meeting.notifies(10);
    meeting.story.does(meeting.waiter, Acquire, meeting.lock, 3);
    meeting.looks();
    let wait = with(ConditionWait, meeting.cond, meeting.lock);
    meeting.story.push(meeting.waiter, wait, OpResult::Done, 5);
    meeting.wakes(OpResult::TimedOut);
    assert_eq!(meeting.story.names(), [""; 0]);
}

#[test]
fn a_notify_that_nobody_ever_waits_for_is_fine() {
    let mut meeting = Meeting::new();
    meeting.notifies(10);
    meeting.notifies(14);
    assert_eq!(meeting.story.names(), [""; 0]);
}

fn event_story(before: &[(heddle_trace::OpKind, u32)]) -> Trace {
    let mut story = Story::new();
    let waiter = story.started("waiter");
    let event = story.object(ObjectKind::Event, "ready");
    for (kind, line) in before {
        story.does(MAIN, *kind, event, *line);
    }
    story.waits(waiter, op(EventWait, event), 4);
    story.stuck()
}

#[test]
fn an_event_cleared_before_it_was_waited_for_is_a_lost_wakeup() {
    let trace = event_story(&[(EventSet, 9), (EventClear, 10)]);
    assert_eq!(names(&trace), ["deadlock", "lost_wakeup"]);
    assert_eq!(
        heddle_analysis::analyse(&trace)[1].message,
        "Lost wake-up: main set ready on line 9, and main cleared it on line 10 before \
         waiter waited for it (line 4)."
    );
}

#[test]
fn an_event_that_was_never_set_is_no_lost_wakeup() {
    for before in [&[][..], &[(EventClear, 9)], &[(EventIsSet, 9)]] {
        assert_eq!(names(&event_story(before)), ["deadlock"]);
    }
}
