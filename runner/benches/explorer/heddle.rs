//! Heddle's side: searches as the command line and the page ask for them, through the runner's
//! protocol.

use std::collections::HashMap;

use heddle_trace::protocol::{ExploreOptions, JobEvent, JobId, JobResult, Strategy, Work};
use heddle_trace::{ExploreReport, Limits, Program};

use crate::client::Client;
use crate::table::{firsts, median};

/// Seeds of a search that draws.
pub(crate) const SEEDS: u64 = 50;
/// Executions of a search for the first failure.
pub(crate) const MOST: u64 = 500;

/// A search with this strategy that stops at the first failure.
pub(crate) fn search(strategy: Strategy) -> ExploreOptions {
    ExploreOptions {
        strategy,
        ..ExploreOptions::default()
    }
}

/// Executes at random for so long; executions a second. The report of a job does not say whether
/// its executions were forked: judgements always fork, explorations of the programs here never do.
pub(crate) fn rate(client: &mut Client, program: &Program, forks: bool, milliseconds: u64) -> f64 {
    let options = ExploreOptions {
        keep_going: true,
        max_executions: u64::MAX,
        ..search(Strategy::Random)
    };
    let work = match forks {
        false => Work::Explore {
            options,
            races: None,
        },
        true => Work::Judge {
            checks: Vec::new(),
            options,
        },
    };
    let report = report(client, program, work, milliseconds);
    report.executions as f64 / (report.wall_ms as f64 / 1e3)
}

/// One search.
pub(crate) fn explore(
    client: &mut Client,
    program: &Program,
    options: ExploreOptions,
) -> ExploreReport {
    let budget = Limits::default().explore_ms;
    report(
        client,
        program,
        Work::Explore {
            options,
            races: None,
        },
        budget,
    )
}

/// A search that draws, with each of so many seeds, to the first failure; as many beside each other as
/// the runner allows.
pub(crate) fn draw(
    client: &mut Client,
    program: &Program,
    strategy: Strategy,
    seeds: u64,
) -> Vec<ExploreReport> {
    let work = |seed| Work::Explore {
        races: None,
        options: ExploreOptions {
            seed,
            max_executions: MOST,
            ..search(strategy)
        },
    };
    let jobs: Vec<JobId> = (1..=seeds)
        .map(|seed| client.begin(program, work(seed), Limits::default()))
        .collect();
    let mut reports = HashMap::new();
    while reports.len() < jobs.len() {
        if let (job, JobEvent::Ended { result }) = client.receive() {
            reports.insert(job, explored(result));
        }
    }
    jobs.iter().filter_map(|job| reports.remove(job)).collect()
}

/// Executions to the first failure of each, as a cell.
pub(crate) fn first_failures(reports: &[ExploreReport]) -> String {
    let all: Vec<Option<u64>> = reports.iter().map(|one| one.failed_at).collect();
    firsts(&all)
}

/// The same search so many times, the only thing that runs; its reports.
pub(crate) fn repeated(
    client: &mut Client,
    program: &Program,
    options: ExploreOptions,
    times: usize,
) -> Vec<ExploreReport> {
    let once = |_| {
        // The runner starts the next jail meanwhile, which is not part of the search.
        std::thread::sleep(std::time::Duration::from_millis(300));
        explore(client, program, options)
    };
    (0..times).map(once).collect()
}

/// Seconds until the end, without making the first failure short.
pub(crate) fn median_time(reports: &[ExploreReport]) -> f64 {
    let times = reports.iter().map(|one| one.wall_ms - one.minimise_ms);
    let middle = median(&mut times.collect::<Vec<_>>());
    middle.map_or(0.0, |ms| ms as f64 / 1e3)
}

fn report(client: &mut Client, program: &Program, work: Work, milliseconds: u64) -> ExploreReport {
    let limits = Limits {
        explore_ms: milliseconds,
        ..Limits::default()
    };
    let job = client.begin(program, work, limits);
    explored(client.finish(job, |_| {}))
}

fn explored(result: JobResult) -> ExploreReport {
    match result {
        JobResult::Explored { report } => report,
        JobResult::Judged { report } => report.explored.unwrap(),
        other => panic!("{other:?}"),
    }
}
