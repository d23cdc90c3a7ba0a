//! A lesson: text, programs, questions, challenges.

use heddle_api::{Block, Challenge, Lesson};
use leptos::prelude::*;
use wasm_bindgen::JsCast;

use super::quiz::Quiz;
use super::set_title;
use crate::lean::live;
use crate::load::{FailureCard, Load, load};
use crate::workbench::{Subject, Workbench};

/// A lesson's page.
#[component]
pub(crate) fn LessonPage(slug: String) -> impl IntoView {
    set_title("Lesson");
    let lesson = load::<Lesson>(format!("/api/lessons/{slug}"));
    view! {
        <div class="page">
            {live(move || match lesson.get() {
                Load::Waiting => view! { <p class="quiet" role="status">"Loading the lesson…"</p> }.into_any(),
                Load::Failed(failure) => {
                    view! {
                        <FailureCard failure>
                            <a class="button" href="/">"To the course"</a>
                        </FailureCard>
                    }
                        .into_any()
                }
                Load::Ready(lesson) => {
                    set_title(&lesson.summary.title);
                    view! { <Content lesson=(*lesson).clone() /> }.into_any()
                }
            })}
        </div>
    }
}

#[component]
fn Content(lesson: Lesson) -> impl IntoView {
    let slug = lesson.summary.slug.clone();
    let block = |(i, block): (usize, Block)| match block {
        Block::Html { html } => view! { <Prose html /> }.into_any(),
        Block::Cell {
            id,
            mode,
            title,
            editable,
            program,
            hash: _,
        } => {
            let subject = Subject {
                name: format!("{slug}/{id}"),
                cell: Some(id),
                title,
                program,
                editable,
                mode,
                challenge: None,
            };
            view! { <Workbench subject /> }.into_any()
        }
        Block::Challenge { challenge } => view! { <ChallengeBlock challenge /> }.into_any(),
        Block::Quiz {
            question,
            choices,
            answer,
            explanation,
        } => {
            view! { <Quiz id=format!("quiz-{i}") question choices answer explanation /> }.into_any()
        }
    };
    let blocks = lesson
        .blocks
        .into_iter()
        .enumerate()
        .map(block)
        .collect_view();
    view! {
        <article class="lesson">
            <header class="hero hero-small">
                <p class="crumbs"><a href="/">"Course"</a></p>
                <h1 data-testid="lesson-title">{lesson.summary.title}</h1>
                <p class="lead">{lesson.summary.summary}</p>
            </header>
            {blocks}
        </article>
        <nav class="lesson-nav" aria-label="Lessons">
            {lesson.previous.map(|neighbour| view! { <Neighbour neighbour word="Before" /> })}
            {lesson.next.map(|neighbour| view! { <Neighbour neighbour word="Next" /> })}
        </nav>
    }
}

/// Text of the course, made safe by the server. Listings that scroll can be reached by keyboard.
#[component]
fn Prose(html: String) -> impl IntoView {
    let root = NodeRef::<leptos::html::Div>::new();
    Effect::new(move || {
        let Some(root) = root.get() else { return };
        let Ok(listings) = root.query_selector_all("pre") else {
            return;
        };
        for i in 0..listings.length() {
            if let Some(listing) = listings.item(i)
                && let Ok(listing) = listing.dyn_into::<web_sys::Element>()
            {
                // It cannot fail for an element that is in the page.
                let _ = listing.set_attribute("tabindex", "0");
            }
        }
    });
    view! { <div class="prose" node_ref=root inner_html=html></div> }
}

#[component]
fn Neighbour(neighbour: (String, String), word: &'static str) -> impl IntoView {
    let (slug, title) = neighbour;
    view! {
        <a class=format!("neighbour neighbour-{}", word.to_ascii_lowercase()) href=format!("/lessons/{slug}")>
            <span class="quiet">{word}</span>
            <span>{title}</span>
        </a>
    }
}

#[component]
fn ChallengeBlock(challenge: Challenge) -> impl IntoView {
    let short = challenge
        .id
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned();
    let checks = challenge.checks.iter().cloned();
    let heading = format!("{short}-title");
    let subject = Subject {
        cell: Some(short),
        name: challenge.id.clone(),
        title: challenge
            .starter
            .files
            .first()
            .map_or_else(String::new, |file| file.name.clone()),
        program: challenge.starter.clone(),
        editable: true,
        mode: heddle_api::CellMode::Run,
        challenge: Some(challenge.clone()),
    };
    view! {
        <section class="challenge" aria-labelledby=heading.clone() data-testid="challenge">
            <header>
                <p class="challenge-word">{format!("Challenge, {} points", challenge.points)}</p>
                <h2 id=heading.clone()>{challenge.title.clone()}</h2>
            </header>
            <Prose html=challenge.task.clone() />
            <details class="checks">
                <summary>"What is checked"</summary>
                <ul>{checks.map(|check| view! { <li>{check}</li> }).collect_view()}</ul>
            </details>
            <Workbench subject />
        </section>
    }
}
