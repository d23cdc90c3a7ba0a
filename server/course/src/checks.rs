//! `[[check]]` tables of a challenge: parsed into trace's [`Check`], and said as sentences.

use std::path::Path;

use heddle_trace::{Check, CheckKind, ObjectKind, StdoutRule};
use serde::Deserialize;
use toml::{Spanned, Table};

use crate::folder::Folder;
use crate::problem::line_at;

const KINDS: &str = "no-deadlock, no-race, no-exception, stdout (equals or lines), tasks-started (at_least), \
                     shared-objects (object, at_least), holds-together (at_least)";

/// Reads the checks; each mistake names its table's line.
pub(crate) fn read(
    folder: &mut Folder,
    path: &Path,
    text: &str,
    tables: Vec<Spanned<Table>>,
) -> Vec<Check> {
    if tables.is_empty() {
        let message = "the challenge has no [[check]], so every program would pass: add kind = \"no-deadlock\" or another";
        folder.problem(path, None, message);
    }
    let mut checks = Vec::new();
    for table in tables {
        let line = line_at(text, table.span().start);
        match one(table.into_inner()) {
            Ok(check) => checks.push(check),
            Err(message) => folder.problem(path, Some(line), message),
        }
    }
    checks
}

fn one(table: Table) -> Result<Check, String> {
    let check = Check::deserialize(table.clone()).map_err(|error| {
        format!(
            "bad [[check]]: {}; kinds are {KINDS}",
            error.message().trim_end()
        )
    })?;
    // serde ignores keys it does not know in flattened tables; a misspelt key must not be silent.
    let known = Table::try_from(&check).map_err(|error| format!("bad [[check]]: {error}"))?;
    if let Some(key) = table.keys().find(|key| !known.contains_key(*key)) {
        let keys: Vec<&str> = known.keys().map(String::as_str).collect();
        return Err(format!(
            "the key {key:?} means nothing in this [[check]]: its keys are {}",
            keys.join(", ")
        ));
    }
    if check.weight == 0 {
        return Err("weight = 0 makes a check that counts nothing: write 1 or more".into());
    }
    Ok(check)
}

/// What a check wants, as a sentence for the learner.
pub(crate) fn sentence(check: &Check) -> String {
    match &check.what {
        CheckKind::NoDeadlock => "No order of steps ends in a deadlock.".into(),
        CheckKind::NoRace => "No order of steps has a data race.".into(),
        CheckKind::NoException => "No task ends with an exception.".into(),
        CheckKind::Stdout {
            rule: StdoutRule::Equals(text),
        } => format!("It always prints {}.", quoted(text)),
        CheckKind::Stdout {
            rule: StdoutRule::Lines(lines),
        } => format!(
            "It always prints the lines {}, in any order.",
            lines
                .iter()
                .map(|line| quoted(line))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        CheckKind::TasksStarted { at_least } => {
            format!(
                "At least {at_least} {} started.",
                plural(*at_least, "task is", "tasks are")
            )
        }
        CheckKind::SharedObjects { object, at_least } => format!(
            "At least {at_least} {} used by more than one task.",
            plural(
                *at_least,
                &format!("{} is", word(*object)),
                &format!("{}s are", word(*object))
            )
        ),
        CheckKind::HoldsTogether { at_least } => {
            format!("Some task holds {at_least} locks at the same time.")
        }
    }
}

fn plural(count: u32, one: &str, many: &str) -> String {
    if count == 1 { one.into() } else { many.into() }
}

fn quoted(text: &str) -> String {
    format!("“{}”", text.trim_end_matches('\n').replace('\n', "⏎"))
}

fn word(object: ObjectKind) -> &'static str {
    match object {
        ObjectKind::Lock => "lock",
        ObjectKind::RLock => "re-entrant lock",
        ObjectKind::Semaphore => "semaphore",
        ObjectKind::Condition => "condition",
        ObjectKind::Event => "event",
        ObjectKind::Barrier => "barrier",
        ObjectKind::Queue => "queue",
        ObjectKind::Future => "future",
        ObjectKind::Executor => "executor",
        ObjectKind::Pipe => "pipe",
        ObjectKind::Task => "task",
        ObjectKind::Variable => "variable",
        ObjectKind::Stdout => "output stream",
        ObjectKind::Clock => "clock",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Check, String> {
        one(text.parse::<Table>().unwrap())
    }

    #[test]
    fn every_kind_of_check_can_be_written() {
        for text in [
            "kind = 'no-deadlock'",
            "kind = 'no-race'\nweight = 2",
            "kind = 'no-exception'",
            "kind = 'stdout'\nequals = \"1\\n\"",
            "kind = 'stdout'\nlines = ['a', 'b']",
            "kind = 'tasks-started'\nat_least = 2",
            "kind = 'shared-objects'\nobject = 'lock'\nat_least = 2\nmessage = 'm'",
            "kind = 'holds-together'\nat_least = 2",
        ] {
            let check = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
            assert!(sentence(&check).ends_with('.'), "{}", sentence(&check));
        }
    }

    #[test]
    fn unknown_kinds_and_keys_say_what_is_known() {
        assert!(
            parse("kind = 'no-deadlok'")
                .unwrap_err()
                .contains("no-deadlock")
        );
        assert!(
            parse("kind = 'no-race'\nwheight = 2")
                .unwrap_err()
                .contains("weight")
        );
        assert!(parse("kind = 'stdout'").is_err());
        assert!(parse("kind = 'no-race'\nweight = 0").is_err());
    }
}
