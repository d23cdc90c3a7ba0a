//! A course in memory.

use heddle_trace::protocol::ExploreOptions;
use heddle_trace::{Check, Limits, Program, SubmissionResult};

/// A whole course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    /// Title.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Modules in order.
    pub modules: Vec<Module>,
}

/// Lessons that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Module {
    /// Folder name.
    pub slug: String,
    /// Title.
    pub title: String,
    /// Lessons in order.
    pub lessons: Vec<Lesson>,
}

/// One lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// Folder name, unique in the course.
    pub slug: String,
    /// Title.
    pub title: String,
    /// What the learner will be able to do.
    pub summary: String,
    /// Minutes it takes.
    pub minutes: u32,
    /// Its content in order.
    pub parts: Vec<Part>,
}

/// A part of a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Sanitised HTML.
    Html(String),
    /// A program to run, step or explore.
    Cell(Cell),
    /// A question.
    Question(Question),
    /// A challenge.
    Challenge(Box<Challenge>),
}

/// What a cell's main button does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A free run.
    Run,
    /// Steps chosen by the learner.
    Step,
    /// An exploration.
    Explore,
    /// A comparison of 1..N workers.
    Measure,
}

/// A program inside a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Unique in the lesson.
    pub id: String,
    /// What its main button does.
    pub mode: Mode,
    /// Over the editor.
    pub title: String,
    /// Whether the learner may edit it.
    pub editable: bool,
    /// The program.
    pub program: Program,
    /// What the course test must see when it executes the cell.
    pub expect: Option<Expect>,
    /// The line of its fence in `lesson.md`.
    pub line: usize,
}

/// What must come out when a cell is executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// A free run prints this text somewhere.
    Prints(String),
    /// An exploration finds no failure and no race.
    None,
    /// An exploration finds a deadlock.
    Deadlock,
    /// An exploration finds a livelock.
    Livelock,
    /// An exploration finds an uncaught exception.
    Exception,
    /// An exploration reports a race or a lost update.
    Race,
}

/// A question with one right choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Sanitised HTML.
    pub prompt: String,
    /// Choices.
    pub choices: Vec<String>,
    /// Index of the right one; always inside `choices`.
    pub answer: usize,
    /// Sanitised HTML.
    pub explanation: String,
}

/// A challenge with everything secret in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// `lesson-slug/challenge-name`.
    pub id: String,
    /// Title.
    pub title: String,
    /// The task, as sanitised HTML.
    pub task: String,
    /// What the learner starts from: the learner's file, then support files.
    pub starter: Program,
    /// Limits of one execution and of the whole search.
    pub limits: Limits,
    /// How the judge searches.
    pub explore: ExploreOptions,
    /// What is checked; never empty.
    pub checks: Vec<Check>,
    /// The checks as sentences, in the same order.
    pub check_sentences: Vec<String>,
    /// Hints in the order of the file.
    pub hints: Vec<Hint>,
    /// Programs with the result that each must get.
    pub solutions: Vec<Solution>,
}

/// A hint bound to a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The result it is for.
    pub result: SubmissionResult,
    /// Shown from this number of submissions with that result on.
    pub after: u32,
    /// Sanitised HTML.
    pub text: String,
}

/// A program with the result that it must get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// File name.
    pub name: String,
    /// What it must get.
    pub result: SubmissionResult,
    /// The program, support files included.
    pub program: Program,
}

impl Course {
    /// Lessons in reading order.
    pub fn lessons(&self) -> impl Iterator<Item = &Lesson> {
        self.modules.iter().flat_map(|module| &module.lessons)
    }

    /// The challenge with this id.
    pub fn challenge(&self, id: &str) -> Option<&Challenge> {
        self.lessons()
            .flat_map(Lesson::challenges)
            .find(|challenge| challenge.id == id)
    }
}

impl Lesson {
    /// Its challenges in order.
    pub fn challenges(&self) -> impl Iterator<Item = &Challenge> {
        self.parts.iter().filter_map(|part| match part {
            Part::Challenge(challenge) => Some(&**challenge),
            Part::Html(_) | Part::Cell(_) | Part::Question(_) => None,
        })
    }

    /// Its cells in order.
    pub fn cells(&self) -> impl Iterator<Item = &Cell> {
        self.parts.iter().filter_map(|part| match part {
            Part::Cell(cell) => Some(cell),
            Part::Html(_) | Part::Challenge(_) | Part::Question(_) => None,
        })
    }
}

impl Challenge {
    /// Points there are.
    pub fn points(&self) -> u32 {
        self.checks.iter().map(|check| check.weight).sum()
    }

    /// The hint for a learner who has now got this result so many times.
    pub fn hint(&self, result: SubmissionResult, times: u32) -> Option<&Hint> {
        self.hints
            .iter()
            .filter(|hint| hint.result == result && hint.after <= times)
            .max_by_key(|hint| hint.after)
    }

    /// Whether a submitted program has this challenge's files: the same names, and support files
    /// that are unchanged.
    ///
    /// # Errors
    /// What differs, as a sentence.
    pub fn accepts_files(&self, program: &Program) -> Result<(), String> {
        let names = |program: &Program| -> Vec<String> {
            program.files.iter().map(|f| f.name.clone()).collect()
        };
        let (wanted, got) = (names(&self.starter), names(program));
        if wanted != got {
            return Err(format!(
                "the challenge's files are {}, but {} came",
                wanted.join(", "),
                got.join(", ")
            ));
        }
        let changed = |(given, own): (&heddle_trace::SourceFile, &heddle_trace::SourceFile)| {
            (given != own).then(|| given.name.clone())
        };
        let support = program.files.iter().zip(&self.starter.files).skip(1);
        match support.into_iter().find_map(changed) {
            Some(name) => Err(format!("{name} belongs to the challenge and was changed")),
            None => Ok(()),
        }
    }
}
