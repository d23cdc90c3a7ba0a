//! The info string of a code fence: `python run file=code/bank.py title="The bank" readonly`.

use crate::model::{Expect, Mode};

/// What a runnable fence asks for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Fence {
    pub(crate) mode: Mode,
    pub(crate) file: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) id: Option<String>,
    pub(crate) readonly: bool,
    pub(crate) expect: Option<Expect>,
}

const MODES: [(&str, Mode); 4] = [
    ("run", Mode::Run),
    ("step", Mode::Step),
    ("explore", Mode::Explore),
    ("measure", Mode::Measure),
];

impl Mode {
    /// The word in a fence.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Mode::Run => "run",
            Mode::Step => "step",
            Mode::Explore => "explore",
            Mode::Measure => "measure",
        }
    }
}

/// Reads an info string; `None` for a fence that is only shown.
pub(crate) fn parse(info: &str) -> Result<Option<Fence>, String> {
    let words = words(info)?;
    let Some((language, rest)) = words.split_first() else {
        return Ok(None);
    };
    let mode_of = |word: &str| MODES.iter().find(|(name, _)| *name == word);
    let Some(&(_, mode)) = rest.iter().find_map(|word| mode_of(word)) else {
        return no_mode(rest);
    };
    if language != "python" {
        return Err(format!(
            "{language:?} cannot be run: a cell's language is python"
        ));
    }
    let mut fence = Fence {
        mode,
        file: None,
        title: None,
        id: None,
        readonly: false,
        expect: None,
    };
    for word in rest.iter().filter(|word| *word != mode.word()) {
        fence.take(word)?;
    }
    Ok(Some(fence))
}

fn no_mode(rest: &[String]) -> Result<Option<Fence>, String> {
    match rest.first() {
        None => Ok(None),
        Some(word) => Err(format!(
            "{word:?} after the language is not known: write run, step, explore or measure first, or only the language for a listing"
        )),
    }
}

impl Fence {
    fn take(&mut self, word: &str) -> Result<(), String> {
        let (key, value) = word.split_once('=').unwrap_or((word, ""));
        if key != "readonly" && value.is_empty() {
            return Err(format!(
                "{key:?} is not known or has no value: keys are file=, title=, id=, expect=, and the word readonly"
            ));
        }
        match key {
            "file" => self.file = Some(value.to_owned()),
            "title" => self.title = Some(value.to_owned()),
            "id" => self.id = Some(plain_id(value)?),
            "readonly" => self.readonly = true,
            "expect" => self.expect = Some(expect(self.mode, value)?),
            _ => {
                return Err(format!(
                    "the key {key:?} is not known: keys are file=, title=, id=, expect=, and the word readonly"
                ));
            }
        }
        Ok(())
    }
}

fn plain_id(value: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if value.chars().all(plain) {
        return Ok(value.to_owned());
    }
    Err(format!(
        "id={value}: use small letters, digits and '-' only"
    ))
}

fn expect(mode: Mode, value: &str) -> Result<Expect, String> {
    if mode == Mode::Run {
        return Ok(Expect::Prints(value.to_owned()));
    }
    match value {
        "none" => Ok(Expect::None),
        "deadlock" => Ok(Expect::Deadlock),
        "livelock" => Ok(Expect::Livelock),
        "exception" => Ok(Expect::Exception),
        "race" => Ok(Expect::Race),
        _ => Err(format!(
            "expect={value}: write none, deadlock, livelock, exception or race (a run cell expects printed text)"
        )),
    }
}

/// Words between spaces or commas; double quotes keep them together.
fn words(info: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quoted = false;
    for c in info.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' | '\t' | ',' if !quoted => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    if quoted {
        return Err("a double quote is not closed in the fence's first line".into());
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_be_quoted_and_separated_by_commas() {
        let fence = parse("python run, file=code/a.py title=\"A \u{e4} b\" readonly")
            .unwrap()
            .unwrap();
        assert_eq!(fence.mode, Mode::Run);
        assert_eq!(fence.file.as_deref(), Some("code/a.py"));
        assert_eq!(fence.title.as_deref(), Some("A \u{e4} b"));
        assert!(fence.readonly);
    }

    #[test]
    fn a_fence_without_mode_is_a_listing() {
        assert_eq!(parse("python"), Ok(None));
        assert_eq!(parse("text"), Ok(None));
        assert_eq!(parse(""), Ok(None));
    }

    #[test]
    fn unknown_words_say_what_is_known() {
        assert!(parse("python runn").unwrap_err().contains("run, step"));
        assert!(parse("python run fiel=x").unwrap_err().contains("file="));
        assert!(parse("rust run").unwrap_err().contains("python"));
        assert!(
            parse("python step expect=lost")
                .unwrap_err()
                .contains("deadlock")
        );
        assert!(parse("python run title=\"x").unwrap_err().contains("quote"));
    }
}
