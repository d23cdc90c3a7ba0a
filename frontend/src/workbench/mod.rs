//! The workbench: an editor, and beside it what was made of its program. Cells, challenges and the
//! playground are workbenches.
//!
//! What it knows is plain Rust that never touches the page (`line`, `steps`, `job`, `cache`,
//! `errors`, `tasks`, `words`) and has its tests beside it; `bench` holds the handles; `stage`,
//! `jobs`, `walk`, `run_on` and `address` talk to the server and the browser; the rest draws.
//!
//! Invariant: the page keeps no session with the server. All that a workbench shows follows from
//! its program and, while stepping, a schedule and a position on it.

mod address;
mod bench;
mod cache;
mod errors;
mod findings;
mod job;
mod job_view;
mod jobs;
mod keys;
mod line;
mod notice;
mod output;
mod run_on;
mod search;
mod stage;
mod stepper;
mod steps;
mod story;
mod task_list;
mod tasks;
mod toolbar;
mod variables;
mod verdict;
mod walk;
pub(crate) mod words;

use heddle_api::CellMode;
use leptos::prelude::*;

pub(crate) use bench::Subject;
use bench::{Bench, StageKind};
use job::Kind;
use job_view::JobView;
use output::OutputPanel;
use stepper::Stepper;
use story::StoryPanel;
use toolbar::Toolbar;
use variables::VariablesPanel;

use crate::editor::Editor;
use crate::lean::{holds, live, text};
use crate::map::InterleavingMap;
use crate::timeline::{Timeline, WaitGraphView};

/// A workbench.
#[component]
pub(crate) fn Workbench(subject: Subject) -> impl IntoView {
    let cell = subject.cell.clone().unwrap_or_else(|| "play".into());
    let label = format!("Workbench: {}", subject.title);
    let bench = Bench::new(subject);
    let root = NodeRef::<leptos::html::Section>::new();
    let here = bench.here();
    let cards = bench.cards(here);
    let kind = bench.kind();
    Effect::new(move || bench.event_selected(bench.selected.get()));
    let meant = bench.open();
    Effect::new(move || {
        if let Some(root) = root.get()
            && meant
        {
            root.scroll_into_view();
        }
    });
    on_cleanup(move || bench.leave());
    let class = move || match kind.get() {
        StageKind::Empty => "bench bench-empty",
        StageKind::Job(Kind::Run) => "bench bench-run",
        StageKind::Job(_) => "bench bench-search",
        StageKind::Steps => "bench bench-steps",
    };
    let stage = move || match kind.get() {
        StageKind::Empty => view! { <Invitation bench /> }.into_any(),
        StageKind::Job(kind) => view! {
            <JobView bench kind />
            {(kind == Kind::Run).then(|| view! { <RunOutput bench /> })}
        }
        .into_any(),
        StageKind::Steps => view! { <Stepper bench cards /> }.into_any(),
    };
    view! {
        <section
            class=text(move || class().to_owned())
            node_ref=root
            tabindex="-1"
            aria-label=label
            data-testid="workbench"
            data-cell=cell
            on:keydown=move |event| keys::pressed(bench, &event)
        >
            <Toolbar bench />
            <div class="bench-main">
                <div class="bench-editor">
                    <FileTabs bench />
                    <Editor
                        sheet=bench.sheet()
                        editable=Signal::derive(move || bench.may_edit(bench.file.get()))
                        marks=bench.marks(cards)
                        messages=bench.messages()
                        go_to=bench.go_to
                        on_edit=Callback::new(move |text| bench.edited(text))
                    />
                </div>
                <div class="bench-stage" node_ref=bench.stage_box>
                    <LiveRegion bench />
                    {live(stage)}
                </div>
            </div>
            <MapBox bench />
            <Trace bench kind />
        </section>
    }
}

/// One sentence for every step, and answers to keys. Always in the page, so that screen readers
/// know of it before it speaks.
#[component]
fn LiveRegion(bench: Bench) -> impl IntoView {
    let sentence = bench.sentence();
    let ending = bench.ending();
    let silent = move || sentence.with(String::is_empty);
    view! {
        <p class="sentence" class:sentence-silent=silent aria-live="polite" data-testid="live-region">
            {sentence}
            // The card shows it; here it is only said.
            <span class="visually-hidden">{text(move || ending.with(|end| spoken(end)))}</span>
        </p>
    }
}

/// A second sentence.
fn spoken(ending: &str) -> String {
    if ending.is_empty() {
        String::new()
    } else {
        format!(". {ending}")
    }
}

/// Names of the program's files; nothing for a program of one file.
#[component]
fn FileTabs(bench: Bench) -> impl IntoView {
    let names = Memo::new(move |_| {
        bench.program.with(|program| {
            let names = program.files.iter().map(|file| file.name.clone());
            names.collect::<Vec<_>>()
        })
    });
    let editable = bench.may_edit(0);
    let tab = move |(i, name): (usize, String)| {
        let pressed = move || (bench.file.get() == i).to_string();
        view! {
            <button type="button" class="file-tab" aria-pressed=text(pressed) on:click=move |_| bench.file.set(i)>
                {name}
                {(editable && !bench.may_edit(i)).then(|| view! { <span class="file-lock">"read only"</span> })}
            </button>
        }
    };
    live(move || {
        let names = names.get();
        (names.len() > 1).then(|| {
            view! {
                <div class="file-tabs" role="group" aria-label="Files">
                    {names.into_iter().enumerate().map(tab).collect_view()}
                </div>
            }
        })
    })
}

/// What can be done, before anything was.
#[component]
fn Invitation(bench: Bench) -> impl IntoView {
    let challenge = bench.challenge().is_some();
    let (cell, mode) = bench
        .subject
        .with_value(|subject| (subject.cell.is_some(), subject.mode));
    // A lesson's text says what to press; there, only that button is explained.
    let only = (cell && !challenge).then_some(mode);
    let entry = move |wanted: CellMode, word: &'static str, words: &'static str| {
        only.is_none_or(|mode| mode == wanted)
            .then(|| view! { <div><dt>{word}</dt><dd>{words}</dd></div> })
    };
    view! {
        <dl class="invitation">
            {entry(CellMode::Run, "Run", "Real threads, real time: one way it can go.")}
            {entry(CellMode::Step, "Step", "You are the scheduler: choose who goes next, forwards and back.")}
            {entry(CellMode::Explore, "Explore", "Every interleaving is tried until one fails.")}
            {challenge
                .then(|| {
                    view! {
                        <div><dt>"Submit"</dt><dd>"Your solution is judged against every interleaving."</dd></div>
                    }
                })}
        </dl>
    }
}

/// What a run printed: beside the editor, where there is room.
#[component]
fn RunOutput(bench: Bench) -> impl IntoView {
    let traced = Memo::new(move |_| bench.has_trace());
    view! {
        <Show when=holds(traced)>
            <OutputPanel bench />
        </Show>
    }
}

/// The map of the last search, while the stage is about it.
#[component]
fn MapBox(bench: Bench) -> impl IntoView {
    let there = Memo::new(move |_| bench.has_map());
    let search = Signal::derive(move || bench.search_state());
    let here = Signal::derive(move || bench.steps_here());
    let open = Callback::new(move |(choices, at)| bench.open_execution(choices, at));
    view! {
        <Show when=holds(there)>
            <div class="bench-map">
                <InterleavingMap store=bench.map search here open />
            </div>
        </Show>
    }
}

/// Timeline and panels, once there is something to see.
#[component]
fn Trace(bench: Bench, kind: Memo<StageKind>) -> impl IntoView {
    let graph = bench.graph();
    let waits = Memo::new(move |_| graph.with(|graph| !graph.is_empty()));
    let traced = Memo::new(move |_| bench.has_trace());
    let panels = move || {
        let stepping = kind.get() == StageKind::Steps;
        traced.get().then(|| {
            view! {
                <div class="bench-timeline">
                    <Timeline
                        store=bench.store
                        selected=bench.selected
                        axis=bench.axis
                        system=bench.system
                        on_line=Callback::new(move |place| bench.go_to.set(Some(place)))
                    />
                </div>
                <div class="bench-panels">
                    <Show when=holds(waits)>
                        <section class="panel" aria-label="Who waits for whom">
                            <h3>"Who waits for whom"</h3>
                            <WaitGraphView graph=Signal::from(graph) />
                        </section>
                    </Show>
                    {stepping
                        .then(|| {
                            view! {
                                <StoryPanel bench />
                                <VariablesPanel bench />
                                <OutputPanel bench />
                            }
                        })}
                </div>
            }
        })
    };
    view! { <div class="bench-trace">{live(panels)}</div> }
}
