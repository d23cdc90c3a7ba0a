//! The options of `heddle explore`.

use clap::ValueEnum;
use heddle_trace::protocol::{Accept, ExploreOptions, Strategy};
use heddle_trace::{Granularity, Limits, Timeouts};

use crate::cli::files::{ExportArgs, ReportArgs};
use crate::cli::program;

/// Arguments of `heddle explore`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) program: program::ProgramArgs,
    /// Executions at most
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    executions: Option<u64>,
    /// Wall time of the whole search
    #[arg(long, value_name = "S", value_parser = seconds)]
    seconds: Option<u64>,
    /// Seed of everything random
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// The search
    #[arg(long, value_enum, default_value_t = StrategyWord::Auto)]
    strategy: StrategyWord,
    /// Forced switches at most (default: no bound)
    #[arg(long, value_name = "N")]
    preemptions: Option<u32>,
    /// Where tasks may be switched: at any shared access (language), or only where a GIL does (gil)
    #[arg(long, value_enum, default_value_t = GranularityWord::Language)]
    granularity: GranularityWord,
    /// When timeouts fire: only when nobody else can go (respect), or at any moment (any)
    #[arg(long, value_enum, default_value_t = TimeoutsWord::Respect)]
    timeouts: TimeoutsWord,
    /// What is enough for a pass: bound:N (forced switches) or samples:N (executions)
    #[arg(long, value_name = "WHAT", value_parser = accept)]
    accept: Option<Accept>,
    /// Go on after the first failure
    #[arg(long)]
    keep_going: bool,
    /// Findings that are only warnings otherwise
    #[arg(long, value_enum, value_name = "KIND")]
    pub(super) fail_on: Option<FailOn>,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
    #[command(flatten)]
    pub(super) reports: ReportArgs,
    #[command(flatten)]
    pub(super) export: ExportArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum StrategyWord {
    /// Two plain executions, then dpor and the sampling ones in turn
    Auto,
    /// One execution without forced switches
    NonPreemptive,
    /// One execution in which everybody takes one step in turn
    RoundRobin,
    /// Each step's task drawn at random
    Random,
    /// Random priorities that change at a few random steps
    Pct,
    /// Random priorities of operations
    Pos,
    /// Tasks drawn by what they have left to do
    Urw,
    /// Depth first over all interleavings, fewest forced switches first
    Dfs,
    /// Dynamic partial-order reduction: one execution for each behaviour
    Dpor,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum GranularityWord {
    Language,
    Gil,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TimeoutsWord {
    Respect,
    Any,
}

/// What makes an exploration fail beside failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Data races, and what follows from them: lost updates, accesses under different locks
    Race,
}

impl FailOn {
    /// Whether a finding of this kind counts.
    pub(super) fn includes(self, kind: &str) -> bool {
        match self {
            FailOn::Race => matches!(kind, "race" | "lost-update" | "wrong-lock"),
        }
    }
}

fn seconds(text: &str) -> Result<u64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds > 0.0 && seconds <= 1e9 => Ok((seconds * 1000.0).ceil() as u64),
        _ => Err("expected a number of seconds above 0, as 20 or 0.5".into()),
    }
}

fn accept(text: &str) -> Result<Accept, String> {
    let number = |text: &str| text.parse().ok();
    match text.split_once(':') {
        Some(("bound", most)) => number(most).map(Accept::Bound),
        Some(("samples", least)) => least.parse().ok().filter(|n| *n > 0).map(Accept::Samples),
        _ => None,
    }
    .ok_or_else(|| "expected bound:N (as bound:2) or samples:N (as samples:5000)".into())
}

impl Args {
    /// How to search.
    pub(super) fn options(&self) -> ExploreOptions {
        let default = ExploreOptions::default();
        ExploreOptions {
            granularity: match self.granularity {
                GranularityWord::Language => Granularity::Language,
                GranularityWord::Gil => Granularity::Gil,
            },
            timeouts: match self.timeouts {
                TimeoutsWord::Respect => Timeouts::Respect,
                TimeoutsWord::Any => Timeouts::Any,
            },
            strategy: match self.strategy {
                StrategyWord::Auto => Strategy::Auto,
                StrategyWord::NonPreemptive => Strategy::NonPreemptive,
                StrategyWord::RoundRobin => Strategy::RoundRobin,
                StrategyWord::Random => Strategy::Random,
                StrategyWord::Pct => Strategy::Pct,
                StrategyWord::Pos => Strategy::Pos,
                StrategyWord::Urw => Strategy::Urw,
                StrategyWord::Dfs => Strategy::Dfs,
                StrategyWord::Dpor => Strategy::Dpor,
            },
            preemptions: self.preemptions,
            max_executions: self.executions.unwrap_or(default.max_executions),
            seed: self.seed.unwrap_or(default.seed),
            keep_going: self.keep_going,
            accept: self.accept.unwrap_or_default(),
        }
    }

    /// How long.
    pub(super) fn limits(&self) -> Limits {
        let default = Limits::default();
        Limits {
            explore_ms: self.seconds.unwrap_or(default.explore_ms),
            ..default
        }
    }
}
