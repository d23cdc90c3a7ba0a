//! Front matter: the TOML between two `+++` lines at the top of a lesson.

use std::path::Path;

use serde::Deserialize;

use crate::folder::Folder;

/// The keys of a lesson's front matter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FrontMatter {
    format: u32,
    pub(crate) title: String,
    pub(crate) summary: String,
    pub(crate) minutes: u32,
    // For people and for tools to come; checked for their type only.
    #[serde(default, rename = "level")]
    _level: Option<Level>,
    #[serde(default, rename = "authors")]
    _authors: Vec<String>,
    #[serde(default, rename = "license")]
    _license: Option<String>,
    #[serde(default, rename = "teaches")]
    _teaches: Vec<String>,
    #[serde(default, rename = "requires")]
    _requires: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Level {
    Beginner,
    Intermediate,
    Advanced,
}

/// A lesson's file, split.
#[derive(Debug)]
pub(crate) struct Split<'a> {
    pub(crate) front: FrontMatter,
    /// The Markdown.
    pub(crate) body: &'a str,
    /// Lines of the file before the Markdown.
    pub(crate) lines_before: usize,
}

/// The format that this program reads.
pub(crate) const FORMAT: u32 = 1;

/// The complaint about another format.
pub(crate) fn other_format(found: u32) -> Option<String> {
    (found != FORMAT).then(|| {
        format!("format = {found} is not known: this Heddle reads format = {FORMAT}; a newer course needs a newer Heddle")
    })
}

/// Splits a lesson's text and checks its front matter.
pub(crate) fn split<'a>(folder: &mut Folder, path: &Path, text: &'a str) -> Option<Split<'a>> {
    let Some((toml, body)) = cut(text) else {
        let message = "a lesson begins with front matter: a line +++, the keys format, title, \
                       summary and minutes, and a line +++";
        folder.problem(path, Some(1), message);
        return None;
    };
    let front: FrontMatter = folder.toml(path, toml, 2)?;
    check(folder, path, &front);
    let lines_before = text[..text.len() - body.len()].matches('\n').count();
    Some(Split {
        front,
        body,
        lines_before,
    })
}

fn cut(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("+++")?.trim_start_matches('\r');
    let rest = rest.strip_prefix('\n')?;
    if let Some(body) = rest.strip_prefix("+++\n") {
        return Some(("", body));
    }
    let end = rest.find("\n+++")?;
    let after = &rest[end + 4..];
    let body = after.find('\n').map_or("", |newline| &after[newline + 1..]);
    Some((&rest[..end + 1], body))
}

fn check(folder: &mut Folder, path: &Path, front: &FrontMatter) {
    if let Some(message) = other_format(front.format) {
        folder.problem(path, Some(1), message);
    }
    if front.title.trim().is_empty() {
        folder.problem(path, Some(1), "the title is empty: write title = \"…\"");
    }
    let length = front.summary.chars().count();
    if length == 0 || length > 200 {
        let message = format!("the summary has {length} characters: write 1 to 200");
        folder.problem(path, Some(1), message);
    }
    if !(5..=120).contains(&front.minutes) {
        let message = format!("minutes = {}: write 5 to 120", front.minutes);
        folder.problem(path, Some(1), message);
    }
}
