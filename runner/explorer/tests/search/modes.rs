//! Granularity `gil`, and timeouts that fire at any turn: the reductions leave nothing out there
//! either.

use std::collections::BTreeSet;

use heddle_explorer::{BehaviourId, BoundedDpor, DepthFirst, Dpor, Executed};
use heddle_trace::{OpResult, Timeouts, Trace};
use proptest::prelude::*;

use crate::any::any_program;
use crate::catalogue::catalogue;
use crate::simulator::Do::{
    Acquire, Check, Get, Mark, Put, Read, Release, RetryGet, Set, TimedAcquire, TimedGet,
    UnlessZero, Write,
};
use crate::simulator::{Do, Program, all};

fn behaviours(traces: &[Trace]) -> BTreeSet<BehaviourId> {
    let executed = traces.iter().map(Executed::new);
    let complete = executed.filter(Executed::is_complete);
    complete
        .map(|executed| BehaviourId::of(&executed))
        .collect()
}

/// (behaviours, executions) by reduction.
fn by_dpor(program: &Program) -> (usize, usize) {
    let traces = all(program, Dpor::new());
    (behaviours(&traces).len(), traces.len())
}

fn fails(program: &Program) -> bool {
    let traces = all(program, Dpor::new());
    traces.iter().any(|trace| trace.outcome.is_failure())
}

/// Two tasks that do this, and one that looks afterwards whether the variable is 2.
fn twice(work: &[Do]) -> Program {
    let done = [work, &[Do::Raise(0)]].concat();
    let also = [work, &[Do::Raise(1)]].concat();
    let look = [Do::Await(0), Do::Await(1), Read(0), Check(2)];
    Program::new(&[&[], &done, &also, &look])
}

#[test]
fn an_increment_is_whole_where_nobody_can_come_between() {
    let increment = twice(&[Read(0), Write(0)]);
    assert!(fails(&increment));
    let under_a_gil = increment.under_a_gil();
    assert!(!fails(&under_a_gil));
    assert_eq!(by_dpor(&under_a_gil), (2, 2));
}

#[test]
fn a_call_between_reading_and_writing_loses_an_update() {
    let with_call = twice(&[Read(0), Mark, Write(0)]);
    assert!(fails(&with_call.under_a_gil()));
}

#[test]
fn a_step_in_a_row_of_accesses_is_marked_as_no_choice() {
    let program = Program::new(&[&[], &[Read(0), Write(0), Mark, Read(1)]]).under_a_gil();
    let trace = all(&program, Dpor::new()).remove(0);
    let executed = Executed::new(&trace);
    let held: Vec<bool> = executed.steps().iter().map(|step| step.held).collect();
    assert_eq!(held, [false, true, false]);
    assert_eq!(executed.moves().len(), 2);
}

#[test]
fn a_lock_that_is_held_too_long_makes_an_acquire_give_up() {
    let holder = [Acquire(0), Write(0), Write(0), Release(0)];
    let tries = [TimedAcquire(0), UnlessZero, Release(0)];
    let program = Program::new(&[&[], &holder, &tries]);
    let gives_up = |timeouts| {
        let traces = all(&program.clone().with_timeouts(timeouts), Dpor::new());
        let mut executed = traces.iter().map(Executed::new);
        executed.any(|one| one.steps().iter().any(|s| s.result == OpResult::TimedOut))
    };
    assert!(!gives_up(Timeouts::Respect));
    assert!(gives_up(Timeouts::Any));
}

#[test]
fn a_timeout_moves_the_clock_before_or_after_somebody_looks_at_it() {
    let program = Program::new(&[&[], &[Do::Now, Check(0)], &[TimedGet(0)]]);
    assert!(!fails(&program));
    assert!(fails(&program.with_timeouts(Timeouts::Any)));
}

#[test]
fn which_of_two_timeouts_fires_first_is_a_choice() {
    let a = [TimedGet(0), Set(0, 1)];
    let b = [TimedGet(1), Set(0, 2)];
    let program = Program::new(&[&[], &a, &b]);
    let orders = |timeouts| {
        let traces = all(&program.clone().with_timeouts(timeouts), Dpor::new());
        let writes = |trace: &Trace| trace.choices().last().copied();
        traces.iter().map(writes).collect::<BTreeSet<_>>().len()
    };
    assert_eq!(orders(Timeouts::Respect), 1);
    assert_eq!(orders(Timeouts::Any), 2);
}

#[test]
fn a_loop_around_a_timeout_comes_to_an_end() {
    let program = Program::new(&[&[], &[RetryGet(0)], &[Write(0), Write(1), Put(0)]]);
    let traces = all(&program.with_timeouts(Timeouts::Any), Dpor::new());
    assert!(traces.len() < 20, "{}", traces.len());
    assert!(traces.iter().all(|trace| trace.choices().len() < 20));
    let two = Program::new(&[&[], &[RetryGet(0)], &[RetryGet(0), Put(0)]]);
    let traces = all(&two.with_timeouts(Timeouts::Any), Dpor::new());
    assert!(traces.iter().all(|trace| trace.outcome.is_failure()));
}

#[test]
fn waiting_with_a_timeout_is_not_forced_to_give_way() {
    let program = Program::new(&[&[], &[TimedGet(0), Get(1)], &[Put(0), Put(1)]]);
    let program = program.with_timeouts(Timeouts::Any);
    for trace in all(&program, DepthFirst::bounded(0)) {
        assert_eq!(Executed::new(&trace).forced_switches().last(), Some(&0));
    }
    assert!(all(&program, DepthFirst::bounded(0)).len() > 1);
}

/// A program in which the interpreter can switch in some places.
fn with_marks(steps: usize) -> impl Strategy<Value = Program> {
    let places = prop::collection::vec(prop::bool::weighted(0.3), 3 * steps);
    (any_program(steps), places).prop_map(|(mut program, places)| {
        let mut places = places.into_iter();
        for task in &mut program.tasks {
            let mut marked = Vec::new();
            for what in task.drain(..) {
                let follows = marked.last() != Some(&UnlessZero) && !marked.is_empty();
                if follows && what != UnlessZero && places.next() == Some(true) {
                    marked.push(Mark);
                }
                marked.push(what);
            }
            *task = marked;
        }
        program.under_a_gil()
    })
}

/// Mostly accesses, so that rows of them are long, some of which happen only if a read says so.
fn accesses() -> impl Strategy<Value = Program> {
    let n = || 0..3_u8;
    let phrase = prop_oneof![
        4 => n().prop_map(|n| vec![Read(n)]),
        4 => n().prop_map(|n| vec![Write(n)]),
        3 => (n(), n()).prop_map(|(a, b)| vec![Read(a), UnlessZero, Write(b)]),
        2 => Just(vec![Mark]),
        1 => n().prop_map(|n| vec![Acquire(n), Write(n), Release(n)]),
    ];
    let task = prop::collection::vec(phrase, 1..4).prop_map(|phrases| phrases.concat());
    prop::collection::vec(task, 2..4).prop_map(|mut tasks| {
        for task in &mut tasks {
            task.truncate(5);
            while matches!(task.last(), Some(UnlessZero | Mark)) {
                task.pop();
            }
            while task.first() == Some(&Mark) {
                task.remove(0);
            }
        }
        tasks.insert(0, Vec::new());
        let program = Program {
            tasks,
            ..Program::default()
        };
        program.under_a_gil()
    })
}

fn by_brute_force(program: &Program) -> BTreeSet<BehaviourId> {
    behaviours(&all(program, DepthFirst::brute_force()))
}

fn assert_all_agree(program: &Program) -> Result<(), TestCaseError> {
    let every = by_brute_force(program);
    prop_assert_eq!(&behaviours(&all(program, DepthFirst::new())), &every);
    prop_assert_eq!(&behaviours(&all(program, Dpor::new())), &every);
    Ok(())
}

fn assert_bounded_agree(program: &Program, bound: u32) -> Result<(), TestCaseError> {
    let every = behaviours(&all(program, DepthFirst::bounded(bound)));
    let reduced = behaviours(&all(program, BoundedDpor::new(bound)));
    prop_assert_eq!(reduced, every);
    Ok(())
}

#[test]
fn the_catalogue_is_shown_whole_under_a_gil_and_with_timeouts_at_any_turn() {
    for entry in catalogue() {
        let gil = entry.program.clone().under_a_gil();
        let any = entry.program.clone().with_timeouts(Timeouts::Any);
        for program in [gil, any] {
            let traces = all(&program, Dpor::new());
            let every = all(&program, DepthFirst::new());
            if !entry.loops() {
                assert_eq!(behaviours(&traces), behaviours(&every), "{}", entry.name);
            }
            let fails = |traces: &[Trace]| traces.iter().any(|trace| trace.outcome.is_failure());
            assert_eq!(fails(&traces), fails(&every), "{}", entry.name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn under_a_gil_the_reductions_show_what_brute_force_shows(program in with_marks(7)) {
        assert_all_agree(&program)?;
    }

    #[test]
    fn rows_of_accesses_are_shown_as_by_brute_force(program in accesses()) {
        assert_all_agree(&program)?;
    }

    #[test]
    fn timeouts_at_any_turn_are_shown_as_by_brute_force(program in any_program(6)) {
        assert_all_agree(&program.with_timeouts(Timeouts::Any))?;
    }

    #[test]
    fn both_together_are_shown_as_by_brute_force(program in with_marks(6)) {
        assert_all_agree(&program.with_timeouts(Timeouts::Any))?;
    }

    #[test]
    fn a_bound_shows_the_same_in_both_modes(
        program in with_marks(7),
        any in any::<bool>(),
        bound in 0..3_u32,
    ) {
        let timeouts = if any { Timeouts::Any } else { Timeouts::Respect };
        assert_bounded_agree(&program.with_timeouts(timeouts), bound)?;
    }

    #[test]
    fn a_bound_shows_the_same_rows_of_accesses(program in accesses(), bound in 0..3_u32) {
        assert_bounded_agree(&program, bound)?;
    }
}
