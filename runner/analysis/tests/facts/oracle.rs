//! Vector clocks against reachability worked out pair by pair.

use std::collections::BTreeSet;

use heddle_analysis::{HappensBefore, Orders, analyse};
use heddle_trace::OpKind::{
    Acquire, ConditionNotify, ConditionWait, ConditionWake, EventSet, EventWait, Join, QueueGet,
    QueueJoin, QueuePut, QueueTaskDone, Read, Release, SemaphoreAcquire, SemaphoreRelease, Start,
    TaskBegin, TaskEnd, Write,
};
use heddle_trace::{FindingKind, ObjectId, ObjectKind, Op, OpKind, OpResult, TaskId};
use proptest::prelude::*;

use crate::story::Story;

type Step = (TaskId, Op, OpResult);

const KINDS: [OpKind; 19] = [
    Acquire,
    Release,
    ConditionWait,
    ConditionWake,
    ConditionNotify,
    EventSet,
    EventWait,
    QueuePut,
    QueueGet,
    QueueTaskDone,
    QueueJoin,
    SemaphoreAcquire,
    SemaphoreRelease,
    Start,
    TaskBegin,
    TaskEnd,
    Join,
    Read,
    Write,
];

fn any_step() -> impl Strategy<Value = Step> {
    let object = || (0..4_u32).prop_map(ObjectId);
    let result = prop_oneof![4 => Just(OpResult::Done), 1 => Just(OpResult::TimedOut)];
    (
        0..4_u16,
        0..KINDS.len(),
        object(),
        prop::option::of(object()),
        0..4_u16,
        result,
    )
        .prop_map(|(task, kind, object, also, target, result)| {
            let op = Op {
                kind: KINDS[kind],
                object: Some(object),
                also,
                target: Some(TaskId(target)),
            };
            (TaskId(task), op, result)
        })
}

/// Whether the earlier step hands order on to the later one: the table of the module `clock`, read
/// as pairs.
fn orders(earlier: &Step, later: &Step) -> bool {
    let ((task_a, a, result_a), (task_b, b, result_b)) = (earlier, later);
    if task_a == task_b {
        return true;
    }
    let wakes_late = b.kind == ConditionWake && *result_b != OpResult::Done;
    if *result_a != OpResult::Done || (*result_b != OpResult::Done && !wakes_late) {
        return false;
    }
    let lock = |op: &Op| match op.kind {
        ConditionWait | ConditionWake => op.also.or(op.object),
        _ => op.object,
    };
    let gives_lock = matches!(a.kind, Release | ConditionWait | SemaphoreRelease);
    let takes_lock = matches!(b.kind, Acquire | ConditionWake | SemaphoreAcquire);
    let same = a.object == b.object;
    (gives_lock && takes_lock && lock(a) == lock(b))
        || match (a.kind, b.kind) {
            (Start, TaskBegin) => a.target == Some(*task_b),
            (TaskEnd, Join) => b.target == Some(*task_a),
            (ConditionNotify, ConditionWake) => same && !wakes_late,
            // Random steps mix kinds on one object; a signal is a signal.
            (
                EventSet | QueuePut | ConditionNotify,
                EventWait | QueueGet | QueueJoin | ConditionWake,
            ) => same && !wakes_late,
            (QueueGet | QueueTaskDone, QueuePut | QueueJoin) => same,
            _ => false,
        }
}

/// A task's first step comes after its start, whatever it is.
fn is_first(steps: &[Step], number: usize) -> bool {
    steps[..number]
        .iter()
        .all(|(task, ..)| *task != steps[number].0)
}

fn starts((_, op, result): &Step, task: TaskId) -> bool {
    op.kind == Start && op.target == Some(task) && *result == OpResult::Done
}

/// `reach[i]` holds the steps before `i` from which order leads to it.
fn reach(steps: &[Step]) -> Vec<BTreeSet<usize>> {
    let mut reach: Vec<BTreeSet<usize>> = Vec::new();
    for later in 0..steps.len() {
        let mut before = BTreeSet::new();
        for earlier in 0..later {
            if orders(&steps[earlier], &steps[later])
                || (is_first(steps, later) && starts(&steps[earlier], steps[later].0))
            {
                before.insert(earlier);
                before.extend(&reach[earlier]);
            }
        }
        reach.push(before);
    }
    reach
}

fn conflict(a: &Step, b: &Step) -> bool {
    let plain = a.1.kind.is_plain_access() && b.1.kind.is_plain_access();
    let writes = a.1.kind == Write || b.1.kind == Write;
    let (one, other) = (a.1, b.1);
    let touch = one.object == other.object || one.also == other.object || one.object == other.also;
    plain && writes && touch && a.0 != b.0
}

proptest! {
    #[test]
    fn vector_clocks_are_reachability(steps in prop::collection::vec(any_step(), 0..40)) {
        let reach = reach(&steps);
        let mut order = HappensBefore::new(Orders::All);
        let mut epochs: Vec<(TaskId, u32)> = Vec::new();
        for (now, (task, op, result)) in steps.iter().enumerate() {
            let clock = order.step(*task, op, *result).unwrap().clone();
            for (earlier, (of, epoch)) in epochs.iter().enumerate() {
                let before = clock.of(*of) >= *epoch;
                prop_assert_eq!(before, reach[now].contains(&earlier), "{} -> {}", earlier, now);
            }
            epochs.push((*task, clock.of(*task)));
        }
    }

    #[test]
    fn races_are_the_unordered_conflicts(steps in prop::collection::vec(any_step(), 0..30)) {
        let mut story = Story::new();
        for n in 0..4 {
            story.object(ObjectKind::Variable, &format!("v{n}"));
            story.task("");
        }
        for (line, (task, op, result)) in steps.iter().enumerate() {
            // An item that is its own container means nothing.
            let also = op.also.filter(|also| Some(*also) != op.object);
            story.push(*task, Op { also, ..*op }, *result, line as u32);
        }
        let steps: Vec<Step> = story.trace.steps().zip(&steps)
            .map(|((_, event, op), (_, _, result))| (event.task, *op, *result))
            .collect();
        let reach = reach(&steps);
        let mut racy = BTreeSet::new();
        for later in 0..steps.len() {
            for earlier in 0..later {
                if conflict(&steps[earlier], &steps[later]) && !reach[later].contains(&earlier) {
                    racy.insert(later);
                }
            }
        }
        let found: BTreeSet<usize> = analyse(&story.trace).iter()
            .filter_map(|finding| match &finding.what {
                FindingKind::Race { second, .. } => Some(second.event as usize),
                _ => None,
            })
            .collect();
        prop_assert_eq!(found, racy);
    }
}
