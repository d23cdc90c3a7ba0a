//! Threads that serve one task after the other.
//!
//! Where executions follow each other in one process, a thread that has ended its task waits for the
//! next one: to make a thread and its Python state and to end them again takes longer than most tasks
//! of such a search. A program that may be executed like that can see only one thing of its thread's
//! state, the values of `threading.local`, and these go when a thread would end.

use std::sync::{Arc, Condvar, Mutex};
use std::{io, thread};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::threads::{self, Body};

/// Bytes of a worker's stack: as much as the kernel gives the first thread by default.
const STACK: usize = 8 << 20;

/// Those who have nothing to do; the one that was busy last comes first.
static IDLE: Mutex<Vec<Arc<Worker>>> = Mutex::new(Vec::new());

/// A thread that serves.
#[derive(Default)]
pub(crate) struct Worker {
    next: Mutex<Option<Body>>,
    told: Condvar,
}

/// Gives a task to a thread that waits for one, or to a new one, which begins when it is
/// [called](Worker::call).
pub(crate) fn give(body: Body) -> io::Result<Arc<Worker>> {
    let idle = IDLE.lock().ok().and_then(|mut idle| idle.pop());
    let worker = match idle {
        Some(worker) => worker,
        None => hire()?,
    };
    if let Ok(mut next) = worker.next.lock() {
        *next = Some(body);
    }
    Ok(worker)
}

fn hire() -> io::Result<Arc<Worker>> {
    let worker = Arc::new(Worker::default());
    let own = Arc::clone(&worker);
    let serve = move || {
        Python::attach(|py| {
            while let Some(body) = py.detach(|| own.wait_for_body()) {
                body.run(py);
                forget_locals(py);
                // Between the task's last step and the next task's turn, so that whoever starts a
                // task next finds the same workers idle in every execution.
                py.detach(|| threads::end_task(|| own.rest()));
            }
        });
    };
    thread::Builder::new().stack_size(STACK).spawn(serve)?;
    Ok(worker)
}

impl Worker {
    /// Lets it begin. Call without the interpreter's lock: else it would only wait for that.
    pub(crate) fn call(&self) {
        self.told.notify_one();
    }

    /// The next task, when it has its first turn. `None` when the lock is broken, which only a panic
    /// in this file could do.
    fn wait_for_body(&self) -> Option<Body> {
        let next = self.next.lock().ok()?;
        let mut next = self.told.wait_while(next, |next| next.is_none()).ok()?;
        let body = next.take()?;
        body.wait_for_turn();
        Some(body)
    }

    fn rest(self: &Arc<Self>) {
        if let Ok(mut idle) = IDLE.lock() {
            idle.push(Arc::clone(self));
        }
    }
}

/// Lets the values of `threading.local` of the calling thread go.
fn forget_locals(py: Python<'_>) {
    // SAFETY: the GIL is held; the dictionary is borrowed, and a reference is taken at once.
    let locals = unsafe { Bound::from_borrowed_ptr_or_opt(py, ffi::PyThreadState_GetDict()) };
    if let Some(locals) = locals
        .as_ref()
        .and_then(|locals| locals.cast::<PyDict>().ok())
    {
        locals.clear();
    }
}

/// In a forked child there are no workers.
pub(crate) fn forget() {
    if let Ok(mut idle) = IDLE.lock() {
        idle.clear();
    }
}
