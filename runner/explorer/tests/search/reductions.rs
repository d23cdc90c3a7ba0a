//! What a reduced search leaves out is shown by another execution: against brute force.

use std::collections::{BTreeMap, BTreeSet};

use heddle_explorer::{
    BehaviourId, Coverage, DepthFirst, Executed, Proposal, Sampler, Sampling, Strategy as _,
};
use heddle_trace::{Outcome, Stream, Trace};
use proptest::prelude::*;

use crate::simulator::Do::{Acquire, Put, Read, Release, Start, Write};
use crate::simulator::{Do, Program, all, execute};

/// Two or three tasks of up to four instructions over two objects of each kind.
pub(crate) fn any_program() -> impl Strategy<Value = Program> {
    let object = || 0..2_u8;
    let instruction = prop_oneof![
        3 => object().prop_map(Do::Acquire),
        1 => object().prop_map(Do::TryAcquire),
        2 => object().prop_map(Do::Release),
        3 => object().prop_map(Do::Read),
        3 => object().prop_map(Do::Write),
        1 => object().prop_map(Do::Put),
        1 => object().prop_map(Do::Get),
        1 => Just(Do::Print),
        2 => Just(Do::UnlessZero),
    ];
    // A branch stands behind a step.
    let task = prop::collection::vec(instruction, 0..5).prop_map(|mut task: Vec<Do>| {
        task.dedup_by(|a, b| *a == Do::UnlessZero && *b == Do::UnlessZero);
        if task.first() == Some(&Do::UnlessZero) {
            task.remove(0);
        }
        if task.last() == Some(&Do::UnlessZero) {
            task.pop();
        }
        task
    });
    let room = prop_oneof![Just(None), Just(Some(1))];
    (prop::collection::vec(task, 2..4), room).prop_map(|(mut tasks, room)| {
        // Task 0 is the main one: it does nothing.
        tasks.insert(0, Vec::new());
        let steps: usize = tasks.iter().map(Vec::len).sum();
        if steps > 8 {
            tasks.truncate(3);
        }
        Program {
            tasks,
            room,
            ..Program::default()
        }
    })
}

/// What a learner can see of an execution.
fn ending(trace: &Trace) -> (bool, String) {
    let deadlock = matches!(trace.outcome, Outcome::Deadlock { .. });
    (deadlock, trace.output(Stream::Out))
}

fn shown(traces: &[Trace]) -> BTreeMap<BehaviourId, (bool, String)> {
    let complete = traces
        .iter()
        .filter(|trace| trace.outcome != Outcome::Stopped);
    complete
        .map(|trace| (BehaviourId::of(&Executed::new(trace)), ending(trace)))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn sleep_sets_show_every_behaviour_and_each_once(program in any_program()) {
        let every = all(&program, DepthFirst::brute_force());
        let reduced = all(&program, DepthFirst::new());
        prop_assert_eq!(shown(&every), shown(&reduced));
        let complete = reduced.iter().filter(|trace| trace.outcome != Outcome::Stopped);
        prop_assert_eq!(complete.count(), shown(&every).len());
        prop_assert!(reduced.len() <= every.len());
    }

    #[test]
    fn a_bound_shows_exactly_the_executions_within_it(program in any_program(), bound in 0..3_u32) {
        let forced = |trace: &Trace| *Executed::new(trace).forced_switches().last().unwrap();
        let choices = |trace: Trace| trace.choices();
        let within: BTreeSet<_> = all(&program, DepthFirst::brute_force()).into_iter()
            .filter(|trace| forced(trace) <= bound)
            .map(choices)
            .collect();
        let bounded: Vec<_> = all(&program, DepthFirst::bounded(bound)).into_iter()
            .map(choices)
            .collect();
        prop_assert_eq!(bounded.len(), within.len(), "each once");
        prop_assert_eq!(bounded.into_iter().collect::<BTreeSet<_>>(), within);
    }

    #[test]
    fn the_order_of_recording_does_not_matter(program in any_program()) {
        let one_by_one = all(&program, DepthFirst::new());
        let mut strategy = DepthFirst::new();
        let mut in_batches = Vec::new();
        loop {
            let batch: Vec<Proposal> = std::iter::from_fn(|| strategy.next()).take(7).collect();
            if batch.is_empty() {
                break;
            }
            prop_assert_eq!(strategy.coverage(), Coverage::Partial);
            for proposal in batch.iter().rev() {
                let trace = execute(&program, proposal);
                strategy.record(proposal, &Executed::new(&trace));
                in_batches.push(trace);
            }
        }
        prop_assert_eq!(strategy.coverage(), Coverage::Complete);
        prop_assert_eq!(one_by_one.len(), in_batches.len());
        prop_assert_eq!(shown(&one_by_one), shown(&in_batches));
    }

    #[test]
    fn random_executions_show_nothing_that_brute_force_does_not(
        program in any_program(),
        seed in any::<u64>(),
    ) {
        let every = shown(&all(&program, DepthFirst::brute_force()));
        let mut random = Sampling::new(&[Sampler::Random], seed);
        for _ in 0..20 {
            let trace = execute(&program, &random.next().unwrap());
            let id = BehaviourId::of(&Executed::new(&trace));
            prop_assert_eq!(every.get(&id), Some(&ending(&trace)));
        }
    }
}

#[test]
fn the_fewest_forced_switches_come_first() {
    let work: &[Do] = &[Acquire(0), Read(0), Write(0), Release(0)];
    let program = Program::new(&[&[], work, work, &[Put(0)]]);
    let forced: Vec<u32> = all(&program, DepthFirst::brute_force())
        .iter()
        .map(|trace| *Executed::new(trace).forced_switches().last().unwrap())
        .collect();
    assert!(forced.is_sorted(), "{forced:?}");
    assert!(forced.len() > 10);
}

#[test]
fn no_forced_switch_is_one_execution_when_nobody_blocks() {
    let program = Program::new(&[&[Start(1)], &[Write(0)]]);
    let runs = all(&program, DepthFirst::bounded(0));
    // Main ends, or goes on until it has ended: then the other's turn comes by itself.
    assert_eq!(runs.len(), 1);
}

#[test]
fn a_bound_that_cuts_nothing_is_no_bound() {
    let program = Program::new(&[&[], &[Write(0)], &[Write(0)]]);
    let mut strategy = DepthFirst::bounded(9);
    while let Some(proposal) = strategy.next() {
        strategy.record(&proposal, &Executed::new(&execute(&program, &proposal)));
    }
    assert_eq!(strategy.coverage(), Coverage::Complete);
}
