//! Every way in which Python code can touch shared state, each as a case of a file below
//! `tests/accesses`: `look()` gives what it sees, `change()` changes it, `undo()` changes it back.
//!
//! Each case makes two programs that fail in one order of the accesses only. If an access had no
//! scheduling point, or one for another variable, then the search would call them right.

use std::path::Path;

use heddle_explorer::{Dpor, Executed, Strategy};
use heddle_runner::host::{Host, Trust};
use heddle_runner::zygote::Zygote;
use heddle_trace::{Event, Limits, Outcome, Program, SourceFile, What};

use crate::fixtures::{complain, controlled};

/// Fails if `change()` comes between two looks.
const CHANGED_WHILE_LOOKING: &str = "
def reader():
    first = look()
    second = look()
    assert first == second
def writer():
    change()
";

/// Fails if `look()` comes between `change()` and `undo()`.
const LOOKED_AT_WHILE_CHANGING: &str = "
before = look()
def reader():
    assert look() == before
def writer():
    change()
    undo()
";

const BOTH: &str = "
from threading import Thread
tasks = [Thread(target=reader), Thread(target=writer)]
for task in tasks:
    task.start()
for task in tasks:
    task.join()
";

/// A line of a case that says why its accesses cannot be seen: then a proof is forbidden.
const UNSEEN: &str = "# unseen: ";

struct Case {
    name: String,
    program: Program,
    seen: bool,
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/accesses");
    let mut cases = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        for case in text.split("# case: ").skip(1) {
            let (title, body) = case.split_once('\n').unwrap();
            let file = path.file_stem().unwrap().to_string_lossy();
            let mut add = |order: &str, template: &str| {
                cases.push(Case {
                    name: format!("{file}, {title} ({order})"),
                    program: program(body, template),
                    seen: !body.contains(UNSEEN),
                });
            };
            add("changed while looking", CHANGED_WHILE_LOOKING);
            if body.contains("undo") {
                add("looked at while changing", LOOKED_AT_WHILE_CHANGING);
            }
        }
    }
    cases
}

/// The program of a case. A second file begins with a line `# file: NAME`.
fn program(body: &str, template: &str) -> Program {
    let mut files = body.split("# file: ");
    let main = files.next().unwrap();
    let mut program = Program::python(format!("{main}{template}{BOTH}"));
    program.files.extend(files.map(|file| {
        let (name, text) = file.split_once('\n').unwrap();
        SourceFile {
            name: name.to_owned(),
            text: text.to_owned(),
        }
    }));
    program
}

/// What a search of one case showed.
#[derive(Default)]
struct Shown {
    executions: usize,
    /// Some order made the case's assertion fail.
    failed: bool,
    /// Something was used that is not watched: nothing would be said to be proved.
    is_weakened: bool,
}

fn search(zygote: &mut Zygote, program: &Program) -> Shown {
    let loaded = zygote.load(program).unwrap().unwrap();
    let mut strategy = Dpor::new();
    let mut shown = Shown {
        is_weakened: !loaded.blind_spots.is_empty(),
        ..Shown::default()
    };
    while shown.executions < 200
        && !shown.failed
        && let Some(proposal) = strategy.next()
    {
        let trace = controlled(zygote, proposal.prefix.clone(), proposal.policy);
        strategy.record(&proposal, &Executed::new(&trace));
        shown.executions += 1;
        let is_unseen = |event: &Event| matches!(event.what, What::Uncontrolled { .. });
        shown.is_weakened |= trace.events.iter().any(is_unseen);
        shown.failed |= matches!(
            &trace.outcome,
            Outcome::Failed { error, .. } if error.exception == "AssertionError"
        );
    }
    shown
}

#[test]
fn every_access_is_seen_or_forbids_a_proof() {
    let host = Host::probe(Trust::Jailed).unwrap();
    let cases = cases();
    let complaints: Vec<String> = std::thread::scope(|scope| {
        let search_some = |first: usize| {
            let (host, cases) = (&host, &cases);
            scope.spawn(move || {
                let mut zygote = Zygote::spawn(host, Limits::default()).unwrap();
                let some = cases.iter().skip(first).step_by(2);
                some.filter_map(|case| complaint(case, &search(&mut zygote, &case.program)))
                    .collect::<Vec<String>>()
            })
        };
        let searches = [search_some(0), search_some(1)];
        searches
            .into_iter()
            .flat_map(|search| search.join().unwrap())
            .collect()
    });
    complain(&complaints);
    assert!(cases.len() > 700, "only {} cases", cases.len());
}

fn complaint(case: &Case, shown: &Shown) -> Option<String> {
    let is_right = shown.failed || !case.seen && shown.is_weakened;
    (!is_right).then(|| format!("{}: {} executions", case.name, shown.executions))
}
