//! What an exploration said, ready to be shown: the object of `--json`.

use heddle_trace::protocol::{ExploreOptions, HostInfo, JailLevel};
use heddle_trace::{
    Claim, ExploreReport, Granularity, Program, ProgramHash, Severity, Timeouts, Verdict,
};
use serde::Serialize;

use super::args::FailOn;
use crate::cli::accepted::Accepted;
use crate::cli::exit::Exit;
use crate::cli::finding::{self, Listed};

/// The version of the object.
const FORMAT: u32 = 1;

/// The result of an exploration. Its fields in their order are the documented JSON (docs/cli.md):
/// add at the end, and change none.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Explored {
    format: u32,
    pub(crate) verdict: Verdict,
    claim: &'static str,
    pub(crate) executions: u64,
    pub(crate) behaviours: u64,
    pub(super) complete: bool,
    pub(crate) elapsed_seconds: f64,
    granularity: Granularity,
    isolation: &'static str,
    pub(crate) findings: Vec<Listed>,
    pub(crate) claim_text: String,
    pub(crate) weakened_by: Vec<String>,
    program: ProgramHash,
    pub(crate) python: String,
    timeouts: Timeouts,
    /// The main file's name in the program.
    #[serde(skip)]
    pub(crate) main: String,
}

impl Explored {
    /// Reads a report. `accepted`: what is declared harmless; `fail_on`: kinds of findings that fail though they are warnings.
    pub(crate) fn new(
        report: ExploreReport,
        program: &Program,
        options: ExploreOptions,
        host: &HostInfo,
        accepted: &Accepted,
        fail_on: Option<FailOn>,
    ) -> Explored {
        let mut explored = Explored {
            format: FORMAT,
            verdict: report.verdict,
            claim: claim(&report.claim),
            executions: report.executions,
            behaviours: report.behaviours,
            complete: report.complete,
            elapsed_seconds: report.wall_ms as f64 / 1000.0,
            granularity: options.granularity,
            isolation: isolation(host.jail),
            findings: finding::list(&report, program, accepted),
            claim_text: report.claim_text,
            weakened_by: report.weakened_by,
            program: program.hash(),
            python: host.python.clone(),
            timeouts: options.timeouts,
            main: program.files[0].name.clone(),
        };
        if let Some(kinds) = fail_on {
            explored.fail_on(kinds);
        }
        explored.sort();
        explored
    }

    /// Failures first. A race alone says little: what it leads to is the better story.
    fn sort(&mut self) {
        self.findings.sort_by_key(|one| {
            let plain = one.kind == "race";
            (one.severity, one.accepted, plain, one.first_execution)
        });
    }

    fn fail_on(&mut self, kinds: FailOn) {
        let counts = |one: &&mut Listed| kinds.includes(&one.kind) && !one.accepted;
        let mut failing = 0;
        for one in self.findings.iter_mut().filter(counts) {
            one.severity = Severity::Failure;
            failing += 1;
        }
        if failing > 0 && self.verdict != Verdict::Fail {
            self.verdict = Verdict::Fail;
            self.claim = "none";
            self.claim_text = format!(
                "Fails because of --fail-on race. Without it: {}",
                self.claim_text
            );
        }
    }

    /// How the command ends.
    pub(crate) fn exit(&self) -> Exit {
        match self.verdict {
            Verdict::Pass => Exit::Pass,
            Verdict::Fail => Exit::Fail,
            Verdict::Unfinished => Exit::Unfinished,
        }
    }
}

fn claim(claim: &Claim) -> &'static str {
    match claim {
        Claim::Proved { .. } => "proved",
        Claim::ProvedUpTo { .. } => "proved-up-to-switches",
        Claim::Sampled { .. } => "sampled",
        Claim::Refuted | Claim::Nothing { .. } => "none",
    }
}

fn isolation(level: JailLevel) -> &'static str {
    match level {
        JailLevel::L3 => "L3",
        JailLevel::L2 => "L2",
        JailLevel::L1 => "L1",
        JailLevel::L0 | JailLevel::Trusted => "none",
    }
}
