//! Findings: what is wrong or suspicious, in words.

use heddle_trace::{Finding, FindingKind, UnderGil};
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

/// Whether only a switch in the middle of straight code makes it happen, which stock Python, with
/// its GIL, never does.
fn needs_fine_switches(finding: &Finding) -> bool {
    finding.under_gil == UnderGil::No
}

/// A list of findings; nothing when there are none.
#[component]
pub(crate) fn FindingList(findings: Vec<Finding>) -> impl IntoView {
    let note = findings.iter().any(needs_fine_switches);
    let row = |finding: Finding| {
        let title = title(&finding.what);
        let heading = (!says(title, &finding.message)).then(|| format!("{title}: "));
        view! {
            <li data-testid="finding" data-kind=finding.what.name()>
                <strong>{heading}</strong>
                {words::full_stop(&finding.message)}
                <br />
                <span class="quiet">{finding.explanation}</span>
            </li>
        }
    };
    (!findings.is_empty()).then(|| {
        view! {
            <ul class="findings">{findings.into_iter().map(row).collect_view()}</ul>
            {note
                .then(|| {
                    view! {
                        <p class="quiet">
                            "The language allows such switches in the middle of a statement; an interpreter with a GIL, as stock Python has one, does not make them."
                        </p>
                    }
                })}
        }
    })
}

/// Whether a message begins with the title's words, or with one of them.
fn says(title: &str, message: &str) -> bool {
    let first = message.split([' ', ':', ',']).next().unwrap_or_default();
    let first = first.to_ascii_lowercase();
    title
        .to_ascii_lowercase()
        .split(' ')
        .any(|word| word == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_not_said_twice() {
        assert!(says("Data race", "Race on counter.value: ..."));
        assert!(says("Deadlock", "Deadlock: first holds ..."));
        assert!(!says("Data race", "counter.value is read ..."));
    }
}
