//! What an access is for: deciding, or carrying a value.

use heddle_trace::Location;

use super::Source;
use super::lines::{Lines, Statement, is_name, mentions};

impl Source {
    /// Whether what a read at `check` told decides if the task gets to `act`:
    ///
    /// - `act` is in a block of the `if` or `while` that reads;
    /// - or behind it, when that block leaves (`return`, `raise`, `continue`, `break`);
    /// - or in a function that the block calls;
    /// - or the read is kept in a name (`free = …`), or returned by a function, and an `if` that
    ///   uses that name or calls that function decides.
    pub(crate) fn decides(&self, check: Location, act: Location) -> bool {
        let (Some((checks, check)), Some((acts, act))) =
            (self.statement(check), self.statement(act))
        else {
            return false;
        };
        let act = Act {
            is_here: std::ptr::eq(checks, acts),
            statement: act,
            function: acts
                .function(act)
                .and_then(|def| acts.get(def)?.function_name()),
        };
        self.headers_of(checks, check)
            .iter()
            .any(|(lines, header)| {
                let act = Act {
                    is_here: std::ptr::eq(*lines, acts),
                    ..act
                };
                governs(lines, *header, &act)
            })
    }

    /// Whether a read can decide anything: worth remembering.
    pub(crate) fn is_check(&self, read: Location) -> bool {
        let statement = self.statement(read);
        statement.is_some_and(|(lines, statement)| !self.headers_of(lines, statement).is_empty())
    }

    /// Whether the act comes directly after a loop that waits for the check: `while busy: pass`.
    pub(crate) fn is_behind_loop(&self, check: Location, act: Location) -> bool {
        let (Some((checks, check)), Some((acts, act))) =
            (self.statement(check), self.statement(act))
        else {
            return false;
        };
        let is_loop = is_header(checks.get(check), &["while"]);
        let is_next = checks.block_end(check) == act;
        let same_level = checks.get(check).map(|s| s.indent) == acts.get(act).map(|s| s.indent);
        std::ptr::eq(checks, acts) && is_loop && is_next && same_level
    }

    /// Whether the value read goes into the write: in one statement, or by way of a local name.
    pub(crate) fn carries(&self, read: Location, write: Location) -> bool {
        let (Some((reads, read)), Some((writes, write))) =
            (self.statement(read), self.statement(write))
        else {
            return false;
        };
        if !std::ptr::eq(reads, writes) || reads.function(read) != writes.function(write) {
            return false;
        }
        if read == write {
            return reads.get(read).is_some_and(|s| s.assignment().is_some());
        }
        read < write && kept_in(reads, read).is_some_and(|name| arrives(reads, name, read, write))
    }

    /// The `if` and `while` headers that rest on what a statement reads.
    fn headers_of<'a>(&'a self, lines: &'a Lines, read: usize) -> Vec<(&'a Lines, usize)> {
        let Some(statement) = lines.get(read) else {
            return Vec::new();
        };
        if is_header(Some(statement), &["if", "elif", "while"]) {
            return vec![(lines, read)];
        }
        if statement.returns() {
            let function = lines
                .function(read)
                .and_then(|def| lines.get(def)?.function_name());
            return function.map_or_else(Vec::new, |name| self.headers_that_call(name));
        }
        let Some(name) = kept_in(lines, read) else {
            return Vec::new();
        };
        let function = lines.function(read);
        let uses = |header: &usize| {
            is_header(lines.get(*header), &["if", "elif", "while"])
                && lines
                    .get(*header)
                    .is_some_and(|s| mentions(condition(s), name))
                && lines.function(*header) == function
                && arrives(lines, name, read, *header)
        };
        let headers = (read + 1..lines.len()).filter(uses);
        headers.map(|header| (lines, header)).collect()
    }

    fn headers_that_call(&self, function: &str) -> Vec<(&Lines, usize)> {
        let in_file = |lines: &Lines| {
            let calls = |header: &usize| {
                let statement = lines.get(*header);
                is_header(statement, &["if", "elif", "while"])
                    && statement.is_some_and(|s| s.calls(function))
            };
            (0..lines.len()).filter(calls).collect::<Vec<_>>()
        };
        let files = self.files.iter().map(|file| &file.lines);
        files
            .flat_map(|lines| {
                in_file(lines)
                    .into_iter()
                    .map(move |header| (lines, header))
            })
            .collect()
    }
}

/// Where a task acts.
struct Act<'a> {
    /// In the same file as the check.
    is_here: bool,
    statement: usize,
    function: Option<&'a str>,
}

fn governs(lines: &Lines, header: usize, act: &Act<'_>) -> bool {
    let branches = branches(lines, header);
    let calls = |statement: Option<&Statement>| {
        let (Some(statement), Some(function)) = (statement, act.function) else {
            return false;
        };
        statement.calls(function)
    };
    let mut inner = branches.iter().flat_map(|at| at + 1..lines.block_end(*at));
    let inline = lines
        .get(header)
        .is_some_and(|s| !s.inline_block().is_empty());
    if calls(lines.get(header).filter(|_| inline)) || inner.any(|at| calls(lines.get(at))) {
        return true;
    }
    if !act.is_here {
        return false;
    }
    (inline && act.statement == header)
        || branches
            .iter()
            .any(|at| lines.is_in_block(*at, act.statement))
        || (leaves(lines, header) && is_behind(lines, header, act.statement))
}

/// The header itself and its `elif` and `else`.
fn branches(lines: &Lines, header: usize) -> Vec<usize> {
    let mut branches = vec![header];
    let indent = lines.get(header).map(|s| s.indent);
    let mut next = lines.block_end(header);
    while let Some(statement) = lines.get(next)
        && Some(statement.indent) == indent
        && is_header(Some(statement), &["elif", "else"])
    {
        branches.push(next);
        next = lines.block_end(next);
    }
    branches
}

/// Whether the block ends by leaving what is around it.
fn leaves(lines: &Lines, header: usize) -> bool {
    let Some(statement) = lines.get(header) else {
        return false;
    };
    let inline = statement.inline_block();
    let last = match inline {
        "" => lines
            .get(lines.block_end(header) - 1)
            .map(Statement::first_word),
        _ => inline.split(|c| !is_name(c)).next(),
    };
    let leaving = ["return", "raise", "continue", "break"];
    statement.first_word() == "if" && last.is_some_and(|word| leaving.contains(&word))
}

/// Whether a statement comes after a block in the same suite, or deeper.
fn is_behind(lines: &Lines, header: usize, statement: usize) -> bool {
    let Some(indent) = lines.get(header).map(|s| s.indent) else {
        return false;
    };
    let end = lines.block_end(header);
    let mut suite = (end..=statement).map_while(|at| lines.get(at));
    statement >= end && suite.all(|s| s.indent >= indent)
}

fn is_header(statement: Option<&Statement>, words: &[&str]) -> bool {
    statement.is_some_and(|s| words.contains(&s.first_word()))
}

/// A header without what stands after its colon.
fn condition(statement: &Statement) -> &str {
    let code = &statement.code;
    &code[..code.len() - statement.inline_block().len()]
}

/// The local name that a statement keeps what it read in: `t = c.n`.
fn kept_in(lines: &Lines, statement: usize) -> Option<&str> {
    let (target, operator, _) = lines.get(statement)?.assignment()?;
    let name = target.split(':').next()?.trim();
    let is_plain = !name.is_empty() && name.chars().all(is_name);
    (is_plain && operator.is_empty()).then_some(name)
}

/// Whether a name still holds what it was given at `from` when statement `to` uses it.
fn arrives(lines: &Lines, name: &str, from: usize, to: usize) -> bool {
    let loses = |at: usize| {
        kept_in(lines, at) == Some(name)
            && (lines.get(at).and_then(Statement::assignment))
                .is_some_and(|(_, _, value)| !mentions(value, name))
    };
    let used = match lines.get(to).and_then(Statement::assignment) {
        Some((_, _, value)) => mentions(value, name),
        None => lines.get(to).is_some_and(|s| s.mentions(name)),
    };
    used && !(from + 1..to).any(loses)
}
