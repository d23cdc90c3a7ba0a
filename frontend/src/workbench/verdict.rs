//! What came out of a run, an exploration or a submission.

use heddle_trace::{
    ErrorReport, ExploreReport, FailingExecution, Finding, JudgeReport, Outcome, OutcomeKind,
    Verdict,
};
use leptos::prelude::*;

use super::bench::Bench;
use super::findings::{FindingList, each_once};
use super::job::Grade;
use super::line::Line;
use super::search::told;
use super::story::{Story, Told};
use super::words::{self, Tone};
use crate::host::Host;
use crate::load::Load;

/// A card with a sign, a headline and what belongs to it.
#[component]
pub(crate) fn Card(tone: Tone, #[prop(into)] title: String, children: Children) -> impl IntoView {
    view! {
        <div class=format!("card card-{}", tone.class())>
            <p class="card-title">
                <span class="card-sign" aria-hidden="true">{tone.sign()}</span>
                {title}
            </p>
            {children()}
        </div>
    }
}

/// How an execution ended: the outcome's card.
#[component]
pub(crate) fn OutcomeCard(
    outcome: Outcome,
    /// The outcome as a sentence.
    sentence: String,
    findings: Vec<Finding>,
) -> impl IntoView {
    let (tone, title) = words::outcome(&outcome);
    let sentence = match sentence.split_once(": ") {
        Some((headline, rest)) if headline == title => rest.to_owned(),
        _ => sentence,
    };
    let deadlock = matches!(outcome, Outcome::Deadlock { .. });
    let tip = match &outcome {
        Outcome::Limit { limit } => Some(words::limit(*limit).1),
        Outcome::Finished => {
            Some("That was one of many ways to go. Step through others, or explore them all.")
        }
        Outcome::Cancelled => Some("What had happened until then is below."),
        _ => None,
    };
    let traceback = match &outcome {
        Outcome::Failed { error, .. } => error.traceback.clone(),
        _ => String::new(),
    };
    let findings = beside(&findings, &outcome);
    let (tone, title) = match (&outcome, findings.len()) {
        (Outcome::Finished, warnings @ 1..) => {
            let warnings = words::count(warnings, "warning");
            (Tone::Warning, format!("{title}, with {warnings}"))
        }
        _ => (tone, title),
    };
    let kind = words::kind(outcome.kind());
    let says_more = !repeats(&outcome);
    view! {
        <div data-testid="outcome" data-kind=kind>
            <Card tone title>
                {says_more.then(|| {
                    let id = if deadlock { "deadlock-sentence" } else { "outcome-sentence" };
                    view! { <p data-testid=id>{words::full_stop(&sentence)}</p> }
                })}
                {tip.map(|tip| view! { <p class="quiet">{tip}</p> })}
                <Traceback text=traceback />
                <FindingList findings />
                <Where />
            </Card>
        </div>
    }
}

/// Where it ran: every result says how well the program was locked in.
#[component]
fn Where() -> impl IntoView {
    let host: Host = expect_context();
    let text = move || {
        host.with(|health| match health {
            Load::Ready(health) => {
                let runner = health.runner.as_ref()?;
                Some(format!("{}, {}", runner.python, words::jail(runner.jail)))
            }
            Load::Waiting | Load::Failed(_) => None,
        })
    };
    view! { <p class="where">{text}</p> }
}

/// Whether the sentence would only say the headline again.
fn repeats(outcome: &Outcome) -> bool {
    matches!(
        outcome.kind(),
        OutcomeKind::Finished | OutcomeKind::Cancelled | OutcomeKind::Exited
    )
}

/// Findings beside an outcome. What the outcome's sentence says already is only explained.
fn beside(findings: &[Finding], outcome: &Outcome) -> Vec<Finding> {
    let mut findings = each_once(findings.iter());
    for finding in &mut findings {
        if matches!(
            (finding.what.name(), outcome.kind()),
            ("deadlock", OutcomeKind::Deadlock)
                | ("exception", OutcomeKind::Failed)
                | ("livelock", OutcomeKind::Livelock)
        ) {
            finding.message.clear();
        }
    }
    findings
}

#[component]
fn Traceback(text: String) -> impl IntoView {
    (!text.is_empty()).then(|| {
        view! {
            <details class="traceback">
                <summary>"Traceback"</summary>
                <pre tabindex="0">{text}</pre>
            </details>
        }
    })
}

/// What an exploration says.
#[component]
pub(crate) fn ExploreCard(bench: Bench, report: ExploreReport) -> impl IntoView {
    let (tone, title) = words::verdict(report.verdict, report.findings.len());
    let name = match report.verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "fail",
        Verdict::Unfinished => "unfinished",
    };
    let title = match &report.failure {
        Some(failure) => {
            let how = words::outcome(&failure.outcome).1;
            format!("{title}: {}", words::lower_first(&how))
        }
        None => title.to_owned(),
    };
    let findings = all_findings(&report);
    let told = told(&report);
    let replay = report.failure.map(|failure| Replay {
        failure,
        label: "Replay the failure",
    });
    let weakened = report.weakened_by.clone().into_iter();
    view! {
        <div data-testid="verdict" data-verdict=name>
            <Card tone title>
                <p data-testid="claim">{report.claim_text.clone()}</p>
                <FailureStory bench told replay />
                <FindingList findings />
                {(weakened.len() > 0)
                    .then(|| {
                        view! {
                            <div class="weakened">
                                <p>"What this rests on:"</p>
                                <ul>{weakened.map(|why| view! { <li>{why}</li> }).collect_view()}</ul>
                            </div>
                        }
                    })}
                <Where />
            </Card>
        </div>
    }
}

/// What is wrong with the failing execution.
fn failure_findings(report: &ExploreReport) -> Vec<Finding> {
    let findings = report.failure.iter().flat_map(|failure| &failure.findings);
    each_once(findings)
}

/// The failing execution's findings first, then those of the others, each once.
fn all_findings(report: &ExploreReport) -> Vec<Finding> {
    let of_failure = report.failure.iter().flat_map(|failure| &failure.findings);
    each_once(of_failure.chain(&report.findings))
}

/// A failure to be replayed.
struct Replay {
    failure: FailingExecution,
    /// What the button says.
    label: &'static str,
}

/// How a failure comes about, and a button to see it.
#[component]
fn FailureStory(bench: Bench, told: Option<Told>, replay: Option<Replay>) -> impl IntoView {
    let told = told.filter(|told| !told.story.is_empty());
    view! {
        {told
            .map(|told| {
                view! {
                    <p class="story-head">"How it comes about"</p>
                    <Story bench told />
                }
            })}
        {replay.map(|replay| view! { <ReplayButton bench replay /> })}
    }
}

#[component]
fn ReplayButton(bench: Bench, replay: Replay) -> impl IntoView {
    let Replay { failure, label } = replay;
    let about = format!(
        "{}, {}",
        words::count(failure.schedule.choices.len(), "step"),
        words::count(failure.preemptions as usize, "forced switch").replace("switchs", "switches"),
    );
    let schedule = failure.schedule;
    view! {
        <div class="card-actions">
            <button
                type="button"
                class="button button-main"
                data-testid="replay"
                on:click=move |_| bench.step_along(Line::new(schedule.clone(), None))
            >
                {label}
            </button>
            <span class="quiet">{about}</span>
        </div>
    }
}

/// What a submission gets.
#[component]
pub(crate) fn JudgeCard(bench: Bench, report: JudgeReport, grade: Option<Grade>) -> impl IntoView {
    let JudgeReport {
        result,
        message,
        points,
        points_max,
        checks,
        explored,
        error: _,
    } = report;
    let (tone, title) = words::result(result);
    let names = bench.subject.with_value(|subject| {
        let challenge = subject.challenge.as_ref();
        challenge.map_or_else(Vec::new, |challenge| challenge.checks.clone())
    });
    let check = move |judged: heddle_trace::Judged| {
        // What was not seen has no words of its own.
        let name = names.get(judged.check as usize);
        let name = name.filter(|name| !judged.passed && **name != judged.message);
        let name = name.map(|name| format!("{} ", words::full_stop(name)));
        let name = name.map(|name| view! { <strong>{name}</strong> });
        let (class, sign, word) = if judged.passed {
            ("check check-good", "✓", "Holds: ")
        } else {
            ("check check-bad", "✕", "Does not hold: ")
        };
        view! {
            <li class=class>
                <span class="check-sign" aria-hidden="true">{sign}</span>
                <span><span class="visually-hidden">{word}</span>{name}{judged.message}</span>
            </li>
        }
    };
    let hint = grade.and_then(|grade| grade.hint);
    let claim = explored
        .as_ref()
        .map(|explored| explored.claim_text.clone());
    let claim = claim.filter(|claim| *claim != message);
    let message = match message.split_once(": ") {
        Some((headline, rest)) if headline == title => rest.to_owned(),
        _ => message,
    };
    let story = explored.as_ref().and_then(told);
    let findings = explored.as_ref().map(failure_findings).unwrap_or_default();
    let replay = explored
        .and_then(|explored| explored.failure)
        .map(|failure| Replay {
            failure,
            label: "Step through the failing schedule",
        });
    view! {
        <div data-testid="verdict" data-result=result.name()>
            <Card tone title>
                <p>{message}</p>
                {claim.map(|claim| view! { <p data-testid="claim">{claim}</p> })}
                <p class="points">{format!("{points} of {points_max} points")}</p>
                <ul class="check-list" role="list">{checks.into_iter().map(check).collect_view()}</ul>
                {hint
                    .map(|hint| {
                        view! {
                            <div class="hint" data-testid="hint">
                                <p class="hint-word">"Hint"</p>
                                <div inner_html=hint></div>
                            </div>
                        }
                    })}
                <FailureStory bench told=story replay />
                <FindingList findings />
                <Where />
            </Card>
        </div>
    }
}

/// A program that does not compile.
#[component]
pub(crate) fn NotCompiledCard(bench: Bench, error: ErrorReport) -> impl IntoView {
    let place = error.location;
    view! {
        <div data-testid="not-compiled">
            <Card tone=Tone::Bad title=error.exception>
                <p>{error.message}</p>
                <p class="quiet">"Nothing was run."</p>
                {place
                    .map(|place| {
                        view! {
                            <div class="card-actions">
                                <button
                                    type="button"
                                    class="button"
                                    on:click=move |_| {
                                        bench.file.set(place.file.into());
                                        bench.go_to.set(Some(place));
                                    }
                                >
                                    {format!("Go to line {}", place.line)}
                                </button>
                            </div>
                        }
                    })}
            </Card>
        </div>
    }
}
