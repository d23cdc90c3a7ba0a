//! Findings: what is wrong or suspicious, in words.

use heddle_trace::{Finding, FindingKind, Severity, UnderGil};
use leptos::prelude::*;

use super::words;

/// A finding's kind for people.
const fn title(kind: &FindingKind) -> &'static str {
    match kind {
        FindingKind::Deadlock { .. } => "Deadlock",
        FindingKind::Race { .. } => "Data race",
        FindingKind::LostUpdate { .. } => "Lost update",
        FindingKind::LockOrder { .. } => "Locks taken in both orders",
        FindingKind::Exception { .. } => "Exception",
        FindingKind::Livelock { .. } => "Livelock",
        FindingKind::HeldAtExit { .. } => "Lock never given back",
        FindingKind::LostWakeup { .. } => "Lost wake-up",
        FindingKind::CheckThenAct { .. } => "Check, then act",
        FindingKind::WrongLock { .. } => "Different locks",
        FindingKind::Unjoined { .. } => "Cut off at the end",
        FindingKind::NotifyWithoutWaiter { .. } => "Notify without a waiter",
    }
}

/// How bad it is, as a word and in class names.
const fn severity(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::Failure => ("Failure", "severity severity-failure"),
        Severity::Warning => ("Warning", "severity severity-warning"),
    }
}

/// Whether it happens under a GIL, in words.
const fn gil_words(under_gil: UnderGil) -> &'static str {
    match under_gil {
        UnderGil::Yes => "It also happens under a GIL, as stock Python has one.",
        UnderGil::No => {
            "Not under a GIL, as stock Python has one: it takes a switch in the middle of a statement, \
             which free-threaded Python can make."
        }
        UnderGil::Unknown => "",
    }
}

/// Findings by how bad they are, each once: two with the same id are one mistake, seen twice.
pub(super) fn each_once<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Finding> {
    let (mut failures, mut warnings): (Vec<Finding>, Vec<Finding>) = Default::default();
    for finding in findings {
        let alike = match finding.severity {
            Severity::Failure => &mut failures,
            Severity::Warning => &mut warnings,
        };
        if !alike.iter().any(|other| other.id == finding.id) {
            alike.push(finding.clone());
        }
    }
    failures.append(&mut warnings);
    failures
}

/// A list of findings; nothing when there are none. One without a message is told of elsewhere, and
/// only explained here.
#[component]
pub(crate) fn FindingList(findings: Vec<Finding>) -> impl IntoView {
    let paragraph = |text: String, class: &'static str| {
        (!text.is_empty()).then(|| view! { <p class=class>{text}</p> })
    };
    let row = |finding: Finding| {
        let (word, class) = severity(finding.severity);
        let message = match finding.message.as_str() {
            "" => String::new(),
            message => words::full_stop(message),
        };
        view! {
            <li data-testid="finding" data-kind=finding.what.name()>
                <p class="finding-head">
                    <span class=class>{word}</span>
                    {title(&finding.what)}
                </p>
                {paragraph(message, "")}
                {paragraph(finding.explanation, "quiet")}
                {paragraph(gil_words(finding.under_gil).to_owned(), "quiet")}
            </li>
        }
    };
    (!findings.is_empty()).then(|| {
        view! { <ul class="findings" role="list">{findings.into_iter().map(row).collect_view()}</ul> }
    })
}

#[cfg(test)]
mod tests {
    use heddle_trace::{FindingId, Granularity, TaskId};

    use super::*;

    fn finding(id: &str, severity: Severity, message: &str) -> Finding {
        Finding {
            id: FindingId::of(id),
            severity,
            what: FindingKind::Livelock {
                tasks: vec![TaskId(1)],
                sites: Vec::new(),
            },
            message: message.into(),
            explanation: String::new(),
            under_gil: UnderGil::Unknown,
            granularity: Some(Granularity::Language),
        }
    }

    #[test]
    fn one_mistake_seen_twice_is_told_once_and_the_worst_comes_first() {
        let all = [
            finding("a", Severity::Warning, "in one execution"),
            finding("b", Severity::Failure, "the same words"),
            finding("a", Severity::Warning, "in another execution"),
            finding("c", Severity::Failure, "the same words"),
        ];
        let told: Vec<String> = each_once(all.iter())
            .into_iter()
            .map(|finding| finding.message)
            .collect();
        assert_eq!(
            told,
            ["the same words", "the same words", "in one execution"]
        );
    }
}
