//! The picture: lines, marks and words as a drawing of real elements, with its keys and clicks.

use heddle_timeline::map::{Label, Line, Move, Plan, PlannedRow, Way};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;

use super::Chart;
use super::marks::{class, mark};
use crate::lean::{live, text};

/// The map as a picture.
#[component]
pub(super) fn Picture(chart: Chart) -> impl IntoView {
    let box_size = move || {
        let (width, height) = size(chart);
        format!("0 0 {width} {height}")
    };
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
    let rows = move || {
        chart.plan.with(|plan| {
            plan.0
                .rows
                .iter()
                .map(|row| drawn(&plan.0, row))
                .collect_view()
        })
    };
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
            <svg
                class="map-drawing"
                role="img"
                aria-label=text(summary)
                viewBox=text(box_size)
                width=text(move || size(chart).0.to_string())
                height=text(move || size(chart).1.to_string())
            >
                {live(move || chosen(chart))}
                {live(rows)}
                {live(move || way(chart))}
            </svg>
        </div>
    }
}

fn size(chart: Chart) -> (i32, i32) {
    chart
        .plan
        .with(|plan| (plan.0.width.round() as i32, plan.0.height.round() as i32))
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

/// A line from one that it leaves down to its own height, and on.
fn path(row: &PlannedRow) -> String {
    let Line { x0, x1 } = row.line;
    let y = row.y;
    match row.up {
        None => format!("M{x0:.1} {y}H{x1:.1}"),
        Some(up) => {
            let bend = 6.0f64.min((x1 - x0).max(0.0));
            let (corner, after) = (y - bend, x0 + bend);
            format!("M{x0:.1} {up}V{corner}Q{x0:.1} {y} {after:.1} {y}H{x1:.1}")
        }
    }
}

fn drawn(plan: &Plan, row: &PlannedRow) -> AnyView {
    let y = row.y;
    let own = format!("M{:.1} {y}H{:.1}", row.own.x0, row.own.x1);
    let label = |label: &Label| {
        view! { <text class="map-task" x=label.x y=y - 5.0>{label.text.clone()}</text> }
    };
    view! {
        <g class=format!("map-row map-row-{}", class(row.end))>
            <path class="map-line" d=path(row)></path>
            <path class="map-own" d=own></path>
            {row.labels.iter().map(label).collect_view()}
            {mark(row.end, row.line.x1, y)}
            <text class="map-words" x=plan.words_x y=y + 4.0>{row.words.clone()}</text>
        </g>
    }
    .into_any()
}

/// The rows under the pointer and of the selection.
fn chosen(chart: Chart) -> impl IntoView {
    let band = move |spot, class: &'static str| {
        chart.plan.with(|plan| {
            let (x, y) = plan.0.place(spot)?;
            let width = plan.0.width;
            Some(view! {
                <g class=class>
                    <rect x="0" y=y - 15.0 width=width height="22" rx="4"></rect>
                    <circle cx=x cy=y r="8"></circle>
                </g>
            })
        })
    };
    let pointed = chart.pointed.get();
    let selected = chart.selected.get().filter(|spot| Some(*spot) != pointed);
    view! {
        {selected.and_then(|spot| band(spot, "map-selected"))}
        {pointed.and_then(|spot| band(spot, "map-pointed"))}
    }
}

/// Where the steps that are on show lead: you are here.
fn way(chart: Chart) -> Option<impl IntoView> {
    let here = chart.here.get()?;
    let (lines, last) = chart.plan.with(|plan| {
        let Way { lines, leaves } = chart.store.with_untracked(|map| plan.0.way(map, &here));
        let last = lines
            .last()
            .map(|(row, line)| (line.x1, plan.0.rows[*row].y, leaves));
        let lines: Vec<String> = lines
            .iter()
            .map(|(row, line)| {
                let row = &plan.0.rows[*row];
                path(&PlannedRow {
                    line: *line,
                    ..row.clone()
                })
            })
            .collect();
        (lines, last)
    });
    let (x, y, leaves) = last?;
    let class = if leaves {
        "map-here map-elsewhere"
    } else {
        "map-here"
    };
    Some(view! {
        <g class=class data-testid="map-here" data-leaves=leaves.to_string()>
            {lines.into_iter().map(|d| view! { <path d=d></path> }).collect_view()}
            <circle cx=x cy=y r="10"></circle>
        </g>
    })
}
