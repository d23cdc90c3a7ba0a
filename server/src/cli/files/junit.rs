//! JUnit's XML, as CI servers read it: one test case for the program. There is no standard of its
//! own; the members are those that Jenkins, GitLab and GitHub's actions have in common.

use heddle_trace::{Severity, Verdict};

use crate::cli::explore::Explored;
use crate::cli::finding::Listed;

/// The file's text.
pub(super) fn text(name: &str, explored: &Explored) -> String {
    let name = escaped(name);
    let (mut failures, mut errors, mut body) = (0, 0, String::new());
    match explored.verdict {
        Verdict::Pass => {}
        Verdict::Fail => {
            failures = 1;
            let failing = |one: &&Listed| one.severity == Severity::Failure;
            let all: Vec<&Listed> = explored.findings.iter().filter(failing).collect();
            let kind = all.first().map_or("failure", |one| one.kind.as_str());
            let message = all.first().map_or("", |one| one.summary.as_str());
            let told: String = all.iter().map(|one| told(one)).collect();
            body += &element("failure", kind, message, &told);
        }
        Verdict::Unfinished => {
            errors = 1;
            body += &element("error", "unfinished", &explored.claim_text, "");
        }
    }
    let warnings = explored.findings.iter();
    let warnings = warnings.filter(|one| one.severity == Severity::Warning);
    let out: String = warnings.map(told).collect();
    let out = escaped(&format!("{}\n{out}", explored.claim_text));
    let seconds = explored.elapsed_seconds;
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites>\n\
         <testsuite name=\"heddle\" tests=\"1\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\" time=\"{seconds}\">\n\
         <testcase classname=\"heddle.explore\" name=\"{name}\" time=\"{seconds}\">\n\
         {body}<system-out>{out}</system-out>\n\
         </testcase>\n</testsuite>\n</testsuites>\n"
    )
}

fn element(tag: &str, kind: &str, message: &str, text: &str) -> String {
    let (kind, message, text) = (escaped(kind), escaped(message), escaped(text));
    format!("<{tag} type=\"{kind}\" message=\"{message}\">{text}</{tag}>\n")
}

fn told(finding: &Listed) -> String {
    let Listed {
        kind,
        summary,
        explanation,
        schedule,
        ..
    } = finding;
    format!("{kind}: {summary}\n{explanation}\nschedule: {schedule}\n\n")
}

/// Text that is safe in XML: names and messages come from the program.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\n' => safe += "&#10;",
            '\t' => safe.push('\t'),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}
