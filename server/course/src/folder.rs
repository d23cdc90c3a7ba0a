//! The course folder while it is being read: files, and the mistakes found so far.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

use crate::problem::{CourseProblem, line_at};

/// Reads files and collects mistakes, so that one look at the folder reports all of them.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    problems: Vec<CourseProblem>,
    used: BTreeSet<PathBuf>,
}

impl Folder {
    /// Notes a mistake.
    pub(crate) fn problem(&mut self, path: &Path, line: Option<usize>, message: impl Into<String>) {
        self.problems.push(CourseProblem {
            path: path.to_owned(),
            line,
            message: message.into(),
        });
    }

    /// The mistakes, in the order of files and lines.
    pub(crate) fn into_problems(mut self) -> Vec<CourseProblem> {
        self.problems
            .sort_by(|a, b| (&a.path, a.line).cmp(&(&b.path, b.line)));
        self.problems
    }

    /// Whether a file has been read.
    pub(crate) fn was_used(&self, path: &Path) -> bool {
        self.used.contains(path)
    }

    /// A file's text; a missing one is a mistake of the file itself.
    pub(crate) fn text(&mut self, path: &Path) -> Option<String> {
        self.text_named_at(path, path, None)
    }

    /// The text of a file that `by` names on a line; a missing one is a mistake of that line.
    pub(crate) fn text_named_at(
        &mut self,
        path: &Path,
        by: &Path,
        line: Option<usize>,
    ) -> Option<String> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                self.used.insert(path.to_owned());
                Some(text)
            }
            Err(error) => {
                self.problem(by, line, format!("cannot read {}: {error}", path.display()));
                None
            }
        }
    }

    /// Parses a TOML text; `first_line` is the line in the file on which the text starts.
    pub(crate) fn toml<T: DeserializeOwned>(
        &mut self,
        path: &Path,
        text: &str,
        first_line: usize,
    ) -> Option<T> {
        match toml::from_str(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let line = error
                    .span()
                    .map(|span| first_line - 1 + line_at(text, span.start));
                self.problem(path, line, error.message().trim_end());
                None
            }
        }
    }

    /// A path below `base` that a lesson names; paths that leave the folder are refused.
    pub(crate) fn inside(
        &mut self,
        base: &Path,
        named: &str,
        by: &Path,
        line: usize,
    ) -> Option<PathBuf> {
        let plain = Path::new(named)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if named.is_empty() || !plain {
            let message = format!(
                "the path {named:?} is not allowed: name a file below the lesson's folder, as code/bank.py"
            );
            self.problem(by, Some(line), message);
            return None;
        }
        Some(base.join(named))
    }

    /// Entries of a folder by name, without hidden ones; a missing folder has none.
    pub(crate) fn entries(&mut self, path: &Path) -> Vec<PathBuf> {
        let Ok(entries) = std::fs::read_dir(path) else {
            return Vec::new();
        };
        let mut paths: Vec<_> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| !name_of(path).starts_with('.') && name_of(path) != "__pycache__")
            .collect();
        paths.sort();
        paths
    }
}

/// A path's last part as text.
pub(crate) fn name_of(path: &Path) -> &str {
    path.file_name()
        .and_then(|name| name.to_str())
        .unwrap_or("")
}

/// A file's name without its ending.
pub(crate) fn stem_of(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
