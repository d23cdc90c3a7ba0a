//! The frame around every page.

use leptos::prelude::*;

use crate::host::Host;
use crate::lean::{live, text};
use crate::load::Load;
use crate::pages::{Catalogue, LessonPage, Missing, Play};
use crate::router::{Route, Router};
use crate::theme::ThemeSwitch;
use crate::workbench::words;

/// The app.
#[component]
pub(crate) fn App() -> impl IntoView {
    let router = Router::start();
    provide_context(router);
    provide_context(Host::watch());
    let main = NodeRef::<leptos::html::Main>::new();
    let first = StoredValue::new(true);
    let page = move || {
        let (route, _) = router.page();
        if !first.get_value()
            && let Some(main) = main.get_untracked()
        {
            // Where a keyboard or a screen reader goes on after following a link.
            let _ = main.focus();
        }
        first.set_value(false);
        match route {
            Route::Catalogue => view! { <Catalogue /> }.into_any(),
            Route::Lesson(slug) => view! { <LessonPage slug /> }.into_any(),
            Route::Play => view! { <Play /> }.into_any(),
            Route::Missing => view! { <Missing /> }.into_any(),
        }
    };
    view! {
        <a class="skip-link" href="#main">"Skip to the content"</a>
        <Header router />
        <main id="main" tabindex="-1" node_ref=main>{live(page)}</main>
        <Footer />
    }
}

#[component]
fn Header(router: Router) -> impl IntoView {
    let current =
        move |wanted: fn(&Route) -> bool| move || wanted(&router.page().0).then_some("page");
    let course = |route: &Route| matches!(route, Route::Catalogue | Route::Lesson(_));
    let play = |route: &Route| matches!(route, Route::Play);
    view! {
        <header class="site-header">
            <a class="brand" href="/">
                <Mark />
                <span>"Heddle"</span>
            </a>
            <nav aria-label="Pages">
                <a href="/" aria-current=current(course)>"Course"</a>
                <a href="/play" aria-current=current(play) data-testid="nav-play">"Playground"</a>
            </nav>
            <ThemeSwitch />
        </header>
    }
}

/// Three warp threads, one of them lifted.
#[component]
fn Mark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
            <path d="M3 8h18M3 18h18" />
            <path class="lifted" d="M3 13c4 0 4-9 9-9s5 9 9 9" />
        </svg>
    }
}

#[component]
fn Footer() -> impl IntoView {
    let host: Host = expect_context();
    let words = move || {
        host.with(|health| match health {
            Load::Waiting => String::new(),
            Load::Failed(_) => "The server does not answer.".to_owned(),
            Load::Ready(health) => match &health.runner {
                None => format!("Heddle {}, the runner is being started", health.version),
                Some(host) => format!(
                    "Heddle {}, {}, {}{}{}",
                    health.version,
                    host.python,
                    words::jail(host.jail),
                    if host.jail_note.is_empty() { "" } else { ": " },
                    host.jail_note
                ),
            },
        })
    };
    view! {
        <footer class="site-footer">
            <p data-testid="jail">{text(words)}</p>
        </footer>
    }
}
