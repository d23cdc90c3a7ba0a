//! Findings: what is wrong or suspicious, in words.

use heddle_trace::{Finding, FindingKind, Granularity};
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
    }
}

/// Whether stock Python, with its GIL, does it too: a question only where locks play no part.
const fn granularity(finding: &Finding) -> &'static str {
    match (&finding.what, finding.granularity) {
        (
            FindingKind::Race { .. } | FindingKind::LostUpdate { .. },
            Some(Granularity::Language),
        ) => " The language allows it; an interpreter with a GIL may seldom or never show it.",
        (_, _) => "",
    }
}

/// The message without the title that stands before it.
fn message(finding: &Finding) -> String {
    let title = title(&finding.what);
    let rest = finding.message.strip_prefix(title);
    let rest = rest.and_then(|rest| rest.strip_prefix(": "));
    words::full_stop(rest.unwrap_or(&finding.message))
}

/// A list of findings; nothing when there are none.
#[component]
pub(crate) fn FindingList(findings: Vec<Finding>) -> impl IntoView {
    let row = |finding: Finding| {
        view! {
            <li data-testid="finding" data-kind=finding.what.name()>
                <strong>{title(&finding.what)}</strong>
                ": "
                {message(&finding)}
                <span class="quiet">{granularity(&finding)}</span>
            </li>
        }
    };
    (!findings.is_empty()).then(|| {
        view! { <ul class="findings">{findings.into_iter().map(row).collect_view()}</ul> }
    })
}
