//! `cargo xtask test`: every check there is, in the order in which they fail fastest.

use std::process::Command;
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{build, e2e, files, lint, native, node, process, python};

/// One part of the checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Formatting, clippy, arrows.
    Lint,
    /// The product: what the parts after this one test.
    Build,
    /// All tests of all crates: units, properties, fixtures, jail, API, course.
    Unit,
    /// The tests of the Python half.
    Python,
    /// Whether the editor's bundle, which is committed, is what its sources make.
    Editor,
    /// A real browser against a real server.
    E2e,
}

const ALL: [Part; 6] = [
    Part::Lint,
    Part::Build,
    Part::Unit,
    Part::Python,
    Part::Editor,
    Part::E2e,
];

impl Part {
    fn name(self) -> &'static str {
        match self {
            Self::Lint => "lint",
            Self::Build => "build",
            Self::Unit => "unit",
            Self::Python => "python",
            Self::Editor => "editor",
            Self::E2e => "e2e",
        }
    }

    fn run(self, workspace: &Workspace) -> Result<()> {
        match self {
            Self::Lint => lint::lint(workspace),
            Self::Build => build::build(workspace, &build::ALL),
            Self::Unit => unit(workspace),
            Self::Python => python_half(workspace),
            Self::Editor => editor(workspace),
            Self::E2e => e2e::test(workspace),
        }
    }

    /// Tests run against the programs as a user starts them, so those come first.
    fn needs_build(self) -> bool {
        matches!(self, Self::Unit | Self::E2e)
    }
}

impl FromStr for Part {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        let found = ALL.into_iter().find(|part| part.name() == name);
        found.with_context(|| {
            format!(
                "there is no part {name:?} of the tests: {}",
                ALL.map(Self::name).join(", ")
            )
        })
    }
}

/// Runs all parts, or one with what it needs, and prints how long each took.
pub(crate) fn test(workspace: &Workspace, only: Option<Part>) -> Result<()> {
    let parts = match only {
        None => ALL.to_vec(),
        Some(part) if part.needs_build() => vec![Part::Build, part],
        Some(part) => vec![part],
    };
    let mut done = Vec::new();
    for part in &parts {
        eprintln!("\n== {}", part.name());
        let start = Instant::now();
        let result = part.run(workspace);
        done.push((*part, start.elapsed(), result.is_ok()));
        if let Err(error) = result {
            eprintln!("{}", table(&done));
            return Err(error.context(format!("`{}` failed", part.name())));
        }
    }
    eprintln!("{}", table(&done));
    Ok(())
}

fn table(done: &[(Part, Duration, bool)]) -> String {
    let total: Duration = done.iter().map(|(_, time, _)| *time).sum();
    let mut lines = vec![String::new()];
    for (part, time, passed) in done {
        let word = if *passed { "passed" } else { "FAILED" };
        lines.push(format!(
            "{:8} {word} {:8.1} s",
            part.name(),
            time.as_secs_f64()
        ));
    }
    lines.push(format!("{:15} {:8.1} s", "total", total.as_secs_f64()));
    lines.join("\n")
}

fn unit(workspace: &Workspace) -> Result<()> {
    let python = python::find()?;
    let mut cargo = native::cargo(workspace, &python);
    cargo
        .args(["test", "--workspace", "--no-fail-fast"])
        .env("HEDDLE_PYTHON", &python.program)
        .env("HEDDLE_RUNNER", workspace.release("heddle-runner"))
        .env("HEDDLE_EXTENSION", workspace.release("libheddle_python.so"));
    process::run(&mut cargo).context("a test failed")
}

fn python_half(workspace: &Workspace) -> Result<()> {
    let python = python::find()?;
    let folder = workspace.root.join("runner/python");
    let is_test = |name: &str| name.starts_with("test") && name.ends_with(".py");
    // Older Pythons end well when they find no test at all.
    if !files::names(&folder.join("tests"))?
        .iter()
        .any(|name| is_test(name))
    {
        bail!("runner/python/tests has no test_*.py: nothing of the Python half would be tested");
    }
    eprintln!("Python {} at {}", python.version, python.program.display());
    let mut unittest = Command::new(&python.program);
    unittest
        .current_dir(&folder)
        .args(["-m", "unittest", "discover"])
        .args([
            "--start-directory",
            "tests",
            "--top-level-directory",
            "tests",
        ])
        .env("PYTHONDONTWRITEBYTECODE", "1");
    process::run(&mut unittest).context("a test of the Python half failed")
}

fn editor(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("frontend/editor");
    node::set_up(&folder)?;
    node::run_script(&folder, "check")
        .context("the editor's bundle is not fresh; `npm run build` in frontend/editor makes it")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_found_by_its_name() {
        for part in ALL {
            assert_eq!(part.name().parse::<Part>().unwrap(), part);
        }
    }

    #[test]
    fn the_table_names_the_part_that_failed() {
        let done = [
            (Part::Lint, Duration::from_millis(1500), true),
            (Part::Unit, Duration::from_secs(90), false),
        ];
        let text = table(&done);
        assert!(text.contains("lint     passed      1.5 s"), "{text}");
        assert!(text.contains("unit     FAILED     90.0 s"), "{text}");
        assert!(text.contains("91.5 s"), "{text}");
    }
}
