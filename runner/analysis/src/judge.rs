//! What a submission gets.
//!
//! A failing execution decides: the first one that the search comes to. When it shows several
//! faults, the order is exception, deadlock, livelock, wrong output, race (CURRICULUM, Format).
//! Rules about what the program does at all (it starts two threads; it takes two locks) are looked
//! at when the search is complete: then *no* execution obeyed.
//!
//! Invariant: a pass needs positive evidence. A check that must hold in every execution earns its
//! points only if some execution finished; no check is taken to hold because nothing was seen.

use heddle_trace::{
    Check, CheckKind, ExploreReport, Finding, FindingId, FindingKind, JudgeReport, Judged, Outcome,
    StdoutRule, Stream, SubmissionResult, Trace, Verdict,
};

use crate::check::{Says, Scope, says, scope, sentence};
use crate::words::shortened;

/// Why an execution fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What a submission gets for it.
    pub result: SubmissionResult,
    /// One sentence: what went wrong in this execution.
    pub message: String,
    /// The finding that it rests on, if it is one.
    pub finding: Option<FindingId>,
}

impl Failure {
    /// Whether an execution that fails as `again`, with these findings, fails in the same way: for
    /// the same reason, and with the same finding.
    pub fn is_shown_by(&self, again: &Failure, findings: &[Finding]) -> bool {
        let shown = |id: &FindingId| findings.iter().any(|finding| finding.id == *id);
        self.result == again.result && self.finding.as_ref().is_none_or(shown)
    }
}

/// Looks at one execution after the other.
#[derive(Debug, Clone)]
pub struct Judge {
    checks: Vec<Check>,
    seen: Vec<Seen>,
    failure: Option<Failure>,
    /// Races are failures, but for these: kinds of findings and names of objects.
    races: Option<Vec<(String, String)>>,
}

/// What the executions so far say about one check.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    held: bool,
    broken: bool,
}

impl Judge {
    /// For a challenge with these checks. Without any, an execution fails when its outcome does.
    pub fn new(checks: Vec<Check>) -> Self {
        Judge {
            seen: vec![Seen::default(); checks.len()],
            checks,
            failure: None,
            races: None,
        }
    }

    /// As [`Judge::new`] without checks; an execution also fails when it shows a race, or what
    /// follows from one, that is not accepted.
    pub fn of_races(accepted: Vec<(String, String)>) -> Self {
        Judge {
            races: Some(accepted),
            ..Judge::new(Vec::new())
        }
    }

    /// Looks at one complete execution and what [`crate::analyse`] found in it. Says why it fails,
    /// if it does; the first failure is kept for the report.
    pub fn observe(&mut self, trace: &Trace, findings: &[Finding]) -> Option<Failure> {
        let mut race = false;
        let mut output = None;
        for (check, seen) in self.checks.iter().zip(&mut self.seen) {
            let says = says(&check.what, trace, findings);
            seen.held |= says == Says::Holds;
            seen.broken |= says == Says::Broken;
            match (&check.what, says) {
                (CheckKind::NoRace, Says::Broken) => race = true,
                (CheckKind::Stdout { rule }, Says::Broken) => output = Some((check, rule)),
                _ => {}
            }
        }
        let failure = failed_by_outcome(trace, findings)
            .or_else(|| output.map(|(check, rule)| wrong_output(trace, check, rule)))
            .or_else(|| race.then(|| racy(findings)))
            .or_else(|| self.race(trace, findings));
        if self.failure.is_none() {
            self.failure.clone_from(&failure);
        }
        failure
    }

    fn race(&self, trace: &Trace, findings: &[Finding]) -> Option<Failure> {
        let accepted = self.races.as_ref()?;
        let is_accepted = |finding: &Finding| {
            let kind = finding.what.name().replace('_', "-");
            finding.what.objects().into_iter().any(|object| {
                let name = heddle_trace::words::object_name(trace, object);
                accepted
                    .iter()
                    .any(|one| *one == (kind.clone(), name.clone()))
            })
        };
        let counts = |finding: &&Finding| finding.what.is_race() && !is_accepted(finding);
        findings.iter().find(counts).map(|finding| Failure {
            result: SubmissionResult::Race,
            message: finding.message.clone(),
            finding: Some(finding.id.clone()),
        })
    }

    /// The result, given what the exploration concluded. Its verdict decides whether there is a
    /// failure: one that a replay did not confirm is none.
    pub fn finish(self, report: ExploreReport) -> JudgeReport {
        let checks = self.judged(report.verdict);
        let (result, message) = self.result(&report);
        let weights = || self.checks.iter().map(|check| check.weight);
        let earned = weights().zip(&checks).filter(|(_, judged)| judged.passed);
        JudgeReport {
            result,
            message,
            points: sum(earned.map(|(weight, _)| weight)),
            points_max: sum(weights()),
            checks,
            explored: Some(report),
            error: None,
        }
    }

    fn result(&self, report: &ExploreReport) -> (SubmissionResult, String) {
        match (report.verdict, &self.failure) {
            (Verdict::Fail, Some(failure)) => (failure.result, failure.message.clone()),
            (Verdict::Pass, None) => match self.broken_rule() {
                Some(message) => (SubmissionResult::Rule, message),
                None => (SubmissionResult::Accepted, report.claim_text.clone()),
            },
            // Also when search and judge disagree about a failure: then nothing is known.
            _ => (SubmissionResult::Timeout, report.claim_text.clone()),
        }
    }

    fn broken_rule(&self) -> Option<String> {
        let mut all = self.checks.iter().zip(&self.seen);
        let (check, _) = all.find(|(check, seen)| !passed(check, seen))?;
        Some(sentence(check, false))
    }

    fn judged(&self, verdict: Verdict) -> Vec<Judged> {
        let judged = |((check, seen), number): ((&Check, &Seen), u32)| {
            let passed = passed(check, seen);
            let unknown = !passed && !seen.broken && verdict != Verdict::Pass;
            let message = match unknown {
                true => "Not seen: the program failed before.".into(),
                false => sentence(check, passed),
            };
            Judged {
                check: number,
                passed,
                message,
            }
        };
        self.checks
            .iter()
            .zip(&self.seen)
            .zip(0..)
            .map(judged)
            .collect()
    }
}

fn passed(check: &Check, seen: &Seen) -> bool {
    match scope(&check.what) {
        Scope::Every => seen.held && !seen.broken,
        Scope::Some => seen.held,
    }
}

fn sum(points: impl Iterator<Item = u32>) -> u32 {
    points.fold(0, u32::saturating_add)
}

fn failed_by_outcome(trace: &Trace, findings: &[Finding]) -> Option<Failure> {
    let find = |wanted: fn(&FindingKind) -> bool| {
        let mut all = findings.iter();
        all.find(|finding| wanted(&finding.what))
    };
    let told = |wanted: fn(&FindingKind) -> bool, otherwise: String| {
        find(wanted).map_or(otherwise, |finding| finding.message.clone())
    };
    let exception: fn(&FindingKind) -> bool = |what| matches!(what, FindingKind::Exception { .. });
    let has_exception = findings.iter().any(|finding| exception(&finding.what));
    let (result, message) = match &trace.outcome {
        Outcome::Exited { code } => {
            let otherwise = format!("The program ended itself with exit code {code}.");
            (SubmissionResult::Exception, told(exception, otherwise))
        }
        Outcome::Killed { signal } => {
            let message = format!("A process of the program was ended by signal {signal}.");
            (SubmissionResult::Exception, told(exception, message))
        }
        outcome if has_exception || matches!(outcome, Outcome::Failed { .. }) => {
            let otherwise = "A task ended with an exception.".into();
            (SubmissionResult::Exception, told(exception, otherwise))
        }
        Outcome::Deadlock { .. } => {
            let deadlock: fn(&FindingKind) -> bool =
                |what| matches!(what, FindingKind::Deadlock { .. });
            // It says the cause, where the deadlock itself only says who waits.
            let missed: fn(&FindingKind) -> bool =
                |what| matches!(what, FindingKind::LostWakeup { .. });
            let otherwise = told(deadlock, "Nobody can go on.".into());
            (SubmissionResult::Deadlock, told(missed, otherwise))
        }
        Outcome::Livelock { .. } => {
            let livelock: fn(&FindingKind) -> bool =
                |what| matches!(what, FindingKind::Livelock { .. });
            (
                SubmissionResult::Livelock,
                told(livelock, "Nobody gets on.".into()),
            )
        }
        _ => return None,
    };
    let behind = match result {
        SubmissionResult::Deadlock => find(|what| matches!(what, FindingKind::Deadlock { .. })),
        SubmissionResult::Livelock => find(|what| matches!(what, FindingKind::Livelock { .. })),
        _ => find(exception),
    };
    Some(Failure {
        result,
        message,
        finding: behind.map(|finding| finding.id.clone()),
    })
}

fn wrong_output(trace: &Trace, check: &Check, rule: &StdoutRule) -> Failure {
    let printed = trace.output(Stream::Out);
    let printed = match printed.as_str() {
        "" => "It printed nothing".to_owned(),
        text => format!("It printed {}", quoted(text)),
    };
    let message = match (check.message.as_str(), rule) {
        ("", StdoutRule::Equals(text)) => format!("{printed}, and not {}.", quoted(text)),
        ("", StdoutRule::Lines(lines)) => {
            format!(
                "{printed}, and not these lines: {}.",
                quoted(&lines.join("\n"))
            )
        }
        (message, _) => format!("{printed}. {message}"),
    };
    Failure {
        result: SubmissionResult::WrongOutput,
        message,
        finding: None,
    }
}

fn quoted(text: &str) -> String {
    let lines: Vec<&str> = text.trim_end_matches('\n').split('\n').take(20).collect();
    format!("“{}”", shortened(&lines.join(" ⏎ ")))
}

fn racy(findings: &[Finding]) -> Failure {
    let race = |finding: &&Finding| matches!(finding.what, FindingKind::Race { .. });
    let race = findings.iter().find(race);
    let message = race.map(|race| race.message.clone());
    Failure {
        result: SubmissionResult::Race,
        message: message.unwrap_or_else(|| "Two accesses race.".into()),
        finding: race.map(|race| race.id.clone()),
    }
}
