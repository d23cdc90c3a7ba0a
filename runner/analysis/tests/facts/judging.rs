use heddle_analysis::{Judge, analyse, check};
use heddle_trace::OpKind::{Acquire, Read, Release, Write};
use heddle_trace::{
    Check, CheckKind, Claim, ExploreReport, JudgeReport, ObjectKind, Outcome, StdoutRule,
    SubmissionResult, Trace, Verdict,
};

use crate::story::{MAIN, Story, op};

fn checks(kinds: impl IntoIterator<Item = CheckKind>) -> Vec<Check> {
    let check = |what| Check {
        what,
        weight: 2,
        message: String::new(),
    };
    kinds.into_iter().map(check).collect()
}

fn stdout(text: &str) -> CheckKind {
    CheckKind::Stdout {
        rule: StdoutRule::Equals(text.into()),
    }
}

fn report(verdict: Verdict) -> ExploreReport {
    ExploreReport {
        verdict,
        claim: Claim::Proved { behaviours: 2 },
        claim_text: "Proved: all 2 behaviours.".into(),
        executions: 2,
        behaviours: 2,
        complete: true,
        findings: Vec::new(),
        sightings: Vec::new(),
        failure: None,
        failed_at: None,
        weakened_by: Vec::new(),
        wall_ms: 1,
        minimise_ms: 0,
    }
}

fn judged(checks: Vec<Check>, traces: &[&Trace], verdict: Verdict) -> JudgeReport {
    let mut judge = Judge::new(checks);
    for trace in traces {
        judge.observe(trace, &analyse(trace));
    }
    judge.finish(report(verdict))
}

fn printing(text: &str) -> Story {
    let mut story = Story::new();
    story.prints(MAIN, text);
    story
}

fn deadlocked() -> Trace {
    let mut story = Story::new();
    let lock = story.lock("lock");
    story.does(MAIN, Acquire, lock, 3);
    story.waits(MAIN, op(Acquire, lock), 4);
    story.stuck()
}

#[test]
fn all_checks_in_all_executions_is_accepted_with_what_was_proved() {
    let good = printing("3\n").trace;
    let report = judged(
        checks([stdout("3\n"), CheckKind::NoRace]),
        &[&good, &good],
        Verdict::Pass,
    );
    assert_eq!(report.result, SubmissionResult::Accepted);
    assert_eq!((report.points, report.points_max), (4, 4));
    assert_eq!(report.message, "Proved: all 2 behaviours.");
}

#[test]
fn one_wrong_output_is_enough_and_the_other_points_are_kept() {
    let (good, bad) = (printing("3\n").trace, printing("2\n").trace);
    let all = checks([stdout("3\n"), CheckKind::NoDeadlock]);
    let report = judged(all, &[&good, &bad], Verdict::Fail);
    assert_eq!(report.result, SubmissionResult::WrongOutput);
    assert_eq!(report.message, "It printed “2”, and not “3”.");
    assert_eq!((report.points, report.points_max), (2, 4));
}

#[test]
fn the_authors_message_is_used_when_there_is_one() {
    let mut all = checks([stdout("3\n")]);
    all[0].message = "Count every visitor.".into();
    let report = judged(all, &[&printing("").trace], Verdict::Fail);
    assert_eq!(report.message, "It printed nothing. Count every visitor.");
    assert_eq!(report.checks[0].message, "Count every visitor.");
}

#[test]
fn a_deadlock_fails_even_when_no_check_asks_and_earns_nothing() {
    let report = judged(checks([stdout("")]), &[&deadlocked()], Verdict::Fail);
    assert_eq!(report.result, SubmissionResult::Deadlock);
    assert_eq!(report.points, 0, "nothing was seen to hold");
    assert!(report.message.starts_with("Deadlock: main"));
    assert_eq!(
        report.checks[0].message,
        "Not seen: the program failed before."
    );
}

#[test]
fn wrong_output_comes_before_a_race_and_a_race_is_reported_alone() {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let n = story.variable("n");
    story.does(t1, Write, n, 1);
    story.does(t2, Read, n, 2);
    story.prints(MAIN, "2\n");
    let racy = &story.trace;
    let result = |text| {
        let all = checks([CheckKind::NoRace, stdout(text)]);
        judged(all, &[racy], Verdict::Fail).result
    };
    assert_eq!(result("3\n"), SubmissionResult::WrongOutput);
    assert_eq!(result("2\n"), SubmissionResult::Race);
    let unasked = judged(checks([stdout("2\n")]), &[racy], Verdict::Pass);
    assert_eq!(unasked.result, SubmissionResult::Accepted, "a warning only");
}

#[test]
fn lines_may_come_in_any_order() {
    let rule = StdoutRule::Lines(vec!["b".into(), "a".into()]);
    let all = checks([CheckKind::Stdout { rule }]);
    assert!(check(&all, &printing("a\nb\n").trace)[0].passed);
    assert!(!check(&all, &printing("a\n").trace)[0].passed);
    assert!(!check(&all, &printing("a\na\nb\n").trace)[0].passed);
}

fn two_locks_at_once() -> Trace {
    let (mut story, t1, t2) = Story::with_two_tasks();
    let (a, b) = (story.lock("a"), story.lock("b"));
    for task in [t1, t2] {
        story.does(task, Acquire, a, 1);
        story.does(task, Acquire, b, 2);
        story.does(task, Release, b, 2);
        story.does(task, Release, a, 1);
    }
    story.trace
}

#[test]
fn rules_hold_when_one_execution_obeys() {
    let rules = [
        CheckKind::HoldsTogether { at_least: 2 },
        CheckKind::TasksStarted { at_least: 2 },
        CheckKind::SharedObjects {
            object: ObjectKind::Lock,
            at_least: 2,
        },
    ];
    let (obeys, does_not) = (two_locks_at_once(), printing("").trace);
    let report = judged(checks(rules.clone()), &[&does_not, &obeys], Verdict::Pass);
    assert_eq!(report.result, SubmissionResult::Accepted);
    let report = judged(checks(rules), &[&does_not], Verdict::Pass);
    assert_eq!(report.result, SubmissionResult::Rule);
    assert_eq!(report.points, 0);
}

#[test]
fn a_search_cut_short_is_never_accepted() {
    let good = printing("3\n").trace;
    let report = judged(checks([stdout("3\n")]), &[&good], Verdict::Unfinished);
    assert_eq!(report.result, SubmissionResult::Timeout);
}

#[test]
fn a_failure_that_no_replay_confirmed_is_no_result() {
    let report = judged(
        checks([stdout("3\n")]),
        &[&deadlocked()],
        Verdict::Unfinished,
    );
    assert_eq!(report.result, SubmissionResult::Timeout);
}

#[test]
fn an_exit_code_is_an_exception() {
    let mut story = printing("3\n");
    story.trace.outcome = Outcome::Exited { code: 3 };
    let report = judged(checks([stdout("3\n")]), &[&story.trace], Verdict::Fail);
    assert_eq!(report.result, SubmissionResult::Exception);
    assert!(report.message.contains("exit code 3"));
}
