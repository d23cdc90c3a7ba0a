//! The browser tests: Playwright, with Debian's Chromium, against `heddle serve`.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;
use crate::{node, packages, process, python};

const CHROMIUMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Runs all browser tests.
pub(crate) fn test(workspace: &Workspace) -> Result<()> {
    playwright(workspace, &[]).context("a browser test failed")
}

/// Measures the page in the browser: prints figures.
pub(crate) fn bench(workspace: &Workspace) -> Result<()> {
    playwright(workspace, &["--config", "bench.config.ts"]).context("the page's bench failed")
}

/// Sets up Node's packages and the browser, then runs Playwright. Its tests start the server
/// themselves, on a free port.
fn playwright(workspace: &Workspace, args: &[&str]) -> Result<()> {
    let folder = workspace.root.join("e2e");
    let chromium = chromium()?;
    node::set_up(&folder)?;
    node::run_script(&folder, "check").context("the browser tests have type errors")?;
    let mut playwright = Command::new("npx");
    playwright
        .current_dir(&folder)
        .args(["--no-install", "playwright", "test"])
        .args(args)
        .env("HEDDLE_CHROMIUM", chromium)
        .env("HEDDLE_BIN", workspace.release("heddle"))
        .env("HEDDLE_PYTHON", python::find()?.program);
    process::run(&mut playwright)
}

fn chromium() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("HEDDLE_CHROMIUM").filter(|name| !name.is_empty()) {
        let chosen = PathBuf::from(chosen);
        if !chosen.is_file() {
            bail!("HEDDLE_CHROMIUM={} is no file", chosen.display());
        }
        return Ok(chosen);
    }
    let find = || CHROMIUMS.iter().find_map(process::find);
    if let Some(found) = find() {
        return Ok(found);
    }
    packages::install("Chromium", &["chromium"])?;
    find().context("the package chromium brought no program chromium; set HEDDLE_CHROMIUM to one")
}
