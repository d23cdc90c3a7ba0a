//! Keeping the page small.
//!
//! Leptos makes code of its own for every type of closure in a view, and every closure is a type.
//! What passes through here is one type, and so one piece of code, wherever it stands.

use leptos::prelude::*;

/// Whether it holds, for `<Show when=…>`.
pub(crate) fn holds(
    it: impl Into<Signal<bool>>,
) -> impl Fn() -> bool + Clone + Send + Sync + 'static {
    let it: Signal<bool> = it.into();
    holds_signal(it)
}

fn holds_signal(it: Signal<bool>) -> impl Fn() -> bool + Clone + Send + Sync + 'static {
    move || it.get()
}

/// A part of the page that is made anew whenever what it depends on changes.
pub(crate) type Live = Box<dyn FnMut() -> AnyView + Send>;

/// Makes one.
pub(crate) fn live<V: IntoView + 'static>(make: impl Fn() -> V + Send + 'static) -> Live {
    Box::new(move || make().into_any())
}

/// Text that changes.
pub(crate) fn text(make: impl Fn() -> String + Send + Sync + 'static) -> Signal<String> {
    Signal::derive(make)
}
