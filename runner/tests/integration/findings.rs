//! Programs with a mistake, and their twins: the same programs without it. A file of
//! `tests/findings` is named after a kind of finding; in it each `# has:` is a program that has such
//! a finding, and the `# twin:` after it is the smallest change that mends it.

use std::path::Path;
use std::sync::LazyLock;

use heddle_trace::protocol::{ExploreOptions, JobResult, Work};
use heddle_trace::{ExploreReport, FindingKind, Program, Severity};

use crate::client::Client;
use crate::fixtures::complain;

/// What every one of the programs begins with.
const BEGINNING: &str = "\
from queue import Queue
from threading import Barrier, Condition, Event, Lock, Thread

def run(*works):
    tasks = [Thread(target=work) for work in works]
    for task in tasks:
        task.start()
    for task in tasks:
        task.join()

";

const FAILURES: [&str; 4] = ["deadlock", "lost_wakeup", "livelock", "exception"];

struct Case {
    name: String,
    kind: &'static str,
    has_it: bool,
    program: Program,
}

fn cases() -> Vec<Case> {
    let kinds = FAILURES.into_iter().chain(FindingKind::WARNINGS);
    kinds.flat_map(cases_of).collect()
}

fn cases_of(kind: &'static str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/findings");
    let text = std::fs::read_to_string(folder.join(format!("{kind}.py"))).unwrap();
    let pairs: Vec<&str> = text.split("# has: ").skip(1).collect();
    assert!(pairs.len() >= 2, "{kind}: {} programs", pairs.len());
    pairs
        .into_iter()
        .flat_map(|pair| {
            let (has, twin) = pair.split_once("# twin: ").unwrap();
            [case(kind, true, has), case(kind, false, twin)]
        })
        .collect()
}

fn case(kind: &'static str, has_it: bool, section: &str) -> Case {
    let (title, body) = section.split_once('\n').unwrap();
    Case {
        name: format!("{kind}, {title}"),
        kind,
        has_it,
        program: Program::python(format!("{BEGINNING}{body}")),
    }
}

/// All of them, searched to the end.
static SEARCHED: LazyLock<Vec<(Case, ExploreReport)>> = LazyLock::new(|| {
    let cases = cases();
    let programs: Vec<Program> = cases.iter().map(|case| case.program.clone()).collect();
    let options = ExploreOptions {
        keep_going: true,
        ..ExploreOptions::default()
    };
    let reports = Client::start().explore_all(&programs, options);
    cases.into_iter().zip(reports).collect()
});

#[test]
fn a_finding_comes_with_its_mistake_and_goes_with_it() {
    let complaints: Vec<String> = SEARCHED
        .iter()
        .filter_map(|(case, report)| Some(format!("{}: {}", case.name, complaint(case, report)?)))
        .collect();
    complain(&complaints);
}

fn complaint(case: &Case, report: &ExploreReport) -> Option<String> {
    let has_it = report.findings.iter().any(|f| f.what.name() == case.kind);
    let alarm = (report.findings.iter())
        .find(|finding| finding.severity == Severity::Failure && !case.has_it);
    match (case.has_it, has_it) {
        (true, false) => Some(format!("not found; {}", report.claim_text)),
        (false, true) => Some("a false alarm".to_owned()),
        _ if alarm.is_some() => alarm.map(|finding| finding.message.clone()),
        // Nothing found means little where not everything has been looked at.
        (false, false) if !report.complete => Some(report.claim_text.clone()),
        _ => None,
    }
}

#[test]
fn every_finding_is_found_again_in_a_replay() {
    let mut client = Client::start();
    let mut complaints = Vec::new();
    let mut replayed = 0;
    for (case, report) in SEARCHED.iter() {
        assert_eq!(report.findings.len(), report.sightings.len());
        for (finding, sighting) in report.findings.iter().zip(&report.sightings) {
            let schedule = sighting.schedule.clone();
            let result = client.work(&case.program, Work::Replay { schedule });
            let JobResult::Execution { findings, .. } = result else {
                panic!("{}: {result:?}", case.name)
            };
            replayed += 1;
            if !findings.iter().any(|again| again.id == finding.id) {
                let found: Vec<&str> = findings.iter().map(|f| f.message.as_str()).collect();
                complaints.push(format!("{}: {} {found:?}", case.name, finding.message));
            }
        }
    }
    complain(&complaints);
    assert!(replayed > 24, "only {replayed} replays");
}
