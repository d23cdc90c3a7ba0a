//! The uniform random walk on real programs, fed as the explorer feeds it: every interleaving comes
//! equally often, and the report says so exactly where it holds.

use std::collections::BTreeMap;

use heddle_explorer::{Executed, Exploration};
use heddle_runner::host::{Host, Trust};
use heddle_runner::zygote::Zygote;
use heddle_trace::protocol::{ExploreOptions, Strategy};
use heddle_trace::{Limits, OpKind, Program};

use crate::fixtures::execution;

/// Two workers with three writes and one. With their ends, and the start of the second before its
/// steps, 4 steps and 3 in any order: 7! / (4! 3!) = 35.
const TWO: &str = "
first = threading.Thread(target=work, args=(0, 3))
second = threading.Thread(target=work, args=(1, 1))
first.start()
second.start()
first.join()
second.join()
assert done == [1, 1, 0]
";

/// Three workers with one write each. After the first start there are 8 steps, and the trees below
/// them (see `heddle_policy::Urw`) have 2 1 · 6 2 1 · 3 2 1 steps: 8! / (2 · 6 · 2 · 3 · 2) = 280.
const THREE: &str = "
workers = [threading.Thread(target=work, args=(n, 1)) for n in range(3)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
print(done)
";

/// A worker starts another one between two writes, the main task writes beside them, and Python
/// joins both at its end. After the first start there are 7 steps, in trees of
/// 1 · 6 5 2 1 2 1 steps: 7! / (6 · 5 · 2 · 2) = 42.
const NESTED: &str = "
def nest():
    work(0, 1)
    threading.Thread(target=work, args=(1, 1)).start()
    work(0, 1)

threading.Thread(target=nest).start()
work(2, 1)
";

/// The main task looks between its joins: where it does is a part of the interleaving.
const LOOKS_BETWEEN: &str = "
first = threading.Thread(target=work, args=(0, 1))
second = threading.Thread(target=work, args=(1, 1))
first.start()
second.start()
first.join()
print(done[1])
second.join()
";

/// A worker waits for another one.
const WORKER_JOINS: &str = "
first = threading.Thread(target=work, args=(0, 2))
second = threading.Thread(target=lambda: (first.join(), work(1, 1)))
first.start()
second.start()
first.join()
second.join()
";

/// Workers wait for each other's lock.
const LOCKED: &str = "
lock = threading.Lock()

def locked(n):
    with lock:
        work(n, 1)

workers = [threading.Thread(target=locked, args=(n,)) for n in range(2)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
";

/// A second worker is started after the first has ended: the joins are not final.
const ONE_BY_ONE: &str = "
for n in range(2):
    worker = threading.Thread(target=work, args=(n, 1))
    worker.start()
    worker.join()
";

/// What comes before each program.
const WORK: &str = "
import threading

done = [0, 0, 0]

def work(n, times):
    for _ in range(times):
        done[n] = 1
";

/// How often each interleaving came, and what the report says of them.
struct Drawn {
    counts: BTreeMap<Vec<u16>, u64>,
    claim: String,
}

/// Draws so many executions of a program. Its seed is fixed, so each run of the test draws the same.
fn drawn(host: &Host, program: &str, strategy: Strategy, executions: u64) -> Drawn {
    let mut exploration = Exploration::new(ExploreOptions {
        strategy,
        seed: 1,
        // The first one of a walk only counts the steps.
        max_executions: executions + u64::from(strategy == Strategy::Urw),
        ..ExploreOptions::default()
    });
    let program = Program::python(format!("{WORK}{program}"));
    let mut zygote = Zygote::spawn(host, Limits::default()).unwrap();
    let goes_round = zygote.load(&program).unwrap().unwrap().goes_round;
    let mut counts = BTreeMap::new();
    while let Some(proposal) = exploration.propose() {
        let trace = execution(&mut zygote, vec![], proposal.policy, goes_round);
        exploration.record(&proposal, &trace, None);
        if strategy != Strategy::Urw || proposal.number > 0 {
            *counts
                .entry(interleaving(&Executed::new(&trace)))
                .or_default() += 1;
        }
    }
    Drawn {
        counts,
        claim: exploration.report(Vec::new(), 0).claim_text,
    }
}

/// Who took each step up to the end of the last worker. Joins are left out: where they come makes
/// no difference to anybody.
fn interleaving(executed: &Executed<'_>) -> Vec<u16> {
    let steps = executed.steps();
    let ends = |kind| kind == OpKind::TaskEnd;
    let last = steps.iter().rposition(|step| ends(step.op.kind)).unwrap();
    let counted = steps[..=last]
        .iter()
        .filter(|step| step.op.kind != OpKind::Join);
    counted.map(|step| step.task.0).collect()
}

/// Pearson's chi-square of the counts against "all equally likely".
fn chi_square(counts: &BTreeMap<Vec<u16>, u64>) -> f64 {
    let all: u64 = counts.values().sum();
    let expected = all as f64 / counts.len() as f64;
    let square = |count: &u64| (*count as f64 - expected).powi(2) / expected;
    counts.values().map(square).sum()
}

const SAYS_SO: &str = "all interleavings had the same chance";

/// `quantile`: 99.9 % of chi-square values with one degree of freedom less than there are
/// interleavings are below (NIST/SEMATECH, *e-Handbook of Statistical Methods*, 1.3.6.7.4, up to 100
/// degrees; 279 by inverting the incomplete gamma function).
fn assert_uniform(program: &str, interleavings: usize, executions: u64, quantile: f64) {
    let host = Host::probe(Trust::Jailed).unwrap();
    let walk = drawn(&host, program, Strategy::Urw, executions);
    assert_eq!(walk.counts.len(), interleavings);
    assert_eq!(walk.counts.values().sum::<u64>(), executions);
    let chi = chi_square(&walk.counts);
    println!("{interleavings} interleavings: {chi:.1} < {quantile}");
    assert!(chi < quantile, "{chi}");
    assert!(walk.claim.contains(SAYS_SO), "{}", walk.claim);
}

#[test]
fn a_walk_draws_the_interleavings_of_two_workers_equally_often() {
    assert_uniform(TWO, 35, 3_500, 65.247);
}

#[test]
fn a_walk_draws_the_interleavings_of_three_workers_equally_often() {
    assert_uniform(THREE, 280, 5_600, 357.729);
}

#[test]
fn a_walk_is_uniform_when_a_worker_starts_another() {
    assert_uniform(NESTED, 42, 4_200, 74.745);
}

#[test]
fn random_steps_are_not_uniform_on_a_real_program_and_the_test_sees_it() {
    let host = Host::probe(Trust::Jailed).unwrap();
    let random = drawn(&host, TWO, Strategy::Random, 3_500);
    let chi = chi_square(&random.counts);
    println!("random: {chi:.1}");
    assert!(chi > 10.0 * 65.247, "{chi}");
    assert!(!random.claim.contains(SAYS_SO), "{}", random.claim);
}

#[test]
fn nothing_is_said_of_all_interleavings_where_somebody_waits() {
    let host = Host::probe(Trust::Jailed).unwrap();
    for program in [LOOKS_BETWEEN, WORKER_JOINS, LOCKED, ONE_BY_ONE] {
        let claim = drawn(&host, program, Strategy::Urw, 200).claim;
        assert!(claim.starts_with("No failure in 201"), "{program}{claim}");
        assert!(!claim.contains(SAYS_SO), "{program}{claim}");
    }
}
