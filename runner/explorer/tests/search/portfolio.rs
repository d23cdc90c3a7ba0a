//! The default search: the same on every machine, done when it is done, and quick to find failures.

use heddle_explorer::Exploration;
use heddle_trace::protocol::{Accept, ExploreOptions, Strategy};
use heddle_trace::{Claim, ExploreReport, Verdict};

use crate::catalogue::{INCREMENT, catalogue, philosophers, times};
use crate::simulator::Do::{Acquire, Join, Read, Release, Start, Write};
use crate::simulator::{Do, Program, execute, explore, failing};

fn explored(program: &Program, options: ExploreOptions) -> ExploreReport {
    let mut exploration = Exploration::new(options);
    explore(program, &mut exploration);
    exploration.report(Vec::new(), 0)
}

fn at_most(max_executions: u64) -> ExploreOptions {
    ExploreOptions {
        max_executions,
        ..ExploreOptions::default()
    }
}

/// As on a machine with many cores: whole batches, the last execution done first.
fn in_batches(program: &Program, options: ExploreOptions) -> ExploreReport {
    let mut exploration = Exploration::new(options);
    loop {
        let batch = exploration.propose_batch();
        if batch.is_empty() {
            return exploration.report(Vec::new(), 0);
        }
        let traces = batch
            .iter()
            .rev()
            .map(|proposal| execute(program, proposal));
        let traces: Vec<_> = traces.collect();
        for (proposal, trace) in batch.iter().zip(traces.iter().rev()) {
            exploration.record(proposal, trace, failing(trace));
        }
    }
}

#[test]
fn one_core_or_many_the_report_is_the_same() {
    for entry in catalogue() {
        for keep_going in [false, true] {
            let options = ExploreOptions {
                keep_going,
                ..at_most(200)
            };
            let one = explored(&entry.program, options);
            assert_eq!(one, in_batches(&entry.program, options), "{}", entry.name);
        }
    }
}

#[test]
fn the_catalogue_is_judged_rightly_within_500_executions() {
    for entry in catalogue() {
        for seed in 1..20 {
            let options = ExploreOptions {
                seed,
                ..at_most(500)
            };
            let report = explored(&entry.program, options);
            let expected = match entry.fails {
                true => Verdict::Fail,
                false => Verdict::Pass,
            };
            assert_eq!(report.verdict, expected, "{}: {report:?}", entry.name);
        }
    }
}

#[test]
fn when_the_systematic_search_is_complete_nothing_more_is_drawn() {
    let report = explored(&times(2, INCREMENT), ExploreOptions::default());
    assert_eq!(report.claim, Claim::Proved { behaviours: 4 });
    assert!(report.executions <= 10, "{}", report.executions);
}

/// A program with far too many behaviours.
fn large() -> Program {
    times(3, &[INCREMENT, INCREMENT, INCREMENT].concat())
}

#[test]
fn a_large_program_is_covered_bound_by_bound() {
    let mut exploration = Exploration::new(at_most(20_000));
    let mut bounds = Vec::new();
    while let Some(proposal) = exploration.propose() {
        exploration.record(&proposal, &execute(&large(), &proposal), None);
        if bounds.last() != Some(&exploration.bound()) {
            bounds.push(exploration.bound());
        }
    }
    assert_eq!(bounds, [None, Some(0), Some(1), Some(2)]);
    let report = exploration.report(Vec::new(), 0);
    assert_eq!(report.verdict, Verdict::Unfinished);
    assert!(
        matches!(report.claim, Claim::ProvedUpTo { preemptions: 2, .. }),
        "{:?}",
        report.claim
    );
    assert!(
        report.claim_text.contains("limit of 20000 executions"),
        "{}",
        report.claim_text
    );
}

#[test]
fn what_was_said_to_be_enough_is_a_pass_and_ends_the_search() {
    let enough = |accept| {
        let options = ExploreOptions {
            accept,
            ..at_most(20_000)
        };
        let mut exploration = Exploration::new(options);
        while let Some(proposal) = exploration.propose() {
            exploration.record(&proposal, &execute(&large(), &proposal), None);
        }
        exploration.report(Vec::new(), 0)
    };
    let bound = enough(Accept::Bound(1));
    assert_eq!(bound.verdict, Verdict::Pass, "{}", bound.claim_text);
    assert!(matches!(
        bound.claim,
        Claim::ProvedUpTo { preemptions: 1, .. }
    ));
    let samples = enough(Accept::Samples(300));
    assert_eq!(samples.verdict, Verdict::Pass, "{}", samples.claim_text);
    assert!(samples.executions < 320, "{}", samples.executions);
    assert_eq!(enough(Accept::Bound(9)).verdict, Verdict::Unfinished);
}

#[test]
fn a_bound_that_was_asked_for_is_kept() {
    let options = ExploreOptions {
        preemptions: Some(1),
        ..at_most(5_000)
    };
    let mut exploration = Exploration::new(options);
    while let Some(proposal) = exploration.propose() {
        let trace = execute(&large(), &proposal);
        let forced = heddle_explorer::Executed::new(&trace).forced_switches();
        assert!(forced.last() <= Some(&1), "{forced:?}");
        exploration.record(&proposal, &trace, None);
    }
    let report = exploration.report(Vec::new(), 0);
    assert!(matches!(
        report.claim,
        Claim::ProvedUpTo { preemptions: 1, .. }
    ));
    assert_eq!(
        report.verdict,
        Verdict::Unfinished,
        "nobody said it is enough"
    );
}

#[test]
fn a_uniform_walk_bounds_the_share_of_failures_only_where_it_is_uniform() {
    let urw = |program: &Program| {
        let options = ExploreOptions {
            strategy: Strategy::Urw,
            ..at_most(300)
        };
        explored(program, options).claim_text
    };
    let uniform = urw(&times(3, INCREMENT));
    assert!(
        uniform.contains("fewer than 1.00 % of them fail"),
        "{uniform}"
    );
    // The main task's final joins make no interleavings; what it does between them does.
    let main = |between: &[Do]| {
        let joins = [&[Join(1)], between, &[Join(2)]].concat();
        let main = [&[Start(1), Start(2)], &joins[..]].concat();
        urw(&Program::new(&[&main, INCREMENT, INCREMENT]))
    };
    let joins = main(&[]);
    assert!(joins.contains("fewer than 1.00 % of them fail"), "{joins}");
    let looks = main(&[Read(0)]);
    assert!(!looks.contains("of them fail"), "{looks}");
    // Somebody waits for the lock.
    let locked: &[_] = &[Acquire(0), Read(0), Write(0), Release(0)];
    let waits = urw(&times(2, locked));
    assert!(!waits.contains("of them fail"), "{waits}");
    let other = ExploreOptions {
        strategy: Strategy::Pos,
        ..at_most(300)
    };
    let other = explored(&times(3, INCREMENT), other).claim_text;
    assert!(!other.contains("of them fail"), "{other}");
}

#[test]
fn five_philosophers_are_refuted_by_every_strategy_that_searches() {
    for strategy in [
        Strategy::Auto,
        Strategy::RoundRobin,
        Strategy::Random,
        Strategy::Pct,
        Strategy::Pos,
        Strategy::Urw,
        Strategy::Dfs,
        Strategy::Dpor,
    ] {
        let options = ExploreOptions {
            strategy,
            ..at_most(5_000)
        };
        let report = explored(&philosophers(5), options);
        assert_eq!(report.verdict, Verdict::Fail, "{strategy:?}");
    }
}
