//! Where a GIL can be handed over.
//!
//! CPython 3.10 and newer looks whether another thread wants the GIL when a function is entered,
//! after a call, and at the end of a loop's round, and nowhere between; a thread that blocks gives
//! it up too. Measured on 3.10 to 3.13: `c.n += 1` and three straight lines without a call never
//! lost an update, the same with a call between load and store did.
//! An operator that a class defines in Python is a call that the text does not show.

use heddle_trace::{Location, UnderGil};

use super::Source;
use super::lines::{Lines, Statement, is_name};

/// One access on a task's way.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step<'a> {
    pub(crate) location: Option<Location>,
    pub(crate) is_write: bool,
    /// Name of the variable in the source.
    pub(crate) name: &'a str,
}

impl Source {
    /// Whether another thread can run between two accesses that directly follow each other.
    pub(crate) fn switches(&self, from: Step<'_>, to: Step<'_>) -> UnderGil {
        let (Some((here, a)), Some((there, b))) = (
            from.location.and_then(|at| self.statement(at)),
            to.location.and_then(|at| self.statement(at)),
        ) else {
            return UnderGil::Unknown;
        };
        if !std::ptr::eq(here, there) || here.function(a) != there.function(b) {
            return enters(here, a, there, b);
        }
        match a.cmp(&b) {
            // A statement that comes again comes by a loop or a call.
            std::cmp::Ordering::Greater => UnderGil::Yes,
            std::cmp::Ordering::Equal if from.is_write && !to.is_write => UnderGil::Yes,
            std::cmp::Ordering::Equal => within(here.get(a), from, to),
            std::cmp::Ordering::Less => along(here, a, b, to),
        }
    }

    /// Whether two statements only add to a number: then their order does not matter.
    pub(crate) fn both_add(&self, one: Location, other: Location) -> bool {
        let adds = |location| {
            let (lines, at) = self.statement(location)?;
            let statement = lines.get(at)?;
            let (target, operator, value) = statement.assignment()?;
            let plain = value.strip_prefix(target).map(str::trim_start);
            let adds = match operator {
                "+" | "-" => true,
                "" => plain.is_some_and(|rest| rest.starts_with(['+', '-'])),
                _ => false,
            };
            (adds && !has_call(value)).then_some(())
        };
        adds(one).is_some() && adds(other).is_some()
    }
}

/// From one function into another: to enter one is a place to switch, to return is none.
fn enters(here: &Lines, a: usize, there: &Lines, b: usize) -> UnderGil {
    let callee = there
        .function(b)
        .and_then(|def| there.get(def)?.function_name());
    let is_called = callee.is_some_and(|name| {
        let end = here
            .function(a)
            .map_or(here.len(), |def| here.block_end(def));
        (a..end).any(|at| here.get(at).is_some_and(|s| s.calls(name)))
    });
    if is_called {
        UnderGil::Yes
    } else {
        UnderGil::Unknown
    }
}

/// Two accesses of one statement.
fn within(statement: Option<&Statement>, from: Step<'_>, to: Step<'_>) -> UnderGil {
    let Some(statement) = statement else {
        return UnderGil::Unknown;
    };
    let inline = statement.inline_block();
    if !inline.is_empty() && !from.is_write && to.is_write && from.name == to.name {
        // `with lock: c.n += 1`: the update alone.
        let inner = Statement::inline(inline);
        return within(Some(&inner), from, to);
    }
    if !has_call(&statement.code) && !has_loop(&statement.code) {
        return UnderGil::No;
    }
    if statement.first_word() == "while" && from.name == to.name && !from.name.is_empty() {
        // The loop's next round.
        return UnderGil::Yes;
    }
    match statement.assignment() {
        // The old value is loaded first, then the right side is worked out.
        Some((_, operator, value)) if to.is_write && !operator.is_empty() && has_call(value) => {
            UnderGil::Yes
        }
        Some((_, "", value)) if to.is_write => match after(value, from.name) {
            Some(rest) if closes_call(value, rest) => UnderGil::Yes,
            _ => UnderGil::Unknown,
        },
        _ => UnderGil::Unknown,
    }
}

/// From one statement down to another of the same function.
fn along(lines: &Lines, a: usize, b: usize, to: Step<'_>) -> UnderGil {
    let all = || (a..=b).filter_map(|at| lines.get(at));
    if !all().any(|s| has_call(&s.code) || has_loop(&s.code)) {
        return UnderGil::No;
    }
    let level = lines.get(a).map(|s| s.indent);
    let is_straight = all().all(|s| Some(s.indent) == level);
    let calls_between = (a + 1..b).any(|at| lines.get(at).is_some_and(|s| has_call(&s.code)));
    let last = lines.get(b).and_then(Statement::assignment);
    let calls_last = to.is_write && last.is_some_and(|(_, _, value)| has_call(value));
    // What is stored is worked out first, whatever block the store is in.
    if calls_last || (is_straight && calls_between) {
        UnderGil::Yes
    } else {
        UnderGil::Unknown
    }
}

/// Whether a text calls something: a bracket directly behind a name or another bracket.
fn has_call(text: &str) -> bool {
    const WORDS: [&str; 12] = [
        "if", "elif", "while", "and", "or", "not", "in", "is", "return", "assert", "else", "del",
    ];
    text.match_indices('(').any(|(at, _)| {
        let before = text[..at].trim_end();
        let word = &before[before.trim_end_matches(is_name).len()..];
        match before.chars().next_back() {
            Some(')' | ']') => true,
            Some(c) if is_name(c) => !WORDS.contains(&word),
            _ => false,
        }
    }) || ["await", "yield", "import", "with"]
        .iter()
        .any(|word| super::lines::mentions(text, word))
}

fn has_loop(text: &str) -> bool {
    ["for", "while"]
        .iter()
        .any(|word| super::lines::mentions(text, word))
}

/// Where the text behind the first mention of a variable begins; `c.n` is looked for as it is.
fn after(text: &str, name: &str) -> Option<usize> {
    let at = text.find(name).filter(|_| !name.is_empty())?;
    Some(at + name.len())
}

/// Whether a call is made behind this place: one that begins there, or one around it.
fn closes_call(text: &str, from: usize) -> bool {
    if has_call(&text[from..]) {
        return true;
    }
    // Brackets that are open at `from` and are calls' brackets.
    let mut open = Vec::new();
    for (at, c) in text[..from].char_indices() {
        match c {
            '(' => open.push(has_call(&text[..=at]) && is_call_at(text, at)),
            ')' => {
                open.pop();
            }
            _ => {}
        }
    }
    open.into_iter().any(|is_call| is_call)
}

fn is_call_at(text: &str, bracket: usize) -> bool {
    let before = text[..bracket].trim_end();
    before.ends_with(|c: char| is_name(c) || c == ')' || c == ']')
}
