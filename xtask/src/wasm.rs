//! A Rust toolchain that builds for wasm32. Two ways:
//!
//! 1. rustup's target, added if need be: the ordinary way.
//! 2. Where rustup is absent or cannot download: Debian's second toolchain (`rustc-web`), which has
//!    no wasm32 standard library but the sources of it, so that cargo builds one (`build-std`).

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::version::Version;
use crate::workspace::Workspace;
use crate::{files, packages, process};

const TARGET: &str = "wasm32-unknown-unknown";
const OLDEST: Version = Version(1, 95, 0);
const DEBIAN_PACKAGES: [&str; 3] = ["rustc-web", "cargo-web", "rust-web-src"];
const DEBIAN_BIN: &str = "/usr/bin";

/// A toolchain that can build the page.
#[derive(Debug)]
pub(crate) enum Toolchain {
    /// The toolchain that built xtask has the target.
    Rustup,
    /// Debian's, with a linker from wherever there is one.
    Debian {
        /// A wasm linker: `rust-lld` or `wasm-ld`.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// Finds one, or sets one up.
    pub(crate) fn find() -> Result<Self> {
        match std::env::var("HEDDLE_WASM_TOOLCHAIN").as_deref() {
            Ok("debian") => return debian(),
            Ok("rustup") if !has_target() && !add_target() => {
                bail!("`rustup target add {TARGET}` failed; see its message above")
            }
            Ok("rustup") => return Ok(Self::Rustup),
            Ok(other) => bail!("HEDDLE_WASM_TOOLCHAIN is {other:?}; it can be rustup or debian"),
            Err(_) => {}
        }
        if has_target() {
            return Ok(Self::Rustup);
        }
        // Debian's toolchain is there: somebody found out before that rustup does not work here.
        if debian_sources() || !add_target() {
            return debian();
        }
        Ok(Self::Rustup)
    }

    /// A word for it that goes into the stamp of what it built.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Rustup => "rustup",
            Self::Debian { .. } => "debian",
        }
    }

    /// Sets a command up (Trunk, which calls `cargo` from PATH) to build with this toolchain and
    /// the given tools.
    pub(crate) fn apply(
        &self,
        command: &mut Command,
        workspace: &Workspace,
        tools: &[PathBuf],
    ) -> Result<()> {
        // Its own folder: the frontend is built with another profile than what else goes to
        // `target`, perhaps by another compiler, and must not wait for that build's lock.
        command.env("CARGO_TARGET_DIR", workspace.target.join("wasm"));
        let mut folders = tools.to_vec();
        if let Self::Debian { linker } = self {
            folders.push(debian_commands(workspace)?);
            command
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            // `cargo run` points these at the toolchain that built xtask.
            for name in [
                "CARGO",
                "RUSTC",
                "RUSTDOC",
                "RUSTUP_TOOLCHAIN",
                "LD_LIBRARY_PATH",
            ] {
                command.env_remove(name);
            }
        }
        command.env("PATH", process::path_with(&folders)?);
        Ok(())
    }
}

fn has_target() -> bool {
    sysroot().is_some_and(|sysroot| sysroot.join("lib/rustlib").join(TARGET).is_dir())
}

fn add_target() -> bool {
    if process::find("rustup").is_none() {
        return false;
    }
    eprintln!("adding the target {TARGET} with rustup");
    let added = process::run(Command::new("rustup").args(["target", "add", TARGET]));
    if let Err(error) = &added {
        eprintln!("{error:#}; trying Debian's packages instead");
    }
    added.is_ok()
}

fn debian() -> Result<Toolchain> {
    if !debian_sources() {
        let what = format!("a Rust toolchain for {TARGET} (rustup could not add one)");
        packages::install(&what, &DEBIAN_PACKAGES)?;
    }
    let rustc = Path::new(DEBIAN_BIN).join("rustc");
    let text = process::output(Command::new(&rustc).arg("--version"))?;
    match Version::find(&text) {
        Some(version) if version >= OLDEST => {}
        _ => bail!(
            "{} is {}, too old: {OLDEST} is needed; try `rustup target add {TARGET}`",
            rustc.display(),
            text.trim()
        ),
    }
    Ok(Toolchain::Debian { linker: linker()? })
}

/// Whether Debian's toolchain and its sources are there.
fn debian_sources() -> bool {
    let mut rustc = Command::new(Path::new(DEBIAN_BIN).join("rustc"));
    let sysroot = process::output(rustc.args(["--print", "sysroot"]));
    sysroot.is_ok_and(|sysroot| {
        let library = Path::new(sysroot.trim()).join("lib/rustlib/src/rust/library/std");
        library.is_dir() && Path::new(DEBIAN_BIN).join("cargo").is_file()
    })
}

/// The linker that rustup's toolchain brings, else LLVM's.
fn linker() -> Result<PathBuf> {
    if let Some(lld) = rustup_lld() {
        return Ok(lld);
    }
    if process::find("wasm-ld").is_none() {
        packages::install("a linker for wasm", &["lld"])?;
    }
    process::find("wasm-ld").context("the package lld brought no wasm-ld")
}

fn rustup_lld() -> Option<PathBuf> {
    let rustlib = sysroot()?.join("lib/rustlib");
    let hosts = std::fs::read_dir(rustlib).ok()?;
    hosts
        .filter_map(|host| Some(host.ok()?.path().join("bin/rust-lld")))
        .find(|file| file.is_file())
}

/// Of the rustc that is first on PATH.
fn sysroot() -> Option<PathBuf> {
    let text = process::output(Command::new("rustc").args(["--print", "sysroot"])).ok()?;
    Some(PathBuf::from(text.trim()))
}

/// A folder with nothing but Debian's `cargo` and `rustc`: putting all of `/usr/bin` first would
/// also put its Node, Python and more before the user's.
fn debian_commands(workspace: &Workspace) -> Result<PathBuf> {
    let folder = workspace.target.join("debian-rust");
    files::create_folder(&folder)?;
    for name in ["cargo", "rustc"] {
        let link = folder.join(name);
        if !link.exists() {
            std::os::unix::fs::symlink(Path::new(DEBIAN_BIN).join(name), &link)
                .with_context(|| format!("linking {}", link.display()))?;
        }
    }
    Ok(folder)
}
