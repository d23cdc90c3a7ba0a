//! Where things are: the built page, the course, the runner.

use std::path::{Path, PathBuf};

use crate::runs::RunnerCommand;

/// The runner's program, when it is not beside this one.
const RUNNER_VARIABLE: &str = "HEDDLE_RUNNER";

/// Finds a folder by name: here, else in the workspace that this program was built in.
pub(crate) fn folder(name: &str) -> PathBuf {
    let here = PathBuf::from(name);
    if here.is_dir() {
        return here;
    }
    // target/release/heddle
    beside_me("../..").map_or(here.clone(), |workspace| {
        let there = workspace.join(name);
        if there.is_dir() { there } else { here }
    })
}

/// How the runner is started.
///
/// # Errors
/// It is not there.
pub(crate) fn runner(trust: bool) -> Result<RunnerCommand, String> {
    let program = match std::env::var_os(RUNNER_VARIABLE) {
        Some(path) => PathBuf::from(path),
        None => beside_me("heddle-runner").unwrap_or_default(),
    };
    if !program.is_file() {
        return Err(format!(
            "the program heddle-runner is not at {}: build it with `cargo xtask build`, or set {RUNNER_VARIABLE} to where it is",
            program.display()
        ));
    }
    let args = if trust {
        vec!["--trust".into()]
    } else {
        Vec::new()
    };
    Ok(RunnerCommand {
        program,
        args,
        python: None,
    })
}

fn beside_me(relative: &str) -> Option<PathBuf> {
    let me = std::env::current_exe().ok()?;
    let path = me.parent().unwrap_or(Path::new(".")).join(relative);
    Some(path.canonicalize().unwrap_or(path))
}
