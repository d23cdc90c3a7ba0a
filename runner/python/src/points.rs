//! A scheduling point as Python sees it: conditions are kept up to date, the GIL is let go.

use std::sync::Mutex;

use heddle_agent::event::EventId;
use heddle_agent::point::{self, Announcement, Granted, Next, Until, Woken};
use heddle_agent::task;
use pyo3::prelude::*;

use crate::report;

/// Conditions of parked tasks that only Python can evaluate.
static CONDITIONS: Mutex<Vec<(u16, Py<PyAny>)>> = Mutex::new(Vec::new());

/// Forgets the conditions of the parent's tasks (in a forked child they do not exist).
pub(crate) fn forget_conditions() {
    if let Ok(mut conditions) = CONDITIONS.lock() {
        conditions.clear();
    }
}

/// Looks again whether parked tasks of this process are enabled. Call with the GIL held, before
/// the turn leaves this process's running task.
pub(crate) fn refresh(py: Python<'_>) {
    let conditions: Vec<(u16, Py<PyAny>)> = match CONDITIONS.lock() {
        Ok(conditions) if !conditions.is_empty() => conditions
            .iter()
            .map(|(task, c)| (*task, c.clone_ref(py)))
            .collect(),
        _ => return,
    };
    for (task, condition) in conditions {
        point::set_ready(task, evaluate(py, &condition));
    }
}

/// A condition that raises counts as fulfilled: the real operation will raise it to the learner.
fn evaluate(py: Python<'_>, condition: &Py<PyAny>) -> bool {
    condition
        .call0(py)
        .and_then(|value| value.is_truthy(py))
        .unwrap_or(true)
}

/// Announces an operation, waits for its turn and records it. With `condition`, the operation is
/// enabled while that is true.
///
/// Threads that are no tasks do not take part: they get a grant at once.
pub(crate) fn reach(
    py: Python<'_>,
    mut announcement: Announcement,
    condition: Option<Py<PyAny>>,
) -> Granted {
    let Some(me) = task::me() else {
        return Granted {
            timed_out: false,
            event: EventId::NONE,
        };
    };
    if let Some(condition) = &condition {
        announcement.until = Until::Ready(evaluate(py, condition));
        if let Ok(mut conditions) = CONDITIONS.lock() {
            conditions.push((me, condition.clone_ref(py)));
        }
    }
    refresh(py);
    let granted = wait_for_turn(py, me, &announcement);
    if condition.is_some()
        && let Ok(mut conditions) = CONDITIONS.lock()
    {
        conditions.retain(|(task, _)| *task != me);
    }
    granted
}

fn wait_for_turn(py: Python<'_>, me: u16, announcement: &Announcement) -> Granted {
    match point::announce(me, announcement) {
        Next::Go(granted) => granted,
        Next::End => report::end(py),
        Next::Park(turn) => {
            let woken = py.detach(|| {
                point::pass(turn);
                point::park(me)
            });
            match woken {
                Woken::Granted(granted) => granted,
                Woken::End => report::end(py),
            }
        }
    }
}
