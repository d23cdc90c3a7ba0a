//! The program's text, as far as it says what an access is *for*.
//!
//! A trace says that a task read a variable on line 9; only the text says whether that read decided
//! something (`if`), carried a value to a later write (`t = c.n` … `c.n = t + 1`), and whether
//! anything between two accesses lets another thread run under a GIL. Indentation gives Python's
//! blocks and brackets its statements, so no parser is needed. Where the text is not as simple as
//! these rules, the answer is "no" or "unknown", and nothing is claimed.

mod flow;
mod lines;
mod switch;

use heddle_trace::{Location, Program, SourceFile};

use lines::Lines;
pub(crate) use switch::Step;

/// The text of a program, cut into statements. Make it once for each program.
#[derive(Debug, Clone, Default)]
pub struct Source {
    files: Vec<File>,
}

#[derive(Debug, Clone)]
struct File {
    name: String,
    lines: Lines,
}

impl Source {
    /// The text of this program.
    pub fn new(program: &Program) -> Self {
        let read = |file: &SourceFile| File {
            name: file.name.clone(),
            lines: Lines::new(&file.text),
        };
        Source {
            files: program.files.iter().map(read).collect(),
        }
    }

    /// Without any text: nothing is known.
    pub const fn unknown() -> Self {
        Source { files: Vec::new() }
    }

    /// Whether there is any text.
    pub fn is_known(&self) -> bool {
        !self.files.is_empty()
    }

    /// `bank.py:9`, or `line 9` where the file's name is not known.
    pub fn place(&self, location: Location) -> String {
        match self.files.get(usize::from(location.file)) {
            Some(file) => format!("{}:{}", file.name, location.line),
            None => format!("line {}", location.line),
        }
    }

    /// The lines of a location's file, and the row of the statement that it is in.
    fn statement(&self, location: Location) -> Option<(&Lines, usize)> {
        let file = self.files.get(usize::from(location.file))?;
        let row = usize::try_from(location.line).ok()?.checked_sub(1)?;
        Some((&file.lines, file.lines.statement_at(row)?))
    }
}
