//! A runner that dies or talks nonsense costs the runs that it had, and no more.

use std::process::Command;

use heddle_trace::protocol::JobResult;
use tempfile::TempDir;

use crate::harness::{Server, ends_with, free_run, heddle, scripted_runner, serve, step, text};

fn broken(result: JobResult) -> String {
    match result {
        JobResult::Broken { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_runner_that_dies_ends_its_runs_and_is_back_for_the_next_one() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&scripted_runner(), &folder);
    let visitor = server.visitor();
    let hanging = visitor.start("/api/runs", &free_run("HANG"));
    let deadly = visitor.start("/api/runs", &free_run("DIE"));
    for run in [&hanging, &deadly] {
        let reason = broken(visitor.result(run));
        assert!(reason.contains("killed by signal 9"), "{reason}");
        assert!(reason.contains("once more"), "{reason}");
    }
    let run = visitor.start("/api/runs", &free_run("print(1)"));
    assert!(matches!(visitor.result(&run), JobResult::Run { .. }));
}

#[test]
fn a_runner_that_talks_nonsense_is_replaced() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&scripted_runner(), &folder);
    let visitor = server.visitor();
    let run = visitor.start("/api/runs", &free_run("GARBAGE"));
    let reason = broken(visitor.result(&run));
    assert!(reason.contains("no message"), "{reason}");
    let run = visitor.start("/api/runs", &free_run("print(1)"));
    assert!(matches!(visitor.result(&run), JobResult::Run { .. }));
}

#[test]
fn a_step_whose_runner_dies_is_503() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&scripted_runner(), &folder);
    let reply = server.visitor().post("/api/steps", &step("DIE", None));
    let problem = reply.problem(503, "runner-stopped");
    assert!(problem.detail.contains("once more"), "{problem:?}");
}

#[test]
fn a_hanging_run_is_cancelled_at_shutdown() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(&scripted_runner(), &folder);
    let run = server.visitor().start("/api/runs", &free_run("HANG"));
    let mut events = server.visitor().events(&run, None);
    events.next().expect("it has started");
    server.signal("INT");
    assert_eq!(
        events.count(),
        1,
        "the cancelled run ends before its viewers"
    );
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn a_runner_that_does_not_start_is_one_message_with_its_reason() {
    let folder = TempDir::new().unwrap();
    for (script, wanted) in [
        ("at-start", "Python 3.9 is too old"),
        ("silent-end", "exit code 7"),
        ("other-version", "version 999"),
    ] {
        let mut command: Command = serve(&scripted_runner(), folder.path());
        let output = ends_with(command.env("HEDDLE_SCRIPT", script), 2);
        let stderr = text(&output.stderr);
        let last = stderr.lines().last().unwrap();
        assert!(
            last.starts_with("heddle: ") && last.contains(wanted),
            "{stderr}"
        );
    }
}

#[test]
fn without_a_jail_the_terminal_refuses_with_exit_code_4() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a.py");
    std::fs::write(&file, "print(1)\n").unwrap();
    for name in ["run", "explore", "step"] {
        let mut command = heddle(&scripted_runner());
        command.env("HEDDLE_SCRIPT", "no-jail").arg(name).arg(&file);
        let output = ends_with(&mut command, 4);
        assert!(text(&output.stderr).contains("--trust"), "{output:?}");
    }
}
