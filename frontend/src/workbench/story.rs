//! The story of a failure: a sentence for each step that matters, each a link to its step.

use heddle_trace::{Schedule, StoryStep};
use leptos::prelude::*;

use super::bench::Bench;
use super::line::Line;
use super::words;
use crate::lean::live;
use crate::link::Link;

/// A failing schedule and what is told about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// The schedule.
    pub schedule: Schedule,
    /// The sentences.
    pub story: Vec<StoryStep>,
}

/// The steps after which a sentence has come true: those up to the step itself, or all.
fn after(step: &StoryStep, schedule: &Schedule) -> usize {
    let end = schedule.choices.len();
    step.step.map_or(end, |step| (step as usize + 1).min(end))
}

/// A story as a list of links. The sentence of the step on show is marked.
#[component]
pub(crate) fn Story(bench: Bench, told: Told) -> impl IntoView {
    let Told { schedule, story } = told;
    let cell = bench.subject.with_value(|subject| subject.cell.clone());
    let program = bench.on_stage.get_untracked().map(|staged| staged.0.hash());
    let here = {
        let schedule = schedule.clone();
        Memo::new(move |_| {
            bench
                .with_steps(|steps| {
                    let line = steps.line();
                    (*line.whole() == schedule).then(|| line.at())
                })
                .flatten()
        })
    };
    let end = schedule.choices.len();
    let last_has_words = story
        .iter()
        .any(|step| step.step.is_some() && after(step, &schedule) == end);
    let sentence = move |step: &StoryStep| {
        let at = after(step, &schedule);
        let link = Link {
            program,
            schedule: Some(schedule.to_string()),
            step: Some(at),
            cell: cell.clone(),
        };
        let line = Line::new(schedule.clone(), Some(at));
        // What tasks wait for in the end comes true with the last step, which has its own sentence.
        let is_step = step.step.is_some() || !last_has_words;
        let current = move || (is_step && here.get() == Some(at)).then_some("step");
        view! {
            <li>
                <a
                    href=format!("?{link}")
                    aria-current=current
                    on:click=move |event| {
                        if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                            event.prevent_default();
                            bench.step_along(line.clone());
                        }
                    }
                >
                    {words::full_stop(&step.sentence)}
                </a>
            </li>
        }
    };
    (!story.is_empty()).then(|| {
        let sentences: Vec<_> = story.iter().map(sentence).collect();
        view! {
            <ol class="story" data-testid="story">
                {sentences}
            </ol>
        }
    })
}

/// The story of the last search's failure, while its steps are walked.
#[component]
pub(crate) fn StoryPanel(bench: Bench) -> impl IntoView {
    let told = Memo::new(move |_| bench.told_before());
    live(move || {
        told.get()
            .filter(|told| !told.story.is_empty())
            .map(|told| {
                view! {
                    <section class="panel" aria-label="The story of the failure">
                        <h3>"The story of the failure"</h3>
                        <Story bench told />
                    </section>
                }
            })
    })
}
