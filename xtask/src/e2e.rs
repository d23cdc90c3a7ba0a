//! The browser tests: Playwright, with Debian's Chromium, against `heddle serve`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::stamp::Inputs;
use crate::version::Version;
use crate::workspace::Workspace;
use crate::{packages, process, python};

const OLDEST_NODE: Version = Version(18, 0, 0);
const CHROMIUMS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Sets up Node's packages and the browser, then runs all browser tests. They start the server
/// themselves, on a free port.
pub(crate) fn test(workspace: &Workspace) -> Result<()> {
    let folder = workspace.root.join("e2e");
    if !folder.join("package-lock.json").is_file() {
        bail!("e2e/package-lock.json is missing: there are no browser tests to run");
    }
    node()?;
    let chromium = chromium()?;
    install_packages(&folder)?;
    let mut types = Command::new("npm");
    types
        .current_dir(&folder)
        .args(["run", "--silent", "check"]);
    process::run(&mut types).context("the browser tests have type errors")?;
    let mut playwright = Command::new("npx");
    playwright
        .current_dir(&folder)
        .args(["--no-install", "playwright", "test"])
        .env("HEDDLE_CHROMIUM", chromium)
        .env("HEDDLE_BIN", workspace.release("heddle"))
        .env("HEDDLE_PYTHON", python::find()?.program);
    process::run(&mut playwright).context("a browser test failed")
}

fn node() -> Result<()> {
    if process::find("node").is_none() || process::find("npm").is_none() {
        packages::install("Node.js with npm", &["nodejs", "npm"])?;
    }
    let text = process::output(Command::new("node").arg("--version"))?;
    match Version::find(&text) {
        Some(version) if version >= OLDEST_NODE => Ok(()),
        _ => bail!(
            "Node.js {} is too old; install {OLDEST_NODE} or newer",
            text.trim()
        ),
    }
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

/// `npm ci`, unless what is there came from the same lock file.
fn install_packages(folder: &Path) -> Result<()> {
    let mut inputs = Inputs::default();
    for name in ["package.json", "package-lock.json"] {
        inputs.add_path(&folder.join(name))?;
    }
    let stamp = inputs.stamp();
    let stamp_file = folder.join("node_modules/.heddle-stamp");
    if stamp.is_at(&stamp_file) {
        return Ok(());
    }
    let mut npm = Command::new("npm");
    npm.current_dir(folder)
        .args(["ci", "--no-audit", "--no-fund"])
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut npm).context("installing the browser tests' packages")?;
    stamp.write(&stamp_file)
}
