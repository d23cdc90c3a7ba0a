//! `[tool.heddle]` of the nearest `pyproject.toml`, where Python's other tools have theirs:
//!
//! ```toml
//! [tool.heddle]
//! accept = ["race hits", "lost-update Page.hits (it is only an estimate)"]
//! ```
//!
//! What is not understood is an error: a misspelt rule would otherwise seem to hold.

use std::path::{Path, PathBuf};

use heddle_trace::FindingKind;
use toml::{Table, Value};

use super::{By, Rule, rule};
use crate::cli::exit::Stop;

const FILE: &str = "pyproject.toml";

/// The rules for programs of this folder; none where there is no configuration.
pub(super) fn read(folder: &Path) -> Result<Vec<Rule>, Stop> {
    let Some((path, text)) = nearest(folder)? else {
        return Ok(Vec::new());
    };
    rules(&text).map_err(|why| Stop::bad_input(format!("{}: {why}", path.display())))
}

/// The first one from this folder upwards.
fn nearest(folder: &Path) -> Result<Option<(PathBuf, String)>, Stop> {
    let start = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    for folder in start.ancestors() {
        let path = folder.join(FILE);
        if !path.is_file() {
            continue;
        }
        return match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Some((path, text))),
            Err(error) => Err(Stop::bad_input(format!(
                "cannot read {}: {error}",
                path.display()
            ))),
        };
    }
    Ok(None)
}

fn rules(text: &str) -> Result<Vec<Rule>, String> {
    let file: Table = text.parse().map_err(|error| not_toml(text, &error))?;
    let tools = file.get("tool").and_then(Value::as_table);
    let Some(own) = tools.and_then(|tools| tools.get("heddle")) else {
        return Ok(Vec::new());
    };
    let own = own
        .as_table()
        .ok_or("tool.heddle must be a table: [tool.heddle]")?;
    if let Some(unknown) = own.keys().find(|key| *key != "accept") {
        return Err(format!(
            "[tool.heddle] has no key {unknown:?}: remove it; there is only accept, as accept = [\"race hits\"]"
        ));
    }
    let accept = own
        .get("accept")
        .map_or(Some(&[][..]), |list| list.as_array().map(Vec::as_slice));
    let accept = accept.ok_or("tool.heddle.accept must be a list, as accept = [\"race hits\"]")?;
    accept.iter().map(entry).collect()
}

fn entry(value: &Value) -> Result<Rule, String> {
    let rule = value.as_str().and_then(|text| rule(text, By::Config));
    let Some(rule) = rule else {
        return Err(format!(
            "tool.heddle.accept has {value}: each entry is a kind of warning and the name of what it is about, as \"race hits\""
        ));
    };
    let name = rule.kind.replace('-', "_");
    if rule.kind.contains('_') || !FindingKind::WARNINGS.contains(&name.as_str()) {
        return Err(format!(
            "tool.heddle.accept has {value}: {:?} is no kind of warning (failures cannot be accepted); these are: {}",
            rule.kind,
            FindingKind::WARNINGS.join(", ").replace('_', "-")
        ));
    }
    Ok(rule)
}

fn not_toml(text: &str, error: &toml::de::Error) -> String {
    let before = error.span().and_then(|span| text.get(..span.start));
    let line = before.map_or(1, |before| before.matches('\n').count() + 1);
    format!("line {line}: {}", error.message())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_kind_and_a_name() {
        let text = "[tool.heddle]\naccept = [\"race hits\", \"lost-update Page.hits (why)\"]\n";
        let rules = rules(text).unwrap();
        let told: Vec<(&str, &str)> = (rules.iter())
            .map(|rule| (rule.kind.as_str(), rule.object.as_str()))
            .collect();
        assert_eq!(told, [("race", "hits"), ("lost-update", "Page.hits")]);
    }

    #[test]
    fn the_tables_of_other_tools_are_theirs() {
        for text in ["", "[tool.ruff]\naccept = 7\n", "[project]\nname = \"x\"\n"] {
            assert_eq!(rules(text), Ok(vec![]));
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error_with_the_remedy() {
        for (text, why) in [
            ("[tool.heddle]\nacept = []\n", "has no key \"acept\""),
            ("[tool]\nheddle = 1\n", "must be a table"),
            ("[tool.heddle]\naccept = \"race hits\"\n", "must be a list"),
            (
                "[tool.heddle]\naccept = [\"race\"]\n",
                "each entry is a kind",
            ),
            ("[tool.heddle]\naccept = [7]\n", "each entry is a kind"),
            (
                "[tool.heddle]\naccept = [\"rcae hits\"]\n",
                "these are: race, lost-update",
            ),
            (
                "[tool.heddle]\naccept = [\"lost_update hits\"]\n",
                "lost-update",
            ),
            (
                "[tool.heddle]\naccept = [\"deadlock a\"]\n",
                "failures cannot be accepted",
            ),
            ("[tool.heddle]\naccept = [\n1 = 2\n", "line "),
        ] {
            let said = rules(text).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }
}
