//! No such page.

use leptos::prelude::*;

use super::set_title;

/// What an unknown address shows.
#[component]
pub(crate) fn Missing() -> impl IntoView {
    set_title("Not found");
    view! {
        <div class="page page-narrow">
            <h1>"There is no such page"</h1>
            <p>
                "The address may be mistyped, or the page has moved. " <a href="/">"Go to the course"</a>
                " or " <a href="/play">"to the playground"</a> "."
            </p>
        </div>
    }
}
