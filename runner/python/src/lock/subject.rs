//! Taking a lock and giving it back, for both kinds of it.

use std::time::Duration;

use heddle_agent::event::{self, Ending, RawOp};
use heddle_agent::lock::{Lock as Core, Waited};
use heddle_agent::point::{Announcement, Until};
use heddle_agent::stage::{self, Attached};
use heddle_agent::task;
use heddle_stage::RowKind;
use heddle_trace::{ObjectKind, OpKind};
use pyo3::exceptions::{PyOverflowError, PyValueError};
use pyo3::prelude::*;

use crate::{context, names, place, points};

/// How long an acquire may wait.
#[derive(Debug, Clone, Copy)]
pub(super) enum Patience {
    No,
    Forever,
    For(Duration),
}

impl Patience {
    pub(super) fn parse(blocking: bool, timeout: f64) -> PyResult<Self> {
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

/// A lock as an operation on it needs to know it.
pub(super) struct Subject<'a, 'py> {
    pub(super) core: &'a Core,
    pub(super) object: &'a Bound<'py, PyAny>,
    pub(super) kind: ObjectKind,
    /// The standard library's own: no point of its own unless it would wait.
    pub(super) internal: bool,
}

impl Subject<'_, '_> {
    pub(super) fn number(&self, py: Python<'_>) -> u32 {
        self.core
            .object(|| names::name_of(py, self.object, self.kind))
    }

    /// `acquire(blocking, timeout)`.
    pub(super) fn acquire(&self, blocking: bool, timeout: f64) -> PyResult<bool> {
        let py = self.object.py();
        let patience = Patience::parse(blocking, timeout)?;
        match (stage::attached(), task::me()) {
            (Attached::Controlled, Some(_)) if self.is_quiet() => Ok(self.folded(py, patience)),
            (Attached::Controlled, Some(_)) => Ok(self.controlled(py, patience)),
            (Attached::Free, Some(me)) => self.free(py, patience, me),
            _ => self.wait(py, patience),
        }
    }

    /// `release()`; `is_held`: it can be given back, which is a scheduling point of its own.
    /// Returns whether it was.
    pub(super) fn release(&self, is_held: bool) -> bool {
        if is_held && !self.is_quiet() {
            self.announce_release();
        }
        self.core.give_back()
    }

    /// Inside a documented operation, unless the learner's own code has been called from there.
    fn is_quiet(&self) -> bool {
        self.internal || (context::is_folded() && !place::called_by_learner(self.object.py()))
    }

    fn announce_release(&self) {
        let (py, attached) = (self.object.py(), stage::attached());
        let Some(me) = task::me().filter(|_| attached != Attached::No) else {
            return;
        };
        let op = RawOp::on(OpKind::Release, self.number(py), place::here(py));
        if attached == Attached::Free {
            event::note(RowKind::Op, me, &op);
            return;
        }
        let announcement = Announcement {
            op,
            until: Until::Always,
            timeout: None,
        };
        points::reach(py, announcement, None);
    }

    fn controlled(&self, py: Python<'_>, patience: Patience) -> bool {
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
        let visible = (!self.is_quiet()).then(|| (self.number(py), place::here(py)));
        let note = |row: RowKind, kind: OpKind| {
            visible.map(|(object, here)| event::note(row, me, &RawOp::on(kind, object, here)))
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
