//! Tools at pinned versions, in a folder of the project's own outside the clone, so that a second
//! clone downloads nothing twice and the user's own tools are left alone.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::python::Python;
use crate::workspace::Workspace;
use crate::{files, process};

/// Newer ones need a newer rustc than Debian has (Trunk 0.22: 1.96.1).
const TRUNK: &str = "0.21.14";
/// What the explorer is measured beside; never part of the product.
const FRONTRUN: &str = "0.7.0";

/// The folder with `trunk`.
pub(crate) fn trunk(workspace: &Workspace) -> Result<PathBuf> {
    cargo_install(workspace, "trunk", "trunk", TRUNK, Lock::Own)
}

/// The folder with `wasm-bindgen`, at the version of the crate that the page is linked with: the
/// two speak a private format.
pub(crate) fn wasm_bindgen(workspace: &Workspace) -> Result<PathBuf> {
    let lock = workspace.root.join("Cargo.lock");
    let text = files::read(&lock)?;
    let version = locked_version(&text, "wasm-bindgen").with_context(|| {
        format!(
            "{} has no wasm-bindgen: does the frontend depend on it?",
            lock.display()
        )
    })?;
    // Its own lock file names versions that are no longer in the registry.
    cargo_install(
        workspace,
        "wasm-bindgen",
        "wasm-bindgen-cli",
        version,
        Lock::Newest,
    )
}

/// The folder with the programs of an environment that has frontrun, for this Python.
pub(crate) fn frontrun(python: &Python) -> Result<PathBuf> {
    let name = format!("frontrun-{FRONTRUN}-python-{}", python.version);
    let root = folder()?.join(name);
    let bin = root.join("bin");
    if bin.join("frontrun").is_file() {
        return Ok(bin);
    }
    eprintln!(
        "installing frontrun {FRONTRUN} into {} (once)",
        root.display()
    );
    let mut venv = Command::new(&python.program);
    process::run(venv.args(["-m", "venv", "--clear"]).arg(&root))
        .context("making an environment for frontrun (in Debian: apt-get install python3-venv)")?;
    let mut pip = Command::new(bin.join("python"));
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    process::run(pip.arg(format!("frontrun=={FRONTRUN}"))).with_context(|| {
        format!("frontrun {FRONTRUN} could not be installed from PyPI, so there is nothing to measure beside")
    })?;
    Ok(bin)
}

/// Which dependencies a tool is built with.
enum Lock {
    /// Those of its own Cargo.lock.
    Own,
    /// The newest that fit.
    Newest,
}

fn cargo_install(
    workspace: &Workspace,
    program: &str,
    package: &str,
    version: &str,
    lock: Lock,
) -> Result<PathBuf> {
    let root = folder()?.join(format!("{program}-{version}"));
    let bin = root.join("bin");
    if bin.join(program).is_file() {
        return Ok(bin);
    }
    eprintln!(
        "installing {package} {version} into {} (once, some minutes)",
        root.display()
    );
    let scratch = workspace.target.join("tools");
    let mut cargo = workspace.cargo();
    cargo
        .args(["install", package, "--version", version, "--root"])
        .arg(&root)
        .arg("--target-dir")
        .arg(&scratch);
    if let Lock::Own = lock {
        cargo.arg("--locked");
    }
    process::run(&mut cargo).with_context(|| {
        format!("{package} {version} is needed and could not be installed; set HEDDLE_TOOLS to a folder that has {program}-{version}/bin/{program} to use one built elsewhere")
    })?;
    files::remove_folder(&scratch)?;
    Ok(bin)
}

fn folder() -> Result<PathBuf> {
    let from = |name: &str, below: &str| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
        Some(Path::new(&value).join(below))
    };
    let folder = from("HEDDLE_TOOLS", "")
        .or_else(|| from("XDG_CACHE_HOME", "heddle/tools"))
        .or_else(|| from("HOME", ".cache/heddle/tools"))
        .context("no folder for tools: set HEDDLE_TOOLS or HOME")?;
    std::path::absolute(&folder).with_context(|| format!("resolving {}", folder.display()))
}

/// The version of a package in a Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    lines
        .next()?
        .strip_prefix("version = \"")?
        .strip_suffix('"')
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n\
        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";

    #[test]
    fn the_locked_version_is_that_of_the_package_with_exactly_this_name() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen"), Some("0.2.130"));
    }

    #[test]
    fn a_package_that_is_not_locked_has_no_version() {
        assert_eq!(locked_version(LOCK, "wasm"), None);
    }
}
