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

/// Whether stock Python, with its GIL, does it too.
const fn granularity(granularity: Option<Granularity>) -> &'static str {
    match granularity {
        None => "",
        Some(Granularity::Language) => {
            " Python allows it; today's interpreters with a GIL may never show it."
        }
        Some(Granularity::Gil) => " This interpreter really does it.",
    }
}

/// A list of findings; nothing when there are none.
#[component]
pub(crate) fn FindingList(findings: Vec<Finding>) -> impl IntoView {
    let row = |finding: Finding| {
        view! {
            <li data-testid="finding" data-kind=finding.what.name()>
                <strong>{title(&finding.what)}</strong>
                ": "
                {words::full_stop(&finding.message)}
                <span class="quiet">{granularity(finding.granularity)}</span>
            </li>
        }
    };
    (!findings.is_empty()).then(|| {
        view! { <ul class="findings">{findings.into_iter().map(row).collect_view()}</ul> }
    })
}
