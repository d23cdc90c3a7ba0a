//! What an exploration said, for people.

use heddle_trace::Severity;
use heddle_trace::protocol::HostInfo;

use super::result::Explored;
use crate::cli::finding::Listed;
use crate::cli::{program, words};

/// The whole report.
pub(super) fn text(args: &program::ProgramArgs, explored: &Explored, host: &HostInfo) -> String {
    let mut text = format!(
        "{}: {}\n{}\n",
        args.name(),
        words::word(&explored.verdict),
        explored.claim_text
    );
    for finding in &explored.findings {
        text += &told(finding);
    }
    if !explored.story.is_empty() {
        text += &format!("\n{}", words::story(&explored.story));
    }
    if let Some(first) = explored.findings.first() {
        text += &format!(
            "\nreplay: heddle replay {} --schedule {}\nstep:   heddle step {} --schedule {}\n",
            args.words(),
            first.schedule,
            args.words(),
            first.schedule
        );
    }
    for reason in &explored.weakened_by {
        text += &format!("Weakened by: {reason}\n");
    }
    text += &format!(
        "\n{} executions, {} behaviours, {:.3} s, {}\n",
        explored.executions,
        explored.behaviours,
        explored.elapsed_seconds,
        words::host(host)
    );
    text
}

fn told(finding: &Listed) -> String {
    let severity = match finding.severity {
        Severity::Failure => "failure",
        Severity::Warning => "warning",
    };
    format!(
        "\n{severity}: {}: {}\n",
        finding.kind.replace('-', " "),
        finding.summary
    )
}
