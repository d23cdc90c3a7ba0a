//! What a search tells of its executions is enough to draw them all, and to run each of them again.

use std::collections::HashMap;

use heddle_explorer::{Exploration, Map, Passed, Queue};
use heddle_trace::protocol::{ExploreOptions, Strategy};
use heddle_trace::{MapBranch, MapChunk, Outcome, TaskId, choices_from_text};

use crate::simulator::Do::{Acquire, Read, Release, Write};
use crate::simulator::{Do, Program, execute, failing};

const INCREMENT: &[Do] = &[Read(0), Write(0)];

fn increments() -> Program {
    Program::new(&[&[], INCREMENT, INCREMENT])
}

fn options(strategy: Strategy) -> ExploreOptions {
    ExploreOptions {
        strategy,
        keep_going: true,
        max_executions: 200,
        ..ExploreOptions::default()
    }
}

/// Runs a search, telling the news after every so many executions.
fn told(program: &Program, options: ExploreOptions, every: u64) -> (Vec<MapChunk>, Exploration) {
    let mut exploration = Exploration::new(options);
    let mut map = Map::new(Vec::new());
    let mut chunks = Vec::new();
    while let Some(proposal) = exploration.propose() {
        let trace = execute(program, &proposal);
        let failed = failing(&trace);
        let fails = failed.is_some();
        let behaviour = exploration.record(&proposal, &trace, failed);
        if matches!(trace.outcome, Outcome::Stopped) {
            map.add_nothing_new();
        } else {
            map.add(&Passed {
                number: exploration.executions(),
                behaviour,
                trace: &trace,
                fails,
                findings: &[],
            });
        }
        if exploration.executions().is_multiple_of(every) {
            chunks.extend(map.news(&exploration.queue(64)));
        }
    }
    chunks.extend(map.news(&exploration.queue(64)));
    (chunks, exploration)
}

fn branches(chunks: &[MapChunk]) -> Vec<&MapBranch> {
    chunks.iter().flat_map(|chunk| &chunk.branches).collect()
}

/// The choices of every execution on the map, put together from the branches.
fn choices(chunks: &[MapChunk]) -> HashMap<u64, Vec<TaskId>> {
    let mut all: HashMap<u64, Vec<TaskId>> = HashMap::new();
    for branch in branches(chunks) {
        let shared = branch.shared as usize;
        let mut steps = match branch.from {
            Some(from) => all[&from][..shared].to_vec(),
            None => Vec::new(),
        };
        let rest = choices_from_text(&branch.rest).unwrap();
        if let (Some(from), Some(first)) = (branch.from, rest.first()) {
            assert_ne!(all[&from].get(shared), Some(first), "they part here");
        }
        steps.extend(rest);
        all.insert(branch.execution, steps);
    }
    all
}

#[test]
fn every_behaviour_has_a_branch_and_every_other_execution_counts_for_one() {
    for strategy in [
        Strategy::Dpor,
        Strategy::Dfs,
        Strategy::Auto,
        Strategy::Random,
    ] {
        let (chunks, exploration) = told(&increments(), options(strategy), 3);
        let on_map = branches(&chunks).len() as u64;
        assert_eq!(on_map, exploration.behaviours(), "{strategy:?}");
        let again: u64 = chunks
            .iter()
            .flat_map(|chunk| chunk.again.iter().map(|(_, times)| times))
            .sum();
        let nothing_new = chunks.last().unwrap().nothing_new;
        let all = on_map + again + nothing_new;
        assert_eq!(all, exploration.executions(), "{strategy:?}");
    }
}

#[test]
fn the_branches_tell_the_whole_schedule_of_each_execution() {
    let program = increments();
    let (chunks, _) = told(&program, options(Strategy::Dpor), 1);
    let told: HashMap<u64, Vec<TaskId>> = choices(&chunks);
    let mut exploration = Exploration::new(options(Strategy::Dpor));
    while let Some(proposal) = exploration.propose() {
        let trace = execute(&program, &proposal);
        exploration.record(&proposal, &trace, None);
        if let Some(told) = told.get(&exploration.executions()) {
            assert_eq!(*told, trace.choices());
        }
    }
    assert_eq!(told.len(), 4);
}

#[test]
fn a_failing_execution_says_so_and_names_its_first_own_step() {
    let opposite = Program::new(&[
        &[],
        &[Acquire(0), Acquire(1), Release(1), Release(0)],
        &[Acquire(1), Acquire(0), Release(0), Release(1)],
    ]);
    let (chunks, _) = told(&opposite, options(Strategy::Dpor), 1);
    let all = branches(&chunks);
    let failing: Vec<_> = all.iter().filter(|branch| branch.fails).collect();
    assert_eq!(failing.len(), 1);
    assert_eq!(failing[0].outcome, heddle_trace::OutcomeKind::Deadlock);
    assert!(
        failing[0].does.starts_with("takes Lock"),
        "{:?}",
        failing[0]
    );
}

#[test]
fn what_is_still_to_run_leaves_an_execution_that_is_on_the_map() {
    let (chunks, _) = told(&increments(), options(Strategy::Dpor), 1);
    let waiting: Vec<u64> = chunks.iter().map(|chunk| chunk.waiting).collect();
    assert!(waiting[0] > 0, "{waiting:?}");
    assert_eq!(waiting.last(), Some(&0));
    let mut known: Vec<u64> = Vec::new();
    for chunk in &chunks {
        known.extend(chunk.branches.iter().map(|branch| branch.execution));
        let stubs: u64 = chunk.stubs.iter().map(|stub| u64::from(stub.count)).sum();
        assert_eq!(stubs, chunk.waiting);
        assert!(
            chunk
                .stubs
                .iter()
                .all(|stub| known.contains(&stub.execution))
        );
    }
}

#[test]
fn names_of_tasks_are_told_once() {
    let (chunks, _) = told(&increments(), options(Strategy::Auto), 1);
    let mut tasks: Vec<TaskId> = chunks
        .iter()
        .flat_map(|chunk| chunk.tasks.iter().map(|(task, _)| *task))
        .collect();
    let all = tasks.len();
    tasks.sort_unstable();
    tasks.dedup();
    assert_eq!((tasks.len(), all), (3, 3));
}

#[test]
fn a_search_that_begins_anew_says_so_at_once() {
    let mut map = Map::new(Vec::new());
    assert_eq!(map.news(&Queue::default()), None);
    map.add_nothing_new();
    let mut map = map.anew();
    let news = map.news(&Queue::default()).unwrap();
    assert!(news.anew);
    assert_eq!(news.nothing_new, 0);
    assert_eq!(map.news(&Queue::default()), None);
}

#[test]
fn the_map_has_an_end_and_says_how_much_is_left_out() {
    let counter: &[Do] = &[Write(0), Write(0), Write(0), Write(0)];
    let program = Program::new(&[&[], counter, counter, counter]);
    let most = ExploreOptions {
        max_executions: 3_000,
        ..options(Strategy::Dpor)
    };
    let (chunks, exploration) = told(&program, most, 100);
    let on_map = branches(&chunks).len() as u64;
    assert_eq!(on_map, 2_000);
    let left_out = chunks.last().unwrap().left_out;
    assert_eq!(on_map + left_out, exploration.behaviours());
}
