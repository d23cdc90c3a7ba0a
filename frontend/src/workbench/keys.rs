//! Keys of a workbench. They act only while the focus is in it, and never in the editor or in a
//! field, so that they take nothing from the browser or a screen reader.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::bench::{Bench, StageKind};
use super::tasks;

/// What has keys of its own.
const OWN_KEYS: &str = "[data-keys=own], input, textarea, select";

/// A key was pressed somewhere in the workbench.
pub(super) fn pressed(bench: Bench, event: &web_sys::KeyboardEvent) {
    let modified = event.ctrl_key() || event.meta_key() || event.alt_key();
    if event.default_prevented() || modified || has_own_keys(event) {
        return;
    }
    let stepping = bench
        .stage
        .with_untracked(|stage| stage.kind() == StageKind::Steps);
    if stepping && act(bench, event) {
        event.prevent_default();
    }
}

fn has_own_keys(event: &web_sys::KeyboardEvent) -> bool {
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| matches!(element.closest(OWN_KEYS), Ok(Some(_))))
}

fn act(bench: Bench, event: &web_sys::KeyboardEvent) -> bool {
    let key = event.key();
    if let Some(task) = tasks::of_key(&key) {
        // A key that is held must not race through the program.
        if !event.repeat() {
            bench.take(task);
        }
        return true;
    }
    match (key.as_str(), event.shift_key()) {
        ("ArrowLeft", true) => bench.back_to_switch(),
        ("ArrowLeft", false) => bench.back(),
        ("ArrowRight", false) => bench.forward(),
        ("ArrowRight", true) | ("n", false) => bench.run_on(false),
        ("Home", _) => bench.go_to_step(0, false),
        ("End", _) => bench.go_to_end(),
        ("u", false) => bench.undo(),
        _ => return false,
    }
    true
}
