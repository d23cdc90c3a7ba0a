//! Where things are, and what cargo knows about the workspace.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;

/// The clone that xtask was built from.
pub(crate) struct Workspace {
    /// The top level folder, absolute.
    pub(crate) root: PathBuf,
    /// Where cargo leaves what it builds: `target`, or `$CARGO_TARGET_DIR`.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Finds the workspace from the place of this crate's manifest.
    pub(crate) fn open() -> Result<Self> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .context("xtask's manifest has no parent folder")?
            .to_owned();
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(dir) => root.join(dir),
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    /// The page as the server serves it.
    pub(crate) fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// A program of ours, built for release.
    pub(crate) fn release(&self, name: &str) -> PathBuf {
        self.target.join("release").join(name)
    }

    /// A cargo command at the top level, with the toolchain that built xtask.
    pub(crate) fn cargo(&self) -> Command {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
        let mut command = Command::new(cargo);
        command.current_dir(&self.root);
        command
    }

    /// The members of the workspace, without their dependencies' own manifests.
    pub(crate) fn metadata(&self) -> Result<Vec<Package>> {
        let mut cargo = self.cargo();
        cargo.args(["metadata", "--no-deps", "--format-version", "1"]);
        let json: Value = serde_json::from_str(&process::output(&mut cargo)?)
            .context("reading the answer of `cargo metadata`")?;
        let packages = json["packages"]
            .as_array()
            .context("`cargo metadata` names no packages")?;
        packages.iter().map(Package::from_json).collect()
    }
}

/// One member of the workspace.
pub(crate) struct Package {
    pub(crate) name: String,
    /// The folder of its manifest.
    pub(crate) folder: PathBuf,
    /// Names of all direct dependencies of every kind (normal, build, dev).
    pub(crate) dependencies: Vec<String>,
    /// Names of its benches.
    pub(crate) benches: Vec<String>,
}

impl Package {
    fn from_json(json: &Value) -> Result<Self> {
        let name = json["name"].as_str().context("a package has no name")?;
        let manifest = json["manifest_path"].as_str().unwrap_or_default();
        let names = |list: &Value| -> Vec<String> {
            let entries = list.as_array().into_iter().flatten();
            entries
                .filter_map(|entry| entry["name"].as_str().map(str::to_owned))
                .collect()
        };
        let is_bench = |target: &&Value| {
            let mut kinds = target["kind"].as_array().into_iter().flatten();
            kinds.any(|kind| kind == "bench")
        };
        let targets = json["targets"].as_array().into_iter().flatten();
        let benches = targets
            .filter(is_bench)
            .filter_map(|target| target["name"].as_str().map(str::to_owned))
            .collect();
        Ok(Self {
            name: name.to_owned(),
            folder: Path::new(manifest)
                .parent()
                .unwrap_or(Path::new(""))
                .to_owned(),
            dependencies: names(&json["dependencies"]),
            benches,
        })
    }
}
