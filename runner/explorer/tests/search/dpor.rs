//! Dynamic partial-order reduction leaves nothing out, and runs hardly anything twice.

use std::collections::BTreeSet;

use heddle_explorer::{
    BehaviourId, BoundedDpor, Coverage, DepthFirst, Dpor, Executed, Proposal, Strategy as _,
};
use heddle_trace::{Outcome, Trace};
use proptest::prelude::*;

use crate::any::any_program;
use crate::catalogue::{Entry, INCREMENT, catalogue, philosophers, producer_and_consumer, times};
use crate::simulator::Do::{Acquire, Join, Read, Release, Start, Write};
use crate::simulator::{Program, all, execute};

/// What complete executions showed, and how many were run in vain: cut short because everything
/// that could follow was explored elsewhere, and stuck where it was not known whether a step was
/// possible.
struct Shown {
    behaviours: BTreeSet<BehaviourId>,
    executions: usize,
    stuck: usize,
}

fn shown(traces: &[Trace]) -> Shown {
    let executed = traces.iter().map(Executed::new);
    let complete = executed.filter(Executed::is_complete);
    let stuck = |trace: &&Trace| matches!(trace.outcome, Outcome::Diverged { .. });
    Shown {
        behaviours: complete
            .map(|executed| BehaviourId::of(&executed))
            .collect(),
        executions: traces.len(),
        stuck: traces.iter().filter(stuck).count(),
    }
}

fn by_dpor(program: &Program) -> Shown {
    shown(&all(program, Dpor::new()))
}

fn by_brute_force(program: &Program) -> BTreeSet<BehaviourId> {
    shown(&all(program, DepthFirst::brute_force())).behaviours
}

#[test]
fn known_counts_take_as_many_executions() {
    let both = &[Acquire(0), Acquire(1), Release(1), Release(0)];
    let known = [
        (times(2, INCREMENT), 4),
        (times(2, both), 2),
        (philosophers(2), 3),
        (philosophers(3), 7),
        (philosophers(4), 15),
        (philosophers(5), 31),
        (producer_and_consumer(), 5),
        (producer_and_consumer().with_room(1), 1),
        (producer_and_consumer().with_room(2), 4),
        (times(2, &[INCREMENT, INCREMENT, INCREMENT].concat()), 328),
        // Readers that do something of their own first, and a writer.
        (readers(5), 32),
    ];
    for (program, behaviours) in known {
        let shown = by_dpor(&program);
        assert_eq!(shown.behaviours.len(), behaviours, "{program:?}");
        assert_eq!(shown.executions, behaviours, "{program:?}");
    }
}

fn readers(n: u8) -> Program {
    let reader = |n| vec![Read(n), Read(9)];
    let tasks = std::iter::once(vec![]).chain((0..n).map(reader));
    Program {
        tasks: tasks.chain([vec![Write(9)]]).collect(),
        ..Program::default()
    }
}

/// What brute force shows, or, where that would take too long, a search with sleep sets.
fn every(program: &Program) -> Vec<Trace> {
    let mut strategy = DepthFirst::brute_force();
    let mut traces = Vec::new();
    while let Some(proposal) = strategy.next() {
        if traces.len() > 1_000 {
            return all(program, DepthFirst::new());
        }
        let trace = execute(program, &proposal);
        strategy.record(&proposal, &Executed::new(&trace));
        traces.push(trace);
    }
    traces
}

/// The same behaviours, or at least the same endings.
fn assert_same(entry: &Entry, reduced: &[Trace], every: &[Trace]) {
    let (reduced_endings, endings) = (endings(reduced), endings(every));
    assert_eq!(reduced_endings, endings, "{}", entry.name);
    if !entry.loops() {
        let (reduced, every) = (shown(reduced).behaviours, shown(every).behaviours);
        assert_eq!(reduced, every, "{}", entry.name);
    }
}

/// How executions ended, and what each task did last.
fn endings(traces: &[Trace]) -> BTreeSet<String> {
    let complete = traces.iter().filter(|t| Executed::new(t).is_complete());
    let ending = |trace: &Trace| {
        let left = trace.pending.iter().map(|p| (p.task, p.op.kind));
        format!("{:?} {:?}", trace.outcome.kind(), left.collect::<Vec<_>>())
    };
    complete.map(ending).collect()
}

#[test]
fn the_catalogue_is_shown_whole_and_each_behaviour_about_once() {
    for entry in catalogue() {
        let traces = all(&entry.program, Dpor::new());
        let every = every(&entry.program);
        assert_same(&entry, &traces, &every);
        assert!(traces.len() <= every.len(), "{}", entry.name);
        let shown = shown(&traces);
        let enough = shown.behaviours.len() * 11 / 10 + shown.stuck;
        assert!(
            shown.executions <= enough,
            "{}: {} executions, {} stuck, for {} behaviours",
            entry.name,
            shown.executions,
            shown.stuck,
            shown.behaviours.len()
        );
        let fails = traces.iter().any(|trace| trace.outcome.is_failure());
        assert_eq!(fails, entry.fails, "{}", entry.name);
    }
    assert!(catalogue().len() >= 60);
}

#[test]
fn the_catalogue_within_a_bound_is_that_of_bounded_depth_first_search() {
    for entry in catalogue() {
        for bound in 0..3 {
            let every = all(&entry.program, DepthFirst::bounded(bound));
            let reduced = all(&entry.program, BoundedDpor::new(bound));
            assert_same(&entry, &reduced, &every);
            assert!(
                reduced.len() <= every.len(),
                "{}, bound {bound}",
                entry.name
            );
        }
    }
}

#[test]
fn what_a_daemon_does_before_the_main_task_ends_is_shown() {
    // The daemon is cut off before, between or after its steps, which concern nobody, or ends.
    let program = Program::new(&[&[Start(1), Write(0)], &[Write(1), Write(2)]]).with_daemons();
    for traces in [
        all(&program, Dpor::new()),
        all(&program, DepthFirst::new()),
        all(&program, DepthFirst::brute_force()),
    ] {
        assert_eq!(shown(&traces).behaviours.len(), 4);
    }
    assert_eq!(by_dpor(&program).executions, 4);
}

#[test]
fn it_knows_when_it_is_done() {
    let program = times(2, INCREMENT);
    let mut strategy = Dpor::new();
    while let Some(proposal) = strategy.next() {
        assert_eq!(strategy.coverage(), Coverage::Partial);
        strategy.record(&proposal, &Executed::new(&execute(&program, &proposal)));
    }
    assert_eq!(strategy.coverage(), Coverage::Complete);
    let mut bounded = BoundedDpor::new(0);
    while let Some(proposal) = bounded.next() {
        bounded.record(&proposal, &Executed::new(&execute(&program, &proposal)));
    }
    assert_eq!(bounded.coverage(), Coverage::UpTo(0));
}

/// Runs a search, several executions at a time, recorded from the last to the first.
fn in_batches(program: &Program, mut strategy: Dpor, width: usize) -> Vec<Trace> {
    let mut traces = Vec::new();
    loop {
        let batch: Vec<Proposal> = std::iter::from_fn(|| strategy.next()).take(width).collect();
        if batch.is_empty() {
            return traces;
        }
        for proposal in batch.iter().rev() {
            let trace = execute(program, proposal);
            strategy.record(proposal, &Executed::new(&trace));
            traces.push(trace);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn it_shows_what_brute_force_shows(program in any_program(7)) {
        prop_assert_eq!(&by_dpor(&program).behaviours, &by_brute_force(&program));
    }

    #[test]
    fn with_daemons_it_shows_what_brute_force_shows(program in any_program(6)) {
        let mut program = program.with_daemons();
        // The end of a daemon is a step: two of them are enough for brute force.
        if program.tasks[0].is_empty() || program.tasks.len() > 3 {
            program.tasks.truncate(3);
            program.tasks[0] = vec![Write(0), Read(1)];
        }
        // Daemons are not waited for.
        program.tasks[0].retain(|what| !matches!(what, Join(_)));
        prop_assert_eq!(&by_dpor(&program).behaviours, &by_brute_force(&program));
    }

    #[test]
    fn within_a_bound_it_shows_what_bounded_depth_first_search_shows(
        program in any_program(7),
        bound in 0..3_u32,
    ) {
        let every = shown(&all(&program, DepthFirst::bounded(bound))).behaviours;
        let reduced = shown(&all(&program, BoundedDpor::new(bound))).behaviours;
        prop_assert_eq!(reduced, every);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn it_shows_what_sleep_sets_show_in_fewer_executions(program in any_program(9)) {
        let every = shown(&all(&program, DepthFirst::new()));
        let reduced = by_dpor(&program);
        prop_assert_eq!(&reduced.behaviours, &every.behaviours);
        prop_assert!(reduced.executions - reduced.stuck <= every.executions);
    }

    #[test]
    fn several_at_a_time_show_the_same(program in any_program(9)) {
        let one_by_one = by_dpor(&program);
        let many = shown(&in_batches(&program, Dpor::new(), 5));
        prop_assert_eq!(one_by_one.behaviours, many.behaviours);
    }
}
