//! The page: a Leptos app that runs in the browser.
//!
//! Invariant: what the page knows and decides is plain Rust with tests that run natively; only
//! drawing, listening and asking the server touch the browser.

// Leptos makes every component `pub`, whatever it is declared as.
#![allow(unreachable_pub)]

mod address_bar;
mod api;
mod app;
mod editor;
mod host;
mod json;
mod lean;
mod link;
mod load;
mod map;
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
        tell_that_the_page_broke();
    }));
    if let Some(loading) = document().get_element_by_id("loading") {
        loading.remove();
    }
    mount_to_body(app::App);
}

/// After a panic nothing of the app can be trusted, so this is done by hand.
fn tell_that_the_page_broke() {
    let Ok(notice) = document().create_element("p") else {
        return;
    };
    notice.set_class_name("page-broke");
    notice.set_text_content(Some(
        "The page has a fault and stopped working. Load it anew: your program is kept.",
    ));
    if let Some(body) = document().body()
        && notice.set_attribute("role", "alert").is_ok()
    {
        // Failing to show that something failed leaves only the console.
        let _ = body.append_child(&notice);
    }
}
