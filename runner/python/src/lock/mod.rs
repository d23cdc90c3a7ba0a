//! `_thread.lock` and `_thread.RLock`.

mod subject;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use heddle_agent::lock::Lock as Core;
use heddle_trace::ObjectKind;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::place;

use subject::Subject;

/// A plain lock: stands in for `_thread.lock`.
#[pyclass(frozen, module = "_thread", name = "lock", weakref)]
pub(crate) struct Lock {
    pub(crate) core: Arc<Core>,
    serial: u64,
    /// The standard library's own: silent as long as it is free.
    internal: bool,
}

/// A recursive lock: stands in for `_thread.RLock`.
#[pyclass(frozen, module = "_thread", name = "RLock", weakref)]
pub(crate) struct RLock {
    core: Core,
    serial: u64,
    internal: bool,
}

/// Locks hash by the order of their creation, which is the same in every execution; their
/// addresses are not.
static SERIAL: AtomicU64 = AtomicU64::new(1);

fn next_serial() -> u64 {
    SERIAL.fetch_add(1, Relaxed)
}

/// The number that the next lock gets.
pub(crate) fn serial() -> u64 {
    SERIAL.load(Relaxed)
}

/// Counts from here on: another execution begins where the one before it did.
pub(crate) fn count_from(serial: u64) {
    SERIAL.store(serial, Relaxed);
}

impl Lock {
    pub(crate) fn internal(core: Arc<Core>) -> Self {
        Lock {
            core,
            serial: next_serial(),
            internal: true,
        }
    }
}

/// The number of a recursive lock in the trace.
pub(crate) fn recursive_number(lock: &Bound<'_, RLock>) -> u32 {
    lock.get().subject(lock.as_any()).number(lock.py())
}

impl Lock {
    fn subject<'a, 'py>(&'a self, object: &'a Bound<'py, PyAny>) -> Subject<'a, 'py> {
        Subject {
            core: &self.core,
            object,
            kind: ObjectKind::Lock,
            internal: self.internal,
        }
    }
}

impl RLock {
    fn subject<'a, 'py>(&'a self, object: &'a Bound<'py, PyAny>) -> Subject<'a, 'py> {
        Subject {
            core: &self.core,
            object,
            kind: ObjectKind::RLock,
            internal: self.internal,
        }
    }
}

#[pymethods]
impl Lock {
    #[new]
    fn new(py: Python<'_>) -> Self {
        Lock {
            core: Arc::new(Core::new(false)),
            serial: next_serial(),
            internal: place::called_by_library(py),
        }
    }

    /// A lock of the standard library's own, silent as long as it is free.
    #[staticmethod]
    #[pyo3(name = "internal")]
    fn new_internal() -> Self {
        Lock::internal(Arc::new(Core::new(false)))
    }

    #[pyo3(signature = (blocking = true, timeout = -1.0))]
    fn acquire(slf: &Bound<'_, Self>, blocking: bool, timeout: f64) -> PyResult<bool> {
        slf.get().subject(slf.as_any()).acquire(blocking, timeout)
    }

    fn release(slf: &Bound<'_, Self>) -> PyResult<()> {
        let this = slf.get();
        if this.subject(slf.as_any()).release(this.core.is_taken()) {
            return Ok(());
        }
        Err(PyRuntimeError::new_err("release unlocked lock"))
    }

    fn locked(&self) -> bool {
        self.core.is_taken()
    }

    #[pyo3(signature = (blocking = true, timeout = -1.0))]
    fn acquire_lock(slf: &Bound<'_, Self>, blocking: bool, timeout: f64) -> PyResult<bool> {
        Self::acquire(slf, blocking, timeout)
    }

    fn release_lock(slf: &Bound<'_, Self>) -> PyResult<()> {
        Self::release(slf)
    }

    fn __enter__(slf: &Bound<'_, Self>) -> PyResult<bool> {
        Self::acquire(slf, true, -1.0)
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(
        slf: &Bound<'_, Self>,
        _exception: &Bound<'_, pyo3::types::PyTuple>,
    ) -> PyResult<()> {
        Self::release(slf)
    }

    fn _at_fork_reinit(&self) {
        self.core.reset();
    }

    fn __repr__(slf: &Bound<'_, Self>) -> String {
        let state = if slf.get().core.is_taken() {
            "locked"
        } else {
            "unlocked"
        };
        format!("<{state} _thread.lock object at {:p}>", slf.as_ptr())
    }

    fn __hash__(&self) -> u64 {
        self.serial
    }
}

#[pymethods]
impl RLock {
    #[new]
    fn new(py: Python<'_>) -> Self {
        RLock {
            core: Core::new(true),
            serial: next_serial(),
            internal: place::called_by_library(py),
        }
    }

    /// A lock of the standard library's own, silent as long as it is free.
    #[staticmethod]
    #[pyo3(name = "internal")]
    fn new_internal() -> Self {
        RLock {
            core: Core::new(true),
            serial: next_serial(),
            internal: true,
        }
    }

    #[pyo3(signature = (blocking = true, timeout = -1.0))]
    fn acquire(slf: &Bound<'_, Self>, blocking: bool, timeout: f64) -> PyResult<bool> {
        slf.get().subject(slf.as_any()).acquire(blocking, timeout)
    }

    fn release(slf: &Bound<'_, Self>) -> PyResult<()> {
        let this = slf.get();
        if this.subject(slf.as_any()).release(this.core.is_mine()) {
            return Ok(());
        }
        Err(PyRuntimeError::new_err("cannot release un-acquired lock"))
    }

    fn __enter__(slf: &Bound<'_, Self>) -> PyResult<bool> {
        Self::acquire(slf, true, -1.0)
    }

    #[pyo3(signature = (*_exception))]
    fn __exit__(
        slf: &Bound<'_, Self>,
        _exception: &Bound<'_, pyo3::types::PyTuple>,
    ) -> PyResult<()> {
        Self::release(slf)
    }

    fn _is_owned(&self) -> bool {
        self.core.is_mine()
    }

    fn _recursion_count(&self) -> u32 {
        if self.core.is_mine() {
            self.core.depth()
        } else {
            0
        }
    }

    fn _release_save(&self) -> PyResult<(u32, u64)> {
        let depth = self.core.give_back_all();
        depth
            .map(|depth| (depth, 0))
            .ok_or_else(|| PyRuntimeError::new_err("cannot release un-acquired lock"))
    }

    fn _acquire_restore(slf: &Bound<'_, Self>, state: (u32, u64)) -> PyResult<()> {
        Self::acquire(slf, true, -1.0)?;
        slf.get().core.set_depth(state.0);
        Ok(())
    }

    fn _at_fork_reinit(&self) {
        self.core.reset();
    }

    fn __repr__(slf: &Bound<'_, Self>) -> String {
        let core = &slf.get().core;
        let state = if core.is_taken() {
            "locked"
        } else {
            "unlocked"
        };
        format!(
            "<{state} _thread.RLock object count={} at {:p}>",
            core.depth(),
            slf.as_ptr()
        )
    }

    fn __hash__(&self) -> u64 {
        self.serial
    }
}
