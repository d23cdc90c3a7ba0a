//! Statements, blocks and functions, by brackets and indentation.

use super::scan::Scanner;

/// One statement: all lines from its first to the end of its last bracket or string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    /// Index of its first line.
    pub(super) first: usize,
    /// Leading white space; a tab goes to the next multiple of eight, as in Python.
    pub(super) indent: usize,
    /// Its text in one line, without comments and without what is in plain strings.
    pub(super) code: String,
}

/// A file as statements.
#[derive(Debug, Clone, Default)]
pub(super) struct Lines {
    statements: Vec<Statement>,
}

impl Lines {
    pub(super) fn new(text: &str) -> Self {
        Lines {
            statements: Scanner::read(text),
        }
    }

    /// The statement with this number.
    pub(super) fn get(&self, statement: usize) -> Option<&Statement> {
        self.statements.get(statement)
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.statements.len()
    }

    /// The number of the statement that line `row` (from 0) belongs to.
    pub(super) fn statement_at(&self, row: usize) -> Option<usize> {
        self.statements
            .partition_point(|statement| statement.first <= row)
            .checked_sub(1)
    }

    /// The statements below a header, deeper than it: from the one after it up to the returned one.
    pub(super) fn block_end(&self, header: usize) -> usize {
        let Some(indent) = self.get(header).map(|header| header.indent) else {
            return header;
        };
        let rest = self.statements.iter().skip(header + 1);
        header + 1 + rest.take_while(|inner| inner.indent > indent).count()
    }

    /// Whether a statement is in the block of a header.
    pub(super) fn is_in_block(&self, header: usize, statement: usize) -> bool {
        header < statement && statement < self.block_end(header)
    }

    /// The `def` around a statement; `None` at the top of the file.
    pub(super) fn function(&self, statement: usize) -> Option<usize> {
        let mut indent = self.get(statement)?.indent;
        for row in (0..statement).rev() {
            let outer = self.get(row)?;
            if outer.indent < indent {
                indent = outer.indent;
                if outer.function_name().is_some() {
                    return Some(row);
                }
            }
        }
        None
    }
}

impl Statement {
    /// A statement behind a header's colon.
    pub(super) fn inline(code: &str) -> Self {
        Statement {
            first: 0,
            indent: 0,
            code: code.to_owned(),
        }
    }

    /// `if`, `while`, `return` …
    pub(super) fn first_word(&self) -> &str {
        let end = self.code.find(|c: char| !is_name(c));
        &self.code[..end.unwrap_or(self.code.len())]
    }

    /// What it does: of `with lock: t = c.n`, the part behind the colon.
    pub(super) fn deed(&self) -> &str {
        let inline = match self.first_word() {
            "with" => self.inline_block(),
            _ => "",
        };
        if inline.is_empty() {
            &self.code
        } else {
            inline
        }
    }

    /// Whether it returns from its function.
    pub(super) fn returns(&self) -> bool {
        let rest = self.deed().strip_prefix("return");
        rest.is_some_and(|rest| !rest.starts_with(is_name))
    }

    /// The name that a `def` gives.
    pub(super) fn function_name(&self) -> Option<&str> {
        let rest = self.code.strip_prefix("async ").unwrap_or(&self.code);
        let rest = rest.trim_start().strip_prefix("def ")?.trim_start();
        Some(rest[..rest.find('(')?].trim_end())
    }

    /// What stands after the header's colon on the same line: `if x: y()`.
    pub(super) fn inline_block(&self) -> &str {
        let mut depth = 0_i32;
        for (at, c) in self.code.char_indices() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                ':' if depth == 0 && !self.code[at..].starts_with(":=") => {
                    return self.code[at + 1..].trim();
                }
                _ => {}
            }
        }
        ""
    }

    /// An assignment's target, its operator (`+` for `+=`, nothing for `=`) and its right side.
    pub(super) fn assignment(&self) -> Option<(&str, &str, &str)> {
        let mut depth = 0_i32;
        let code = self.deed();
        let bytes = code.as_bytes();
        for (at, c) in code.char_indices() {
            match c {
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' => depth -= 1,
                '=' if depth == 0 => {
                    let after = bytes.get(at + 1);
                    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
                    if after == Some(&b'=') || matches!(before, Some(b'=' | b'!' | b'<' | b'>')) {
                        return None;
                    }
                    let left = code[..at].trim_end_matches(|c| "+-*/%&|^@".contains(c));
                    let operator = &code[left.len()..at];
                    return Some((left.trim(), operator, code[at + 1..].trim()));
                }
                _ => {}
            }
        }
        None
    }

    /// Whether it mentions a name.
    pub(super) fn mentions(&self, name: &str) -> bool {
        mentions(&self.code, name)
    }

    /// Whether it calls a function or method of this name.
    pub(super) fn calls(&self, name: &str) -> bool {
        positions(&self.code, name).any(|end| self.code[end..].trim_start().starts_with('('))
    }
}

/// Whether a text mentions a name.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    positions(text, name).next().is_some()
}

/// Where a whole name ends, each time that it stands in the text.
fn positions<'a>(text: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    let whole = move |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        !before.is_some_and(is_name) && !after.is_some_and(is_name)
    };
    let found = text.match_indices(name).map(|(at, _)| at);
    found
        .filter(move |at| !name.is_empty() && whole(*at))
        .map(move |at| at + name.len())
}

pub(super) fn is_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_strings_and_backslashes_join_lines() {
        let lines = Lines::new(
            "def f(a,  # the first\n      b):\n    x = \"\"\"one # two\n if\"\"\"\n    y = a + \\\n        b\n\n    # nothing\n    return {'#': x}\n",
        );
        let codes: Vec<&str> = lines.statements.iter().map(|s| s.code.as_str()).collect();
        assert_eq!(
            codes,
            ["def f(a, b):", "x = \" \"", "y = a + b", "return {'': x}"]
        );
        assert_eq!(lines.statement_at(3), Some(1));
        assert_eq!(lines.function(2), Some(0));
        assert_eq!(lines.function(0), None);
    }

    #[test]
    fn assignments_are_told_from_comparisons() {
        let parts = |text: &str| {
            let lines = Lines::new(text);
            let found = lines.get(0).unwrap().assignment();
            found.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()))
        };
        let found = |a: &str, b: &str, c: &str| Some((a.into(), b.into(), c.into()));
        assert_eq!(parts("c.n += 1"), found("c.n", "+", "1"));
        assert_eq!(
            parts("d[k == 1] = f(x=2)"),
            found("d[k == 1]", "", "f(x=2)")
        );
        assert_eq!(parts("x == 1"), None);
        assert_eq!(parts("f(x=1)"), None);
    }

    #[test]
    fn a_name_is_whole() {
        let lines = Lines::new("total = shop.sell(count) + recount");
        let statement = lines.get(0).unwrap();
        assert!(statement.mentions("count") && statement.calls("sell"));
        assert!(!statement.mentions("cou") && !statement.calls("count"));
    }
}
