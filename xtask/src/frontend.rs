//! The page: Trunk builds it, then `page` makes it fit for a strict CSP and compresses it.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::build::Progress;
use crate::stamp::Inputs;
use crate::wasm::Toolchain;
use crate::workspace::{Package, Workspace};
use crate::{files, page, process, tools, wasm_strip};

const PACKAGE: &str = "heddle-frontend";

/// Steps of [`build`].
pub(crate) const STEPS: usize = 5;

/// Builds `dist/`, unless it was built from what is there now.
pub(crate) fn build(workspace: &Workspace, progress: &mut Progress) -> Result<()> {
    progress.step("a toolchain for the page (wasm32)");
    let toolchain = Toolchain::find()?;
    let dist = workspace.dist();
    let stamp_file = dist.join(".stamp");
    let stamp = inputs(workspace, &toolchain)?.stamp();
    if stamp.is_at(&stamp_file) {
        eprintln!("the page is as it was");
        return Ok(());
    }

    // Built beside, then put in place whole: a server that runs meanwhile never serves half a page.
    let next = workspace.root.join("target/dist-next");
    let _turn = lock(&workspace.root.join("target"))?;
    progress.step("Trunk");
    let trunk_bin = tools::trunk(workspace)?;
    progress.step("wasm-bindgen");
    let tools = [trunk_bin, tools::wasm_bindgen(workspace)?];
    files::remove_folder(&next)?;
    files::create_folder(&next)?;
    progress.step("the page (Trunk, cargo for wasm32)");
    trunk(workspace, &toolchain, &tools, &next).context("building the page")?;
    progress.step("making the page small");
    page::move_inline_scripts(&next)?;
    strip(&next)?;
    page::compress(&next)?;
    stamp.write(&next.join(".stamp"))?;

    files::remove_folder(&dist)?;
    std::fs::rename(&next, &dist).with_context(|| format!("moving the page to {}", dist.display()))
}

/// One build of the page at a time, until the file is dropped.
fn lock(folder: &Path) -> Result<File> {
    files::create_folder(folder)?;
    let path = folder.join("dist.lock");
    let locking = || format!("locking {}", path.display());
    let file = File::create(&path).with_context(locking)?;
    if file.try_lock().is_err() {
        eprintln!("waiting for another build of the page to end");
        file.lock().with_context(locking)?;
    }
    Ok(file)
}

fn trunk(
    workspace: &Workspace,
    toolchain: &Toolchain,
    tools: &[PathBuf],
    dist: &Path,
) -> Result<()> {
    let mut trunk = Command::new(tools[0].join("trunk"));
    toolchain.apply(&mut trunk, workspace, tools)?;
    trunk
        .current_dir(&workspace.root)
        .args(["build", "--skip-version-check", "--dist"])
        .arg(dist)
        // Trunk reads NO_COLOR as a bool and refuses the usual `NO_COLOR=1`.
        .env_remove("NO_COLOR")
        .env("TRUNK_COLOR", "never")
        // Its errors name their cause; where in Trunk they arose helps nobody here.
        .env_remove("RUST_BACKTRACE")
        .env("RUST_LOG", "warn");
    process::run(&mut trunk)
}

fn strip(folder: &Path) -> Result<()> {
    let all = files::below(folder, |_| false)?;
    for file in all.iter().filter(|file| files::has_extension(file, "wasm")) {
        let wasm = std::fs::read(file).with_context(|| format!("reading {}", file.display()))?;
        files::write(file, wasm_strip::strip(&wasm)?)?;
    }
    Ok(())
}

fn inputs(workspace: &Workspace, toolchain: &Toolchain) -> Result<Inputs> {
    let mut inputs = Inputs::default();
    inputs.add(toolchain.name());
    for name in [
        ".cargo/config.toml",
        "Cargo.toml",
        "Cargo.lock",
        "Trunk.toml",
        "xtask/src",
    ] {
        inputs.add_path(&workspace.root.join(name))?;
    }
    for folder in crate_folders(&workspace.metadata()?) {
        inputs.add_path(&folder)?;
    }
    Ok(inputs)
}

/// The folders of the frontend and of every crate of ours that is linked into it.
fn crate_folders(packages: &[Package]) -> BTreeSet<PathBuf> {
    let mut folders = BTreeSet::new();
    let mut wanted = vec![PACKAGE];
    while let Some(name) = wanted.pop() {
        let Some(package) = packages.iter().find(|package| package.name == name) else {
            continue;
        };
        if folders.insert(package.folder.clone()) {
            wanted.extend(package.dependencies.iter().map(String::as_str));
        }
    }
    folders
}
