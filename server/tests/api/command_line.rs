//! The command line on programs of one's own: exit codes and output, with the real runner.

use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{ends_with, heddle, real_runner, text};

const DEADLOCK: &str = "\
import threading

a, b = threading.Lock(), threading.Lock()

def work(first, second):
    with first:
        with second:
            pass

ts = [threading.Thread(target=work, args=p) for p in ((a, b), (b, a))]
for t in ts:
    t.start()
for t in ts:
    t.join()
";

fn file(folder: &TempDir, source: &str) -> PathBuf {
    let path = folder.path().join("program.py");
    std::fs::write(&path, source).unwrap();
    path
}

#[test]
fn a_free_run_passes_output_through_and_ends_with_0_1_or_2() {
    let folder = TempDir::new().unwrap();
    let run = |source: &str, code: i32| {
        let mut command = heddle(&real_runner());
        ends_with(command.arg("run").arg(file(&folder, source)), code)
    };
    let output = run("print('hello')\n", 0);
    assert_eq!(text(&output.stdout), "hello\n");
    let output = run("print('so far')\n1 / 0\n", 1);
    assert_eq!(text(&output.stdout), "so far\n");
    assert!(text(&output.stderr).contains("ZeroDivisionError"));
    let output = run("x = 1\ny = = 2\n", 2);
    assert!(text(&output.stderr).contains("program.py:2:"), "{output:?}");
}

#[test]
fn an_exploration_in_json_is_one_object_with_the_failing_schedule() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, DEADLOCK);
    let mut command = heddle(&real_runner());
    let output = ends_with(command.args(["explore", "--json"]).arg(&path), 1);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["verdict"], "fail");
    for member in ["claim", "executions", "behaviours", "findings", "failure"] {
        assert!(!report[member].is_null(), "{member}: {report}");
    }
    assert_eq!(report["failure"]["outcome"]["kind"], "deadlock");
    let schedule = report["failure"]["schedule"].as_str().unwrap();
    for name in ["step", "replay"] {
        let mut command = heddle(&real_runner());
        command.arg(name).arg(&path).args(["--schedule", schedule]);
        let output = ends_with(&mut command, 1);
        assert!(text(&output.stdout).contains("deadlock"), "{output:?}");
    }
}

#[test]
fn a_proof_ends_with_0_and_a_search_cut_short_with_3() {
    let folder = TempDir::new().unwrap();
    let right = DEADLOCK.replace("(b, a)", "(a, b)");
    let path = file(&folder, &right);
    let mut command = heddle(&real_runner());
    let output = ends_with(command.arg("explore").arg(&path), 0);
    assert!(text(&output.stdout).contains("pass"), "{output:?}");
    let mut command = heddle(&real_runner());
    command
        .args(["explore", "--max-executions", "1"])
        .arg(&path);
    let output = ends_with(&mut command, 3);
    assert!(text(&output.stdout).contains("unfinished"), "{output:?}");
}

#[test]
fn bad_input_ends_with_2() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "x = 1\ny = = 2\n");
    let path = path.to_str().unwrap();
    for args in [
        ["explore", "nowhere.py", "--json"],
        ["explore", path, "--json"],
        ["explore", path, "--strategy=luck"],
        ["step", path, "--schedule=nonsense"],
        ["run", path, "--unknown"],
    ] {
        let mut command = heddle(&real_runner());
        let output = ends_with(command.args(args), 2);
        assert!(output.stdout.is_empty(), "{output:?}");
        assert!(!output.stderr.is_empty(), "{output:?}");
    }
}
