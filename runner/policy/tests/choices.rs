//! What the policies choose, and what commutes with what.

#![allow(clippy::unwrap_used)]

use heddle_policy::{
    Choice, PerTask, Point, Policy, PolicyKind, PolicyState, dependent, normalised,
};
use heddle_trace::{Granularity, ObjectId, Op, OpKind, TaskId, TaskSet};
use proptest::prelude::*;

fn op(kind: OpKind, object: u32) -> Op {
    Op {
        kind,
        object: Some(ObjectId(object)),
        also: None,
        target: None,
    }
}

fn also(kind: OpKind, object: u32, second: u32) -> Op {
    Op {
        also: Some(ObjectId(second)),
        ..op(kind, object)
    }
}

fn of_task(kind: OpKind, task: u16) -> Op {
    Op {
        kind,
        object: None,
        also: None,
        target: Some(TaskId(task)),
    }
}

fn set(tasks: &[u16]) -> TaskSet {
    tasks.iter().map(|t| TaskId(*t)).collect()
}

/// Task n is about to write variable n, except that 7 and 8 are about to write the same one.
fn pending(task: TaskId) -> Op {
    op(OpKind::Write, u32::from(task.0.min(7)))
}

fn choose(policy: &mut PolicyState, last: Option<u16>, enabled: &[u16]) -> Choice {
    policy.choose(&point(last, enabled))
}

fn point(last: Option<u16>, enabled: &[u16]) -> Point<'static> {
    Point {
        step: 0,
        last: last.map(TaskId),
        enabled: set(enabled),
        late: TaskSet::EMPTY,
        granularity: Granularity::Language,
        pending: &pending,
    }
}

/// Every policy that chooses.
fn every_policy() -> [PolicyState; 6] {
    [
        PolicyState::non_preemptive(),
        PolicyState::round_robin(),
        PolicyState::random(5),
        PolicyState::pct(5, 3, 10),
        PolicyState::pos(5),
        PolicyState::urw(5, PerTask::ZERO, 1),
    ]
}

const fn task(id: u16) -> Choice {
    Choice::Task(TaskId(id))
}

#[test]
fn stop_stops() {
    assert_eq!(choose(&mut PolicyState::stop(), None, &[0]), Choice::Stop);
}

#[test]
fn without_need_nobody_is_switched() {
    let mut policy = PolicyState::non_preemptive();
    assert_eq!(choose(&mut policy, Some(2), &[0, 1, 2]), task(2));
    assert_eq!(choose(&mut policy, Some(2), &[1, 3]), task(1));
    assert_eq!(choose(&mut policy, None, &[4, 3]), task(3));
}

#[test]
fn nobody_enabled_is_a_stop_and_not_redundant() {
    for mut policy in every_policy() {
        assert_eq!(choose(&mut policy, Some(0), &[]), Choice::Stop);
    }
}

#[test]
fn a_sleeping_task_is_not_chosen_and_all_asleep_is_redundant() {
    for policy in every_policy() {
        let mut policy = policy.with_sleep(set(&[1, 2]));
        assert_eq!(choose(&mut policy, Some(2), &[1, 2, 3]), task(3));
        assert_eq!(choose(&mut policy, Some(3), &[1, 2]), Choice::Redundant);
    }
}

#[test]
fn a_dependent_step_wakes_and_an_independent_one_does_not() {
    let mut policy = PolicyState::non_preemptive().with_sleep(set(&[1, 8]));
    assert_eq!(choose(&mut policy, None, &[1, 7, 8]), task(7));
    assert_eq!(policy.sleep(), set(&[1]));
}

#[test]
fn under_a_gil_any_access_wakes_who_is_about_to_make_one() {
    let mut policy = PolicyState::non_preemptive().with_sleep(set(&[1, 8]));
    let choice = policy.choose(&Point {
        granularity: Granularity::Gil,
        ..point(None, &[1, 7, 8])
    });
    assert_eq!(choice, task(7));
    assert_eq!(policy.sleep(), set(&[]));
}

#[test]
fn without_forced_switches_a_timeout_fires_when_nobody_else_can_go() {
    let mut policy = PolicyState::non_preemptive();
    let late = |late: &[u16]| Point {
        late: set(late),
        ..point(Some(1), &[1, 2, 3])
    };
    assert_eq!(policy.choose(&late(&[1, 2])), task(3));
    assert_eq!(policy.choose(&late(&[1, 2, 3])), task(1));
    let mut policy = policy.with_sleep(set(&[1]));
    assert_eq!(policy.choose(&late(&[1, 2, 3])), task(2));
}

#[test]
fn in_turn_everybody_takes_one_step() {
    let mut policy = PolicyState::round_robin();
    assert_eq!(choose(&mut policy, None, &[1, 4, 6]), task(1));
    assert_eq!(choose(&mut policy, Some(1), &[1, 4, 6]), task(4));
    assert_eq!(choose(&mut policy, Some(4), &[1, 4]), task(1));
}

#[test]
fn every_task_gets_its_turn_at_random() {
    let mut policy = PolicyState::random(42);
    let mut seen = [0_u32; 5];
    for _ in 0..5_000 {
        match choose(&mut policy, Some(0), &[0, 1, 2, 3, 4]) {
            Choice::Task(t) => seen[usize::from(t.0)] += 1,
            other => panic!("{other:?}"),
        }
    }
    assert!(seen.iter().all(|n| (800..1200).contains(n)), "{seen:?}");
}

proptest! {
    #[test]
    fn no_bits_make_a_policy_panic_or_choose_a_disabled_task(
        words in any::<[u64; PolicyState::WORDS]>(),
        kind in 0..9_u64,
        step in any::<u32>(),
        enabled in any::<u128>(),
        last in any::<Option<u16>>(),
    ) {
        let mut words = words;
        words[0] = kind;
        let mut policy = PolicyState::from_words(words);
        let enabled = TaskSet::from_bits(enabled);
        let asleep = policy.sleep();
        let (late, granularity) = (TaskSet::EMPTY, Granularity::Language);
        let last = last.map(TaskId);
        let point = Point { step, last, enabled, late, granularity, pending: &pending };
        if let Choice::Task(chosen) = policy.choose(&point) {
            prop_assert!(enabled.contains(chosen) && !asleep.contains(chosen));
        }
    }

    #[test]
    fn a_policy_survives_its_words(
        words in any::<[u64; PolicyState::WORDS]>(),
        kind in any::<u32>(),
    ) {
        let mut words = words;
        words[0] = u64::from(kind);
        prop_assert_eq!(PolicyState::from_words(words).to_words(), words);
    }

    #[test]
    fn dependence_is_symmetric(a in any_op(), b in any_op()) {
        prop_assert_eq!(dependent(&a, &b), dependent(&b, &a));
    }
}

fn any_op() -> impl Strategy<Value = Op> {
    let object = || prop::option::of((0..3_u32).prop_map(ObjectId));
    let kind = (0..OpKind::ALL.len()).prop_map(|i| OpKind::ALL[i]);
    (kind, object(), object(), prop::option::of(0..3_u16)).prop_map(|(kind, object, also, t)| Op {
        kind,
        object,
        also,
        target: t.map(TaskId),
    })
}

#[test]
fn every_number_of_a_kind_is_that_kind_and_others_are_none() {
    let kind = |code| {
        let mut words = [0; PolicyState::WORDS];
        words[0] = code;
        PolicyState::from_words(words).kind()
    };
    for known in PolicyKind::ALL {
        assert_eq!(kind(known as u64), Some(known));
    }
    assert_eq!(kind(8), None);
    assert_eq!(kind(1 << 32), None);
}

#[test]
fn reads_commute_and_writes_do_not() {
    use OpKind::{Read, Write};
    assert!(!dependent(&op(Read, 1), &op(Read, 1)));
    assert!(dependent(&op(Read, 1), &op(Write, 1)));
    assert!(dependent(&op(Write, 1), &op(Write, 1)));
    assert!(!dependent(&op(Write, 1), &op(Write, 2)));
}

#[test]
fn items_depend_on_their_container_but_not_on_each_other() {
    use OpKind::{Read, Write};
    let (list, item, other) = (op(Read, 9), also(Write, 1, 9), also(Write, 2, 9));
    assert!(dependent(&list, &item));
    assert!(!dependent(&item, &other));
    assert!(!dependent(&list, &also(Read, 1, 9)));
    assert!(dependent(&op(Write, 9), &also(Read, 1, 9)));
}

#[test]
fn a_condition_takes_its_lock_along() {
    use OpKind::{Acquire, ConditionNotify, ConditionWait, ConditionWake, TryAcquire};
    assert!(dependent(&also(ConditionWait, 1, 2), &op(Acquire, 2)));
    assert!(dependent(
        &also(ConditionWake, 1, 2),
        &also(ConditionWake, 3, 2)
    ));
    assert!(dependent(
        &also(ConditionWake, 1, 2),
        &also(ConditionNotify, 1, 2)
    ));
    assert!(!dependent(&also(ConditionNotify, 1, 2), &op(TryAcquire, 2)));
}

#[test]
fn start_and_end_order_a_task_and_joins_do_not_order_each_other() {
    use OpKind::{Join, Start, TaskBegin, TaskEnd};
    assert!(dependent(&of_task(Start, 1), &of_task(TaskBegin, 1)));
    assert!(dependent(&of_task(TaskEnd, 1), &of_task(Join, 1)));
    assert!(!dependent(&of_task(Join, 1), &of_task(Join, 1)));
    assert!(!dependent(&of_task(TaskEnd, 1), &of_task(Join, 2)));
}

#[test]
fn the_end_of_the_main_task_waits_for_nobody() {
    let end = Op {
        target: None,
        ..of_task(OpKind::TaskEnd, 0)
    };
    let end = normalised(TaskId(0), end);
    assert!(dependent(&end, &op(OpKind::Read, 1)));
    assert!(dependent(
        &of_task(OpKind::ProcessExit, 1),
        &op(OpKind::Read, 1)
    ));
}

#[test]
fn a_sleep_orders_nothing_but_the_clock() {
    use OpKind::{ClockRead, External, Sleep, Write};
    assert!(!dependent(&op(Sleep, 1), &op(Sleep, 1)));
    assert!(!dependent(&op(Sleep, 1), &op(Write, 1)));
    assert!(dependent(&op(Sleep, 1), &op(ClockRead, 1)));
    assert!(!dependent(&op(ClockRead, 1), &op(ClockRead, 1)));
    assert!(dependent(&op(Sleep, 1), &op(External, 2)));
}

#[test]
fn tasks_leave_a_barrier_in_any_order_but_arrive_in_one() {
    use OpKind::{BarrierArrive, BarrierPass};
    assert!(!dependent(&op(BarrierPass, 1), &op(BarrierPass, 1)));
    assert!(dependent(&op(BarrierArrive, 1), &op(BarrierArrive, 1)));
    assert!(dependent(&op(BarrierArrive, 1), &op(BarrierPass, 1)));
    let pass = also(BarrierPass, 1, 2);
    assert!(!dependent(&pass, &pass), "the lock inside is nobody else's");
}

#[test]
fn results_of_futures_commute_unless_several_are_looked_at_together() {
    use OpKind::{FutureSet, FutureWait};
    assert!(!dependent(&op(FutureSet, 1), &op(FutureSet, 2)));
    assert!(dependent(&also(FutureSet, 1, 9), &also(FutureSet, 2, 9)));
    assert!(dependent(&also(FutureSet, 1, 9), &op(FutureWait, 9)));
}
