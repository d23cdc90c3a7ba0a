//! Challenge folders: `challenge.toml`, `task.md`, `starter.py`, `support/`, `solutions/<result>/`.

use std::collections::BTreeSet;
use std::path::Path;

use heddle_trace::protocol::{Accept, ExploreOptions, Strategy};
use heddle_trace::{Granularity, Limits, Program, SourceFile, SubmissionResult, Timeouts};
use serde::Deserialize;
use toml::{Spanned, Table};

use crate::checks;
use crate::folder::{Folder, name_of};
use crate::front::other_format;
use crate::model::{Challenge, Hint, Solution};
use crate::problem::line_at;
use crate::render::{self, Place};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChallengeFile {
    format: u32,
    title: String,
    #[serde(default = "main_file")]
    file: String,
    #[serde(default)]
    limits: LimitsTable,
    #[serde(default)]
    explore: ExploreTable,
    #[serde(default)]
    check: Vec<Spanned<Table>>,
    #[serde(default)]
    hint: Vec<HintTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsTable {
    wall_ms: Option<u64>,
    cpu_ms: Option<u64>,
    memory_mb: Option<u64>,
    processes: Option<u32>,
    output_kb: Option<u32>,
    events: Option<u32>,
    explore_ms: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ExploreTable {
    granularity: Option<Granularity>,
    timeouts: Option<Timeouts>,
    strategy: Option<StrategyWord>,
    preemptions: Option<u32>,
    max_executions: Option<u64>,
    seed: Option<u64>,
    accept: Option<AcceptTable>,
}

/// `accept = { bound = 2 }` or `accept = { samples = 5000 }`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum AcceptTable {
    Bound(u32),
    Samples(u64),
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
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

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct HintTable {
    result: Spanned<SubmissionResult>,
    after: u32,
    text: String,
}

fn main_file() -> String {
    "main.py".into()
}

/// Reads a challenge's folder; `lesson` is the lesson's slug.
pub(crate) fn read(
    folder: &mut Folder,
    path: &Path,
    lesson: &str,
    slugs: &[String],
) -> Option<Challenge> {
    let manifest = path.join("challenge.toml");
    let text = folder.text(&manifest)?;
    let table: ChallengeFile = folder.toml(&manifest, &text, 1)?;
    if let Some(message) = other_format(table.format) {
        folder.problem(&manifest, Some(1), message);
    }
    let task = read_task(folder, path, slugs);
    let starter = read_starter(folder, path, &manifest, table.file);
    let solutions = match &starter {
        Some(starter) => read_solutions(folder, path, starter),
        None => Vec::new(),
    };
    let checks = checks::read(folder, &manifest, &text, table.check);
    Some(Challenge {
        id: format!("{lesson}/{}", name_of(path)),
        title: table.title,
        task: task?,
        starter: starter?,
        limits: table.limits.lower(folder, &manifest),
        explore: table.explore.options(),
        check_sentences: checks.iter().map(checks::sentence).collect(),
        checks,
        hints: read_hints(folder, &manifest, &text, table.hint, slugs),
        solutions,
    })
}

fn read_task(folder: &mut Folder, path: &Path, slugs: &[String]) -> Option<String> {
    let task = path.join("task.md");
    let text = folder.text(&task)?;
    let place = Place {
        path: &task,
        lines_before: 0,
        slugs,
    };
    Some(render::markdown(folder, place, &text))
}

fn read_starter(
    folder: &mut Folder,
    path: &Path,
    manifest: &Path,
    name: String,
) -> Option<Program> {
    let text = folder.text(&path.join("starter.py"))?;
    let mut program = Program::python(text);
    program.files[0].name = name;
    for support in folder.entries(&path.join("support")) {
        let text = folder.text(&support)?;
        let name = name_of(&support).to_owned();
        program.files.push(SourceFile { name, text });
    }
    if let Err(error) = program.check() {
        folder.problem(manifest, None, error.to_string());
        return None;
    }
    Some(program)
}

fn read_solutions(folder: &mut Folder, path: &Path, starter: &Program) -> Vec<Solution> {
    let root = path.join("solutions");
    let mut solutions = Vec::new();
    for results in folder.entries(&root) {
        let Some(result) = SubmissionResult::from_name(name_of(&results)) else {
            let names = SubmissionResult::ALL.map(SubmissionResult::name).join(", ");
            folder.problem(
                &results,
                None,
                format!("a folder of solutions is called after its result: {names}"),
            );
            continue;
        };
        for file in folder.entries(&results) {
            let Some(text) = folder.text(&file) else {
                continue;
            };
            let mut program = starter.clone();
            program.files[0].text = text;
            solutions.push(Solution {
                name: name_of(&file).to_owned(),
                result,
                program,
            });
        }
    }
    check_solutions(folder, path, starter, &solutions);
    solutions
}

fn check_solutions(folder: &mut Folder, path: &Path, starter: &Program, solutions: &[Solution]) {
    let accepted = |solution: &&Solution| solution.result == SubmissionResult::Accepted;
    if !solutions.iter().any(|solution| accepted(&solution)) {
        let message = "no solution below solutions/accepted/: a challenge needs at least one";
        folder.problem(path, None, message);
    }
    let wrong: BTreeSet<&str> = solutions
        .iter()
        .filter(|solution| !accepted(solution))
        .map(|solution| solution.result.name())
        .collect();
    if wrong.len() < 2 {
        let message = "a challenge needs wrong solutions with at least two different results, \
                       each a mistake that learners really make";
        folder.problem(path, None, message);
    }
    if solutions
        .iter()
        .filter(accepted)
        .any(|s| s.program == *starter)
    {
        folder.problem(
            path,
            None,
            "starter.py is an accepted solution: it must fail",
        );
    }
}

fn read_hints(
    folder: &mut Folder,
    manifest: &Path,
    text: &str,
    tables: Vec<HintTable>,
    slugs: &[String],
) -> Vec<Hint> {
    let mut hints = Vec::new();
    for table in tables {
        let line = line_at(text, table.result.span().start);
        let result = table.result.into_inner();
        if result == SubmissionResult::Accepted {
            folder.problem(
                manifest,
                Some(line),
                "a hint for result = \"accepted\" is never shown",
            );
        }
        let place = Place {
            path: manifest,
            lines_before: line - 1,
            slugs,
        };
        hints.push(Hint {
            result,
            after: table.after,
            text: render::markdown(folder, place, &table.text),
        });
    }
    hints
}

impl ExploreTable {
    fn options(self) -> ExploreOptions {
        let default = ExploreOptions::default();
        ExploreOptions {
            granularity: self.granularity.unwrap_or(default.granularity),
            timeouts: self.timeouts.unwrap_or(default.timeouts),
            strategy: self
                .strategy
                .map_or(default.strategy, StrategyWord::strategy),
            preemptions: self.preemptions.or(default.preemptions),
            max_executions: self.max_executions.unwrap_or(default.max_executions),
            seed: self.seed.unwrap_or(default.seed),
            // The result comes from the first failing execution.
            keep_going: false,
            accept: self.accept.map_or(default.accept, AcceptTable::accept),
        }
    }
}

impl AcceptTable {
    fn accept(self) -> Accept {
        match self {
            AcceptTable::Bound(most) => Accept::Bound(most),
            AcceptTable::Samples(executions) => Accept::Samples(executions),
        }
    }
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

impl LimitsTable {
    /// The server's limits, lowered where the challenge says so.
    fn lower(self, folder: &mut Folder, manifest: &Path) -> Limits {
        let most = Limits::default();
        let mut lowered = |name: &str, wanted: Option<u64>, most: u64| match wanted {
            Some(wanted) if wanted == 0 || wanted > most => {
                let message = format!("[limits] {name} = {wanted}: write 1 to {most}");
                folder.problem(manifest, None, message);
                most
            }
            Some(wanted) => wanted,
            None => most,
        };
        Limits {
            wall_ms: lowered("wall_ms", self.wall_ms, most.wall_ms),
            cpu_ms: lowered("cpu_ms", self.cpu_ms, most.cpu_ms),
            memory: lowered("memory_mb", self.memory_mb, most.memory >> 20) << 20,
            processes: small(lowered(
                "processes",
                self.processes.map(u64::from),
                most.processes.into(),
            )),
            output: small(lowered(
                "output_kb",
                self.output_kb.map(u64::from),
                u64::from(most.output >> 10),
            )) << 10,
            events: small(lowered(
                "events",
                self.events.map(u64::from),
                most.events.into(),
            )),
            explore_ms: lowered("explore_ms", self.explore_ms, most.explore_ms),
        }
    }
}

/// A number that is at most one of the default limits, which are small.
fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
