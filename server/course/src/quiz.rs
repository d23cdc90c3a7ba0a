//! Quiz files: questions with one right choice.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use crate::folder::Folder;
use crate::model::Question;
use crate::problem::line_at;
use crate::render::{self, Place};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuizFile {
    question: Vec<QuestionTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionTable {
    prompt: String,
    choices: Vec<String>,
    answer: Spanned<String>,
    explanation: String,
}

/// Reads a quiz file that has been named by a lesson.
pub(crate) fn read(
    folder: &mut Folder,
    path: &Path,
    text: &str,
    slugs: &[String],
) -> Vec<Question> {
    let Some(QuizFile { question }) = folder.toml(path, text, 1) else {
        return Vec::new();
    };
    if question.is_empty() {
        folder.problem(path, None, "the quiz has no [[question]]");
    }
    let place = Place {
        path,
        lines_before: 0,
        slugs,
    };
    question
        .into_iter()
        .filter_map(|table| one(folder, place, text, table))
        .collect()
}

fn one(
    folder: &mut Folder,
    place: Place<'_>,
    text: &str,
    table: QuestionTable,
) -> Option<Question> {
    let QuestionTable {
        prompt,
        choices,
        answer,
        explanation,
    } = table;
    let line = line_at(text, answer.span().start);
    let answer = answer.into_inner();
    if choices.len() < 2 {
        folder.problem(
            place.path,
            Some(line),
            "a question needs at least two choices",
        );
        return None;
    }
    let Some(index) = choices.iter().position(|choice| *choice == answer) else {
        let message =
            format!("answer = {answer:?} is none of the choices: repeat one of them word by word");
        folder.problem(place.path, Some(line), message);
        return None;
    };
    Some(Question {
        prompt: render::markdown(folder, place, &prompt),
        choices,
        answer: index,
        explanation: render::markdown(folder, place, &explanation),
    })
}
