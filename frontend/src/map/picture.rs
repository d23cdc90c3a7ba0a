//! The picture: its keys and clicks, and what is marked on it.

use heddle_timeline::map::{End, Move, mark_svg};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::Chart;
use crate::lean::text;

/// The map as a picture.
#[component]
pub(super) fn Picture(chart: Chart) -> impl IntoView {
    let size = move || {
        chart
            .plan
            .with(|plan| (plan.0.width as i32, plan.0.height as i32))
    };
    let (wide, high) = (move || size().0.to_string(), move || size().1.to_string());
    let summary = move || {
        let search = chart.search.get();
        let summary = chart.store.with(|map| map.summary(search));
        format!("Map of interleavings: {summary} The list has the same in words.")
    };
    let spot_at = move |event: &web_sys::MouseEvent| {
        let window = chart.window.get_untracked()?;
        let corner = window.get_bounding_client_rect();
        let x = f64::from(event.client_x()) - corner.left() + f64::from(window.scroll_left());
        let y = f64::from(event.client_y()) - corner.top() + f64::from(window.scroll_top());
        chart.plan.with_untracked(|plan| plan.0.hit(x, y))
    };
    let band = move |spot: RwSignal<Option<_>>| {
        text(move || {
            let spot = spot.get();
            chart
                .plan
                .with(|plan| spot.map_or_else(String::new, |spot| plan.0.band_svg(spot)))
        })
    };
    let rows = text(move || chart.plan.with(|plan| plan.0.svg()));
    let way = Memo::new(move |_| {
        let here = chart.here.get()?;
        chart.plan.with(|plan| {
            let way = chart.store.with_untracked(|map| plan.0.way(map, &here));
            Some((way.leaves, plan.0.way_svg(&way)))
        })
    });
    let leaves = move || way.with(|way| way.as_ref().map(|(leaves, _)| leaves.to_string()));
    let way = text(move || way.get().map_or_else(String::new, |(_, svg)| svg));
    view! {
        <div
            class="map-window"
            node_ref=chart.window
            tabindex="0"
            role="group"
            data-keys="own"
            aria-label="Map. Arrow keys go from row to row and back to where executions part, Enter opens."
            on:keydown=move |event| pressed(chart, &event)
            on:pointermove=move |event| chart.pointed.set(spot_at(&event))
            on:pointerleave=move |_| chart.pointed.set(None)
            on:click=move |event| {
                if let Some(spot) = spot_at(&event) {
                    chart.act(spot);
                }
            }
        >
            <svg class="map-drawing" role="img" aria-label=text(summary) width=text(wide) height=text(high)>
                <g class="map-selected" inner_html=band(chart.selected)></g>
                <g class="map-pointed" inner_html=band(chart.pointed)></g>
                <g inner_html=rows></g>
                <g class="map-here" data-testid="map-here" data-leaves=leaves inner_html=way></g>
            </svg>
        </div>
    }
}

fn pressed(chart: Chart, event: &KeyboardEvent) {
    if event.ctrl_key() || event.meta_key() || event.alt_key() {
        return;
    }
    let towards = match event.key().as_str() {
        "ArrowUp" => Some(Move::Up),
        "ArrowDown" => Some(Move::Down),
        "ArrowLeft" => Some(Move::Left),
        "ArrowRight" => Some(Move::Right),
        "Home" => Some(Move::First),
        "End" => Some(Move::Last),
        "Enter" | " " => None,
        _ => return,
    };
    event.prevent_default();
    match (towards, chart.selected.get_untracked()) {
        (Some(towards), _) => chart.go(towards),
        (None, Some(spot)) => chart.act(spot),
        (None, None) => chart.go(Move::First),
    }
}

/// What the marks mean.
#[component]
pub(super) fn Legend() -> impl IntoView {
    let item = |(end, words): (End, &'static str)| {
        view! {
            <li>
                <svg width="18" height="18" aria-hidden="true" inner_html=mark_svg(end, 9.0, 9.0)></svg>
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
