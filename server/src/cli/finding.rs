//! Findings as the command line lists them: those of a search each with the execution that showed it
//! first, and a schedule that shows it again.

use heddle_trace::{
    ExploreReport, FailingExecution, Finding, FindingKind, Location, Outcome, Program, Schedule,
    Severity, Sighting, Trace, UnderGil,
};
use serde::Serialize;

use super::accepted::{Accepted, By};
use super::words;

/// A finding of an exploration; the order of its fields is that of the documented JSON.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Listed {
    /// As `lost-update`.
    pub(crate) kind: String,
    pub(crate) severity: Severity,
    /// From 1, counted over the whole exploration.
    pub(crate) first_execution: u64,
    /// Forced switches in the schedule.
    pub(crate) switches: u32,
    pub(crate) schedule: Schedule,
    pub(crate) summary: String,
    pub(crate) id: String,
    pub(crate) explanation: String,
    pub(crate) under_gil: UnderGil,
    /// Where it happens.
    pub(crate) places: Vec<Place>,
    /// Names of what it is about.
    pub(crate) objects: Vec<String>,
    /// It is declared harmless.
    pub(crate) accepted: bool,
    /// By whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) accepted_by: Option<By>,
}

/// A finding of one execution (`run`, `step`, `replay`); the members are those of [`Listed`].
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Noticed {
    kind: String,
    severity: Severity,
    summary: String,
    id: String,
    explanation: String,
    under_gil: UnderGil,
    places: Vec<Place>,
    objects: Vec<String>,
    accepted: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted_by: Option<By>,
}

impl Noticed {
    /// What happened, and below it why that is wrong and what mends it.
    pub(crate) fn text(&self) -> String {
        let kind = self.kind.replace('-', " ");
        if let Some(by) = self.accepted_by {
            return format!("  {}: {kind}: {}\n", by.accepted(), self.summary);
        }
        let (why, gil) = (&self.explanation, words::under_gil(self.under_gil));
        format!("  {kind}: {}\n      {why}{gil}\n", self.summary)
    }
}

/// The findings of an execution. `trace` has its objects; its events are not needed.
pub(crate) fn noticed(
    findings: &[Finding],
    trace: &Trace,
    program: &Program,
    accepted: &Accepted,
) -> Vec<Noticed> {
    let one = |finding: &Finding| {
        let kind = kind(finding);
        let objects = finding.what.objects();
        let objects: Vec<String> = (objects.iter())
            .map(|object| heddle_trace::words::object_name(trace, *object))
            .collect();
        let accepted_by = accepted.by(finding.severity, &kind, &objects);
        Noticed {
            kind,
            severity: finding.severity,
            summary: finding.message.clone(),
            id: finding.id.0.clone(),
            explanation: finding.explanation.clone(),
            under_gil: finding.under_gil,
            places: places(&finding.what, program),
            objects,
            accepted: accepted_by.is_some(),
            accepted_by,
        }
    };
    findings.iter().map(one).collect()
}

/// As `lost-update`.
fn kind(finding: &Finding) -> String {
    finding.what.name().replace('_', "-")
}

/// A line of the program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Place {
    pub(crate) file: String,
    pub(crate) line: u32,
}

/// All findings of an exploration, failures first, then in the order in which they were seen.
///
/// A failure that a replay did not confirm is none: the report then says that the program is not
/// deterministic.
pub(crate) fn list(report: &ExploreReport, program: &Program, accepted: &Accepted) -> Vec<Listed> {
    let mut listed = Vec::new();
    if let Some(failure) = &report.failure {
        let failed_at = report.failed_at.unwrap_or(report.executions);
        let shortest = |execution, objects| Sighting {
            execution,
            switches: failure.preemptions,
            schedule: failure.schedule.clone(),
            objects,
        };
        for finding in &failure.findings {
            let first = first_sighting(report, finding);
            let execution = first.map_or(failed_at, |first| first.execution);
            let objects = first.map_or_else(Vec::new, |first| first.objects.clone());
            listed.push(new(program, finding, shortest(execution, objects)));
        }
        // With --fail-on it can be a warning that an execution fails by, and it ends well.
        let is_explained = listed.iter().any(|one| one.severity == Severity::Failure);
        if !is_explained && failure.outcome.is_failure() {
            listed.push(ending(failure, shortest(failed_at, Vec::new())));
        }
    }
    for (finding, sighting) in report.findings.iter().zip(&report.sightings) {
        let is_known = listed.iter().any(|one| one.id == finding.id.0);
        let is_doubtful = finding.severity == Severity::Failure && report.failure.is_none();
        if !is_known && !is_doubtful {
            listed.push(new(program, finding, sighting.clone()));
        }
    }
    for one in &mut listed {
        one.accepted_by = accepted.by(one.severity, &one.kind, &one.objects);
        one.accepted = one.accepted_by.is_some();
    }
    listed.sort_by_key(|one| (one.severity, one.accepted, one.first_execution));
    listed
}

fn first_sighting<'a>(report: &'a ExploreReport, finding: &Finding) -> Option<&'a Sighting> {
    let known = report.findings.iter().position(|one| one.id == finding.id);
    report.sightings.get(known?)
}

fn new(program: &Program, finding: &Finding, sighting: Sighting) -> Listed {
    Listed {
        kind: kind(finding),
        severity: finding.severity,
        first_execution: sighting.execution,
        switches: sighting.switches,
        schedule: sighting.schedule,
        summary: finding.message.clone(),
        id: finding.id.0.clone(),
        explanation: finding.explanation.clone(),
        under_gil: finding.under_gil,
        places: places(&finding.what, program),
        objects: sighting.objects,
        accepted: false,
        accepted_by: None,
    }
}

/// A failure that no finding explains: an exit code, a signal.
fn ending(failure: &FailingExecution, sighting: Sighting) -> Listed {
    let (kind, explanation) = match failure.outcome {
        Outcome::Exited { .. } => (
            "exit-code",
            "A program that went well ends with exit code 0.",
        ),
        Outcome::Killed { .. } => (
            "killed",
            "A process of the program was ended by a signal, so its work is not done.",
        ),
        _ => ("failure", ""),
    };
    Listed {
        kind: kind.into(),
        severity: Severity::Failure,
        first_execution: sighting.execution,
        switches: sighting.switches,
        schedule: sighting.schedule,
        summary: format!("The program {}.", words::outcome(&failure.outcome)),
        id: String::new(),
        explanation: explanation.into(),
        under_gil: UnderGil::Unknown,
        places: Vec::new(),
        objects: Vec::new(),
        accepted: false,
        accepted_by: None,
    }
}

fn places(what: &FindingKind, program: &Program) -> Vec<Place> {
    let sites = what.sites().into_iter().filter_map(|site| site.location);
    let others: Vec<Option<Location>> = match what {
        FindingKind::Deadlock { waiting, cycle, .. } => {
            let is_part = |task| cycle.is_empty() || cycle.contains(task);
            let part = waiting.iter().filter(|wait| is_part(&wait.task));
            part.map(|wait| wait.location).collect()
        }
        FindingKind::LostWakeup { waiting, .. } => vec![waiting.location],
        FindingKind::Exception { location, .. } => vec![*location],
        _ => Vec::new(),
    };
    let place = |at: Location| {
        let file = program.files.get(usize::from(at.file))?;
        Some(Place {
            file: file.name.clone(),
            line: at.line,
        })
    };
    let all = sites.chain(others.into_iter().flatten());
    let mut places: Vec<Place> = all.filter_map(place).collect();
    places.dedup();
    places
}
