//! `course.toml` and the course as a whole.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;

use crate::folder::{Folder, name_of};
use crate::front::other_format;
use crate::lesson;
use crate::model::{Course, Module};
use crate::problem::BadCourse;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct CourseFile {
    format: u32,
    title: String,
    summary: String,
    #[serde(default)]
    module: Vec<ModuleTable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModuleTable {
    slug: String,
    title: String,
    lessons: Vec<String>,
}

impl Course {
    /// Reads a course from its folder.
    ///
    /// # Errors
    /// All mistakes in the folder, in the order of files and lines.
    pub fn read(root: &Path) -> Result<Course, BadCourse> {
        let mut folder = Folder::default();
        let course = read(&mut folder, root);
        let problems = folder.into_problems();
        match course {
            Some(course) if problems.is_empty() => Ok(course),
            _ => Err(BadCourse(problems)),
        }
    }
}

fn read(folder: &mut Folder, root: &Path) -> Option<Course> {
    let path = root.join("course.toml");
    let text = folder.text(&path)?;
    let table: CourseFile = folder.toml(&path, &text, 1)?;
    if let Some(message) = other_format(table.format) {
        folder.problem(&path, Some(1), message);
        return None;
    }
    let slugs: Vec<String> = table
        .module
        .iter()
        .flat_map(|m| m.lessons.clone())
        .collect();
    check_names(folder, &path, &table, &slugs);
    report_unlisted(folder, root, &table);
    let modules = table
        .module
        .into_iter()
        .map(|module| read_module(folder, root, module, &slugs))
        .collect();
    Some(Course {
        title: table.title,
        summary: table.summary,
        modules,
    })
}

fn read_module(folder: &mut Folder, root: &Path, table: ModuleTable, slugs: &[String]) -> Module {
    let ModuleTable {
        slug,
        title,
        lessons,
    } = table;
    let base = root.join(&slug);
    let lessons = lessons
        .iter()
        .filter_map(|lesson| lesson::read(folder, &base.join(lesson), slugs))
        .collect();
    Module {
        slug,
        title,
        lessons,
    }
}

fn check_names(folder: &mut Folder, path: &Path, table: &CourseFile, slugs: &[String]) {
    if slugs.is_empty() {
        let message =
            "the course has no lessons: add [[module]] with slug, title and lessons = [\"folder\"]";
        folder.problem(path, None, message);
    }
    let mut seen = BTreeSet::new();
    let names = table.module.iter().map(|module| &module.slug).chain(slugs);
    for name in names {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(plain) {
            let message =
                format!("{name:?} is part of an address: use small letters, digits and '-'");
            folder.problem(path, None, message);
        }
    }
    for slug in slugs {
        if !seen.insert(slug) {
            folder.problem(path, None, format!("the lesson {slug:?} is listed twice"));
        }
    }
}

fn report_unlisted(folder: &mut Folder, root: &Path, table: &CourseFile) {
    for module in folder.entries(root) {
        for lesson in folder.entries(&module) {
            if !lesson.join("lesson.md").is_file() {
                continue;
            }
            let listed = table.module.iter().any(|known| {
                known.slug == name_of(&module)
                    && known.lessons.iter().any(|slug| slug == name_of(&lesson))
            });
            if !listed {
                let message = "course.toml does not list this lesson: add it to its module's lessons or delete it";
                folder.problem(&lesson, None, message);
            }
        }
    }
}
