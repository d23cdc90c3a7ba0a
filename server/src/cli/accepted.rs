//! Findings that the program declares harmless: a comment `# heddle: accept race hits` in any of its
//! files accepts the races on `hits`. They are listed all the same, as accepted.

use heddle_trace::{Program, Severity};

use super::finding::Listed;

/// What a comment of this kind begins with.
const WORD: &str = "heddle: accept ";

/// Marks what the program accepts. Failures cannot be accepted.
pub(crate) fn mark(findings: &mut [Listed], program: &Program) {
    let texts = program.files.iter().flat_map(|file| file.text.lines());
    let accepted: Vec<(&str, &str)> = texts.filter_map(read).collect();
    for finding in findings {
        let is_named = |(kind, name): &(&str, &str)| {
            *kind == finding.kind && finding.objects.iter().any(|object| object == name)
        };
        finding.accepted = finding.severity == Severity::Warning && accepted.iter().any(is_named);
    }
}

/// The kind and the name in a comment.
fn read(line: &str) -> Option<(&str, &str)> {
    let (_, comment) = line.split_once('#')?;
    let rest = comment.trim_start().strip_prefix(WORD)?;
    let mut words = rest.split_whitespace();
    Some((words.next()?, words.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_names_a_kind_and_an_object() {
        let line = "    hits += 1  # heddle: accept lost-update Page.hits (it is only an estimate)";
        assert_eq!(read(line), Some(("lost-update", "Page.hits")));
        for line in [
            "# accept race x",
            "# heddle: accept",
            "# heddle: accept race",
            "x = 1",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }
}
