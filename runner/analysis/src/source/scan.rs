//! From text to statements.

use super::lines::{Statement, is_name};

/// The longest line that is looked at: a program of one huge line is not worth it.
const LONGEST: usize = 2_000;

/// Reads line after line and joins those that belong to one statement.
#[derive(Default)]
pub(super) struct Scanner {
    done: Vec<Statement>,
    depth: u32,
    string: Option<Quotes>,
    /// The line before ended with a backslash.
    continued: bool,
}

/// The string that is open.
#[derive(Debug, Clone, Copy)]
struct Quotes {
    quote: char,
    triple: bool,
    /// An f-string, whose content is code too.
    format: bool,
}

impl Scanner {
    /// The statements of a file.
    pub(super) fn read(text: &str) -> Vec<Statement> {
        let mut scanner = Scanner::default();
        for (row, line) in text.lines().enumerate() {
            scanner.line(row, line);
        }
        scanner.done
    }

    fn line(&mut self, row: usize, line: &str) {
        let goes_on = self.depth > 0 || self.string.is_some() || self.continued;
        self.continued = false;
        let code = self.code(line);
        let code = code.trim();
        if goes_on {
            if let Some(statement) = self.done.last_mut()
                && statement.code.len() < LONGEST
            {
                statement.code.push(' ');
                statement.code.push_str(code);
            }
        } else if !code.is_empty() {
            self.done.push(Statement {
                first: row,
                indent: indent(line),
                code: code.to_owned(),
            });
        }
    }

    /// The line without comment and without what is in strings.
    fn code(&mut self, line: &str) -> String {
        let mut code = String::new();
        let mut rest = line.char_indices().take(LONGEST).peekable();
        while let Some((at, c)) = rest.next() {
            if let Some(open) = self.string {
                let closes = match open.triple {
                    true => line[at..].starts_with(&open.quote.to_string().repeat(3)),
                    false => c == open.quote,
                };
                if c == '\\' {
                    rest.next();
                } else if closes {
                    if open.triple {
                        rest.next();
                        rest.next();
                    }
                    self.string = None;
                    code.push(open.quote);
                } else if open.format {
                    code.push(c);
                }
                continue;
            }
            match c {
                '#' => break,
                '\'' | '"' => {
                    let triple = line[at..].starts_with(&c.to_string().repeat(3));
                    if triple {
                        rest.next();
                        rest.next();
                    }
                    let before = code.trim_end_matches(is_name);
                    let format = code[before.len()..].contains(['f', 'F']);
                    self.string = Some(Quotes {
                        quote: c,
                        triple,
                        format,
                    });
                    code.push(c);
                    continue;
                }
                '\\' if rest.peek().is_none() => {
                    self.continued = true;
                    continue;
                }
                '(' | '[' | '{' => self.depth += 1,
                ')' | ']' | '}' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
            code.push(c);
        }
        // A plain string ends with its line, whatever the learner forgot.
        if self.string.is_some_and(|open| !open.triple) {
            self.string = None;
        }
        code
    }
}

fn indent(line: &str) -> usize {
    let mut width = 0;
    for c in line.chars() {
        match c {
            ' ' => width += 1,
            '\t' => width = (width / 8 + 1) * 8,
            _ => break,
        }
    }
    width
}
