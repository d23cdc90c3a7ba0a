//! The course as the page sees it: without solutions, expectations, hints and limits.

use std::collections::HashMap;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use heddle_api::{Block, CellMode, Challenge, Course, Lesson, LessonSummary, Module};
use heddle_course::{Mode, Part};
use heddle_trace::Program;

use super::problem::Refusal;
use super::site::Site;
use crate::store::Learner;

/// The course in both forms.
#[derive(Debug)]
pub(crate) struct Catalogue {
    course: heddle_course::Course,
    overview: Course,
    lessons: HashMap<String, Lesson>,
}

/// `GET /api/course`
pub(crate) async fn overview(State(site): State<Site>) -> Json<Course> {
    Json(site.catalogue.overview.clone())
}

/// `GET /api/lessons/{slug}`
pub(crate) async fn lesson(
    State(site): State<Site>,
    Extension(learner): Extension<Learner>,
    Path(slug): Path<String>,
) -> Result<Json<Lesson>, Refusal> {
    let Some(lesson) = site.catalogue.lessons.get(&slug) else {
        return Err(Refusal::unknown("lesson", &slug));
    };
    site.store.saw(&learner, &slug).await?;
    Ok(Json(lesson.clone()))
}

impl Catalogue {
    /// Prepares all answers.
    pub(crate) fn new(course: heddle_course::Course) -> Catalogue {
        let order: Vec<(String, String)> = course
            .lessons()
            .map(|lesson| (lesson.slug.clone(), lesson.title.clone()))
            .collect();
        let lessons = course
            .lessons()
            .enumerate()
            .map(|(i, lesson)| {
                let view = Lesson {
                    summary: summary(lesson),
                    previous: i.checked_sub(1).and_then(|i| order.get(i)).cloned(),
                    next: order.get(i + 1).cloned(),
                    blocks: lesson.parts.iter().map(block).collect(),
                };
                (lesson.slug.clone(), view)
            })
            .collect();
        Catalogue {
            overview: overview_of(&course),
            lessons,
            course,
        }
    }

    /// The challenge with this id.
    pub(crate) fn challenge(&self, id: &str) -> Option<&heddle_course::Challenge> {
        self.course.challenge(id)
    }

    /// Every program that a learner is shown.
    pub(crate) fn programs(&self) -> impl Iterator<Item = &Program> {
        self.course.lessons().flat_map(|lesson| {
            let cells = lesson.cells().map(|cell| &cell.program);
            cells.chain(lesson.challenges().map(|challenge| &challenge.starter))
        })
    }
}

fn overview_of(course: &heddle_course::Course) -> Course {
    let module = |module: &heddle_course::Module| Module {
        slug: module.slug.clone(),
        title: module.title.clone(),
        lessons: module.lessons.iter().map(summary).collect(),
    };
    Course {
        title: course.title.clone(),
        summary: course.summary.clone(),
        modules: course.modules.iter().map(module).collect(),
    }
}

fn summary(lesson: &heddle_course::Lesson) -> LessonSummary {
    LessonSummary {
        slug: lesson.slug.clone(),
        title: lesson.title.clone(),
        summary: lesson.summary.clone(),
        minutes: lesson.minutes,
        challenges: lesson.challenges().map(|c| c.id.clone()).collect(),
    }
}

fn block(part: &Part) -> Block {
    match part {
        Part::Html(html) => Block::Html { html: html.clone() },
        Part::Cell(cell) => Block::Cell {
            id: cell.id.clone(),
            mode: mode(cell.mode),
            title: cell.title.clone(),
            editable: cell.editable,
            program: cell.program.clone(),
            hash: cell.program.hash(),
        },
        Part::Question(question) => Block::Quiz {
            question: question.prompt.clone(),
            choices: question.choices.clone(),
            answer: u32::try_from(question.answer).unwrap_or(u32::MAX),
            explanation: question.explanation.clone(),
        },
        Part::Challenge(challenge) => Block::Challenge {
            challenge: challenge_view(challenge),
        },
    }
}

fn mode(mode: Mode) -> CellMode {
    match mode {
        Mode::Run => CellMode::Run,
        Mode::Step => CellMode::Step,
        Mode::Explore => CellMode::Explore,
        Mode::Measure => CellMode::Measure,
    }
}

fn challenge_view(challenge: &heddle_course::Challenge) -> Challenge {
    // Every field by name: a new secret one must not be forgotten here.
    let heddle_course::Challenge {
        id,
        title,
        task,
        starter,
        limits: _,
        explore: _,
        checks: _,
        check_sentences,
        hints,
        solutions: _,
    } = challenge;
    Challenge {
        id: id.clone(),
        title: title.clone(),
        task: task.clone(),
        starter: starter.clone(),
        starter_hash: starter.hash(),
        points: challenge.points(),
        checks: check_sentences.clone(),
        hints: u32::try_from(hints.len()).unwrap_or(u32::MAX),
    }
}
