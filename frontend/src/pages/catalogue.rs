//! The course: modules, lessons, and what this learner has done.

use heddle_api::{Course, LessonSummary, Module, Progress};
use heddle_trace::SubmissionResult;
use leptos::prelude::*;

use super::set_title;
use crate::lean::live;
use crate::load::{FailureCard, Load, load};

/// How far a learner is with a lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Seen,
    Tried,
    Done,
}

impl Mark {
    /// The mark of a lesson: done when every challenge was accepted.
    fn of(lesson: &LessonSummary, progress: &Progress) -> Mark {
        let accepted = |id: &String| {
            let is_it = |one: &&heddle_api::ChallengeProgress| one.challenge == *id;
            let best = progress.challenges.iter().find(is_it);
            best.map(|one| one.result == SubmissionResult::Accepted)
        };
        let tried = || lesson.challenges.iter().any(|id| accepted(id).is_some());
        if !lesson.challenges.is_empty()
            && lesson
                .challenges
                .iter()
                .all(|id| accepted(id) == Some(true))
        {
            Mark::Done
        } else if tried() {
            Mark::Tried
        } else if progress.seen.contains(&lesson.slug) {
            Mark::Seen
        } else {
            Mark::New
        }
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Mark::New => ("new", "", "Not opened yet"),
            Mark::Seen => ("seen", "", "Opened"),
            Mark::Tried => ("tried", "…", "Challenge tried"),
            Mark::Done => ("done", "✓", "Done"),
        }
    }
}

/// The course's page.
#[component]
pub(crate) fn Catalogue() -> impl IntoView {
    set_title("Course");
    let course = load::<Course>("/api/course".into());
    let progress = load::<Progress>("/api/progress".into());
    view! {
        <div class="page">
            {live(move || match course.get() {
                Load::Waiting => view! { <p class="quiet" role="status">"Loading the course…"</p> }.into_any(),
                Load::Failed(failure) => view! { <FailureCard failure /> }.into_any(),
                Load::Ready(course) => {
                    let modules = course.modules.iter().cloned();
                    view! {
                        <div class="hero">
                            <h1>{course.title.clone()}</h1>
                            <p class="lead">{course.summary.clone()}</p>
                        </div>
                        {modules.map(|module| view! { <ModuleList module progress /> }).collect_view()}
                        <section class="module">
                            <h2>"Your own program"</h2>
                            <p>
                                "Bring any Python program with threads to the "
                                <a href="/play">"playground"</a>
                                ": run it, step through it, or let Heddle try every interleaving."
                            </p>
                        </section>
                    }
                        .into_any()
                }
            })}
        </div>
    }
}

#[component]
fn ModuleList(module: Module, progress: RwSignal<Load<Progress>>) -> impl IntoView {
    let lessons = module.lessons.into_iter();
    view! {
        <section class="module">
            <h2>{module.title}</h2>
            <ol class="lessons" role="list">
                {lessons.map(|lesson| view! { <LessonRow lesson progress /> }).collect_view()}
            </ol>
        </section>
    }
}

#[component]
fn LessonRow(lesson: LessonSummary, progress: RwSignal<Load<Progress>>) -> impl IntoView {
    let href = format!("/lessons/{}", lesson.slug);
    let (title, summary, minutes) = (lesson.title.clone(), lesson.summary.clone(), lesson.minutes);
    let mark = move || {
        let mark = progress.with(|progress| match progress {
            Load::Ready(progress) => Mark::of(&lesson, progress),
            Load::Waiting | Load::Failed(_) => Mark::New,
        });
        let (class, sign, words) = mark.words();
        let id = if mark == Mark::Done {
            "mark-accepted"
        } else {
            "mark"
        };
        view! {
            <span class=format!("mark mark-{class}") data-testid=id>
                <span aria-hidden="true">{sign}</span>
                <span class="visually-hidden">{words}</span>
            </span>
        }
    };
    view! {
        <li class="lesson-row">
            {live(mark)}
            <div class="lesson-text">
                <a class="lesson-link" href=href data-testid="lesson-link">{title}</a>
                <p>{summary}</p>
            </div>
            <span class="minutes">{format!("{minutes} min")}</span>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use heddle_api::ChallengeProgress;

    use super::*;

    fn lesson() -> LessonSummary {
        LessonSummary {
            slug: "two-locks".into(),
            title: String::new(),
            summary: String::new(),
            minutes: 20,
            challenges: vec!["two-locks/fix".into(), "two-locks/more".into()],
        }
    }

    fn with(results: &[(&str, SubmissionResult)]) -> Progress {
        let challenge = |(id, result): &(&str, SubmissionResult)| ChallengeProgress {
            challenge: (*id).into(),
            result: *result,
            points: 0,
            submissions: 1,
        };
        Progress {
            seen: vec!["two-locks".into()],
            challenges: results.iter().map(challenge).collect(),
        }
    }

    #[test]
    fn a_lesson_is_done_when_every_challenge_was_accepted() {
        let accepted = SubmissionResult::Accepted;
        let one = with(&[("two-locks/fix", accepted)]);
        let both = with(&[("two-locks/fix", accepted), ("two-locks/more", accepted)]);
        assert_eq!(Mark::of(&lesson(), &one), Mark::Tried);
        assert_eq!(Mark::of(&lesson(), &both), Mark::Done);
    }

    #[test]
    fn a_lesson_without_a_submission_is_seen_or_new() {
        assert_eq!(Mark::of(&lesson(), &with(&[])), Mark::Seen);
        assert_eq!(Mark::of(&lesson(), &Progress::default()), Mark::New);
    }
}
