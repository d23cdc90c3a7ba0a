//! The page: a Leptos app that runs in the browser.
//!
//! Invariant: what the page knows and decides is plain Rust with tests that run natively; only
//! drawing, listening and asking the server touch the browser.

// Leptos makes every component `pub`, whatever it is declared as.
#![allow(unreachable_pub)]

mod api;
mod app;
mod editor;
mod json;
mod link;
mod load;
mod pages;
mod router;
mod stream;
mod theme;
mod timeline;
mod workbench;

use leptos::prelude::*;

fn main() {
    std::panic::set_hook(Box::new(|panic| {
        leptos::logging::error!("the page broke: {panic}");
    }));
    mount_to_body(app::App);
}
