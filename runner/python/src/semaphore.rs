//! Semaphores that processes share: stand in for `_multiprocessing.SemLock` in controlled
//! executions. Their state is their row on the stage.

use std::sync::atomic::Ordering::{Acquire, Release};

use heddle_agent::event::{self, Ending, RawOp};
use heddle_agent::object;
use heddle_agent::point::{Announcement, Granted, Until};
use heddle_agent::task;
use heddle_stage::ObjectRow;
use heddle_trace::{ObjectKind, OpKind};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::{context, place, points};

/// A semaphore on the stage. A lock is one with one unit; a recursive one remembers its owner.
#[pyclass(frozen, module = "_heddle")]
pub(crate) struct SharedSemaphore {
    pub(crate) number: u32,
    max: i64,
    kind: ObjectKind,
}

impl SharedSemaphore {
    fn row(&self) -> PyResult<&'static ObjectRow> {
        object::row(self.number)
            .ok_or_else(|| PyRuntimeError::new_err("this execution has too many objects"))
    }

    fn is_mine(&self, row: &ObjectRow) -> bool {
        task::me().is_some_and(|me| row.owner.load(Acquire) == u32::from(me) + 1)
    }

    /// Depth of a recursive lock = how far its value is below zero, plus one.
    fn take(&self, row: &ObjectRow) -> bool {
        let recursive = self.kind == ObjectKind::RLock;
        let value = row.value.load(Acquire);
        if value <= 0 && !(recursive && self.is_mine(row)) {
            return false;
        }
        row.value.store(value - 1, Release);
        if recursive {
            row.owner
                .store(u32::from(task::me().unwrap_or(0)) + 1, Release);
        }
        true
    }

    fn op_kinds(&self) -> (OpKind, OpKind, OpKind) {
        match self.kind {
            ObjectKind::Semaphore => (
                OpKind::SemaphoreAcquire,
                OpKind::SemaphoreTryAcquire,
                OpKind::SemaphoreRelease,
            ),
            _ => (OpKind::Acquire, OpKind::TryAcquire, OpKind::Release),
        }
    }

    fn reach(&self, py: Python<'_>, kind: OpKind, until: Until, timeout: Option<u64>) -> Granted {
        let op = RawOp::on(kind, self.number, place::here(py));
        points::reach(py, Announcement { op, until, timeout }, None)
    }
}

#[pymethods]
impl SharedSemaphore {
    /// `kind`: 1 lock, 2 recursive lock, 3 semaphore.
    #[new]
    fn new(kind: u32, value: i64, max: i64) -> PyResult<Self> {
        let (kind, name) = match kind {
            1 => (ObjectKind::Lock, "lock"),
            2 => (ObjectKind::RLock, "rlock"),
            _ => (ObjectKind::Semaphore, "semaphore"),
        };
        let number = object::create(kind, (value, 0), name);
        let this = SharedSemaphore { number, max, kind };
        this.row().map(|_| this)
    }

    /// Shows it under this name.
    fn rename(&self, name: &str) {
        object::rename(self.number, name);
    }

    /// Takes a unit; with `blocking`, waits for one, at most `timeout` seconds.
    #[pyo3(signature = (blocking = true, timeout = None))]
    fn acquire(&self, py: Python<'_>, blocking: bool, timeout: Option<f64>) -> PyResult<bool> {
        let row = self.row()?;
        let (acquire, try_acquire, _) = self.op_kinds();
        if context::is_folded() && !place::wrapper_called_by_learner(py) && self.take(row) {
            return Ok(true);
        }
        if !blocking || timeout.is_some_and(|seconds| seconds <= 0.0) {
            let granted = self.reach(py, try_acquire, Until::Always, None);
            let taken = self.take(row);
            if !taken {
                event::set_ending(granted.event, Ending::WouldBlock);
            }
            return Ok(taken);
        }
        let timeout = timeout.map(|t| {
            if t <= 0.0 {
                0
            } else {
                (t * 1e9).min(9e18) as u64
            }
        });
        let granted = self.reach(py, acquire, Until::Free(self.number), timeout);
        Ok(!granted.timed_out && self.take(row))
    }

    /// Gives a unit back.
    fn release(&self, py: Python<'_>) -> PyResult<()> {
        let row = self.row()?;
        let (_, _, release) = self.op_kinds();
        if !context::is_folded() || place::wrapper_called_by_learner(py) {
            self.reach(py, release, Until::Always, None);
        }
        let value = row.value.load(Acquire);
        if self.kind == ObjectKind::RLock && !self.is_mine(row) {
            return Err(PyRuntimeError::new_err(
                "attempt to release recursive lock not owned by thread",
            ));
        }
        if value >= self.max {
            return Err(pyo3::exceptions::PyValueError::new_err(
                "semaphore or lock released too many times",
            ));
        }
        row.value.store(value + 1, Release);
        if value + 1 == self.max {
            row.owner.store(0, Release);
        }
        Ok(())
    }

    /// How often the calling task has it.
    fn count(&self) -> PyResult<i64> {
        let row = self.row()?;
        Ok(if self.is_mine(row) {
            self.max - row.value.load(Acquire)
        } else {
            0
        })
    }

    /// Whether the calling task has it.
    fn is_mine_now(&self) -> PyResult<bool> {
        let row = self.row()?;
        Ok(self.is_mine(row))
    }

    /// Units left.
    fn value(&self) -> PyResult<i64> {
        Ok(self.row()?.value.load(Acquire).max(0))
    }
}
