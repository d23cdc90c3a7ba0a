//! Pipes and sockets: what goes from task to task through the kernel.
//!
//! A direction of a pipe or of a pair of sockets is an object of all processes. It is known by its
//! inode, and registered by the process that makes it, before anybody else can have it. All other
//! sockets together are one object.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use heddle_agent::event::RawOp;
use heddle_agent::object::{self, ObjectSlot, Scope};
use heddle_agent::point::{Announcement, Until};
use heddle_agent::probe::{self, Descriptor};
use heddle_agent::stage::{self, Attached};
use heddle_agent::task;
use heddle_stage::NONE32;
use heddle_trace::{ObjectKind, OpKind};
use pyo3::prelude::*;

use crate::{context, ops, place, points};

/// The objects behind a descriptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ends {
    receives: u32,
    sends: u32,
}

/// By inode.
static KNOWN: Mutex<Option<HashMap<u64, Ends>>> = Mutex::new(None);

/// Sockets of which nobody knows who is at the other end.
static NETWORK: ObjectSlot = ObjectSlot::new(Scope::Global);

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(connect, module)?)?;
    module.add_function(wrap_pyfunction!(is_channel, module)?)?;
    module.add_function(wrap_pyfunction!(transfer, module)?)?;
    module.add_function(wrap_pyfunction!(await_any, module)?)?;
    module.add_function(wrap_pyfunction!(note_outside, module)?)
}

/// What the kernel says about a descriptor: its inode, when it is a pipe or a socket.
fn inode(fd: i32) -> Option<u64> {
    // SAFETY: `stat` is plain data, filled by the kernel, and read only if it was.
    let stat = unsafe {
        let mut stat: libc::stat = std::mem::zeroed();
        if libc::fstat(fd, &mut stat) != 0 {
            return None;
        }
        stat
    };
    let kind = stat.st_mode & libc::S_IFMT;
    matches!(kind, libc::S_IFIFO | libc::S_IFSOCK).then_some(stat.st_ino)
}

/// Two descriptors that belong together have been made: what is sent into `b` is received from `a`,
/// and the other way round if it is a pair of sockets (`both`).
#[pyfunction]
fn connect(a: i32, b: i32, both: bool) {
    let (Some(one), Some(other)) = (inode(a), inode(b)) else {
        return;
    };
    if stage::attached() != Attached::Controlled {
        return;
    }
    let pipe = || object::create(ObjectKind::Pipe, (1, 0), "pipe");
    let to_a = pipe();
    let to_b = if both { pipe() } else { to_a };
    if let Ok(mut known) = KNOWN.lock() {
        let known = known.get_or_insert_default();
        let (receives, sends) = (to_a, to_b);
        known.insert(one, Ends { receives, sends });
        let (receives, sends) = (to_b, to_a);
        known.insert(other, Ends { receives, sends });
    }
}

/// Whether a descriptor is a pipe or a socket, in a controlled execution.
#[pyfunction]
fn is_channel(fd: i32) -> bool {
    stage::attached() == Attached::Controlled && task::me().is_some() && inode(fd).is_some()
}

fn ends(fd: i32) -> Ends {
    let known = inode(fd).and_then(|inode| KNOWN.lock().ok()?.as_ref()?.get(&inode).copied());
    known.unwrap_or_else(|| {
        let network = NETWORK.get_or_create(ObjectKind::Pipe, || (1, 0), || "network".into());
        Ends {
            receives: network,
            sends: network,
        }
    })
}

/// The scheduling point before something is done with a descriptor: `kind` is `Send`, `Receive`, `Poll`
/// or `Close`. With `waits` it comes when that can be done without waiting. Part of a documented
/// operation it is silent unless it has to wait. Returns whether its timeout (seconds) fired.
#[pyfunction]
#[pyo3(signature = (kind, fd, waits = true, timeout = None))]
fn transfer(
    py: Python<'_>,
    kind: u16,
    fd: i32,
    waits: bool,
    timeout: Option<f64>,
) -> PyResult<bool> {
    let kind = ops::op_kind(kind)?;
    if kind == OpKind::Close && !place::wrapper_called_by_learner(py) {
        // The library closes copies of ends where processes begin and end.
        return Ok(false);
    }
    let Ends { receives, sends } = ends(fd);
    let (object, also, events) = match kind {
        OpKind::Send => (sends, NONE32, libc::POLLOUT),
        OpKind::Close => (receives, sends, 0),
        _ => (receives, NONE32, libc::POLLIN),
    };
    let also = if also == object { NONE32 } else { also };
    let op = RawOp {
        also,
        ..RawOp::on(kind, object, place::here(py))
    };
    let descriptors = match waits {
        true => vec![Descriptor { fd, events }],
        false => Vec::new(),
    };
    Ok(reach(py, op, descriptors, timeout))
}

/// The scheduling point before `select`, `poll` and their kin: comes when one of the descriptors, given
/// with bits of `poll`, is ready. Returns whether its timeout (seconds) fired.
#[pyfunction]
#[pyo3(signature = (descriptors, timeout = None))]
fn await_any(py: Python<'_>, descriptors: Vec<(i32, i16)>, timeout: Option<f64>) -> bool {
    if stage::attached() != Attached::Controlled || task::me().is_none() {
        return false;
    }
    let here = place::here(py);
    let op = match descriptors[..] {
        [(fd, events)] if inode(fd).is_some() => {
            let Ends { receives, sends } = ends(fd);
            let sending = events & libc::POLLIN == 0;
            RawOp::on(OpKind::Poll, if sending { sends } else { receives }, here)
        }
        // Which of several is ready depends on everything that was done to any of them.
        _ => RawOp::on(OpKind::External, NONE32, here),
    };
    let descriptors = descriptors
        .into_iter()
        .map(|(fd, events)| Descriptor { fd, events });
    let waits = timeout.is_none_or(|seconds| seconds > 0.0);
    if !waits {
        // The library looks at the clock, too, to see whether its time is up.
        stage::advance_clock(Duration::from_nanos(1));
    }
    let descriptors = if waits {
        descriptors.collect()
    } else {
        Vec::new()
    };
    reach(py, op, descriptors, timeout)
}

fn reach(py: Python<'_>, own: RawOp, descriptors: Vec<Descriptor>, timeout: Option<f64>) -> bool {
    let Some(me) = task::me() else { return false };
    let ready = descriptors.is_empty() || probe::is_ready(&descriptors);
    let folded = context::current().filter(|_| !place::called_by_learner(py));
    if folded.is_some() && ready {
        return false;
    }
    let shown = folded.filter(|operation| operation.waits_as.kind != OpKind::External);
    let op = shown.map_or(own, |operation| RawOp {
        place: own.place,
        ..operation.waits_as
    });
    let waits = !descriptors.is_empty();
    if waits {
        probe::wait_for(me, descriptors);
    }
    let announcement = Announcement {
        op,
        until: if waits {
            Until::Ready(ready)
        } else {
            Until::Always
        },
        timeout: timeout.filter(|_| waits).map(ops::nanos),
    };
    let granted = points::reach(py, announcement, None);
    probe::forget(me);
    granted.timed_out
}

/// A program that is not part of the execution has been started: what it writes wakes somebody.
#[pyfunction]
fn note_outside() {
    if stage::attached() == Attached::Controlled {
        probe::note_outside();
    }
}
