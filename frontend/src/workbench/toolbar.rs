//! The buttons over a workbench.

use heddle_api::CellMode;
use leptos::prelude::*;

use super::bench::Bench;
use super::job::Kind;
use crate::lean::holds;

/// Title and buttons.
#[component]
pub(crate) fn Toolbar(bench: Bench) -> impl IntoView {
    let (title, mode) = bench
        .subject
        .with_value(|subject| (subject.title.clone(), subject.mode));
    let challenge = bench.challenge().is_some();
    let busy = Memo::new(move |_| bench.is_busy());
    let edited = Memo::new(move |_| bench.is_edited());
    let looks = move |wanted: CellMode| {
        let main =
            !challenge && (mode == wanted || mode == CellMode::Measure && wanted == CellMode::Run);
        if main { "button button-main" } else { "button" }
    };
    view! {
        <div class="toolbar">
            <div class="toolbar-title">
                <span class="file-name">{title}</span>
                <Show when=holds(edited)>
                    <span class="edited">"edited"</span>
                    <button type="button" class="button button-quiet" data-testid="reset" on:click=move |_| bench.reset()>
                        "Reset"
                    </button>
                </Show>
            </div>
            <div class="toolbar-buttons" role="group" aria-label="Actions">
                <Show when=holds(busy)>
                    <Stop bench />
                </Show>
                <Action label="Run" id="run" class=looks(CellMode::Run) busy act=move |()| bench.start(Kind::Run) />
                <Action label="Step" id="step" class=looks(CellMode::Step) busy act=move |()| bench.step_anew() />
                <Action
                    label="Explore"
                    id="explore"
                    class=looks(CellMode::Explore)
                    busy
                    act=move |()| bench.start(Kind::Explore)
                />
                {challenge
                    .then(|| {
                        view! {
                            <Action
                                label="Submit"
                                id="submit"
                                class="button button-main"
                                busy
                                act=move |()| bench.start(Kind::Submit)
                            />
                        }
                    })}
                <button
                    type="button"
                    class="button button-quiet"
                    data-testid="copy-link"
                    on:click=move |_| bench.copy_link()
                >
                    "Copy link"
                </button>
            </div>
        </div>
    }
}

/// A button that does nothing while a job is under way, but keeps the focus.
#[component]
fn Action(
    label: &'static str,
    id: &'static str,
    class: &'static str,
    busy: Memo<bool>,
    #[prop(into)] act: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=class
            data-testid=id
            aria-disabled=move || busy.get().then_some("true")
            on:click=move |_| {
                if !busy.get_untracked() {
                    act.run(());
                }
            }
        >
            {label}
        </button>
    }
}

#[component]
fn Stop(bench: Bench) -> impl IntoView {
    let stopping = move || bench.with_job(|job| job.is_stopping()) == Some(true);
    view! {
        <button
            type="button"
            class="button button-stop"
            data-testid="stop"
            aria-disabled=move || stopping().then_some("true")
            on:click=move |_| bench.stop()
        >
            {move || if stopping() { "Stopping…" } else { "Stop" }}
        </button>
    }
}
