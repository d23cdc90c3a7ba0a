//! What people read in a terminal, and what is left of it in a pipe.

use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::command_line::{DEADLOCK, file};
use crate::harness::{ends_with, heddle, real_runner, text};

const LOST: &str = "\
import threading

n = 0

def work():
    global n
    n += 1

ts = [threading.Thread(target=work) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert n == 2
";

#[test]
fn a_failure_is_shown_as_a_table_with_values_and_told_as_a_story() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, LOST);
    let mut command = heddle(&real_runner());
    let output = ends_with(command.arg("explore").arg(&path), 1);
    let said = text(&output.stdout);
    assert!(said.contains("step  main"), "{said}");
    assert!(said.contains("read n = 0  :7"), "{said}");
    assert!(said.contains("write n = 1  :7"), "{said}");
    assert!(said.contains("reads n (program.py:7)"), "{said}");
    let replay = said
        .lines()
        .find_map(|line| line.strip_prefix("replay: heddle "));
    let mut command = heddle(&real_runner());
    let again = ends_with(command.args(replay.unwrap().split(' ')), 1);
    assert!(text(&again.stdout).contains("write n = 1  :7"), "{again:?}");
    for bytes in [&output.stdout, &output.stderr, &again.stdout] {
        assert!(!bytes.contains(&0x1b), "colours in a pipe: {said}");
    }
}

/// Runs a command on a terminal of its own, and returns what it shows there.
fn on_a_terminal(command: &[&str], variable: (&str, &str)) -> String {
    const RUN: &str =
        "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let mut terminal = Command::new("python3");
    terminal
        .args(["-c", RUN])
        .args(command)
        .stdin(Stdio::null());
    terminal
        .env("HEDDLE_RUNNER", real_runner())
        .env("TERM", "xterm");
    let (name, value) = variable;
    text(&ends_with(terminal.env(name, value), 1).stdout)
}

#[test]
fn a_terminal_has_colours_and_progress_unless_no_colours_are_wanted() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, LOST);
    let command = [
        env!("CARGO_BIN_EXE_heddle"),
        "explore",
        path.to_str().unwrap(),
    ];
    let said = on_a_terminal(&command, ("NO_COLOR", ""));
    assert!(said.contains("\x1b[1;31mfail\x1b[0m"), "{said:?}");
    assert!(said.contains("behaviours"), "{said:?}");
    let said = on_a_terminal(&command, ("NO_COLOR", "1"));
    assert!(!said.contains("\x1b[1"), "{said:?}");
    assert!(said.contains(": fail"), "{said:?}");
}

#[test]
fn a_long_table_is_cut_and_says_what_it_leaves_out() {
    let folder = TempDir::new().unwrap();
    let path = file(
        &folder,
        &format!("for i in range(50):\n    print(i)\n{LOST}"),
    );
    let mut command = heddle(&real_runner());
    command.args(["explore", "--strategy=dpor"]).arg(&path);
    let said = text(&ends_with(&mut command, 1).stdout);
    assert!(said.contains("… steps 6 to "), "{said}");
    assert!(said.contains("read n = 0  :9"), "{said}");
    assert!(!said.contains("print \"30\""), "{said}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, DEADLOCK);
    for (arg, code) in [("explore", 1), ("run", 0), ("step", 0)] {
        let mut command = heddle(&real_runner());
        let source = if arg == "run" {
            "print('x')\n"
        } else {
            DEADLOCK
        };
        std::fs::write(&path, source).unwrap();
        let mut child = command
            .arg(arg)
            .arg(&path)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{arg}: {output:?}");
        assert!(!text(&output.stderr).contains("panicked"), "{output:?}");
    }
}
