//! What the papers say of their policies, on programs whose interleavings can be counted.
//!
//! All seeds are fixed, so every test gives the same figures every time; the margins are such that
//! a policy without the property would hardly ever stay within them.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use heddle_policy::{Choice, PerTask, Point, Policy, PolicyState};
use heddle_trace::{Granularity, ObjectId, Op, OpKind, TaskId, TaskSet};

/// A program: for every task the operations it performs. One whose start is an operation of some
/// task is there from then on; the others are there from the beginning.
type Tasks = Vec<Vec<Op>>;

fn access(kind: OpKind, variable: u32) -> Op {
    Op {
        kind,
        object: Some(ObjectId(variable)),
        also: None,
        target: None,
    }
}

fn write(variable: u32) -> Op {
    access(OpKind::Write, variable)
}

fn start(task: Option<u16>) -> Op {
    Op {
        object: None,
        target: task.map(TaskId),
        ..access(OpKind::Start, 0)
    }
}

/// Executes the program; which task took each step.
fn run(tasks: &Tasks, mut policy: PolicyState) -> Vec<u16> {
    let starts = tasks.iter().flatten().filter(|op| op.kind == OpKind::Start);
    let first = tasks.len() - starts.count();
    let mut there = first;
    let mut next = vec![0; tasks.len()];
    let mut schedule = Vec::new();
    loop {
        let enabled: TaskSet = (0..there)
            .filter(|task| next[*task] < tasks[*task].len())
            .map(|task| TaskId(task as u16))
            .collect();
        let point = Point {
            step: schedule.len() as u32,
            last: schedule.last().copied().map(TaskId),
            enabled,
            late: TaskSet::EMPTY,
            granularity: Granularity::Language,
            pending: &|task| tasks[usize::from(task.0)][next[usize::from(task.0)]],
        };
        let Choice::Task(task) = policy.choose(&point) else {
            return schedule;
        };
        let row = usize::from(task.0);
        there += usize::from(tasks[row][next[row]].kind == OpKind::Start);
        next[row] += 1;
        schedule.push(task.0);
    }
}

/// How often each schedule comes.
fn counts(
    tasks: &Tasks,
    executions: u64,
    policy: impl Fn(u64) -> PolicyState,
) -> BTreeMap<Vec<u16>, u64> {
    let mut counts = BTreeMap::new();
    for seed in 0..executions {
        *counts.entry(run(tasks, policy(seed))).or_default() += 1;
    }
    counts
}

/// Pearson's chi-square of the counts against "all equally likely".
fn chi_square(counts: &BTreeMap<Vec<u16>, u64>) -> f64 {
    let all: u64 = counts.values().sum();
    let expected = all as f64 / counts.len() as f64;
    let square = |count: &u64| (*count as f64 - expected).powi(2) / expected;
    counts.values().map(square).sum()
}

/// The share of executions with this property.
fn share(tasks: &Tasks, policy: impl Fn(u64) -> PolicyState, has: impl Fn(&[u16]) -> bool) -> f64 {
    let executions = 20_000;
    let hits = (0..executions).filter(|seed| has(&run(tasks, policy(*seed))));
    hits.count() as f64 / executions as f64
}

fn lengths(tasks: &Tasks) -> PerTask {
    let length = |(task, ops): (usize, &Vec<Op>)| (TaskId(task as u16), ops.len() as u16);
    tasks.iter().enumerate().map(length).collect()
}

/// 99.9 % of chi-square values with so many degrees of freedom are below (Wilson, Hilferty 1931).
fn critical(freedom: f64) -> f64 {
    let spread = 2.0 / (9.0 * freedom);
    freedom * (1.0 - spread + 3.09 * spread.sqrt()).powi(3)
}

#[test]
fn urw_draws_every_interleaving_with_the_same_chance() {
    // 9! / (5! 3! 1!) = 504 interleavings.
    let tasks = vec![vec![write(0); 5], vec![write(1); 3], vec![write(0)]];
    let left = lengths(&tasks);
    let counts = counts(&tasks, 50_400, |seed| PolicyState::urw(seed, left, 3));
    assert_eq!(counts.len(), 504);
    let chi = chi_square(&counts);
    assert!(chi < critical(503.0), "{chi}");
}

#[test]
fn urw_is_uniform_when_tasks_start_others() {
    // A forest: main 0 does W, starts 1, does W W; 1 does W, starts 2, W; 2 does W W.
    // 9 steps; sizes of the trees below the steps: 9 8 · 2 1 · 5 4 · 1 · 2 1, so
    // 9! / (9·8·2·1·5·4·1·2·1) = 63 interleavings.
    for target in [None, Some(())] {
        let child = |task| start(target.map(|()| task));
        let tasks = vec![
            vec![write(0), child(1), write(0), write(0)],
            vec![write(1), child(2), write(1)],
            vec![write(2), write(2)],
        ];
        let left = [(0, 9), (1, 5), (2, 2)];
        let left: PerTask = left.into_iter().map(|(t, n)| (TaskId(t), n)).collect();
        let counts = counts(&tasks, 126_000, |seed| PolicyState::urw(seed, left, 1));
        assert_eq!(counts.len(), 63);
        let chi = chi_square(&counts);
        assert!(chi < critical(62.0), "{chi}");
    }
}

#[test]
fn drawing_each_steps_task_is_not_uniform_and_the_test_sees_it() {
    let tasks = vec![vec![write(0); 5], vec![write(1); 3], vec![write(0)]];
    let chi = chi_square(&counts(&tasks, 50_400, PolicyState::random));
    assert!(chi > 10.0 * critical(503.0), "{chi}");
}

/// `tasks` tasks with `steps` steps each.
fn block(tasks: u16, steps: usize) -> Tasks {
    vec![vec![write(0); steps]; usize::from(tasks)]
}

fn place(schedule: &[u16], task: u16, nth: usize) -> usize {
    let mut own = (0..schedule.len()).filter(|step| schedule[*step] == task);
    own.nth(nth).unwrap()
}

#[test]
fn pct_finds_what_one_ordering_is_enough_for_at_the_guaranteed_rate() {
    // Depth 1: the first step of the last task comes before the last step of every other.
    let (n, k) = (4, 40);
    let tasks = block(n, 10);
    let found = share(
        &tasks,
        |seed| PolicyState::pct(seed, 1, k),
        |schedule| (0..3).all(|task| place(schedule, 3, 9) < place(schedule, task, 0)),
    );
    assert!(found >= 1.0 / f64::from(n), "{found}");
    // Random steps practically never do that.
    let random = share(&tasks, PolicyState::random, |schedule| {
        (0..3).all(|task| place(schedule, 3, 9) < place(schedule, task, 0))
    });
    assert!(random < 0.001, "{random}");
}

#[test]
fn pct_finds_depth_2_and_depth_3_at_the_guaranteed_rate() {
    let (n, k) = (2_u16, 20_u32);
    let tasks = block(n, 10);
    // 1 goes first, for three steps or four; then 0 up to its step 7; then 1 to its end, before 0
    // takes its last.
    let first = |schedule: &[u16]| place(schedule, 1, 2) < place(schedule, 0, 0);
    let second = |schedule: &[u16]| place(schedule, 0, 6) < place(schedule, 1, 4);
    let third = |schedule: &[u16]| place(schedule, 1, 9) < place(schedule, 0, 9);
    let guaranteed = |depth: i32| 1.0 / (f64::from(n) * f64::from(k).powi(depth - 1));
    let two = share(
        &tasks,
        |seed| PolicyState::pct(seed, 2, k),
        |schedule| first(schedule) && second(schedule),
    );
    assert!(two >= guaranteed(2), "{two}");
    let three = share(
        &tasks,
        |seed| PolicyState::pct(seed, 3, k),
        |schedule| first(schedule) && second(schedule) && third(schedule),
    );
    assert!(three >= guaranteed(3), "{three}");
}

#[test]
fn pct_switches_by_force_as_often_as_its_depth_says() {
    let tasks = block(3, 10);
    for depth in 1..5 {
        for seed in 0..500 {
            let schedule = run(&tasks, PolicyState::pct(seed, depth, 30));
            let mut left = [10; 3];
            let mut forced = 0;
            for (step, task) in schedule.iter().enumerate() {
                let before = step.checked_sub(1).map(|before| schedule[before]);
                let switched = before.filter(|before| before != task);
                forced += switched.map_or(0, |before| u32::from(left[usize::from(before)] > 0));
                left[usize::from(*task)] -= 1;
            }
            assert!(forced < depth, "depth {depth}, seed {seed}: {schedule:?}");
        }
    }
}

#[test]
fn pos_reaches_in_linear_time_what_random_steps_reach_exponentially_rarely() {
    // One task does 14 things that concern nobody, then writes; the other only writes. The other
    // order of the two writes needs the second task to wait 15 times.
    let mut long: Vec<Op> = (1..15).map(write).collect();
    long.push(write(0));
    let tasks = vec![long, vec![write(0)]];
    let last = |schedule: &[u16]| schedule.last() == Some(&1);
    let pos = share(&tasks, PolicyState::pos, last);
    // Its priority is the lowest of 16.
    assert!((0.055..0.070).contains(&pos), "{pos}");
    let random = share(&tasks, PolicyState::random, last);
    assert!(random < 0.001, "{random}");
}

#[test]
fn pos_draws_anew_for_operations_that_race() {
    // Both write the same variable again and again. With priorities that stay, the one with a low
    // one would wait; drawn anew after each write, the next write is anybody's.
    let tasks = vec![vec![write(0); 3], vec![write(0); 3]];
    let counts = counts(&tasks, 20_000, PolicyState::pos);
    assert_eq!(counts.len(), 20, "every order");
    let alternating = counts[&vec![0, 1, 0, 1, 0, 1]] as f64 / 20_000.0;
    // 1/2 for each of the first five steps.
    assert!((0.026..0.037).contains(&alternating), "{alternating}");
}
