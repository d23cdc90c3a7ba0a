//! Rewriting the address of the page on show, without a new entry in the history.

use std::time::Duration;

use leptos::prelude::*;

use crate::link::Link;

/// How often the address was rewritten lately. A browser ignores more than about two hundred
/// rewrites in ten seconds, and a scrubber that is dragged makes as many.
#[derive(Debug, Clone, Copy, Default)]
struct Rewrites {
    /// Start of the ten seconds, milliseconds.
    since: f64,
    /// Rewrites in them.
    count: u32,
    /// All rewrites so far: the number of the newest.
    newest: u64,
}

impl Rewrites {
    const SPAN_MS: f64 = 10_000.0;
    const MOST: u32 = 120;
    const LATER: Duration = Duration::from_millis(400);

    /// Counts one; whether it may be made at once.
    fn may(&mut self, now: f64) -> bool {
        if now - self.since > Self::SPAN_MS {
            self.since = now;
            self.count = 0;
        }
        self.count += 1;
        self.newest += 1;
        self.count <= Self::MOST
    }
}

/// The browser's address bar.
#[derive(Clone, Copy)]
pub(crate) struct AddressBar(StoredValue<Rewrites>);

impl AddressBar {
    /// The only one.
    pub(crate) fn new() -> AddressBar {
        AddressBar(StoredValue::new(Rewrites::default()))
    }

    /// Shows a link: at once, or a little later when there were too many.
    pub(crate) fn show(self, link: &Link) {
        let mut rewrites = self.0.get_value();
        let at_once = rewrites.may(js_sys::Date::now());
        self.0.set_value(rewrites);
        if at_once {
            replace_query(link);
            return;
        }
        let link = link.clone();
        let later = move || {
            if self.0.get_value().newest == rewrites.newest {
                replace_query(&link);
            }
        };
        set_timeout(later, Rewrites::LATER);
    }

    /// Another page is on show: what is still to come is about the one before.
    pub(crate) fn left(self) {
        self.0.update_value(|rewrites| rewrites.newest += 1);
    }
}

fn replace_query(link: &Link) {
    let path = window().location().pathname().unwrap_or_default();
    let query = link.to_string();
    let mark = if query.is_empty() { "" } else { "?" };
    if let Ok(history) = window().history() {
        // When the browser refuses, the address is that of some steps before.
        let _ = history.replace_state_with_url(
            &wasm_bindgen::JsValue::NULL,
            "",
            Some(&format!("{path}{mark}{query}")),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_not_rewritten_more_often_than_browsers_allow() {
        let mut rewrites = Rewrites::default();
        let made = (0..300).filter(|n| rewrites.may(1e9 + f64::from(*n) * 30.0));
        assert_eq!(made.count() as u32, Rewrites::MOST);
        assert!(rewrites.may(1e9 + 10_001.0));
    }
}
