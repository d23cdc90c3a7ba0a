//! How an execution ended: what was seen from outside, and what the agent said.

use heddle_stage::End;
use heddle_trace::{ErrorReport, Event, Limit, Outcome, Trace, What};

/// Seen from outside.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// The supervisor ended it, for this reason.
    pub(crate) cut_short: Option<Outcome>,
    /// The fork server did not survive it.
    pub(crate) fork_server_gone: bool,
    /// Wait status of the program's first process.
    status: i32,
    /// The jail's memory limit struck.
    pub(crate) out_of_memory: bool,
    /// The jail refused a process or thread.
    pub(crate) processes_denied: bool,
    /// What was written past Python: crash messages.
    pub(crate) raw_output: String,
}

impl Facts {
    pub(crate) fn read_end(&mut self, body: &[u8]) {
        let text = String::from_utf8_lossy(body);
        self.status = text
            .split(' ')
            .next()
            .and_then(|s| s.parse().ok())
            .unwrap_or(0);
    }

    /// The signal that ended the first process; 0: none.
    fn signal(&self) -> i32 {
        self.status & 0x7f
    }
}

/// What the agent said.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) end: End,
    pub(crate) exit_code: i64,
    /// The first uncaught exception.
    pub(crate) uncaught: Option<Event>,
}

pub(crate) fn decide(trace: &Trace, said: &Said, facts: &Facts) -> Outcome {
    if let Some(reason) = &facts.cut_short {
        // A fork bomb also uses up its CPU time; that is not what is wrong with it.
        let by_limit = matches!(reason, Outcome::Limit { .. }) && facts.processes_denied;
        let processes = Outcome::Limit {
            limit: Limit::Processes,
        };
        return if by_limit { processes } else { reason.clone() };
    }
    if facts.out_of_memory {
        return Outcome::Limit {
            limit: Limit::Memory,
        };
    }
    match said.end {
        End::Events => Outcome::Limit {
            limit: Limit::Events,
        },
        End::Output => Outcome::Limit {
            limit: Limit::Output,
        },
        End::Stopped | End::Redundant => Outcome::Stopped,
        End::Diverged => Outcome::Diverged {
            step: trace.steps().count() as u32,
        },
        End::Livelock => Outcome::Livelock {
            tasks: trace
                .pending
                .iter()
                .filter(|p| p.enabled)
                .map(|p| p.task)
                .collect(),
        },
        End::Stuck => heddle_analysis::deadlock(trace),
        End::Finished => finished(said, facts),
        End::None => unexplained(said, facts),
    }
}

fn finished(said: &Said, facts: &Facts) -> Outcome {
    if let Some(outcome) = said.uncaught.as_ref().and_then(uncaught) {
        let by_limit = facts.processes_denied && is_refused_start(&outcome);
        return if by_limit {
            Outcome::Limit {
                limit: Limit::Processes,
            }
        } else {
            outcome
        };
    }
    match i32::try_from(said.exit_code).unwrap_or(-1) {
        0 => Outcome::Finished,
        code => Outcome::Exited { code },
    }
}

/// An uncaught exception as outcome. One that says that memory is used up is that limit.
fn uncaught(event: &Event) -> Option<Outcome> {
    let What::Uncaught {
        exception,
        message,
        traceback,
    } = &event.what
    else {
        return None;
    };
    if exception == "MemoryError" {
        return Some(Outcome::Limit {
            limit: Limit::Memory,
        });
    }
    Some(Outcome::Failed {
        task: event.task,
        error: ErrorReport {
            exception: exception.clone(),
            message: message.clone(),
            location: event.location,
            column: None,
            traceback: traceback.clone(),
        },
    })
}

/// Python's ways of saying that no more processes or threads can be started.
fn is_refused_start(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Failed { error, .. }
        if error.exception == "BlockingIOError" || error.message.contains("can't start new thread"))
}

/// It died without the agent's last word.
fn unexplained(said: &Said, facts: &Facts) -> Outcome {
    if facts.processes_denied {
        return Outcome::Limit {
            limit: Limit::Processes,
        };
    }
    if let Some(outcome) = said.uncaught.as_ref().and_then(uncaught) {
        return outcome;
    }
    if facts.fork_server_gone {
        return Outcome::Killed { signal: 9 };
    }
    match facts.signal() {
        0 => Outcome::Exited {
            code: facts.status >> 8 & 0xff,
        },
        signal => Outcome::Killed { signal },
    }
}
