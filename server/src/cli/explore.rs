//! `heddle explore`: search a program's interleavings.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use heddle_trace::protocol::{Accept, ExploreOptions, HostInfo, JobEvent, JobResult, Strategy, Work};
use heddle_trace::{ExploreReport, Limits, ProgramHash, Verdict};
use serde_json::{Value, json};

use super::exit::{Exit, Stop};
use super::terminal::{Terminal, no_result};
use super::{program, words};

/// Arguments of `heddle explore`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The program
    file: PathBuf,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Run it without a jail: only for programs of your own
    #[arg(long)]
    trust: bool,
    /// Executions at most
    #[arg(long, visible_alias = "executions", value_name = "N")]
    max_executions: Option<u64>,
    /// Forced switches at most (default: no bound)
    #[arg(long, value_name = "N")]
    preemptions: Option<u32>,
    /// Seed of everything random
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The search
    #[arg(long, value_enum, default_value_t = StrategyWord::Auto)]
    strategy: StrategyWord,
    /// What is enough for a pass, besides a proof: every execution with up to N forced switches
    /// (bound:N), or N executions (samples:N)
    #[arg(long, value_name = "bound:N|samples:N", value_parser = accept)]
    accept: Option<Accept>,
    /// Go on after the first failure
    #[arg(long)]
    keep_going: bool,
    /// Wall time of the whole search, in seconds
    #[arg(long, value_name = "N")]
    seconds: Option<u64>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StrategyWord {
    Auto,
    NonPreemptive,
    RoundRobin,
    Random,
    Pct,
    Pos,
    Urw,
    Dfs,
    Dpor,
}

impl StrategyWord {
    fn strategy(self) -> Strategy {
        match self {
            StrategyWord::Auto => Strategy::Auto,
            StrategyWord::NonPreemptive => Strategy::NonPreemptive,
            StrategyWord::RoundRobin => Strategy::RoundRobin,
            StrategyWord::Random => Strategy::Random,
            StrategyWord::Pct => Strategy::Pct,
            StrategyWord::Pos => Strategy::Pos,
            StrategyWord::Urw => Strategy::Urw,
            StrategyWord::Dfs => Strategy::Dfs,
            StrategyWord::Dpor => Strategy::Dpor,
        }
    }
}

/// What is enough for a pass: `bound:2` or `samples:5000`.
fn accept(text: &str) -> Result<Accept, String> {
    let wrong = || format!("{text:?} is not bound:N or samples:N");
    let (what, number) = text.split_once(':').ok_or_else(wrong)?;
    match what {
        "bound" => number.parse().map(Accept::Bound).map_err(|_| wrong()),
        "samples" => number.parse().map(Accept::Samples).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}

impl Args {
    fn options(&self) -> ExploreOptions {
        let default = ExploreOptions::default();
        ExploreOptions {
            granularity: default.granularity,
            strategy: self.strategy.strategy(),
            preemptions: self.preemptions,
            max_executions: self.max_executions.unwrap_or(default.max_executions),
            seed: self.seed.unwrap_or(default.seed),
            keep_going: self.keep_going,
            accept: self.accept.unwrap_or_default(),
        }
    }

    fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            explore_ms: self
                .seconds
                .map_or(default.explore_ms, |seconds| seconds.saturating_mul(1000)),
            ..default
        }
    }
}

/// Searches.
pub(crate) async fn explore(args: Args) -> Result<Exit, Stop> {
    let program = program::read(&args.file)?;
    let hash = program.hash();
    let (options, limits) = (args.options(), args.limits());
    let terminal = Terminal::open(args.trust).await?;
    let show = std::io::stderr().is_terminal();
    let work = Work::Explore { options };
    let result = terminal
        .job(program, work, limits, |event| {
            if show {
                progress(event);
            }
        })
        .await;
    let host = terminal.host.clone();
    terminal.close().await;
    let report = match result? {
        JobResult::Explored { report } => report,
        other => return Err(no_result(&args.file, &other)),
    };
    if args.json {
        println!("{}", object(&report, hash, &host));
    } else {
        print!("{}", text(&args.file, &report, &host));
    }
    Ok(match report.verdict {
        Verdict::Pass => Exit::Pass,
        Verdict::Fail => Exit::Fail,
        Verdict::Unfinished => Exit::Unfinished,
    })
}

fn progress(event: &JobEvent) {
    match event {
        JobEvent::Progress {
            executions,
            behaviours,
            failures,
            bound,
            wall_ms,
        } => {
            let covered = bound.map_or(String::new(), |bound| {
                format!(", all with up to {bound} forced switches")
            });
            eprint!(
                "\r\x1b[K{executions} executions, {behaviours} behaviours, {failures} failing\
                 {covered}, {} s",
                wall_ms / 1000
            );
        }
        JobEvent::Ended { .. } => eprint!("\r\x1b[K"),
        JobEvent::Started | JobEvent::Trace { .. } => {}
    }
}

fn object(report: &ExploreReport, program: ProgramHash, host: &HostInfo) -> Value {
    let ExploreReport {
        verdict,
        claim,
        claim_text,
        executions,
        behaviours,
        findings,
        failure,
        weakened_by,
        wall_ms,
    } = report;
    json!({
        "program": program,
        "verdict": verdict,
        "claim": claim,
        "claim_text": claim_text,
        "executions": executions,
        "behaviours": behaviours,
        "findings": findings,
        "failure": failure,
        "weakened_by": weakened_by,
        "wall_ms": wall_ms,
        "jail": host.jail,
        "python": host.python,
    })
}

fn text(file: &Path, report: &ExploreReport, host: &HostInfo) -> String {
    let mut text = format!(
        "{}: {}\n{}\n",
        file.display(),
        words::word(&report.verdict),
        report.claim_text
    );
    if let Some(failure) = &report.failure {
        text += &format!(
            "\nThe failing execution ({} forced switches): {}\n{}{}  step through it: heddle step {} --schedule {}\n",
            failure.preemptions,
            words::outcome(&failure.outcome),
            words::findings(&failure.findings),
            words::story(&failure.story),
            file.display(),
            failure.schedule
        );
    }
    let known = report.failure.iter().flat_map(|failure| &failure.findings);
    let known: Vec<_> = known.map(|finding| &finding.id).collect();
    let others: Vec<_> = report
        .findings
        .iter()
        .filter(|finding| !known.contains(&&finding.id))
        .cloned()
        .collect();
    if !others.is_empty() {
        text += &format!("\nFound in all executions:\n{}", words::findings(&others));
    }
    for reason in &report.weakened_by {
        text += &format!("Weakened by: {reason}\n");
    }
    text += &format!(
        "\n{} executions, {} behaviours, {}.{:03} s, {}\n",
        report.executions,
        report.behaviours,
        report.wall_ms / 1000,
        report.wall_ms % 1000,
        words::host(host)
    );
    text
}
