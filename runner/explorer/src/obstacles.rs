//! What stands against a proof, and what its reader must know.

use std::collections::BTreeSet;

use heddle_trace::{Limit, OpKind, OpResult, Outcome, What};

use crate::Executed;

/// Reasons, in the order in which they were found.
#[derive(Debug, Clone, Default)]
pub(crate) struct Obstacles {
    /// Why nothing can be proved, the first reason first.
    reasons: Vec<String>,
    notes: BTreeSet<String>,
}

impl Obstacles {
    pub(crate) fn forbid_proof(&mut self, reason: String) {
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }

    pub(crate) fn note(&mut self, note: String) {
        self.notes.insert(note);
    }

    /// The reasons, and the notes.
    pub(crate) fn into_parts(self) -> (Vec<String>, BTreeSet<String>) {
        (self.reasons, self.notes)
    }

    /// Looks for reasons in an execution.
    pub(crate) fn look_at(&mut self, executed: &Executed<'_>) {
        match &executed.trace().outcome {
            Outcome::Limit { limit } => {
                self.forbid_proof(format!("an execution hit the limit of {}", words(*limit)));
            }
            Outcome::Lost { reason } => {
                self.forbid_proof(format!("an execution was lost ({reason})"));
            }
            Outcome::Cancelled => self.forbid_proof("it was cancelled".into()),
            _ => {}
        }
        for event in &executed.trace().events {
            if let What::Uncontrolled { call } = &event.what {
                let call: String = call.chars().take(80).collect();
                self.forbid_proof(format!(
                    "Heddle does not control what the program does with {call}"
                ));
            }
        }
        self.look_at_timeouts(executed);
    }

    /// Timeouts that fire when nobody else can go are no free choice. Which of several is the earliest
    /// can depend on who slept before they began, and that order is not searched.
    fn look_at_timeouts(&mut self, executed: &Executed<'_>) {
        let steps = executed.steps();
        let fired = steps
            .iter()
            .filter(|step| step.result == OpResult::TimedOut);
        let fired = fired.count();
        if !executed.respects_timeouts() {
            if steps.iter().any(|step| step.timed) {
                self.note("Timeouts fire at any turn of a task that waits.".into());
            }
            return;
        }
        if fired > 0 {
            self.note("Timeouts fire only when nothing else can go on.".into());
        }
        let slept = steps.iter().any(|step| step.op.kind == OpKind::Sleep);
        if fired > 1 && slept {
            self.note(
                "Several timeouts fire: which one is first was taken from the clock as it stood, \
                 not tried both ways."
                    .into(),
            );
        }
    }
}

fn words(limit: Limit) -> &'static str {
    match limit {
        Limit::Wall => "time",
        Limit::Cpu => "CPU time",
        Limit::Memory => "memory",
        Limit::Processes => "processes and threads",
        Limit::Output => "output",
        Limit::Events => "events",
    }
}
