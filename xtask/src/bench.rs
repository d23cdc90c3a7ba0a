//! `cargo xtask bench`: every bench of the workspace, one after the other. A bench is a program
//! `benches/*.rs` of a crate (`harness = false`) that prints its figures. `cargo xtask bench page`
//! measures the page in the browser instead (`e2e/bench`).

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{e2e, frontend, native, process, python};

/// Builds everything and measures the page in the browser.
pub(crate) fn page(workspace: &Workspace) -> Result<()> {
    native::build(workspace)?;
    frontend::build(workspace)?;
    e2e::bench(workspace)
}

/// Builds for release and runs all benches; `forward` goes to each of them.
pub(crate) fn bench(workspace: &Workspace, forward: &[String]) -> Result<()> {
    native::build(workspace)?;
    let python = python::find()?;
    let packages = workspace.metadata()?;
    let with_benches: Vec<&str> = packages
        .iter()
        .filter(|package| package.has_benches)
        .map(|package| package.name.as_str())
        .collect();
    if with_benches.is_empty() {
        bail!("no crate has a bench (benches/*.rs)");
    }
    for name in with_benches {
        eprintln!("\n== {name}");
        let mut cargo = native::cargo(workspace, &python);
        cargo
            .args(["bench", "--quiet", "--package", name, "--bench", "*", "--"])
            .args(forward)
            .env("HEDDLE_PYTHON", &python.program)
            .env("HEDDLE_RUNNER", workspace.release("heddle-runner"));
        process::run(&mut cargo).with_context(|| format!("the benches of {name}"))?;
    }
    Ok(())
}
