//! Executions until the first failure, for classic bugs on the simulator: mean and worst of 50
//! seeds, and how many of them found none in 500 executions. Prints a table, asserts nothing.

#![allow(
    dead_code,
    clippy::unwrap_used,
    missing_docs,
    reason = "shares the simulator with the tests"
)]

#[path = "../tests/search/simulator/mod.rs"]
mod simulator;

use heddle_explorer::Exploration;
use heddle_trace::protocol::{ExploreOptions, Strategy};

use simulator::Do::{
    Acquire, Check, Join, Notify, Read, Release, Set, Start, UnlessZero, Wait, Write,
};
use simulator::{Do, Program, explore};

const SEEDS: u64 = 50;
const MOST: u64 = 500;

const STRATEGIES: [(&str, Strategy); 6] = [
    ("auto", Strategy::Auto),
    ("dpor", Strategy::Dpor),
    ("urw", Strategy::Urw),
    ("pos", Strategy::Pos),
    ("pct", Strategy::Pct),
    ("random", Strategy::Random),
];

fn main() {
    print!("{:34}", "program");
    for (name, _) in STRATEGIES {
        print!("{name:>17}");
    }
    println!();
    for (name, program) in programs() {
        print!("{name:34}");
        for (_, strategy) in STRATEGIES {
            print!("{:>17}", measured(&program, strategy));
        }
        println!();
    }
}

/// Mean, worst, and how often none was found.
fn measured(program: &Program, strategy: Strategy) -> String {
    // The search alone draws nothing.
    let seeds = if strategy == Strategy::Dpor { 1 } else { SEEDS };
    let firsts: Vec<Option<u64>> = (1..=seeds)
        .map(|seed| first(program, strategy, seed))
        .collect();
    let found: Vec<u64> = firsts.iter().copied().flatten().collect();
    if found.is_empty() {
        return "-".into();
    }
    let mean = found.iter().sum::<u64>() as f64 / found.len() as f64;
    let worst = found.iter().max().copied().unwrap_or(0);
    let missed = match firsts.len() - found.len() {
        0 => String::new(),
        missed => format!(" !{missed}"),
    };
    format!("{mean:.1} ({worst}){missed}")
}

fn first(program: &Program, strategy: Strategy, seed: u64) -> Option<u64> {
    let mut exploration = Exploration::new(ExploreOptions {
        strategy,
        seed,
        max_executions: MOST,
        ..ExploreOptions::default()
    });
    explore(program, &mut exploration);
    (exploration.failures() > 0).then(|| exploration.executions())
}

/// So many steps that concern nobody else.
fn noise(task: u8, steps: usize) -> Vec<Do> {
    vec![Write(100 + task); steps]
}

/// Main starts them, joins them, and does that.
fn started(tasks: Vec<Vec<Do>>, then: &[Do]) -> Program {
    let numbers = || 1..=tasks.len() as u8;
    let main = numbers().map(Start).chain(numbers().map(Join));
    let main = main.chain(then.iter().copied()).collect();
    Program {
        tasks: std::iter::once(main).chain(tasks).collect(),
        ..Program::default()
    }
}

fn philosophers(n: u8) -> Program {
    let eats = |seat: u8| {
        let (left, right) = (seat, (seat + 1) % n);
        vec![Acquire(left), Acquire(right), Release(right), Release(left)]
    };
    started((0..n).map(eats).collect(), &[])
}

/// Two of six tasks lose an update in the middle of other work.
fn lost_update(noisy: usize) -> Program {
    let work = |task: u8| {
        let own = if task < 2 {
            vec![Read(0), Write(0)]
        } else {
            vec![]
        };
        [noise(task, noisy), own, noise(task, noisy)].concat()
    };
    started((0..5).map(work).collect(), &[Read(0), Check(2)])
}

/// A reader sees 1 between two writes: a window in each of `windows` places, all of which it must
/// meet.
fn windows(windows: u8, noisy: usize, others: u8) -> Program {
    let mut writer = noise(0, noisy);
    let mut reader = noise(1, noisy);
    for window in 0..windows {
        writer.extend([Set(window, 1), Set(window, 0)]);
        writer.extend(noise(0, noisy));
        reader.extend([Read(window), UnlessZero]);
    }
    reader.push(Check(99));
    let other = |task: u8| [noise(task, noisy), vec![Read(50), Write(50)]].concat();
    let others = (2..2 + others).map(other);
    started([writer, reader].into_iter().chain(others).collect(), &[])
}

/// SCTBench's reorder: setters write a, then b; a checker must not see b without a.
fn reorder(setters: u8) -> Program {
    let set = |_| vec![Set(0, 1), Set(1, 1)];
    // Reads a, then b: it fails when it sees a unset and b set.
    let checker = vec![Read(0), Set(2, 0), Read(1), UnlessZero, Read(0), Check(1)];
    let tasks = (0..setters).map(set).chain([checker]);
    started(tasks.collect(), &[])
}

/// SCTBench's twostage: two pieces of data that belong together, under a lock each. The reader
/// fails when it sees the first without the second.
fn two_stage(writers: u8) -> Program {
    let set = |n: u8| vec![Acquire(n), Set(n, 1), Release(n)];
    let write = |_| [set(0), set(1)].concat();
    let reader = vec![
        Acquire(0),
        Read(0),
        UnlessZero,
        Set(2, 1),
        Release(0),
        Acquire(1),
        Read(1),
        UnlessZero,
        Set(2, 0),
        Release(1),
        Read(2),
        Check(0),
    ];
    let tasks = (0..writers).map(write).chain([reader]);
    started(tasks.collect(), &[])
}

/// One task must see what another has done, a third what that one does, and a fourth must come
/// late; all among others that take one lock `sections` times before and after.
fn chain(sections: usize, others: u8) -> Program {
    let section = [Acquire(0), Read(9), Write(9), Release(0)];
    let among = |middle: &[Do]| {
        let sections = section.repeat(sections);
        [&sections, middle, &sections].concat()
    };
    let tasks = [
        among(&[Set(1, 1)]),
        among(&[Read(1), UnlessZero, Set(2, 1)]),
        among(&[Read(2), UnlessZero, Read(3), Check(0)]),
        among(&[Set(3, 1)]),
    ];
    let others = (0..others).map(|_| among(&[]));
    started(tasks.into_iter().chain(others).collect(), &[])
}

/// A notify that comes before the wait, among other tasks that use the lock.
fn lost_wakeup(others: u8) -> Program {
    let waiter = [noise(0, 4), vec![Acquire(0), Wait(0), Release(0)]].concat();
    let notifier = [noise(1, 8), vec![Acquire(0), Notify(0), Release(0)]].concat();
    let other = |task: u8| {
        [
            noise(task, 4),
            vec![Acquire(0), Read(0), Write(0), Release(0)],
        ]
        .concat()
    };
    let others = (2..2 + others).map(other);
    started([waiter, notifier].into_iter().chain(others).collect(), &[])
}

/// Two locks in opposite order, in the middle of other work.
fn opposite_locks(noisy: usize, others: u8) -> Program {
    let pair = |task: u8, first: u8, second: u8| {
        let locks = vec![
            Acquire(first),
            Acquire(second),
            Release(second),
            Release(first),
        ];
        [noise(task, noisy), locks, noise(task, noisy)].concat()
    };
    let other = |task: u8| pair(task, 0, 1);
    let others = (2..2 + others).map(other);
    let both = [pair(0, 0, 1), pair(1, 1, 0)];
    started(both.into_iter().chain(others).collect(), &[])
}

/// A reader must meet the moment in which a variable is set, among others that take one lock.
fn moment(sections: usize, others: u8) -> Program {
    let section = [Acquire(0), Read(9), Write(9), Release(0)];
    let among = |middle: &[Do]| {
        let sections = section.repeat(sections);
        [&sections, middle, &sections].concat()
    };
    let tasks = [
        among(&[Set(1, 1), Set(2, 1), Set(2, 0), Set(1, 0)]),
        among(&[Read(1), UnlessZero, Read(2), UnlessZero, Read(1), Check(0)]),
    ];
    let others = (0..others).map(|_| among(&[]));
    started(tasks.into_iter().chain(others).collect(), &[])
}

fn programs() -> Vec<(String, Program)> {
    let mut programs = vec![
        ("lost update, 6 tasks, 4 noise".into(), lost_update(4)),
        ("lost update, 6 tasks, 16 noise".into(), lost_update(16)),
        ("two stages, 2".into(), two_stage(2)),
        ("two stages, 4".into(), two_stage(4)),
        ("reorder 3".into(), reorder(3)),
        ("reorder 5".into(), reorder(5)),
        ("lost wake-up, 4 tasks".into(), lost_wakeup(1)),
        ("lost wake-up, 6 tasks".into(), lost_wakeup(3)),
        ("opposite locks, 3 tasks".into(), opposite_locks(4, 0)),
        (
            "opposite locks, 6 tasks, 16 noise".into(),
            opposite_locks(16, 3),
        ),
    ];
    for n in 3..=6 {
        programs.push((format!("{n} philosophers"), philosophers(n)));
    }
    for (n, noisy, others) in [(1, 4, 0), (1, 10, 3), (1, 30, 3), (2, 4, 0), (2, 8, 3)] {
        let name = format!("{n} windows, {noisy} noise, {others} others");
        programs.push((name, windows(n, noisy, others)));
    }
    for (sections, others) in [(0, 0), (1, 0), (1, 2), (3, 2)] {
        let name = format!("chain, {sections} sections, {others} others");
        programs.push((name, chain(sections, others)));
        let name = format!("moment, {sections} sections, {others} others");
        programs.push((name, moment(sections, others + 2)));
    }
    programs
}
