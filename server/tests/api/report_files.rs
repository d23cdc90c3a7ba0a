//! Files that the command line writes for other tools.

use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{ends_with, heddle, real_runner, text};

const INVERSION: &str = "\
import threading

a, b = threading.Lock(), threading.Lock()

def work(first, second):
    with first:
        with second:
            print('<&>')

ts = [threading.Thread(target=work, args=p) for p in ((a, b), (b, a))]
for t in ts:
    t.start()
for t in ts:
    t.join()
";

fn written(folder: &TempDir, args: [&str; 3], code: i32) -> String {
    let program = folder.path().join("program.py");
    std::fs::write(&program, INVERSION).unwrap();
    let file = folder.path().join("out");
    let mut command = heddle(&real_runner());
    command
        .arg(args[0])
        .arg(&program)
        .args(&args[1..])
        .arg(&file);
    ends_with(&mut command, code);
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn junit_has_one_failing_case_with_the_deadlock() {
    let folder = TempDir::new().unwrap();
    let xml = written(&folder, ["explore", "--report", "junit"], 1);
    assert!(
        xml.contains("tests=\"1\" failures=\"1\" errors=\"0\""),
        "{xml}"
    );
    assert!(
        xml.contains("<failure type=\"deadlock\" message=\"Deadlock: "),
        "{xml}"
    );
    let case = xml.find("<testcase ").unwrap();
    assert!(xml[case..].contains("</testcase>"), "{xml}");
}

#[test]
fn sarif_has_a_result_at_the_line_of_each_finding() {
    let folder = TempDir::new().unwrap();
    let log: Value =
        serde_json::from_str(&written(&folder, ["explore", "--report", "sarif"], 1)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results[0]["ruleId"], "deadlock");
    assert_eq!(results[0]["level"], "error");
    let place = &results[0]["locations"][0]["physicalLocation"];
    assert_eq!(place["region"]["startLine"], 7, "{log}");
    let uri = place["artifactLocation"]["uri"].as_str().unwrap();
    assert!(Path::new(uri).ends_with("program.py"), "{log}");
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    for result in results {
        assert!(
            rules.iter().any(|rule| rule["id"] == result["ruleId"]),
            "{log}"
        );
    }
}

#[test]
fn sarif_names_the_file_as_a_uri_and_gives_every_result_a_place() {
    let folder = TempDir::new().unwrap();
    let place = |name: &str| {
        std::fs::write(folder.path().join(name), "raise SystemExit(3)\n").unwrap();
        let mut command = heddle(&real_runner());
        command.current_dir(&folder).args(["explore", name]);
        ends_with(command.args(["--report", "sarif", "out"]), 1);
        let log = std::fs::read_to_string(folder.path().join("out")).unwrap();
        let log: Value = serde_json::from_str(&log).unwrap();
        let result = &log["runs"][0]["results"][0];
        assert_eq!(result["ruleId"], "exit-code", "{log}");
        assert_ne!(result["partialFingerprints"]["heddleFinding/v1"], "");
        result["locations"][0]["physicalLocation"].clone()
    };
    let plain = place("program.py");
    assert_eq!(plain["artifactLocation"]["uri"], "program.py");
    assert_eq!(plain["region"]["startLine"], 1);
    assert_eq!(
        place("a b [#1].py")["artifactLocation"]["uri"],
        "a%20b%20%5B%231%5D.py"
    );
}

/// The complete events of a track: name, from, to.
fn spans(trace: &Value, track: &str) -> Vec<(String, f64, f64)> {
    let events = trace["traceEvents"].as_array().unwrap();
    let named = |event: &&Value| event["ph"] == "M" && event["args"]["name"] == track;
    let track = events
        .iter()
        .find(named)
        .unwrap_or_else(|| panic!("{track}: {trace}"));
    let is_on = |event: &&Value| {
        event["ph"] == "X" && event["pid"] == track["pid"] && event["tid"] == track["tid"]
    };
    let span = |event: &Value| {
        let from = event["ts"].as_f64().unwrap();
        let name = event["name"].as_str().unwrap().to_owned();
        (name, from, from + event["dur"].as_f64().unwrap())
    };
    events.iter().filter(is_on).map(span).collect()
}

#[test]
fn perfetto_has_a_track_for_each_task_and_each_lock_without_overlaps() {
    let folder = TempDir::new().unwrap();
    for (command, code) in [("explore", 1), ("replay", 0), ("run", 0)] {
        let text = written(&folder, [command, "--export", "perfetto"], code);
        let trace: Value = serde_json::from_str(&text).unwrap();
        assert!(!spans(&trace, "main").is_empty(), "{command}: {text}");
        for lock in ["lock a", "lock b"] {
            let spans = spans(&trace, lock);
            assert!(
                spans[0].0.starts_with("held by Thread-"),
                "{command}: {text}"
            );
            let orderly = spans.windows(2).all(|pair| pair[0].2 <= pair[1].1);
            assert!(orderly, "{command}: {spans:?}");
        }
    }
}

/// Where spans of a track overlap without nesting, readers leave some out.
#[test]
fn operations_of_a_free_run_do_not_overlap_on_their_track() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("program.py");
    let source =
        "import threading\nlock = threading.Lock()\nfor _ in range(500):\n    with lock: pass\n";
    std::fs::write(&program, source).unwrap();
    let file = folder.path().join("out");
    let mut command = heddle(&real_runner());
    command.arg("run").arg(&program);
    ends_with(command.args(["--export", "perfetto"]).arg(&file), 0);
    let trace: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let spans = spans(&trace, "main");
    assert!(spans.len() >= 1000, "{}", spans.len());
    // Times are whole nanoseconds in microseconds: what differs by less is rounding.
    let overlap = spans.windows(2).find(|pair| pair[0].2 > pair[1].1 + 1e-4);
    assert_eq!(overlap, None);
}

#[test]
fn an_unknown_format_is_refused_before_the_search() {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("program.py");
    std::fs::write(&program, INVERSION).unwrap();
    for args in [["--report", "html", "x"], ["--export", "csv", "x"]] {
        let mut command = heddle(&real_runner());
        let output = ends_with(command.arg("explore").arg(&program).args(args), 2);
        assert!(
            text(&output.stderr).contains("there is no such format"),
            "{output:?}"
        );
    }
}
