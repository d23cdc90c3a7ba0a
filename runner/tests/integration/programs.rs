//! Every program below `tests/programs` does what its header says, in every execution.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use heddle_policy::PolicyState;
use heddle_runner::execution::{Controlled, Plan, execute};
use heddle_runner::host::{Host, Trust};
use heddle_runner::zygote::Zygote;
use heddle_trace::protocol::{ExploreOptions, Strategy};
use heddle_trace::{
    Claim, ExploreReport, Granularity, Limits, Program, Stream, TaskId, Trace, Verdict,
};

use crate::client::Client;

struct Fixture {
    path: PathBuf,
    program: Program,
    header: Vec<(String, String)>,
}

impl Fixture {
    fn read(path: PathBuf) -> Fixture {
        let text = std::fs::read_to_string(&path).unwrap();
        let header = text
            .lines()
            .map_while(|line| line.strip_prefix("# "))
            .filter_map(|line| line.split_once(": "))
            .map(|(key, value)| (key.to_owned(), value.trim().to_owned()))
            .collect();
        Fixture {
            path,
            program: Program::python(text),
            header,
        }
    }

    fn get(&self, key: &str) -> Option<&str> {
        self.header
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, value)| value.as_str())
    }

    fn name(&self) -> String {
        self.path
            .file_name()
            .unwrap()
            .to_string_lossy()
            .into_owned()
    }
}

fn fixtures(folder: &str) -> Vec<Fixture> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/programs")
        .join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "py"))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no programs in {}", folder.display());
    paths.into_iter().map(Fixture::read).collect()
}

fn explored(folder: &str, options: ExploreOptions) -> Vec<(Fixture, ExploreReport)> {
    let fixtures = fixtures(folder);
    let programs: Vec<Program> = fixtures.iter().map(|f| f.program.clone()).collect();
    let reports = Client::start().explore_all(&programs, options);
    fixtures.into_iter().zip(reports).collect()
}

/// All complaints at once: one wrong program does not hide the others.
fn complain(complaints: &[String]) {
    assert!(
        complaints.is_empty(),
        "{} complaints:\n{}",
        complaints.len(),
        complaints.join("\n")
    );
}

#[test]
fn right_programs_pass_with_a_proof() {
    let mut complaints = Vec::new();
    for (fixture, report) in explored("pass", ExploreOptions::default()) {
        let Claim::Proved { behaviours } = report.claim else {
            complaints.push(format!(
                "{}: {} {:?}",
                fixture.name(),
                report.claim_text,
                report.failure
            ));
            continue;
        };
        if report.verdict != Verdict::Pass {
            complaints.push(format!("{}: {:?}", fixture.name(), report.verdict));
        }
        if let Some(expected) = fixture
            .get("behaviours")
            .and_then(|n| n.parse::<u64>().ok())
            && expected != behaviours
        {
            complaints.push(format!(
                "{}: {behaviours} behaviours, not {expected}",
                fixture.name()
            ));
        }
        let found: Vec<&str> = report.findings.iter().map(|f| f.what.name()).collect();
        match fixture.get("finding") {
            Some(expected) if !found.contains(&expected) => {
                complaints.push(format!("{}: no {expected} in {found:?}", fixture.name()));
            }
            None if !found.is_empty() => {
                complaints.push(format!("{}: {found:?}", fixture.name()));
            }
            _ => {}
        }
    }
    complain(&complaints);
}

#[test]
fn wrong_programs_fail_as_they_should() {
    let mut complaints = Vec::new();
    for (fixture, report) in explored("fail", ExploreOptions::default()) {
        let Some(failure) = &report.failure else {
            complaints.push(format!("{}: {}", fixture.name(), report.claim_text));
            continue;
        };
        let outcome = serde_json::to_value(failure.outcome.kind()).unwrap();
        let outcome = outcome.as_str().unwrap();
        if fixture
            .get("outcome")
            .is_some_and(|expected| expected != outcome)
        {
            complaints.push(format!("{}: outcome {outcome}", fixture.name()));
        }
        let found: Vec<&str> = report
            .findings
            .iter()
            .chain(&failure.findings)
            .map(|f| f.what.name())
            .collect();
        if let Some(expected) = fixture.get("finding")
            && !found.contains(&expected)
        {
            complaints.push(format!("{}: no {expected} in {found:?}", fixture.name()));
        }
    }
    complain(&complaints);
}

#[test]
fn wrong_programs_have_as_many_behaviours_as_they_should() {
    let options = ExploreOptions {
        keep_going: true,
        ..ExploreOptions::default()
    };
    let counted: Vec<Fixture> = fixtures("fail")
        .into_iter()
        .filter(|f| f.get("behaviours").is_some())
        .collect();
    let programs: Vec<Program> = counted.iter().map(|f| f.program.clone()).collect();
    let reports = Client::start().explore_all(&programs, options);
    let mut complaints = Vec::new();
    for (fixture, report) in counted.iter().zip(reports) {
        let expected: u64 = fixture.get("behaviours").unwrap().parse().unwrap();
        if report.behaviours != expected {
            complaints.push(format!(
                "{}: {} behaviours, not {expected}",
                fixture.name(),
                report.behaviours
            ));
        }
    }
    complain(&complaints);
}

#[test]
fn random_executions_print_only_what_they_may_and_repeat() {
    let host = Host::probe(Trust::Jailed).unwrap();
    let mut complaints = Vec::new();
    for fixture in fixtures("pass") {
        let Some(allowed) = fixture.get("stdout") else {
            continue;
        };
        let allowed: Vec<String> = serde_json::from_str(allowed).unwrap();
        let mut zygote = Zygote::spawn(&host, Limits::default()).unwrap();
        zygote.load(&fixture.program).unwrap().unwrap();
        for seed in 0..10 {
            let trace = controlled(&mut zygote, vec![], PolicyState::random(seed));
            let again = controlled(&mut zygote, trace.choices(), PolicyState::non_preemptive());
            if again != trace {
                complaints.push(format!("{}: seed {seed} does not repeat", fixture.name()));
            }
            let output = trace.output(Stream::Out);
            if !allowed.contains(&output) {
                complaints.push(format!("{}: seed {seed} prints {output:?}", fixture.name()));
            }
        }
    }
    complain(&complaints);
}

fn controlled(zygote: &mut Zygote, prefix: Vec<TaskId>, policy: PolicyState) -> Trace {
    let control = Controlled {
        granularity: Granularity::Language,
        prefix,
        policy,
        snapshot: false,
        kill_at_step: None,
    };
    let plan = Plan {
        control: Some(control),
        limits: Limits::default(),
    };
    let mut trace = execute(zygote, &plan, &AtomicBool::new(false), None)
        .unwrap()
        .trace;
    // The one thing that is the kernel's choice.
    trace
        .processes
        .iter_mut()
        .for_each(|process| process.pid = 0);
    trace
}

#[test]
fn random_search_never_claims_a_proof() {
    let options = ExploreOptions {
        strategy: Strategy::Random,
        max_executions: 20,
        ..ExploreOptions::default()
    };
    let program = Program::python("print('hello')\n");
    let report = Client::start().explore_all(&[program], options).remove(0);
    assert_eq!(report.verdict, Verdict::Unfinished);
    assert!(
        matches!(report.claim, Claim::Sampled { .. }),
        "{:?}",
        report.claim
    );
}
