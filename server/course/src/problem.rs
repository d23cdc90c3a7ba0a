//! What is wrong with a course folder.

use std::fmt;
use std::path::PathBuf;

/// One mistake in a course folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CourseProblem {
    /// The file or folder.
    pub path: PathBuf,
    /// The line, from 1; `None` when the mistake is about the whole file.
    pub line: Option<usize>,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl fmt::Display for CourseProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.message)
    }
}

/// All mistakes of a course folder; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCourse(pub Vec<CourseProblem>);

impl fmt::Display for BadCourse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, problem) in self.0.iter().enumerate() {
            let end = if i == 0 { "" } else { "\n" };
            write!(f, "{end}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for BadCourse {}

/// The line, from 1, of a byte offset.
pub(crate) fn line_at(text: &str, offset: usize) -> usize {
    let end = offset.min(text.len());
    1 + text.as_bytes()[..end]
        .iter()
        .filter(|&&byte| byte == b'\n')
        .count()
}
