//! Known counts, and what makes two executions one behaviour.

use std::collections::{BTreeMap, BTreeSet};

use heddle_explorer::{BehaviourId, DepthFirst, Executed};
use heddle_policy::{dependent, normalised};
use heddle_trace::{ObjectId, Trace};
use proptest::prelude::*;

use crate::catalogue::{INCREMENT, philosophers, producer_and_consumer};
use crate::reductions::any_program;
use crate::simulator::Do::{Acquire, Join, Print, Read, Release, Start, Write};
use crate::simulator::{Do, Program, all};

fn behaviours(traces: &[Trace]) -> BTreeSet<BehaviourId> {
    let executed = traces.iter().map(Executed::new);
    let complete = executed.filter(Executed::is_complete);
    complete
        .map(|executed| BehaviourId::of(&executed))
        .collect()
}

/// (behaviours, executions that were needed).
fn count(program: &Program) -> (usize, usize) {
    let reduced = all(program, DepthFirst::new());
    (behaviours(&reduced).len(), reduced.len())
}

#[test]
fn two_threads_with_one_increment_have_4_behaviours() {
    assert_eq!(count(&Program::new(&[&[], INCREMENT, INCREMENT])).0, 4);
}

#[test]
fn starting_and_joining_them_adds_none() {
    let main = &[Start(1), Start(2), Join(1), Join(2)];
    assert_eq!(count(&Program::new(&[main, INCREMENT, INCREMENT])).0, 4);
}

#[test]
fn two_threads_with_the_same_two_locks_in_the_same_order_have_2() {
    let both = &[Acquire(0), Acquire(1), Release(1), Release(0)];
    assert_eq!(count(&Program::new(&[&[], both, both])).0, 2);
}

#[test]
fn n_philosophers_have_2_to_the_n_minus_1() {
    for n in 2..=5_u8 {
        assert_eq!(count(&philosophers(n)).0, (1 << n) - 1, "{n}");
    }
}

#[test]
fn producer_and_consumer_of_3_items_have_5_or_1_or_4() {
    for (room, known) in [(None, 5), (Some(1), 1), (Some(2), 4)] {
        let program = Program {
            room,
            ..producer_and_consumer()
        };
        assert_eq!(count(&program).0, known, "{room:?}");
    }
}

#[test]
fn independent_threads_have_one_behaviour_and_readers_too() {
    let own: &[&[Do]] = &[&[], &[Write(1), Write(1)], &[Write(2), Write(2)]];
    assert_eq!(count(&Program::new(own)).0, 1);
    assert_eq!(count(&Program::new(&[&[], &[Read(0)], &[Read(0)]])).0, 1);
}

#[test]
fn two_prints_have_two_orders() {
    assert_eq!(count(&Program::new(&[&[], &[Print], &[Print]])).0, 2);
}

/// What cannot be swapped, worked out pair by pair: which event (task, number in it) comes before
/// which, where the two depend on each other.
fn order_of_dependent_pairs(trace: &Trace) -> BTreeSet<[(u16, u32); 2]> {
    let mut taken: BTreeMap<u16, u32> = BTreeMap::new();
    let mut events = Vec::new();
    for (_, event, op) in trace.steps() {
        let number = taken.entry(event.task.0).or_default();
        events.push(((event.task.0, *number), normalised(event.task, *op)));
        *number += 1;
    }
    let mut pairs = BTreeSet::new();
    for (place, (later, op)) in events.iter().enumerate() {
        for (earlier, before) in &events[..place] {
            if later.0 == earlier.0 || dependent(before, op) {
                pairs.insert([*earlier, *later]);
            }
        }
        // So that a single event is seen too.
        pairs.insert([*later, *later]);
    }
    pairs
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn executions_have_one_id_exactly_when_their_dependent_pairs_have_one_order(
        program in any_program(),
    ) {
        let mut by_order: BTreeMap<_, BTreeSet<BehaviourId>> = BTreeMap::new();
        for trace in all(&program, DepthFirst::brute_force()) {
            let id = BehaviourId::of(&Executed::new(&trace));
            by_order.entry(order_of_dependent_pairs(&trace)).or_default().insert(id);
        }
        let mut ids = BTreeSet::new();
        for same in by_order.values() {
            prop_assert_eq!(same.len(), 1);
            prop_assert!(ids.insert(same.clone()), "two behaviours have one id");
        }
    }

    #[test]
    fn rows_of_objects_do_not_matter(program in any_program(), shift in 1..50_u32) {
        let trace = all(&program, heddle_explorer::Plain::non_preemptive()).remove(0);
        let mut moved = trace.clone();
        for event in &mut moved.events {
            if let heddle_trace::What::Op { op, .. } = &mut event.what {
                op.object = op.object.map(|object| ObjectId(object.0 + shift));
            }
        }
        let id = |trace| BehaviourId::of(&Executed::new(trace));
        prop_assert_eq!(id(&trace), id(&moved));
    }
}
