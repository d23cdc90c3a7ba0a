//! Processes: the gates around `os.fork`, and the end of a process.

use heddle_agent::event::{self, RawOp};
use heddle_agent::fork;
use heddle_agent::point::{Announcement, Until};
use heddle_agent::stage::{self, Attached};
use heddle_agent::task;
use heddle_stage::RowKind;
use heddle_trace::OpKind;
use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;

use crate::{context, place, points, threads, workers};

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(before_fork, module)?)?;
    module.add_function(wrap_pyfunction!(note_spawn, module)?)?;
    module.add_function(wrap_pyfunction!(after_fork_in_child, module)?)?;
    module.add_function(wrap_pyfunction!(after_fork_in_parent, module)?)?;
    module.add_function(wrap_pyfunction!(leave_process, module)?)?;
    module.add_function(wrap_pyfunction!(task_of_process, module)?)?;
    module.add_function(wrap_pyfunction!(is_first_process, module)?)
}

/// Prepares the child's rows.
#[pyfunction]
fn before_fork() -> PyResult<()> {
    if stage::attached() == Attached::No || fork::prepare(&threads::take_next_name()).is_some() {
        return Ok(());
    }
    Err(PyOSError::new_err(
        "cannot fork: this execution has too many processes or tasks",
    ))
}

/// In a child that begins with a fresh interpreter, as far as the program can see.
#[pyfunction]
fn note_spawn() {
    fork::note_spawn();
}

/// First of all in the child: takes over its rows, waits for its first turn.
#[pyfunction]
fn after_fork_in_child(py: Python<'_>) {
    if stage::attached() == Attached::No {
        return;
    }
    context::clear();
    points::forget_conditions();
    threads::forget_threads();
    workers::forget();
    py.detach(fork::enter_child);
    if let Some(me) = task::me() {
        threads::note_ident(me);
        if stage::attached() == Attached::Free {
            let op = RawOp::of_task(OpKind::TaskBegin, me, event::Place::default());
            event::note(RowKind::Op, me, &op);
        }
    }
}

/// In the parent: lends the child its turn up to the child's first point. `pid` 0: the fork failed.
#[pyfunction]
fn after_fork_in_parent(py: Python<'_>, pid: u32) -> Option<u16> {
    if stage::attached() == Attached::No {
        return None;
    }
    let child = fork::prepared();
    if let Some(child) = child.filter(|_| pid != 0) {
        threads::note_start(py, child);
    }
    py.detach(|| fork::enter_parent((pid != 0).then_some(pid)))
}

/// The calling process is about to end: its last scheduling point; then the turn goes on.
#[pyfunction]
fn leave_process(py: Python<'_>) {
    let Some(me) = task::me() else { return };
    // With one task left its end is all that happens; other tasks of the process end with it.
    let kind = if task::alone_in_process() {
        OpKind::TaskEnd
    } else {
        OpKind::ProcessExit
    };
    let op = RawOp::of_task(kind, me, place::here(py));
    match stage::attached() {
        Attached::No => return,
        Attached::Free => {
            event::note(RowKind::Op, me, &op);
        }
        Attached::Controlled => {
            points::reach(
                py,
                Announcement {
                    op,
                    until: Until::Always,
                    timeout: None,
                },
                None,
            );
        }
    }
    py.detach(|| fork::leave(me, stage::attached() == Attached::Controlled));
    stage::detach();
}

/// The main task of the process with this pid, if it is one of the execution's.
#[pyfunction]
fn task_of_process(pid: u32) -> Option<u16> {
    if stage::attached() == Attached::No {
        None
    } else {
        fork::main_task_of(pid)
    }
}

/// Whether this is the program's first process.
#[pyfunction]
fn is_first_process() -> bool {
    stage::is_root()
}
