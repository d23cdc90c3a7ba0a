//! Every program below `tests/programs` does what its header says, in every execution.

use std::path::{Path, PathBuf};

use heddle_trace::protocol::{ExploreOptions, JobResult, Strategy, Work};
use heddle_trace::{Claim, ExploreReport, Granularity, Program, Schedule, Stream, TaskId, Verdict};

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
        if let Some(expected) = fixture.get("finding")
            && !found.contains(&expected)
        {
            complaints.push(format!("{}: no {expected} in {found:?}", fixture.name()));
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
    let mut client = Client::start();
    let mut complaints = Vec::new();
    for fixture in fixtures("pass") {
        let Some(allowed) = fixture.get("stdout") else {
            continue;
        };
        let allowed: Vec<String> = serde_json::from_str(allowed).unwrap();
        for seed in 0..3 {
            let choices = random_choices(&mut client, &fixture.program, seed);
            let schedule = Schedule::new(&fixture.program.hash(), Granularity::Language, choices);
            let result = client.work(
                &fixture.program,
                Work::Replay {
                    schedule: schedule.clone(),
                },
            );
            let JobResult::Execution {
                trace,
                schedule: repeated,
                ..
            } = result
            else {
                panic!("{}: {result:?}", fixture.name())
            };
            if repeated != schedule {
                complaints.push(format!("{}: {schedule} became {repeated}", fixture.name()));
            }
            let output = trace.output(Stream::Out);
            if !allowed.contains(&output) {
                complaints.push(format!("{}: {output:?} by {schedule}", fixture.name()));
            }
        }
    }
    complain(&complaints);
}

/// The choices of one random execution: the schedule of its only failure, or else found by steps.
fn random_choices(client: &mut Client, program: &Program, seed: u64) -> Vec<TaskId> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut schedule = Schedule::new(&program.hash(), Granularity::Language, vec![]);
    loop {
        let work = Work::Step {
            schedule: schedule.clone(),
        };
        let JobResult::Execution { trace, .. } = client.work(program, work) else {
            panic!()
        };
        let enabled: Vec<TaskId> = trace
            .pending
            .iter()
            .filter(|pending| pending.enabled)
            .map(|pending| pending.task)
            .collect();
        if !matches!(trace.outcome, heddle_trace::Outcome::Stopped) || enabled.is_empty() {
            return trace.choices();
        }
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        schedule
            .choices
            .push(enabled[(state >> 33) as usize % enabled.len()]);
    }
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
