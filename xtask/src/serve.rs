//! `cargo xtask serve`: build, then become the server.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Result, anyhow};

use crate::workspace::Workspace;
use crate::{build, python};

/// Replaces this process by `heddle serve`, so that signals reach the server itself.
pub(crate) fn serve(workspace: &Workspace, forward: &[String]) -> Result<()> {
    build::build(workspace, &build::ALL)?;

    let program = workspace.release("heddle");
    let mut server = Command::new(&program);
    server.current_dir(&workspace.root).arg("serve");
    for (flag, value) in [("--port", "8080"), ("--data", ".heddle")] {
        if !is_given(forward, flag) {
            server.args([flag, value]);
        }
    }
    server
        .args(forward)
        .env("HEDDLE_PYTHON", python::find()?.program);
    let error = server.exec();
    Err(anyhow!(error).context(format!("starting {}", program.display())))
}

fn is_given(args: &[String], flag: &str) -> bool {
    args.iter().any(|arg| {
        let rest = arg.strip_prefix(flag);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_is_given_in_both_spellings_but_not_as_a_prefix() {
        let args = |line: &str| -> Vec<String> { line.split(' ').map(str::to_owned).collect() };
        assert!(is_given(&args("--port 9000"), "--port"));
        assert!(is_given(&args("--port=9000"), "--port"));
        assert!(!is_given(&args("--portable"), "--port"));
    }
}
