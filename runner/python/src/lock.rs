//! `_thread.lock` and `_thread.RLock`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use heddle_agent::event::{self, Ending, RawOp};
use heddle_agent::lock::{Lock as Core, Waited};
use heddle_agent::point::{Announcement, Until};
use heddle_agent::stage::{self, Attached};
use heddle_agent::task;
use heddle_stage::RowKind;
use heddle_trace::{ObjectKind, OpKind};
use pyo3::exceptions::{PyOverflowError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;

use crate::{context, names, place, points};

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
fn next_serial() -> u64 {
    static SERIAL: AtomicU64 = AtomicU64::new(1);
    SERIAL.fetch_add(1, Relaxed)
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

impl RLock {
    /// Its number in the trace.
    pub(crate) fn object(&self, py: Python<'_>, this: &Bound<'_, PyAny>) -> u32 {
        self.core
            .object(|| names::name_of(py, this, ObjectKind::RLock))
    }
}

/// How long an acquire may wait.
#[derive(Debug, Clone, Copy)]
enum Patience {
    No,
    Forever,
    For(Duration),
}

impl Patience {
    fn parse(blocking: bool, timeout: f64) -> PyResult<Self> {
        if !blocking {
            if timeout != -1.0 {
                return Err(PyValueError::new_err(
                    "can't specify a timeout for a non-blocking call",
                ));
            }
            return Ok(Patience::No);
        }
        if timeout == -1.0 {
            return Ok(Patience::Forever);
        }
        if timeout < 0.0 || timeout.is_nan() {
            return Err(PyValueError::new_err(
                "timeout value must be a non-negative number",
            ));
        }
        if timeout == 0.0 {
            return Ok(Patience::No);
        }
        Duration::try_from_secs_f64(timeout)
            .ok()
            .filter(|t| t.as_secs() < 1 << 33)
            .map(Patience::For)
            .ok_or_else(|| PyOverflowError::new_err("timeout value is too large"))
    }

    fn nanos(self) -> Option<u64> {
        match self {
            Patience::For(time) => Some(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)),
            Patience::No | Patience::Forever => None,
        }
    }
}

/// What an acquire needs to know about the Python object around the lock.
struct Acquire<'a, 'py> {
    core: &'a Core,
    object: &'a Bound<'py, PyAny>,
    kind: ObjectKind,
    /// Inner traffic of the standard library: no point of its own unless it would wait.
    quiet: bool,
}

impl Acquire<'_, '_> {
    fn number(&self, py: Python<'_>) -> u32 {
        self.core
            .object(|| names::name_of(py, self.object, self.kind))
    }

    fn run(&self, py: Python<'_>, patience: Patience) -> PyResult<bool> {
        match (stage::attached(), task::me()) {
            (Attached::Controlled, Some(_)) => Ok(self.controlled(py, patience)),
            (Attached::Free, Some(me)) => self.free(py, patience, me),
            _ => self.wait(py, patience),
        }
    }

    fn controlled(&self, py: Python<'_>, patience: Patience) -> bool {
        if self.quiet {
            return self.folded(py, patience);
        }
        let object = self.number(py);
        let (kind, until) = match patience {
            Patience::No => (OpKind::TryAcquire, Until::Always),
            Patience::Forever | Patience::For(_) => (OpKind::Acquire, Until::Free(object)),
        };
        let op = RawOp::on(kind, object, place::here(py));
        let granted = points::reach(
            py,
            Announcement {
                op,
                until,
                timeout: patience.nanos(),
            },
            None,
        );
        if granted.timed_out {
            return false;
        }
        let taken = self.core.try_take();
        if !taken {
            event::set_ending(granted.event, Ending::WouldBlock);
        }
        taken
    }

    /// Inside a documented operation: takes it if it is free; else the operation itself waits.
    fn folded(&self, py: Python<'_>, patience: Patience) -> bool {
        if self.core.try_take() {
            return true;
        }
        let operation = context::current();
        if matches!(patience, Patience::No) {
            return false;
        }
        if operation.is_some_and(|o| o.timed_out) {
            // The library looks at the clock, too, to see whether its time is up.
            stage::advance_clock(Duration::from_nanos(patience.nanos().unwrap_or(0)));
            return false;
        }
        let object = self.number(py);
        let (op, until) = match operation {
            Some(o) => {
                let op = RawOp {
                    place: place::here(py),
                    ..o.waits_as
                };
                (
                    op,
                    o.needs
                        .map_or(Until::Free(object), |lock| Until::BothFree(object, lock)),
                )
            }
            None => {
                let op = RawOp::on(OpKind::Acquire, object, place::here(py));
                (op, Until::Free(object))
            }
        };
        let granted = points::reach(
            py,
            Announcement {
                op,
                until,
                timeout: patience.nanos(),
            },
            None,
        );
        !granted.timed_out && self.core.try_take()
    }

    fn free(&self, py: Python<'_>, patience: Patience, me: u16) -> PyResult<bool> {
        let object = if self.quiet {
            None
        } else {
            Some(self.number(py))
        };
        let here = if self.quiet {
            event::Place::default()
        } else {
            place::here(py)
        };
        let note = |row: RowKind, kind: OpKind| {
            object.map(|object| event::note(row, me, &RawOp::on(kind, object, here)))
        };
        if self.core.try_take() {
            let kind = if matches!(patience, Patience::No) {
                OpKind::TryAcquire
            } else {
                OpKind::Acquire
            };
            note(RowKind::Op, kind);
            return Ok(true);
        }
        if matches!(patience, Patience::No) {
            let event = note(RowKind::Op, OpKind::TryAcquire);
            event
                .into_iter()
                .for_each(|event| event::set_ending(event, Ending::WouldBlock));
            return Ok(false);
        }
        if note(RowKind::Wait, OpKind::Acquire).is_none() {
            note_wait_of_operation(py, me);
        }
        let taken = self.wait(py, patience)?;
        let event = note(RowKind::Op, OpKind::Acquire);
        if !taken {
            event
                .into_iter()
                .for_each(|event| event::set_ending(event, Ending::TimedOut));
        }
        Ok(taken)
    }

    /// The real wait.
    fn wait(&self, py: Python<'_>, patience: Patience) -> PyResult<bool> {
        if self.core.try_take() {
            return Ok(true);
        }
        let timeout = match patience {
            Patience::No => return Ok(false),
            Patience::Forever => None,
            Patience::For(time) => Some(time),
        };
        loop {
            match py.detach(|| self.core.wait_and_take(timeout)) {
                Waited::Taken => return Ok(true),
                Waited::TimedOut => return Ok(false),
                Waited::Interrupted => py.check_signals()?,
            }
        }
    }
}

/// Free runs: the documented operation in progress has to wait.
fn note_wait_of_operation(py: Python<'_>, me: u16) {
    let visible = |o: &context::Operation| !o.wait_noted && o.waits_as.kind != OpKind::External;
    if let Some(operation) = context::current().filter(visible) {
        context::update(|o| o.wait_noted = true);
        let op = RawOp {
            place: place::here(py),
            ..operation.waits_as
        };
        event::note(RowKind::Wait, me, &op);
    }
}

/// Before giving a lock back: a scheduling point of its own.
fn announce_release(py: Python<'_>, core: &Core, object: &Bound<'_, PyAny>, kind: ObjectKind) {
    let Some(me) = task::me() else { return };
    let attached = stage::attached();
    if attached == Attached::No {
        return;
    }
    let number = core.object(|| names::name_of(py, object, kind));
    let op = RawOp::on(OpKind::Release, number, place::here(py));
    if attached == Attached::Free {
        event::note(RowKind::Op, me, &op);
        return;
    }
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

/// Inside a documented operation, unless the learner's own code has been called from there.
fn is_quiet(py: Python<'_>, internal: bool) -> bool {
    internal || (context::is_folded() && !place::called_by_learner(py))
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
        let (py, this) = (slf.py(), slf.get());
        let patience = Patience::parse(blocking, timeout)?;
        let quiet = is_quiet(py, this.internal);
        Acquire {
            core: &this.core,
            object: slf.as_any(),
            kind: ObjectKind::Lock,
            quiet,
        }
        .run(py, patience)
    }

    fn release(slf: &Bound<'_, Self>) -> PyResult<()> {
        let (py, this) = (slf.py(), slf.get());
        if !is_quiet(py, this.internal) && this.core.is_taken() {
            announce_release(py, &this.core, slf.as_any(), ObjectKind::Lock);
        }
        if this.core.give_back() {
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
        let (py, this) = (slf.py(), slf.get());
        let patience = Patience::parse(blocking, timeout)?;
        let quiet = is_quiet(py, this.internal);
        Acquire {
            core: &this.core,
            object: slf.as_any(),
            kind: ObjectKind::RLock,
            quiet,
        }
        .run(py, patience)
    }

    fn release(slf: &Bound<'_, Self>) -> PyResult<()> {
        let (py, this) = (slf.py(), slf.get());
        if !is_quiet(py, this.internal) && this.core.is_mine() {
            announce_release(py, &this.core, slf.as_any(), ObjectKind::RLock);
        }
        if this.core.give_back() {
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
