//! The program's text, as far as it says what an access is *for*.
//!
//! A trace says that a task read a variable on line 9; only the text says whether that read decided
//! something (`if`), carried a value to a later write (`t = c.n` … `c.n = t + 1`), and whether
//! anything between two accesses lets another thread run under a GIL. Indentation gives Python's
//! blocks and brackets its statements, so no parser is needed. Where the text is not as simple as
//! these rules, the answer is "no" or "unknown", and nothing is claimed.

mod flow;
mod lines;
mod scan;
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

    /// The name of a location's file, where the program has several.
    pub(crate) fn one_of_several(&self, location: Location) -> Option<&str> {
        let file = self.files.get(usize::from(location.file))?;
        (self.files.len() > 1).then_some(&file.name)
    }

    /// The lines of a location's file, and the row of the statement that it is in.
    fn statement(&self, location: Location) -> Option<(&Lines, usize)> {
        let file = self.files.get(usize::from(location.file))?;
        let row = usize::try_from(location.line).ok()?.checked_sub(1)?;
        Some((&file.lines, file.lines.statement_at(row)?))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pieces of Python in any order, and signs that no Python has.
    fn any_text() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            Just("if "),
            Just("while "),
            Just("def f("),
            Just("return "),
            Just("else:"),
            Just("f("),
            Just(")"),
            Just("["),
            Just("}"),
            Just(":"),
            Just("="),
            Just("+= "),
            Just("=="),
            Just("a"),
            Just("b.c"),
            Just(" "),
            Just("\n"),
            Just("\n    "),
            Just("\n\t"),
            Just("#"),
            Just("'"),
            Just("\"\"\""),
            Just("f\""),
            Just("\\"),
            Just("\\\n"),
            Just("→"),
            Just("é"),
            Just("\u{0}"),
        ];
        prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn no_text_makes_a_question_panic(text in any_text()) {
            let source = Source::new(&Program::python(text.clone()));
            let lines = 0..=u32::try_from(text.lines().count()).unwrap() + 1;
            let places: Vec<Location> = lines.map(|line| Location { file: 0, line }).collect();
            for one in &places {
                source.is_check(*one);
                for other in &places {
                    source.decides(*one, *other);
                    source.carries(*one, *other);
                    source.is_behind_loop(*one, *other);
                    source.both_add(*one, *other);
                    for is_write in [false, true] {
                        let step = |at: &Location| Step { location: Some(*at), is_write, name: "b.c" };
                        source.switches(step(one), step(other));
                    }
                }
            }
        }
    }
}
