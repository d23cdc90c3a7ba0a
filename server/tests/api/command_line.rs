//! The command line on programs of one's own: exit codes and output, with the real runner.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{ends_with, heddle, real_runner, text};

pub(crate) const DEADLOCK: &str = "\
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

/// Whoever comes first, the flag is up.
const RACE: &str = "\
import threading

flag = []

def work():
    global up
    up = True

ts = [threading.Thread(target=work) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
";

pub(crate) fn file(folder: &TempDir, source: &str) -> PathBuf {
    let path = folder.path().join("program.py");
    std::fs::write(&path, source).unwrap();
    path
}

/// The JSON of `heddle explore`, which must end with this exit code.
fn explored(path: &Path, args: &[&str], code: i32) -> Value {
    let mut command = heddle(&real_runner());
    command.args(["explore", "--json"]).args(args).arg(path);
    let output = ends_with(&mut command, code);
    serde_json::from_slice(&output.stdout).unwrap()
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
fn an_exploration_in_json_is_one_object_with_the_documented_members() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, DEADLOCK);
    let report = explored(&path, &[], 1);
    assert_eq!(report["format"], 1);
    assert_eq!(report["verdict"], "fail");
    assert_eq!(report["claim"], "none");
    assert_eq!(report["granularity"], "language");
    assert_eq!(report["complete"], false);
    assert!(report["executions"].as_u64() >= Some(1), "{report}");
    assert!(report["behaviours"].as_u64() >= Some(1), "{report}");
    assert!(report["elapsed_seconds"].is_f64(), "{report}");
    assert!(
        ["L3", "L2", "L1"].contains(&report["isolation"].as_str().unwrap()),
        "{report}"
    );
    let deadlock = &report["findings"][0];
    assert_eq!(deadlock["kind"], "deadlock");
    assert_eq!(deadlock["severity"], "failure");
    assert_eq!(deadlock["switches"], 1);
    assert!(deadlock["summary"].as_str().unwrap().contains("line 7"));
    let inversion = &report["findings"][1];
    assert_eq!(inversion["kind"], "lock-order");
    assert_eq!(inversion["severity"], "warning");
    for member in [
        "id",
        "explanation",
        "under_gil",
        "places",
        "objects",
        "accepted",
    ] {
        assert!(!deadlock[member].is_null(), "{member}: {report}");
    }
}

#[test]
fn a_finding_was_there_in_its_first_execution_and_not_before() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, DEADLOCK);
    let number = |report: &Value| report["findings"][0]["first_execution"].as_u64().unwrap();
    let whole = explored(&path, &["--keep-going"], 1);
    assert_eq!(whole["complete"], true, "{whole}");
    let first = number(&whole);
    assert!(first > 1, "{whole}");
    let up_to_it = explored(&path, &["--executions", &first.to_string()], 1);
    assert_eq!(number(&up_to_it), first);
    let before = explored(&path, &["--executions", &(first - 1).to_string()], 3);
    let has = |report: &Value, kind: &str| {
        let findings = report["findings"].as_array().unwrap();
        findings.iter().any(|finding| finding["kind"] == kind)
    };
    assert!(!has(&before, "deadlock"), "{before}");
}

#[test]
fn the_schedule_of_every_finding_shows_it_again() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, DEADLOCK);
    for finding in explored(&path, &["--keep-going"], 1)["findings"]
        .as_array()
        .unwrap()
    {
        let schedule = finding["schedule"].as_str().unwrap();
        let code = i32::from(finding["severity"] == "failure");
        for name in ["step", "replay"] {
            let mut command = heddle(&real_runner());
            command.arg(name).arg(&path).args(["--schedule", schedule]);
            let output = ends_with(command.arg("--json"), code);
            let execution: Value = serde_json::from_slice(&output.stdout).unwrap();
            let again = execution["findings"].as_array().unwrap();
            assert!(
                again.iter().any(|one| one["id"] == finding["id"]),
                "{finding}"
            );
        }
    }
}

#[test]
fn an_exit_code_is_a_finding() {
    let folder = TempDir::new().unwrap();
    let report = explored(&file(&folder, "raise SystemExit(3)\n"), &[], 1);
    assert_eq!(report["findings"][0]["kind"], "exit-code");
    assert_eq!(report["findings"][0]["first_execution"], 1);
}

#[test]
fn a_race_is_a_warning_unless_it_shall_fail() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, RACE);
    let report = explored(&path, &[], 0);
    assert_eq!(report["claim"], "proved");
    assert_eq!(report["findings"][0]["severity"], "warning");
    let report = explored(&path, &["--fail-on", "race"], 1);
    assert_eq!(report["verdict"], "fail");
    assert_eq!(report["claim"], "none");
    assert_eq!(report["findings"][0]["severity"], "failure");
}

#[test]
fn a_race_that_the_program_accepts_is_listed_and_does_not_fail() {
    let folder = TempDir::new().unwrap();
    let accepting = RACE.replace("up = True", "up = True  # heddle: accept race up");
    let path = file(&folder, &accepting);
    let report = explored(&path, &["--fail-on", "race"], 0);
    let race = &report["findings"][0];
    assert_eq!(
        (&race["kind"], &race["accepted"]),
        (&"race".into(), &true.into())
    );
    let other = RACE.replace("up = True", "up = True  # heddle: accept race down");
    explored(&file(&folder, &other), &["--fail-on", "race"], 1);
}

/// A configuration is looked for from the program's folder upwards.
#[test]
fn the_configuration_of_the_project_accepts_too() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("src");
    std::fs::create_dir(&program).unwrap();
    let program = program.join("program.py");
    std::fs::write(&program, RACE).unwrap();
    let configure =
        |text: &str| std::fs::write(folder.path().join("pyproject.toml"), text).unwrap();
    configure("[tool.heddle]\naccept = [\"race up\"]\n");
    let report = explored(&program, &["--fail-on", "race"], 0);
    let race = &report["findings"][0];
    assert_eq!(race["accepted"], true, "{report}");
    assert_eq!(race["accepted_by"], "pyproject.toml", "{report}");
    configure("[tool.heddle]\nacept = [\"race up\"]\n");
    for name in ["explore", "run", "step", "replay"] {
        let mut command = heddle(&real_runner());
        let output = ends_with(command.arg(name).arg(&program), 2);
        assert!(output.stdout.is_empty(), "{output:?}");
        assert!(
            text(&output.stderr).contains("no key \"acept\""),
            "{output:?}"
        );
    }
}

/// Takes a lock and keeps it, so that `held-at-exit` is noticed in any execution.
const KEPT: &str = "\
import threading

lock = threading.Lock()

t = threading.Thread(target=lock.acquire)
t.start()
t.join()
";

#[test]
fn findings_of_one_execution_have_the_members_of_those_of_a_search() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, KEPT);
    let searched = explored(&path, &[], 0);
    for name in ["run", "replay"] {
        let mut command = heddle(&real_runner());
        let output = ends_with(command.args([name, "--json"]).arg(&path), 0);
        let execution: Value = serde_json::from_slice(&output.stdout).unwrap();
        let finding = &execution["findings"][0];
        assert_eq!(finding["kind"], "held-at-exit", "{execution}");
        for (member, value) in finding.as_object().unwrap() {
            assert_eq!(value, &searched["findings"][0][member], "{name}: {member}");
        }
    }
}

#[test]
fn a_traceback_is_printed_once_and_a_recursion_is_cut() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, "def down(n):\n    return down(n + 1)\n\ndown(0)\n");
    let mut command = heddle(&real_runner());
    let output = ends_with(command.arg("run").arg(&path), 1);
    let said = text(&output.stderr);
    assert_eq!(said.matches("Traceback").count(), 1, "{said}");
    assert!(said.contains("\n  … 9"), "{said}");
    assert!(said.contains("line 4, in <module>"), "{said}");
    assert!(said.lines().count() < 50, "{said}");
}

#[test]
fn a_proof_ends_with_0_and_a_search_cut_short_with_3() {
    let folder = TempDir::new().unwrap();
    let right = DEADLOCK.replace("(b, a)", "(a, b)");
    let path = file(&folder, &right);
    let report = explored(&path, &[], 0);
    assert_eq!(
        (&report["claim"], &report["complete"]),
        (&"proved".into(), &true.into())
    );
    assert_eq!(report["behaviours"], 2);
    let report = explored(&path, &["--executions", "1"], 3);
    assert_eq!(report["verdict"], "unfinished");
    assert_eq!(report["complete"], false);
    let bounded = ["--preemptions", "1"];
    let report = explored(&path, &bounded, 3);
    assert_eq!(report["claim"], "proved-up-to-switches", "{report}");
    let report = explored(&path, &["--preemptions", "1", "--accept", "bound:1"], 0);
    assert_eq!(report["claim"], "proved-up-to-switches");
    let report = explored(&path, &["--strategy=random", "--executions=20"], 3);
    assert_eq!(report["claim"], "sampled");
    let sampled = [
        "--strategy=random",
        "--executions=20",
        "--accept=samples:20",
    ];
    assert_eq!(explored(&path, &sampled, 0)["claim"], "sampled");
    let mut command = heddle(&real_runner());
    let output = ends_with(command.arg("explore").arg(&path), 0);
    assert!(text(&output.stdout).contains("pass"), "{output:?}");
}

#[test]
fn a_schedule_that_the_program_cannot_follow_is_bad_input() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, DEADLOCK);
    let report = explored(&path, &[], 1);
    let schedule = report["findings"][0]["schedule"].as_str().unwrap();
    let (head, _) = schedule.rsplit_once('.').unwrap();
    let mut command = heddle(&real_runner());
    command.arg("step").arg(&path);
    let output = ends_with(command.args(["--schedule", &format!("{head}.5")]), 2);
    assert!(output.stdout.is_empty(), "{output:?}");
    assert!(text(&output.stderr).contains("after 0 steps"), "{output:?}");
}

#[test]
fn what_a_gil_keeps_whole_fails_only_without_one() {
    let folder = TempDir::new().unwrap();
    let path = file(
        &folder,
        "import threading\nn = 0\ndef w():\n    global n\n    n += 1\n\
         both = [threading.Thread(target=w) for _ in 'ab']\n\
         for t in both: t.start()\nfor t in both: t.join()\nassert n == 2\n",
    );
    explored(&path, &[], 1);
    let report = explored(&path, &["--granularity", "gil", "--timeouts", "any"], 0);
    assert_eq!(report["granularity"], "gil");
    assert_eq!(report["timeouts"], "any");
    let claim = report["claim_text"].as_str().unwrap();
    assert!(claim.contains("with its GIL"), "{claim}");
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
        ["explore", path, "--executions=0"],
        ["explore", path, "--seconds=-1"],
        ["explore", path, "--granularity=finest"],
        ["explore", path, "--timeouts=never"],
        ["explore", path, "--accept=luck:3"],
        ["explore", path, "--accept=samples:0"],
        ["explore", path, "--fail-on=deadlock"],
    ] {
        let mut command = heddle(&real_runner());
        let output = ends_with(command.args(args), 2);
        assert!(output.stdout.is_empty(), "{output:?}");
        assert!(!output.stderr.is_empty(), "{output:?}");
    }
}
