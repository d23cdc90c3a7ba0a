//! The line that changes while a search runs; on a terminal only.

use std::io::{IsTerminal, stderr};

use heddle_trace::protocol::JobEvent;

use crate::cli::out;
use crate::cli::words::counted;

/// Back to the line's beginning, and clear it.
const ANEW: &str = "\r\x1b[K";

/// Columns that every terminal has.
const NARROW: usize = 80;

/// Shows progress, if anybody is there to see it.
pub(super) struct Progress {
    is_shown: bool,
}

impl Progress {
    pub(super) fn new() -> Self {
        Progress {
            is_shown: stderr().is_terminal(),
        }
    }

    pub(super) fn take(&self, event: &JobEvent) {
        if !self.is_shown {
            return;
        }
        match event {
            JobEvent::Progress {
                executions,
                behaviours,
                failures,
                bound,
                wall_ms,
            } => out::note(format!(
                "{ANEW}{}",
                line(*executions, *behaviours, *failures, *bound, *wall_ms)
            )),
            JobEvent::Ended { .. } => out::note(ANEW),
            JobEvent::Started | JobEvent::Trace { .. } | JobEvent::Map { .. } => {}
        }
    }
}

fn line(
    executions: u64,
    behaviours: u64,
    failures: u64,
    bound: Option<u32>,
    wall_ms: u64,
) -> String {
    let rate = executions.saturating_mul(1000) / wall_ms.max(1);
    let failing = match failures {
        0 => String::new(),
        some => format!(", {some} failing"),
    };
    let reached = match bound {
        Some(0) => ", all without switches".to_owned(),
        Some(most) => format!(", all up to {}", counted(most.into(), "switch")),
        None => String::new(),
    };
    let (executions, behaviours) = (
        counted(executions, "execution"),
        counted(behaviours, "behaviour"),
    );
    let seconds = wall_ms / 1000;
    let line = format!("{executions} ({rate}/s), {behaviours}{failing}{reached}, {seconds} s");
    // A line that goes on in the next row could not be cleared, and few shells tell how wide it is.
    line.chars().take(out::width().min(NARROW) - 1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_says_how_far_the_search_is() {
        assert_eq!(
            line(1, 1, 0, Some(0), 10),
            "1 execution (100/s), 1 behaviour, all without switches, 0 s"
        );
        assert_eq!(
            line(900, 24, 3, Some(1), 3_000),
            "900 executions (300/s), 24 behaviours, 3 failing, all up to 1 switch, 3 s"
        );
    }
}
