//! The line that changes while a search runs; on a terminal only.

use std::io::{IsTerminal, stderr};

use heddle_trace::protocol::JobEvent;

use crate::cli::out;

/// Back to the line's beginning, and clear it.
const ANEW: &str = "\r\x1b[K";

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
        Some(bound) => format!(", all with {bound} forced switches"),
        None => String::new(),
    };
    format!(
        "{executions} executions ({rate}/s), {behaviours} behaviours{failing}{reached}, {} s",
        wall_ms / 1000
    )
}
