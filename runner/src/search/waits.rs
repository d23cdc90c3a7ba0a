//! Whether a loop that only reads really waits for others.
//!
//! A task that repeats the same reads is passed over, so that a search of a program with a loop that
//! waits comes to an end. But a loop may also read the same variable a number of times and go on by
//! itself; then passing it over leaves executions out, and nothing is proved. So each such loop is run
//! alone once, for much longer than the patience of the search.

use heddle_trace::{Access, Event, Op, OpKind, OpResult, TaskId, Trace, What};

use super::team::Team;
use super::{Search, Shown};
use crate::zygote::ZygoteError;

/// Steps that a loop is run alone. What is still reading then is taken to wait.
const ALONE: usize = 1_000;

impl Search<'_> {
    /// `task` was passed over after `step` steps of this execution.
    pub(super) fn check_wait(
        &self,
        team: &mut Team<'_>,
        shown: &mut Shown,
        trace: &Trace,
        step: usize,
        task: TaskId,
    ) -> Result<(), ZygoteError> {
        let before = trace.steps().take_while(|(number, ..)| *number < step);
        let own = before.filter(|(_, event, _)| event.task == task);
        let place = own.last().and_then(|(_, event, _)| event.location);
        if !shown.loops.insert(place) {
            return Ok(());
        }
        let mut prefix = trace.choices();
        prefix.truncate(step);
        prefix.resize(step + ALONE, task);
        let alone = team.first().stepped(&prefix)?;
        let mut steps = alone.steps().skip(step);
        if steps.any(|(_, event, op)| changes_something(event, op)) {
            let place =
                place.map_or_else(String::new, |at| format!(" at {}", self.source.place(at)));
            shown.exploration.forbid_proof(format!(
                "a loop{place} makes the same reads again and again, and then goes on by \
                 itself: not every order of its reads was tried"
            ));
        } else {
            shown.exploration.note(format!(
                "A loop that only reads for {ALONE} steps is taken to wait for others."
            ));
        }
        Ok(())
    }
}

/// Whether an operation shows that its task has left a loop that only looks.
fn changes_something(event: &Event, op: &Op) -> bool {
    let timed_out = matches!(
        event.what,
        What::Op {
            result: OpResult::TimedOut,
            ..
        }
    );
    let looks = matches!(op.kind, OpKind::TryAcquire | OpKind::SemaphoreTryAcquire);
    op.kind.access() == Access::Write && !looks && !timed_out
}
