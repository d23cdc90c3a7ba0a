//! Something that the learner should know, beside what the program did.

use leptos::prelude::*;

use super::words;

/// What a notice is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The connection to the server.
    Connection,
    /// The runner.
    Runner,
    /// A schedule.
    Schedule,
    /// A request that was refused.
    Problem,
    /// The editor's program is not the one on show.
    Stale,
}

impl Subject {
    const fn name(self) -> &'static str {
        match self {
            Subject::Connection => "connection",
            Subject::Runner => "runner",
            Subject::Schedule => "schedule",
            Subject::Problem => "problem",
            Subject::Stale => "stale",
        }
    }

    /// A loss is told at once; the rest waits its turn.
    const fn role(self) -> &'static str {
        match self {
            Subject::Connection | Subject::Stale => "status",
            Subject::Runner | Subject::Schedule | Subject::Problem => "alert",
        }
    }
}

/// A notice, with what can be done about it.
#[component]
pub(crate) fn Notice(
    about: Subject,
    #[prop(into)] title: String,
    #[prop(into)] detail: String,
    #[prop(optional)] children: Option<Children>,
) -> impl IntoView {
    view! {
        <div
            class=format!("notice notice-{}", about.name())
            role=about.role()
            data-testid="notice"
            data-kind=about.name()
        >
            <p class="notice-title">{title}</p>
            <p>{words::capital(&detail)}</p>
            {children.map(|children| view! { <div class="card-actions">{children()}</div> })}
        </div>
    }
}
