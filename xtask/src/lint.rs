//! Static checks.

use anyhow::{Context, Result};

use crate::workspace::Workspace;
use crate::{arrows, native, process, python};

/// Formatting, clippy with warnings as errors, the arrows.
pub(crate) fn lint(workspace: &Workspace) -> Result<()> {
    process::run(workspace.cargo().args(["fmt", "--all", "--check"]))
        .context("some code is not formatted; `cargo fmt --all` does it")?;
    arrows::check(workspace)?;
    let mut clippy = native::cargo(workspace, &python::find()?);
    // The frontend too: it compiles natively, for its tests. `--locked`: Cargo.lock is part of
    // what is checked.
    clippy.args([
        "clippy",
        "--workspace",
        "--all-targets",
        "--locked",
        "--quiet",
    ]);
    process::run(clippy.args(["--", "-D", "warnings"])).context("clippy found something")
}
