//! The stage while the learner is the scheduler.

use heddle_trace::{Finding, Outcome};
use leptos::prelude::*;

use super::bench::Bench;
use super::findings::FindingList;
use super::notice::{Notice, Subject};
use super::task_list::TaskList;
use super::tasks::TaskCard;
use super::verdict::{NotCompiledCard, OutcomeCard};
use crate::api::Failure;
use crate::lean::{holds, live, text};

/// Sentence, buttons, tasks.
#[component]
pub(crate) fn Stepper(bench: Bench, cards: Memo<Vec<TaskCard>>) -> impl IntoView {
    let failure = Memo::new(move |_| bench.with_steps(|steps| steps.failure().cloned()).flatten());
    let stale = Memo::new(move |_| bench.is_stale());
    let shown = Memo::new(move |_| bench.with_steps(|steps| steps.here().is_some()) == Some(true));
    let before = Memo::new(move |_| bench.has_result_before());
    view! {
        {live(move || failure.get().map(|failure| view! { <Refused bench failure /> }))}
        <Show when=holds(stale)>
            <Notice
                about=Subject::Stale
                title="You have changed the program"
                detail="These steps belong to the version before."
            >
                <button type="button" class="button" on:click=move |_| bench.step(None)>
                    "Step through the new version"
                </button>
            </Notice>
        </Show>
        <Show when=holds(before)>
            <p>
                <button
                    type="button"
                    class="button button-small"
                    data-testid="back-to-result"
                    on:click=move |_| bench.back_to_result()
                >
                    "← Back to the result of the search"
                </button>
            </p>
        </Show>
        <Show when=holds(shown)>
            <StepBar bench />
            <End bench />
            <TaskList bench cards />
            <Warnings bench />
            <KeyHelp />
        </Show>
    }
}

/// The server (or the page) did not take the schedule.
#[component]
fn Refused(bench: Bench, failure: Failure) -> impl IntoView {
    if let Some(error) = failure.error {
        return view! { <NotCompiledCard bench error=*error /> }.into_any();
    }
    let about = match failure.kind.as_str() {
        "/problems/schedule" => Subject::Schedule,
        _ if failure.status == 0 => Subject::Connection,
        _ => Subject::Problem,
    };
    view! {
        <Notice about title=failure.title detail=failure.detail>
            <button type="button" class="button" data-testid="start-over" on:click=move |_| bench.step(None)>
                "Start from step 0"
            </button>
            <button type="button" class="button button-quiet" on:click=move |_| bench.retry_step()>
                "Try again"
            </button>
        </Notice>
    }
    .into_any()
}

/// Moves along the line of steps.
#[component]
fn StepBar(bench: Bench) -> impl IntoView {
    let state = Memo::new(move |_| {
        bench
            .with_steps(|steps| {
                let line = steps.line();
                let shown = steps.here().map_or(0, |view| view.schedule.choices.len());
                (
                    line.at(),
                    line.len(),
                    shown,
                    steps.can_undo(),
                    steps.is_over(),
                )
            })
            .unwrap_or_default()
    });
    let at_start = Signal::derive(move || state.get().0 == 0);
    let at_end = Signal::derive(move || {
        let (at, len, ..) = state.get();
        at == len
    });
    let cannot_go_on = Signal::derive(move || {
        let (at, len, _, _, over) = state.get();
        at == len && over || bench.running_on.get()
    });
    let nothing_to_undo = Signal::derive(move || !state.get().3);
    let count = move || {
        let (_, len, shown, ..) = state.get();
        if len > shown {
            format!("Step {shown} of {len}")
        } else {
            format!("Step {shown}")
        }
    };
    view! {
        <div class="step-bar" role="group" aria-label="Steps">
            <MoveButton id="to-start" label="Start" hint="Key: Home" off=at_start act=move |()| bench.go_to_step(0, false) />
            <MoveButton id="back" label="Back" hint="Key: left arrow" off=at_start act=move |()| bench.back() />
            <span
                class="step-count"
                data-testid="step-count"
                data-step=move || state.get().2
            >
                {text(count)}
            </span>
            <MoveButton id="forward" label="Forward" hint="Key: right arrow" off=at_end act=move |()| bench.forward() />
            <MoveButton
                id="next-switch"
                label="Next switch"
                hint="Key: N"
                off=cannot_go_on
                act=move |()| bench.run_on(false)
            />
            <MoveButton
                id="run-on"
                label="To the end"
                hint="Until the program ends, without forced switches"
                off=cannot_go_on
                act=move |()| bench.run_on(true)
            />
            <MoveButton id="undo" label="Undo" hint="Key: U" off=nothing_to_undo act=move |()| bench.undo() />
        </div>
    }
}

/// A button that keeps the focus when there is nothing left to do.
#[component]
fn MoveButton(
    id: &'static str,
    label: &'static str,
    hint: &'static str,
    off: Signal<bool>,
    #[prop(into)] act: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button button-small"
            data-testid=id
            title=hint
            aria-disabled=move || off.get().then_some("true")
            on:click=move |_| {
                if !off.get_untracked() {
                    act.run(());
                }
            }
        >
            {label}
        </button>
    }
}

/// How the program ended, when it has.
#[component]
fn End(bench: Bench) -> impl IntoView {
    let ending = bench.ending();
    let end = Memo::new(move |_| {
        bench
            .with_steps(|steps| {
                let view = steps.here()?;
                let ended = view.trace.outcome != Outcome::Stopped;
                ended.then(|| (view.trace.outcome.clone(), view.findings.clone()))
            })
            .flatten()
    });
    live(move || {
        end.get().map(|(outcome, findings)| {
            let sentence = ending.get_untracked();
            view! { <OutcomeCard outcome sentence findings /> }
        })
    })
}

/// What is already wrong although the program can still go on.
#[component]
fn Warnings(bench: Bench) -> impl IntoView {
    let findings = Memo::new(move |_| {
        bench
            .with_steps(|steps| {
                let view = steps.here()?;
                let going_on = view.trace.outcome == Outcome::Stopped;
                going_on.then(|| view.findings.clone())
            })
            .flatten()
            .unwrap_or_default()
    });
    live(move || {
        let findings: Vec<Finding> = findings.get();
        (!findings.is_empty()).then(|| {
            view! {
                <section class="warnings" aria-label="Already wrong">
                    <h3>"Already wrong here"</h3>
                    <FindingList findings />
                </section>
            }
        })
    })
}

#[component]
fn KeyHelp() -> impl IntoView {
    let rows = [
        ("0 – 9", "let that task, T0 to T9, take one step"),
        ("← →", "one step back, one step forward again"),
        ("Home, End", "first step, last step"),
        ("Shift ←", "back to where this task began to go"),
        ("Shift →, N", "on to the next switch"),
        ("U", "undo the last move"),
    ];
    let row = |(key, words): (&'static str, &'static str)| {
        view! { <div><dt><kbd>{key}</kbd></dt><dd>{words}</dd></div> }
    };
    view! {
        <details class="key-help">
            <summary>"Keys"</summary>
            <dl>{rows.map(row)}</dl>
            <p class="quiet">"They act while the focus is in this workbench, outside of the editor."</p>
        </details>
    }
}
