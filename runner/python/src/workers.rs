//! Threads of the kernel that serve one task after the other.
//!
//! Where executions follow each other in one process, a thread that has ended its task waits for the
//! next one: to make a thread and to end it again takes longer than most tasks of such a search. Python
//! notices nothing, because each task gets a thread state of its own, which is gone before the task's
//! end is announced.

use std::sync::{Arc, Condvar, Mutex};
use std::{io, thread};

use pyo3::prelude::*;

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
    thread::Builder::new().stack_size(STACK).spawn(move || {
        while let Some(body) = own.wait() {
            body.wait_for_turn();
            Python::attach(|py| body.run(py));
            // Between the task's last step and the next task's turn, so that whoever starts a task
            // next finds the same workers idle in every execution.
            threads::end_task(|| own.rest());
        }
    })?;
    Ok(worker)
}

impl Worker {
    /// Lets it begin. Call without the interpreter's lock: else it would only wait for that.
    pub(crate) fn call(&self) {
        self.told.notify_one();
    }

    /// `None` when the lock is broken, which only a panic in this file could do.
    fn wait(&self) -> Option<Body> {
        let next = self.next.lock().ok()?;
        let mut next = self.told.wait_while(next, |next| next.is_none()).ok()?;
        next.take()
    }

    fn rest(self: &Arc<Self>) {
        if let Ok(mut idle) = IDLE.lock() {
            idle.push(Arc::clone(self));
        }
    }
}

/// In a forked child there are no workers.
pub(crate) fn forget() {
    if let Ok(mut idle) = IDLE.lock() {
        idle.clear();
    }
}
