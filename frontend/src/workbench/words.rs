//! Short words for what ended how. Sentences about steps are the timeline's.

use heddle_trace::protocol::JailLevel;
use heddle_trace::{Limit, Outcome, OutcomeKind, SubmissionResult, Verdict};

/// How something is shown: never by colour alone, each comes with a headline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// It is as it should be.
    Good,
    /// It went well, but need not.
    Warning,
    /// Something is wrong.
    Bad,
    /// Neither.
    Open,
}

impl Tone {
    /// The word in class names.
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Tone::Good => "good",
            Tone::Warning => "warning",
            Tone::Bad => "bad",
            Tone::Open => "open",
        }
    }

    /// A sign that needs no colour.
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Tone::Good => "✓",
            Tone::Warning => "!",
            Tone::Bad => "✕",
            Tone::Open => "…",
        }
    }
}

/// A limit's name, and what usually helps.
pub(crate) const fn limit(limit: Limit) -> (&'static str, &'static str) {
    match limit {
        Limit::Wall => (
            "wall time",
            "The program ran for too long. Does a loop never end, or does something wait for ever?",
        ),
        Limit::Cpu => (
            "CPU time",
            "The program computed for too long. Does a loop never end?",
        ),
        Limit::Memory => ("memory", "The program asked for too much memory."),
        Limit::Processes => (
            "processes and threads",
            "The program started too many processes and threads.",
        ),
        Limit::Output => ("output", "The program printed too much."),
        Limit::Events => ("events", "The program did more than a trace can hold."),
    }
}

/// A headline for an outcome.
pub(crate) fn outcome(outcome: &Outcome) -> (Tone, String) {
    let (tone, text) = match outcome {
        Outcome::Finished => (Tone::Good, "Finished"),
        Outcome::Failed { error, .. } => {
            return (Tone::Bad, format!("Uncaught {}", error.exception));
        }
        Outcome::Exited { code } => return (Tone::Bad, format!("Ended with exit code {code}")),
        Outcome::Killed { signal } => return (Tone::Bad, format!("Ended by signal {signal}")),
        Outcome::Deadlock { .. } => (Tone::Bad, "Deadlock"),
        Outcome::Livelock { .. } => (Tone::Bad, "Livelock"),
        Outcome::Limit { limit: which } => {
            return (Tone::Bad, format!("Limit reached: {}", limit(*which).0));
        }
        Outcome::Stopped => (Tone::Open, "Waiting for your choice"),
        Outcome::Cancelled => (Tone::Open, "Stopped"),
        Outcome::Diverged { step } => {
            return (Tone::Bad, format!("Not deterministic at step {step}"));
        }
        Outcome::Lost { .. } => (Tone::Bad, "The runner lost this run"),
    };
    (tone, text.to_owned())
}

/// An outcome's name in the page's attributes.
pub(crate) const fn kind(kind: OutcomeKind) -> &'static str {
    match kind {
        OutcomeKind::Finished => "finished",
        OutcomeKind::Failed => "failed",
        OutcomeKind::Exited => "exited",
        OutcomeKind::Killed => "killed",
        OutcomeKind::Deadlock => "deadlock",
        OutcomeKind::Livelock => "livelock",
        OutcomeKind::Limit => "limit",
        OutcomeKind::Stopped => "stopped",
        OutcomeKind::Cancelled => "cancelled",
        OutcomeKind::Diverged => "diverged",
        OutcomeKind::Lost => "lost",
    }
}

/// A headline for a verdict, with so many findings beside it.
pub(crate) const fn verdict(verdict: Verdict, findings: usize) -> (Tone, &'static str) {
    match verdict {
        Verdict::Pass if findings == 0 => (Tone::Good, "No execution fails"),
        Verdict::Pass => (Tone::Warning, "No execution fails, but read the warnings"),
        Verdict::Fail => (Tone::Bad, "Some execution fails"),
        Verdict::Unfinished => (Tone::Open, "Unfinished: no failure so far"),
    }
}

/// A headline for a submission's result.
pub(crate) const fn result(result: SubmissionResult) -> (Tone, &'static str) {
    match result {
        SubmissionResult::Accepted => (Tone::Good, "Accepted"),
        SubmissionResult::SyntaxError => (Tone::Bad, "Syntax error"),
        SubmissionResult::Exception => (Tone::Bad, "Exception"),
        SubmissionResult::Deadlock => (Tone::Bad, "Deadlock"),
        SubmissionResult::Livelock => (Tone::Bad, "Livelock"),
        SubmissionResult::WrongOutput => (Tone::Bad, "Wrong output"),
        SubmissionResult::Rule => (Tone::Bad, "Not by the rules"),
        SubmissionResult::Race => (Tone::Bad, "Data race"),
        SubmissionResult::Timeout => (Tone::Bad, "Not finished in time"),
    }
}

/// The jail's level in words.
pub(crate) const fn jail(level: JailLevel) -> &'static str {
    match level {
        JailLevel::L0 => "no usable jail",
        JailLevel::Trusted => "no jail (trusted)",
        JailLevel::L1 => "jail L1",
        JailLevel::L2 => "jail L2",
        JailLevel::L3 => "jail L3",
    }
}

/// A number with thin gaps between thousands: `12 345`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A sentence with its full stop.
pub(crate) fn full_stop(sentence: &str) -> String {
    let ends = sentence.ends_with(['.', '!', '?', ':', '…']);
    format!("{sentence}{}", if ends { "" } else { "." })
}

/// A sentence with a capital letter at its start.
pub(crate) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|first| first.to_ascii_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A headline as the second part of another: `Data race` as `data race`.
pub(crate) fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|first| first.to_ascii_lowercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// `1 step`, `2 steps`.
pub(crate) fn count(number: usize, thing: &str) -> String {
    let s = if number == 1 { "" } else { "s" };
    format!("{number} {thing}{s}")
}

/// Milliseconds as `840 ms` or `2.1 s`.
pub(crate) fn duration(ms: u64) -> String {
    if ms < 1000 {
        format!("{ms} ms")
    } else {
        format!("{}.{} s", ms / 1000, ms % 1000 / 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_named_in_the_headline() {
        let (tone, text) = outcome(&Outcome::Limit {
            limit: Limit::Memory,
        });
        assert_eq!((tone, text.as_str()), (Tone::Bad, "Limit reached: memory"));
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }

    #[test]
    fn durations_are_short() {
        assert_eq!(duration(7), "7 ms");
        assert_eq!(duration(2_149), "2.1 s");
    }
}
