//! The page: a Leptos app that runs in the browser.

use leptos::prelude::*;

fn main() {
    mount_to_body(|| view! { <h1>"Heddle"</h1> });
}
