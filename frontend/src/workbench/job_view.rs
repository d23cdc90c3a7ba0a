//! A job on the stage: how far it is, and what came of it.

use heddle_timeline::Narrator;
use heddle_trace::Outcome;
use heddle_trace::protocol::JobResult;
use leptos::prelude::*;

use super::bench::Bench;
use super::job::{End, Kind, Phase};
use super::notice::{Notice, Subject};
use super::verdict::{Card, ExploreCard, JudgeCard, NotCompiledCard, OutcomeCard};
use super::words::{self, Tone};
use crate::lean::{holds, live, text};

/// The stage while a job is on it.
#[component]
pub(crate) fn JobView(bench: Bench, kind: Kind) -> impl IntoView {
    let phase = Memo::new(move |_| bench.with_job(|job| job.phase.clone()));
    let cut_off = Memo::new(move |_| bench.with_job(|job| job.cut_off) == Some(true));
    let body = move || match phase.get() {
        None | Some(Phase::Asked) => view! { <UnderWay words="Asking the server…" /> }.into_any(),
        Some(Phase::Under {
            begun, stopping, ..
        }) => {
            let words = match (kind, begun, stopping) {
                (_, _, true) => "Stopping…",
                (_, false, _) => "Waiting for the runner…",
                (Kind::Run, true, _) => "Running…",
                (Kind::Explore, true, _) => "Trying interleavings…",
                (Kind::Submit, true, _) => "Trying your solution against every interleaving…",
            };
            view! { <UnderWay words /> }.into_any()
        }
        Some(Phase::Ended(end)) => view! { <Ended bench kind end /> }.into_any(),
    };
    view! {
        <Show when=holds(cut_off)>
            <Notice
                about=Subject::Connection
                title="The connection is lost"
                detail="The program goes on without us; the page tries to connect again and will miss nothing."
            />
        </Show>
        {(kind != Kind::Run).then(|| view! { <Counters bench /> })}
        <div role="status">{live(body)}</div>
    }
}

#[component]
fn UnderWay(words: &'static str) -> impl IntoView {
    view! {
        <p class="under-way">
            <span class="pulse" aria-hidden="true"></span>
            {words}
        </p>
    }
}

/// How far a search is.
#[component]
fn Counters(bench: Bench) -> impl IntoView {
    let counters = Memo::new(move |_| bench.with_job(|job| job.counters).unwrap_or_default());
    let number = move |value: fn(&super::job::Counters) -> u64| {
        text(move || counters.with(|counters| words::grouped(value(counters))))
    };
    view! {
        <dl class="counters">
            <div>
                <dt>"Executions"</dt>
                <dd data-testid="executions" data-count=move || counters.get().executions>
                    {number(|counters| counters.executions)}
                </dd>
            </div>
            <div><dt>"Behaviours"</dt><dd data-testid="behaviours">{number(|counters| counters.behaviours)}</dd></div>
            <div><dt>"Failing"</dt><dd>{number(|counters| counters.failures)}</dd></div>
            <div>
                <dt>"Per second"</dt>
                <dd data-testid="rate">{number(super::job::Counters::per_second)}</dd>
            </div>
            {live(move || {
                counters
                    .get()
                    .bound
                    .map(|bound| {
                        view! { <div><dt>"Forced switches covered"</dt><dd>{format!("up to {bound}")}</dd></div> }
                    })
            })}
            <div><dt>"Time"</dt><dd>{text(move || words::duration(counters.get().wall_ms))}</dd></div>
        </dl>
    }
}

#[component]
fn Ended(bench: Bench, kind: Kind, end: End) -> impl IntoView {
    match end {
        End::Result(result) => view! { <Result bench kind result=*result /> }.into_any(),
        End::Refused(failure) => match failure.error {
            Some(error) => view! { <NotCompiledCard bench error=*error /> }.into_any(),
            None => view! {
                <Notice about=Subject::Problem title=failure.title detail=failure.detail>
                    <Again bench kind />
                </Notice>
            }
            .into_any(),
        },
        End::Lost => view! {
            <Notice
                about=Subject::Connection
                title="This run is lost"
                detail="The server does not know it any more; perhaps it was started anew. Your program is still here."
            >
                <Again bench kind />
            </Notice>
        }
        .into_any(),
    }
}

#[component]
fn Result(bench: Bench, kind: Kind, result: JobResult) -> impl IntoView {
    match result {
        JobResult::Run { trace, findings } => match trace.outcome {
            Outcome::Lost { reason } => view! { <Died bench kind reason /> }.into_any(),
            outcome => {
                let sentence = bench.outcome_sentence();
                view! { <OutcomeCard outcome sentence findings /> }.into_any()
            }
        },
        JobResult::Execution {
            trace, findings, ..
        } => {
            let sentence = Narrator::new(&trace).files(&bench.files()).outcome();
            view! { <OutcomeCard outcome=trace.outcome sentence findings /> }.into_any()
        }
        JobResult::Explored { report } => view! { <ExploreCard bench report /> }.into_any(),
        JobResult::Judged { report } => {
            let grade = bench.with_job(|job| job.grade.clone()).flatten();
            match report.error.clone() {
                Some(error) if report.explored.is_none() => view! {
                    <JudgeCard bench report grade />
                    <NotCompiledCard bench error />
                }
                .into_any(),
                _ => view! { <JudgeCard bench report grade /> }.into_any(),
            }
        }
        JobResult::NotCompiled { error } => view! { <NotCompiledCard bench error /> }.into_any(),
        JobResult::Cancelled if kind == Kind::Run => {
            view! { <OutcomeCard outcome=Outcome::Cancelled sentence=String::new() findings=Vec::new() /> }
                .into_any()
        }
        JobResult::Cancelled => view! {
            <div data-testid="outcome" data-kind="cancelled">
                <Card tone=Tone::Open title="Stopped">
                    <p class="quiet">"Nothing is claimed about what was not tried."</p>
                </Card>
            </div>
        }
        .into_any(),
        JobResult::Refused { reason } => view! {
            <Notice about=Subject::Problem title="The runner refused it" detail=reason>
                <Again bench kind />
            </Notice>
        }
        .into_any(),
        JobResult::Broken { reason } => view! { <Died bench kind reason /> }.into_any(),
    }
}

/// The runner failed, and that is not the program's fault.
#[component]
fn Died(bench: Bench, kind: Kind, reason: String) -> impl IntoView {
    let detail = format!("{reason} That is not your program's fault.");
    view! {
        <Notice about=Subject::Runner title="The runner stopped in the middle of this" detail>
            <Again bench kind />
        </Notice>
    }
}

#[component]
fn Again(bench: Bench, kind: Kind) -> impl IntoView {
    view! {
        <button type="button" class="button" data-testid="run-again" on:click=move |_| bench.start(kind)>
            "Try again"
        </button>
    }
}
