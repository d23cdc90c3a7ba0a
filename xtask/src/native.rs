//! The native half: `heddle`, `heddle-runner` and the agent's Python extension.

use std::process::Command;

use anyhow::{Context, Result};

use crate::build::Progress;
use crate::process;
use crate::python::{self, Python};
use crate::workspace::Workspace;

const PRODUCTS: [&str; 3] = ["heddle-server", "heddle-runner", "heddle-python"];

/// Steps of [`build`].
pub(crate) const STEPS: usize = 1;

/// Builds into `target/release`. Cargo itself sees when nothing changed.
pub(crate) fn build(workspace: &Workspace, progress: &mut Progress) -> Result<()> {
    progress.step("the server, the runner and the Python extension (cargo, release)");
    let python = python::find()?;
    let mut cargo = cargo(workspace, &python);
    cargo.args(["build", "--release"]);
    for product in PRODUCTS {
        cargo.args(["--package", product]);
    }
    process::run(&mut cargo).context("building the native half")
}

/// Cargo with the Python that was found: the extension's build script asks for one, and the first
/// on PATH may be too old.
pub(crate) fn cargo(workspace: &Workspace, python: &Python) -> Command {
    let mut cargo = workspace.cargo();
    cargo.env("PYO3_PYTHON", &python.program);
    cargo
}
