//! The free playground: any program.

use heddle_api::CellMode;
use heddle_trace::Program;
use leptos::prelude::*;

use super::set_title;
use crate::workbench::{Subject, Workbench};

/// What the playground starts with: small, and wrong in a way that a free run hardly shows.
const FIRST: &str = include_str!("play.py");

/// The playground's page.
#[component]
pub(crate) fn Play() -> impl IntoView {
    set_title("Playground");
    let subject = Subject {
        cell: None,
        name: "play".into(),
        title: "main.py".into(),
        program: Program::python(FIRST),
        editable: true,
        mode: CellMode::Run,
        challenge: None,
    };
    view! {
        <div class="page">
            <div class="hero hero-small">
                <h1>"Playground"</h1>
                <p class="lead">
                    "Any Python program with threads. Run it for real, take its steps one by one, or let every interleaving be tried."
                </p>
            </div>
            <Workbench subject />
        </div>
    }
}
