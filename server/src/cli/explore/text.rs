//! What an exploration said, for people.

use heddle_trace::protocol::HostInfo;
use heddle_trace::{Outcome, Severity, Verdict};

use super::result::Explored;
use crate::cli::finding::Listed;
use crate::cli::paint::Paint;
use crate::cli::program::ProgramArgs;
use crate::cli::shown::Shown;
use crate::cli::words;

/// Findings that are told; who has more begins with these.
const LONGEST: usize = 12;

/// The whole report. `shown`: the execution of the first finding.
pub(super) fn text(
    args: &ProgramArgs,
    explored: &Explored,
    shown: Option<&Shown>,
    host: &HostInfo,
) -> String {
    let paint = Paint::new();
    let verdict = match explored.verdict {
        Verdict::Pass => paint.good("pass"),
        Verdict::Fail => paint.bad("fail"),
        Verdict::Unfinished => paint.warning("unfinished"),
    };
    let mut text = format!(
        "{}: {verdict}\n{}\n",
        paint.bold(&args.name()),
        explored.claim_text
    );
    for reason in &explored.weakened_by {
        text += &format!("Weakened by: {reason}\n");
    }
    for (place, finding) in explored.findings.iter().take(LONGEST).enumerate() {
        text += &told(finding, paint);
        if let Some(shown) = shown.filter(|_| place == 0) {
            text += &execution(args, finding, shown, paint);
        }
    }
    let more = explored.findings.len().saturating_sub(LONGEST);
    if more > 0 {
        let more = words::counted(more as u64, "more finding");
        text += &format!("\nAnd {more}, which --json lists.\n");
    }
    text += &format!(
        "\n{}, {}, {:.2} s, {}\n",
        words::counted(explored.executions, "execution"),
        words::counted(explored.behaviours, "behaviour"),
        explored.elapsed_seconds,
        words::host(host)
    );
    text
}

fn told(finding: &Listed, paint: Paint) -> String {
    let kind = finding.kind.replace('-', " ");
    if let Some(by) = finding.accepted_by {
        let accepted = by.accepted();
        return paint.quiet(&format!("\n{accepted}: {kind}: {}", finding.summary)) + "\n";
    }
    let head = match finding.severity {
        Severity::Failure => paint.bad(&format!("failure: {kind}")),
        Severity::Warning => paint.warning(&format!("warning: {kind}")),
    };
    let gil = words::under_gil(finding.under_gil);
    format!(
        "\n{head}\n{}\n{}{gil}\n",
        finding.summary, finding.explanation
    )
}

/// How it came to that, and how to see it again.
fn execution(args: &ProgramArgs, finding: &Listed, shown: &Shown, paint: Paint) -> String {
    let mut text = format!(
        "\n{}\n{}",
        paint.bold(&format!(
            "Seen first in execution {}, with {}; steps of the story are marked *:",
            finding.first_execution,
            words::counted(u64::from(finding.switches), "forced switch")
        )),
        shown.table(Some(&finding.id)).text(paint)
    );
    let story = shown.story(Some(&finding.id));
    if !story.is_empty() {
        text += &format!("\n{}\n{}", paint.bold("The story:"), words::story(story));
    }
    if let Outcome::Failed { error, .. } = &shown.trace.outcome
        && !error.traceback.is_empty()
    {
        text += &format!("\n{}\n", error.traceback.trim_end());
    }
    text += &format!(
        "\n{} {}\n{}   {}\n",
        paint.bold("replay:"),
        args.command("replay", &finding.schedule),
        paint.bold("step:"),
        args.command("step", &finding.schedule)
    );
    text
}
