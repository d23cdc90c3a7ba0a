//! Marks at the ends of rows: each kind has a shape of its own.

use heddle_timeline::map::End;
use leptos::prelude::*;

/// The mark's word in class names.
pub(super) const fn class(end: End) -> &'static str {
    match end {
        End::Fine => "fine",
        End::Warned => "warned",
        End::Failed => "failed",
        End::Cut => "cut",
        End::Folded => "folded",
        End::FoldedFailing => "folded-failing",
        End::Waiting => "waiting",
    }
}

/// The outline of a mark around a point.
fn outline(end: End, x: f64, y: f64) -> String {
    let (x, y) = (x.round(), y.round());
    match end {
        End::Fine | End::Waiting => {
            format!("M{} {y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z", x - 5.0)
        }
        End::Warned => format!("M{x} {}l6.5 11h-13z", y - 7.0),
        End::Failed => format!("M{} {}h13v13h-13z", x - 6.5, y - 6.5),
        End::Cut => format!("M{} {}v12", x, y - 6.0),
        End::Folded | End::FoldedFailing => format!("M{} {}l9 6.5l-9 6.5z", x - 4.0, y - 6.5),
    }
}

/// What is drawn into an outline, for eyes that see no red.
fn inside(end: End, x: f64, y: f64) -> Option<String> {
    let (x, y) = (x.round(), y.round());
    (end == End::Failed).then(|| format!("M{} {}l6 6m0 -6l-6 6", x - 3.0, y - 3.0))
}

/// A mark.
pub(super) fn mark(end: End, x: f64, y: f64) -> AnyView {
    let inside = inside(end, x, y).map(|d| view! { <path class="map-cross" d=d></path> });
    view! {
        <g class=format!("map-mark map-{}", class(end))>
            <path d=outline(end, x, y)></path>
            {inside}
        </g>
    }
    .into_any()
}

/// What the marks mean.
#[component]
pub(super) fn Legend() -> impl IntoView {
    let item = |(end, words): (End, &'static str)| {
        view! {
            <li>
                <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">
                    {mark(end, 9.0, 9.0)}
                </svg>
                {words}
            </li>
        }
    };
    let items = [
        (End::Fine, "ends well"),
        (End::Warned, "ends well, with a warning"),
        (End::Failed, "fails"),
        (End::Folded, "more, folded"),
        (End::Waiting, "not run (yet)"),
    ];
    view! {
        <ul class="map-legend" aria-label="Legend">
            {items.map(item)}
        </ul>
    }
}
