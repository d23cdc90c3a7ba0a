//! `cargo xtask bench`: every bench of the workspace, one after the other. A bench is a program
//! `benches/*` of a crate (`harness = false`) that prints its figures. Two are asked for by name, since
//! they take long and need more: `bench page` measures in a browser (`e2e/bench`), `bench explorer`
//! beside frontrun (`runner/benches/explorer`).

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{build, e2e, files, native, process, python, tools};

const EXPLORER: &str = "explorer";

/// Builds everything and measures the page in the browser.
pub(crate) fn page(workspace: &Workspace) -> Result<()> {
    build::build(workspace, &build::ALL)?;
    e2e::bench(workspace)
}

/// Measures the explorer, and frontrun on the programs that it can run. What is printed also goes
/// into `target/bench/explorer.md`, or into the documentation.
pub(crate) fn explorer(workspace: &Workspace, docs: bool) -> Result<()> {
    build::build(workspace, &build::NATIVE)?;
    let frontrun = tools::frontrun(&python::find()?)?;
    let mut cargo = cargo_bench(workspace, "heddle-runner", EXPLORER)?;
    cargo.env("HEDDLE_FRONTRUN", frontrun);
    let text = printed(&mut cargo).context("the bench of the explorer")?;
    let file = match docs {
        true => workspace.root.join("docs/bench-explorer.md"),
        false => workspace.target.join("bench/explorer.md"),
    };
    if let Some(folder) = file.parent() {
        files::create_folder(folder)?;
    }
    files::write(&file, text)?;
    eprintln!("\nwritten to {}", file.display());
    Ok(())
}

/// Builds for release and runs the other benches; `forward` goes to each of them.
pub(crate) fn bench(workspace: &Workspace, forward: &[String]) -> Result<()> {
    build::build(workspace, &build::NATIVE)?;
    let packages = workspace.metadata()?;
    let mut ran = false;
    for package in &packages {
        for bench in package.benches.iter().filter(|name| *name != EXPLORER) {
            eprintln!("\n== {}, {bench}", package.name);
            let mut cargo = cargo_bench(workspace, &package.name, bench)?;
            process::run(cargo.arg("--").args(forward))
                .with_context(|| format!("the bench {bench} of {}", package.name))?;
            ran = true;
        }
    }
    if !ran {
        bail!("no crate has a bench (benches/*.rs)");
    }
    Ok(())
}

fn cargo_bench(workspace: &Workspace, package: &str, bench: &str) -> Result<Command> {
    let python = python::find()?;
    let mut cargo = native::cargo(workspace, &python);
    cargo
        .args(["bench", "--quiet", "--package", package, "--bench", bench])
        .env("HEDDLE_PYTHON", &python.program)
        .env("HEDDLE_RUNNER", workspace.release("heddle-runner"))
        .env("HEDDLE_EXTENSION", workspace.release("libheddle_python.so"));
    Ok(cargo)
}

/// Runs a command, shows what it prints line by line, and returns it.
fn printed(command: &mut Command) -> Result<String> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().context("it has no output")?;
    let mut text = String::new();
    for line in BufReader::new(output).lines() {
        let line = line.context("reading its output")?;
        println!("{line}");
        text += &line;
        text.push('\n');
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("it failed: {status}");
    }
    Ok(text)
}
