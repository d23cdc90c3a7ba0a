//! The timeline on the page: a picture on a canvas, the same as a table, and the wait-for graph.
//!
//! What is drawn and where is decided by `heddle_timeline`; this listens, paints and speaks.

mod chart;
mod keys;
mod painter;
mod palette;
mod store;
mod table;
mod wait_graph;
pub(crate) mod watch;

use heddle_timeline::{Axis, Recording};
use heddle_trace::Location;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use crate::lean::{holds, live, text};
use chart::{Chart, is_from_field};
use keys::{Action, HELP, action};
pub(crate) use store::TraceStore;
use table::EventTable;
pub(crate) use wait_graph::WaitGraphView;

/// The timeline of a trace. `selected` is the index of an event, both ways; `None` is the state
/// before the first. `on_line` is called when the user asks for an event's line.
#[component]
pub(crate) fn Timeline(
    store: TraceStore,
    selected: RwSignal<Option<usize>>,
    axis: RwSignal<Axis>,
    /// Whether tasks of the standard library are shown.
    system: RwSignal<bool>,
    #[prop(optional)] on_line: Option<Callback<Location>>,
) -> impl IntoView {
    let chart = Chart::new(store, selected, axis, system, on_line);
    let (as_table, help) = (RwSignal::new(false), RwSignal::new(false));
    Effect::new(move || chart.follow());
    watch::watch(
        chart.window,
        move || chart.resized(),
        move || chart.recoloured(),
    );
    let act = move |wish: Action| match wish {
        Action::Help => help.update(|open| *open = !*open),
        Action::Close => help.set(false),
        other => chart.act(other),
    };
    let on_key = move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let wish = action(&event.key(), event.shift_key(), is_from_field(&event));
        let closes_nothing = wish == Some(Action::Close) && !help.get_untracked();
        let reads_table = as_table.get_untracked() && matches!(wish, Some(Action::Lane { .. }));
        if let Some(wish) = wish.filter(|_| !closes_nothing && !reads_table) {
            event.prevent_default();
            event.stop_propagation();
            act(wish);
        }
    };
    let events = move || {
        store.version().track();
        store.with(|r| r.trace().events.len())
    };
    view! {
        <section
            class="timeline"
            aria-label="Timeline"
            data-testid="timeline"
            data-events=events
            on:keydown=on_key
        >
            <Toolbar chart as_table help />
            <Show when=holds(help)>
                <Help />
            </Show>
            <Picture chart hidden=as_table />
            <Show when=holds(as_table)>
                <EventTable store selected />
            </Show>
            <Scrubber chart />
        </section>
    }
}

/// Buttons above the picture.
#[component]
fn Toolbar(chart: Chart, as_table: RwSignal<bool>, help: RwSignal<bool>) -> impl IntoView {
    // A controlled execution that never sleeps takes no time on its clock.
    let timeless = Memo::new(move |_| {
        chart.store.version().track();
        chart.store.with(|r| {
            let last = r.trace().events.len().checked_sub(1);
            last.is_some_and(|e| r.time(e) == Some(0))
        })
    });
    let axis_choice = move |axis: Axis, label: &'static str, id: &'static str| {
        view! {
            <button
                type="button"
                class="tl-button"
                data-testid=id
                aria-pressed=text(move || (chart.axis.get() == axis).to_string())
                disabled=move || axis == Axis::Time && timeless.get()
                on:click=move |_| chart.axis.set(axis)
            >
                {label}
            </button>
        }
    };
    let zoom = move |wish: Action, sign: &'static str, label: &'static str| {
        view! {
            <button
                type="button"
                class="tl-button tl-icon"
                aria-label=label
                title=label
                on:click=move |_| chart.act(wish)
            >
                {sign}
            </button>
        }
    };
    view! {
        <div class="tl-toolbar">
            <div class="tl-group" role="group" aria-label="Axis">
                {axis_choice(Axis::Steps, "Steps", "timeline-axis-steps")}
                {axis_choice(Axis::Time, "Time", "timeline-axis-time")}
            </div>
            <div class="tl-group" role="group" aria-label="Zoom">
                {zoom(Action::Zoom(1.0 / 1.5), "−", "Zoom out")}
                {zoom(Action::Zoom(1.5), "+", "Zoom in")}
                {zoom(Action::Fit, "Fit", "Show everything")}
            </div>
            <SystemSwitch chart />
            <span class="tl-space"></span>
            <button
                type="button"
                class="tl-button"
                data-testid="timeline-table-toggle"
                aria-pressed=text(move || as_table.get().to_string())
                on:click=move |_| as_table.update(|on| *on = !*on)
            >
                "Table"
            </button>
            <button
                type="button"
                class="tl-button tl-icon"
                aria-label="Keys of the timeline"
                title="Keys of the timeline"
                aria-expanded=text(move || help.get().to_string())
                on:click=move |_| help.update(|open| *open = !*open)
            >
                "?"
            </button>
        </div>
    }
}

/// A choice that is there only where it makes a difference.
#[component]
fn SystemSwitch(chart: Chart) -> impl IntoView {
    let there_are_some = Memo::new(move |_| {
        chart.store.version().track();
        chart
            .store
            .with(|r| r.trace().tasks.iter().any(|t| t.system))
    });
    view! {
        <Show when=holds(there_are_some)>
            <label class="tl-check">
                <input
                    type="checkbox"
                    prop:checked=move || chart.system.get()
                    on:change=move |event| chart.system.set(event_target_checked(&event))
                />
                "Tasks of the library"
            </label>
        </Show>
    }
}

#[component]
fn Help() -> impl IntoView {
    let entry = |(keys, what): (&'static str, &'static str)| {
        view! {
            <div>
                <dt>{keys}</dt>
                <dd>{what}</dd>
            </div>
        }
    };
    view! {
        <dl class="tl-help" aria-label="Keys of the timeline">
            {HELP.map(entry)}
        </dl>
    }
}

/// The canvas. It is as high as the window it scrolls in and stays there; what scrolls is a box of
/// the height of all lanes.
#[component]
fn Picture(chart: Chart, hidden: RwSignal<bool>) -> impl IntoView {
    let summary = Memo::new(move |_| {
        chart.store.version().track();
        let outcome = chart.store.narrate(|n| n.outcome());
        chart.store.with(|r| summary(r, &outcome))
    });
    let tip = move || {
        chart.tip.get().map(|tip| {
            let side = if tip.left {
                "tl-tip tl-tip-left"
            } else {
                "tl-tip"
            };
            view! {
                <div
                    class=side
                    aria-hidden="true"
                    style:left=px(tip.x)
                    style:top=px(tip.y)
                >
                    {tip.text}
                </div>
            }
        })
    };
    view! {
        <div class="tl-picture" hidden=move || hidden.get()>
            <div
                class="tl-window"
                node_ref=chart.window
                tabindex="0"
                role="group"
                aria-label="Lanes. Arrow keys go from step to step, question mark lists the keys."
                style:height=text(move || px(chart.shown_height()))
                on:scroll=move |_| chart.scrolled()
            >
                <div class="tl-lanes" style:height=text(move || px(chart.content.get()))>
                    <canvas
                        node_ref=chart.canvas
                        data-testid="timeline-canvas"
                        role="img"
                        aria-label=text(move || summary.get())
                        style:height=text(move || px(chart.shown_height()))
                        on:wheel=move |event| chart.wheel(&event)
                        on:pointerdown=move |event| chart.pressed(&event)
                        on:pointermove=move |event| chart.moved(&event)
                        on:pointerup=move |event| chart.released(&event)
                        on:pointercancel=move |_| chart.left()
                        on:pointerleave=move |_| chart.left()
                        on:dblclick=move |event| {
                            chart.double_clicked(f64::from(event.offset_x()), f64::from(event.offset_y()));
                        }
                    ></canvas>
                </div>
            </div>
            {live(tip)}
            <Legend />
        </div>
    }
}

/// A length for a style, in whole pixels.
fn px(length: f64) -> String {
    format!("{}px", length.round() as i32)
}

/// What a picture shows, in one line.
fn summary(recording: &Recording, outcome: &str) -> String {
    let (tasks, steps) = (recording.trace().tasks.len(), recording.columns());
    let unit = if recording.is_controlled() {
        "steps"
    } else {
        "events"
    };
    let end = if recording.is_finished() {
        format!(" {outcome}.")
    } else {
        String::new()
    };
    format!("Timeline of {tasks} tasks, {steps} {unit}.{end} The table has the same in words.")
}

#[component]
fn Legend() -> impl IntoView {
    let item = |class: &'static str, text: &'static str| {
        view! {
            <li>
                <span class=class aria-hidden="true"></span>
                {text}
            </li>
        }
    };
    view! {
        <ul class="tl-legend" aria-label="Legend">
            {item("tl-key tl-key-step", "takes a step, runs")}
            {item("tl-key tl-key-ready", "could go")}
            {item("tl-key tl-key-hold", "holds")}
            {item("tl-key tl-key-wait", "waits")}
            {item("tl-key tl-key-stuck", "waits for ever")}
        </ul>
    }
}

/// The slider under the picture.
#[component]
fn Scrubber(chart: Chart) -> impl IntoView {
    let slider: NodeRef<html::Input> = NodeRef::new();
    let state = Memo::new(move |_| {
        chart.store.version().track();
        let selected = chart.selected.get();
        chart.store.with(|r| {
            (
                r.steps_at(selected),
                r.columns(),
                selected,
                r.is_controlled(),
            )
        })
    });
    // The length before the value: the browser cuts values that are too long.
    Effect::new(move || {
        let (step, steps, ..) = state.get();
        if let Some(slider) = slider.get() {
            slider.set_max(&steps.to_string());
            slider.set_value(&step.to_string());
        }
    });
    let name = move || match state.get().3 {
        true => "Step",
        false => "Event",
    };
    let count = move || {
        let (step, steps, ..) = state.get();
        format!("{} {step} of {steps}", name())
    };
    let spoken = move || {
        let sentence = state
            .get()
            .2
            .map(|event| chart.store.narrate(|n| n.sentence(event)));
        match sentence {
            Some(sentence) => format!("{}: {sentence}", count()),
            None => format!("{}: before the first", count()),
        }
    };
    view! {
        <div class="tl-scrubber">
            <input
                type="range"
                min="0"
                node_ref=slider
                data-testid="timeline-scrubber"
                aria-label=name
                aria-valuetext=text(spoken)
                on:input=move |event| {
                    if let Ok(step) = event_target_value(&event).parse() {
                        chart.go_to_step(step);
                    }
                }
            />
            <output class="tl-count">{text(count)}</output>
        </div>
    }
}
