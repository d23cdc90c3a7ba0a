//! Every program below `tests/programs` does what its header says, in every execution.

use heddle_policy::PolicyState;
use heddle_runner::host::{Host, Trust};
use heddle_runner::zygote::Zygote;
use heddle_trace::protocol::{ExploreOptions, Strategy};
use heddle_trace::{Claim, ExploreReport, Limits, Program, Stream, Verdict};

use crate::client::Client;
use crate::fixtures::{Fixture, complain, controlled, fixtures};

fn explored(folder: &str, options: ExploreOptions) -> Vec<(Fixture, ExploreReport)> {
    let fixtures = fixtures(folder);
    let programs: Vec<Program> = fixtures.iter().map(|f| f.program.clone()).collect();
    let reports = Client::start().explore_all(&programs, options);
    fixtures.into_iter().zip(reports).collect()
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

/// It fails when the sum is ready before the other task looks: an order that a search leaves out,
/// because the loop looks like one that waits. So nothing may be said to be proved.
#[test]
fn a_loop_that_goes_on_by_itself_forbids_a_proof() {
    let program = Program::python(
        "\
import threading

class Counter:
    n = 1
    done = False

c = Counter()

def add_up():
    s = 0
    for _ in range(20):
        s += c.n
    c.done = True

def look():
    assert not c.done

tasks = [threading.Thread(target=work) for work in (add_up, look)]
for task in tasks: task.start()
c.n = 2
for task in tasks: task.join()
",
    );
    let options = ExploreOptions::default();
    let report = Client::start().explore_all(&[program], options).remove(0);
    assert_ne!(report.verdict, Verdict::Pass, "{}", report.claim_text);
}
