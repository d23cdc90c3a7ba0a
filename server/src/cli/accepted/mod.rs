//! Findings that are declared harmless: by a comment `# heddle: accept race hits` in any file of the
//! program, or in the project's configuration (see [`config`]). They are listed all the same, as
//! accepted.

mod config;

use std::path::Path;

use heddle_trace::{Program, Severity};
use serde::Serialize;

use super::exit::Stop;

/// What a comment of this kind begins with.
const WORD: &str = "heddle: accept ";

/// What is declared harmless.
#[derive(Debug, Default)]
pub(crate) struct Accepted {
    all: Vec<Rule>,
}

/// One kind of finding about one object.
#[derive(Debug, PartialEq, Eq)]
struct Rule {
    kind: String,
    object: String,
    by: By,
}

/// Who says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum By {
    /// A comment in the program.
    #[serde(rename = "comment")]
    Comment,
    /// The project's configuration.
    #[serde(rename = "pyproject.toml")]
    Config,
}

impl By {
    /// What stands before an accepted finding.
    pub(crate) fn accepted(self) -> &'static str {
        match self {
            By::Comment => "accepted",
            By::Config => "accepted by pyproject.toml",
        }
    }
}

impl Accepted {
    /// Reads the comments of a program and the configuration for this folder.
    pub(crate) fn read(program: &Program, folder: &Path) -> Result<Accepted, Stop> {
        let texts = program.files.iter().flat_map(|file| file.text.lines());
        let mut all: Vec<Rule> = texts.filter_map(comment).collect();
        all.extend(config::read(folder)?);
        Ok(Accepted { all })
    }

    /// All of them: kind and object.
    pub(crate) fn rules(&self) -> Vec<(String, String)> {
        let rules = self.all.iter();
        rules
            .map(|rule| (rule.kind.clone(), rule.object.clone()))
            .collect()
    }

    /// Whether, and by whom, a finding is accepted. Failures cannot be.
    pub(crate) fn by(&self, severity: Severity, kind: &str, objects: &[String]) -> Option<By> {
        let is_meant = |rule: &&Rule| rule.kind == kind && objects.contains(&rule.object);
        let rule = self.all.iter().find(is_meant)?;
        (severity == Severity::Warning).then_some(rule.by)
    }
}

/// The rule in a comment.
fn comment(line: &str) -> Option<Rule> {
    let (_, comment) = line.split_once('#')?;
    rule(comment.trim_start().strip_prefix(WORD)?, By::Comment)
}

/// `race hits`; words after that are for people.
fn rule(text: &str, by: By) -> Option<Rule> {
    let mut words = text.split_whitespace().map(str::to_owned);
    Some(Rule {
        kind: words.next()?,
        object: words.next()?,
        by,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_names_a_kind_and_an_object() {
        let line = "    hits += 1  # heddle: accept lost-update Page.hits (it is only an estimate)";
        let wanted = Rule {
            kind: "lost-update".into(),
            object: "Page.hits".into(),
            by: By::Comment,
        };
        assert_eq!(comment(line), Some(wanted));
        for line in [
            "# accept race x",
            "# heddle: accept",
            "# heddle: accept race",
            "x = 1",
        ] {
            assert_eq!(comment(line), None, "{line}");
        }
    }
}
