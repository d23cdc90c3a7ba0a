//! Node.js, which only checks need: the browser tests, and whether the editor's bundle is fresh.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::stamp::Inputs;
use crate::version::Version;
use crate::{packages, process};

const OLDEST: Version = Version(18, 0, 0);

/// Makes sure of Node.js and of the packages that a folder's lock file names.
pub(crate) fn set_up(folder: &Path) -> Result<()> {
    if process::find("node").is_none() || process::find("npm").is_none() {
        packages::install("Node.js with npm", &["nodejs", "npm"])?;
    }
    let text = process::output(Command::new("node").arg("--version"))?;
    match Version::find(&text) {
        Some(version) if version >= OLDEST => install(folder),
        _ => bail!(
            "Node.js {} is too old; install {OLDEST} or newer",
            text.trim()
        ),
    }
}

/// Runs a script of a folder's package.json.
pub(crate) fn run_script(folder: &Path, script: &str) -> Result<()> {
    let mut npm = Command::new("npm");
    npm.current_dir(folder).args(["run", "--silent", script]);
    process::run(&mut npm)
}

/// `npm ci`, unless what is there came from the same lock file.
fn install(folder: &Path) -> Result<()> {
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
        // The browser comes from the system: Playwright's own may not be reachable.
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut npm)
        .with_context(|| format!("installing the Node packages of {}", folder.display()))?;
    stamp.write(&stamp_file)
}
