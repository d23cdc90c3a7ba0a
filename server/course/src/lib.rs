//! Reads a course from its folder: lessons in Markdown, programs, quizzes and challenges, checked
//! as a whole and ready to serve. The format is described in `lessons/README.md`.
//!
//! Entry point: [`Course::read`]. Every mistake in the folder is reported with its file and line
//! and what to write instead; a course with a mistake is not served.
//!
//! Invariant: no HTTP, no database, and nothing is executed here.

mod challenge;
mod checks;
mod course;
mod fence;
mod folder;
mod front;
mod lesson;
mod model;
mod problem;
mod quiz;
mod render;

pub use model::{
    Cell, Challenge, Course, Expect, Hint, Lesson, Mode, Module, Part, Question, Solution,
};
pub use problem::{BadCourse, CourseProblem};
