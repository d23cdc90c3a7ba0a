//! Uncaught exceptions.

use heddle_trace::{Finding, FindingKind, Location, Outcome, TaskId, Trace, What};

use crate::words::shortened;
use crate::{MAX_FINDINGS, Source, Words, finding};

/// Uncaught exceptions, in the order in which they happened.
pub(crate) fn exceptions(trace: &Trace, source: &Source) -> Vec<Finding> {
    let events = (0_u32..).zip(&trace.events);
    let mut found: Vec<Finding> = events
        .filter_map(|(index, event)| match &event.what {
            What::Uncaught {
                exception, message, ..
            } => Some(Raised {
                task: event.task,
                exception,
                message,
                location: event.location,
                event: Some(index),
            }),
            What::Op { .. } | What::Wait { .. } | What::Uncontrolled { .. } => None,
        })
        .take(MAX_FINDINGS)
        .map(|raised| raised.finding(trace, source))
        .collect();
    if let (true, Outcome::Failed { task, error }) = (found.is_empty(), &trace.outcome) {
        let raised = Raised {
            task: *task,
            exception: &error.exception,
            message: &error.message,
            location: error.location,
            event: None,
        };
        found.push(raised.finding(trace, source));
    }
    found
}

struct Raised<'a> {
    task: TaskId,
    exception: &'a str,
    message: &'a str,
    location: Option<Location>,
    event: Option<u32>,
}

impl Raised<'_> {
    fn finding(&self, trace: &Trace, source: &Source) -> Finding {
        let words = Words::in_source(trace, source);
        let (task, exception) = (words.task(self.task), shortened(self.exception));
        let line = words.in_brackets(self.location);
        let said = match self.message {
            "" => String::new(),
            message => format!(": {}", shortened(message)),
        };
        let what = FindingKind::Exception {
            task: self.task,
            exception: self.exception.to_owned(),
            location: self.location,
            event: self.event,
        };
        finding(
            trace,
            what,
            format!("{task} ended with {exception}{said}{line}."),
        )
    }
}
