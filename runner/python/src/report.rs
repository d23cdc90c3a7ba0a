//! The end of an execution: every process reports its state, the first process last; then the
//! program is gone.

use std::sync::Mutex;

use heddle_agent::event::{self, RawOp};
use heddle_agent::point::{self, Announcement, Until};
use heddle_agent::stage::{self, Attached};
use heddle_agent::{fork, task};
use heddle_stage::End;
use heddle_trace::OpKind;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::{json, points, threads};

static SNAPSHOT: Mutex<Option<Py<PyAny>>> = Mutex::new(None);

/// Sets the function that describes this process: `() -> dict`.
#[pyfunction]
fn set_snapshot(describe: Py<PyAny>) {
    if let Ok(mut hook) = SNAPSHOT.lock() {
        *hook = Some(describe);
    }
}

/// The main task of the first process has finished, with this exit code: ends the program.
#[pyfunction]
fn finish(py: Python<'_>, exit_code: i64) {
    if stage::attached() == Attached::No {
        return;
    }
    announce_end(py);
    point::finish(exit_code);
    end(py)
}

/// Daemons and other processes end with the first process, in the middle of what they do: so its end
/// is a step of its own, on which it depends what they still did. (Also when they are over in this
/// execution: in another one they might not be.)
pub(crate) fn announce_end(py: Python<'_>) {
    let others = stage::attached() == Attached::Controlled && task::others_unjoined();
    let Some(me) = task::me().filter(|_| others) else {
        return;
    };
    let announcement = Announcement {
        op: RawOp::of_task(OpKind::TaskEnd, me, event::Place::default()),
        until: Until::Always,
        timeout: None,
    };
    points::reach(py, announcement, None);
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(set_snapshot, module)?)?;
    module.add_function(wrap_pyfunction!(finish, module)?)
}

/// The execution is over. Reports this process's state, lets the other processes report theirs,
/// and ends the program. Never returns.
pub(crate) fn end(py: Python<'_>) -> ! {
    if point::wants_snapshot() {
        if point::claim_report() {
            report_state(py);
        }
        if let Some(turn) = point::next_reporter() {
            py.detach(|| {
                point::pass(turn);
                sleep_for_ever()
            })
        }
    }
    fork::end_program()
}

fn report_state(py: Python<'_>) {
    let Some(describe) = SNAPSHOT
        .lock()
        .ok()
        .and_then(|s| s.as_ref().map(|s| s.clone_ref(py)))
    else {
        return;
    };
    // While describing, this thread must not meet scheduling points of its own.
    stage::detach();
    let tasks = threads::tasks_by_ident(py);
    let described = tasks.and_then(|tasks| {
        let facts = PyDict::new(py);
        facts.set_item("process", stage::process())?;
        facts.set_item("state", describe.call1(py, (tasks,))?)?;
        json::encode(&facts)
    });
    if let Ok(text) = described {
        event::add_snapshot(text.as_bytes());
    }
}

/// Parked until the whole program is ended.
fn sleep_for_ever() -> ! {
    loop {
        // SAFETY: waits for a signal.
        unsafe { libc::pause() };
    }
}

/// Ends the program because of a limit that Python's half noticed.
pub(crate) fn end_because(py: Python<'_>, why: End) -> ! {
    point::end_with(why);
    end(py)
}
