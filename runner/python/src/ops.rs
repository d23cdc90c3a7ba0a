//! Documented operations of the standard library: the shims call [`enter`] before and [`leave`]
//! after the library's own code. In between, inner lock traffic is silent unless it has to wait,
//! and then it is the documented operation that waits.

use std::time::Duration;

use heddle_agent::event::{self, Ending, EventId, Place, RawOp};
use heddle_agent::object::{ObjectSlot, Scope};
use heddle_agent::point::{Announcement, Until};
use heddle_agent::stage::{self, Attached};
use heddle_agent::task;
use heddle_stage::{End, NONE_TASK, NONE32, RowKind};
use heddle_trace::{ObjectKind, OpKind, Stream};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::context::{self, Operation};
use crate::lock::{Lock, RLock};
use crate::{names, place, points, report};

/// One output for all tasks of all processes: the first object of every execution.
static STDOUT: ObjectSlot = ObjectSlot::new(Scope::Global);
static CLOCK: ObjectSlot = ObjectSlot::new(Scope::Process);

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(enter, module)?)?;
    module.add_function(wrap_pyfunction!(leave, module)?)?;
    module.add_function(wrap_pyfunction!(fold, module)?)?;
    module.add_function(wrap_pyfunction!(unfold, module)?)?;
    module.add_function(wrap_pyfunction!(is_folded, module)?)?;
    module.add_function(wrap_pyfunction!(join, module)?)?;
    module.add_function(wrap_pyfunction!(join_begins, module)?)?;
    module.add_function(wrap_pyfunction!(join_ends, module)?)?;
    module.add_function(wrap_pyfunction!(sleep, module)?)?;
    module.add_function(wrap_pyfunction!(slept, module)?)?;
    module.add_function(wrap_pyfunction!(read_clock, module)?)?;
    module.add_function(wrap_pyfunction!(output, module)?)?;
    module.add_function(wrap_pyfunction!(uncaught, module)?)?;
    module.add_function(wrap_pyfunction!(external, module)?)?;
    module.add_function(wrap_pyfunction!(uncontrolled, module)?)?;
    module.add_function(wrap_pyfunction!(mode, module)?)?;
    module.add_function(wrap_pyfunction!(alone, module)?)
}

/// 0 not in an execution, 1 free run, 2 controlled.
#[pyfunction]
fn mode() -> u32 {
    match stage::attached() {
        Attached::No => 0,
        Attached::Free => 1,
        Attached::Controlled => 2,
    }
}

/// Whether no other task of this process can touch its variables at the same time.
#[pyfunction]
fn alone() -> bool {
    stage::attached() == Attached::No || stage::alone()
}

/// Gives standard output its number, before anything else.
pub(crate) fn number_stdout() {
    STDOUT.get_or_create(ObjectKind::Stdout, || (1, 0), || "stdout".into());
}

pub(crate) fn op_kind(code: u16) -> PyResult<OpKind> {
    OpKind::from_code(code).ok_or_else(|| PyValueError::new_err("unknown operation"))
}

/// The number of the lock under a condition.
fn lock_object(py: Python<'_>, lock: &Bound<'_, PyAny>) -> Option<u32> {
    if let Ok(lock) = lock.cast::<Lock>() {
        let name = || names::name_of(py, lock, ObjectKind::Lock);
        return Some(lock.get().core.object(name));
    }
    lock.cast::<RLock>().ok().map(crate::lock::recursive_number)
}

/// Begins a documented operation: `kind` on `object`.
///
/// - `waits_as`: what waiting *inside* it is shown as (0: the operation itself): the second half of
///   `Condition.wait` and `Barrier.wait`.
/// - `also`: the lock of a condition, which a wait inside gives back and takes again; or a second
///   object that the operation changes.
/// - `condition`: true while the operation can complete; `None`: always.
/// - `timeout`: seconds.
///
/// Returns whether its timeout fired.
#[pyfunction]
#[pyo3(signature = (kind, object, object_kind, waits_as = 0, also = None, condition = None, timeout = None))]
#[allow(clippy::too_many_arguments)] // One call per operation keeps the shims cheap.
fn enter(
    py: Python<'_>,
    kind: u16,
    object: &Bound<'_, PyAny>,
    object_kind: u32,
    waits_as: u16,
    also: Option<&Bound<'_, PyAny>>,
    condition: Option<Py<PyAny>>,
    timeout: Option<f64>,
) -> PyResult<bool> {
    let (attached, me) = (stage::attached(), task::me());
    let (Some(me), false) = (me, attached == Attached::No) else {
        context::push(outside());
        return Ok(false);
    };
    if context::is_folded() && !place::wrapper_called_by_learner(py) {
        // Part of the operation in progress: a wait inside is that operation's wait.
        context::push(context::current().unwrap_or_else(outside));
        context::update(|o| o.event = EventId::NONE);
        return Ok(false);
    }
    let number = names::object_of(py, object, names::kind_of(object_kind));
    let needs = also.and_then(|lock| lock_object(py, lock));
    let also = match (needs, also) {
        (None, Some(other)) => names::object_of(py, other, ObjectKind::Future),
        (lock, _) => lock.unwrap_or(NONE32),
    };
    let here = place::here(py);
    let op = RawOp {
        kind: op_kind(kind)?,
        object: number,
        also,
        target: NONE_TASK,
        place: here,
    };
    let waits_as = if waits_as == 0 {
        op
    } else {
        RawOp {
            kind: op_kind(waits_as)?,
            ..op
        }
    };
    let mut operation = Operation {
        waits_as,
        needs,
        timed_out: false,
        event: EventId::NONE,
        wait_noted: false,
    };
    if attached == Attached::Free {
        operation.event = begin_free(py, me, &op, condition)?;
    } else {
        // A timeout of 0 is no wait: the call looks, and gives up at once.
        let waits = timeout.is_none_or(|seconds| seconds > 0.0);
        let timeout = timeout.filter(|_| waits).map(nanos);
        let condition = condition.filter(|_| waits);
        let announcement = Announcement {
            op,
            until: Until::Always,
            timeout,
        };
        let granted = points::reach(py, announcement, condition);
        operation.event = granted.event;
        operation.timed_out = granted.timed_out;
    }
    context::push(operation);
    Ok(operation.timed_out)
}

fn outside() -> Operation {
    Operation {
        waits_as: RawOp::on(OpKind::External, NONE32, Place::default()),
        needs: None,
        timed_out: false,
        event: EventId::NONE,
        wait_noted: false,
    }
}

/// An operation that need not wait is noted before it happens, so that what it makes possible
/// comes after it in the trace.
fn begin_free(
    py: Python<'_>,
    me: u16,
    op: &RawOp,
    condition: Option<Py<PyAny>>,
) -> PyResult<EventId> {
    let possible = match condition {
        Some(condition) => condition.call0(py)?.is_truthy(py)?,
        None => true,
    };
    Ok(if possible {
        event::note(RowKind::Op, me, op)
    } else {
        EventId::NONE
    })
}

pub(crate) fn nanos(seconds: f64) -> u64 {
    if seconds <= 0.0 {
        0
    } else {
        (seconds * 1e9).min(9e18) as u64
    }
}

/// Ends the documented operation that was begun last. `ending`: 0 done, 1 timed out, 2 would have
/// had to wait.
#[pyfunction]
#[pyo3(signature = (ending = 0))]
fn leave(ending: u8) {
    let Some(operation) = context::pop() else {
        return;
    };
    let ending = match ending {
        1 => Ending::TimedOut,
        2 => Ending::WouldBlock,
        _ => Ending::Done,
    };
    let mut event = operation.event;
    let waited = operation.wait_noted || event == EventId::NONE;
    let outermost = !context::is_folded() && operation.waits_as.kind != OpKind::External;
    if stage::attached() == Attached::Free
        && outermost
        && waited
        && let Some(me) = task::me()
    {
        event = event::note(RowKind::Op, me, &operation.waits_as);
    }
    if ending != Ending::Done {
        event::set_ending(event, ending);
    }
}

/// Inner lock traffic is silent from here to [`unfold`].
#[pyfunction]
fn fold() {
    context::push(context::current().unwrap_or_else(outside));
    context::update(|o| o.event = EventId::NONE);
}

/// Ends what [`fold`] began.
#[pyfunction]
fn unfold() {
    context::pop();
}

/// Whether a documented operation is in progress.
#[pyfunction]
fn is_folded() -> bool {
    context::is_folded()
}

/// Free runs: a join begins, and has to wait.
#[pyfunction]
fn join_begins(py: Python<'_>, target: u16) {
    if let Some(me) = task::me().filter(|_| !task::is_over(target)) {
        event::note(
            RowKind::Wait,
            me,
            &RawOp::of_task(OpKind::Join, target, place::here(py)),
        );
    }
}

/// Free runs: a join has returned.
#[pyfunction]
fn join_ends(py: Python<'_>, target: u16) {
    if stage::attached() == Attached::Free
        && let Some(me) = task::me()
    {
        let event = event::note(
            RowKind::Op,
            me,
            &RawOp::of_task(OpKind::Join, target, place::here(py)),
        );
        if task::is_over(target) {
            task::set_joined(target);
        } else {
            event::set_ending(event, Ending::TimedOut);
        }
    }
}

/// `Thread.join()` and `Process.join()`: waits until the task is over, unless `blocking` is false.
/// Returns whether it is.
#[pyfunction]
#[pyo3(signature = (target, blocking = true, timeout = None))]
fn join(py: Python<'_>, target: u16, blocking: bool, timeout: Option<f64>) -> bool {
    let (attached, me) = (stage::attached(), task::me());
    if me.is_none() || attached != Attached::Controlled {
        return attached == Attached::No || task::is_over(target);
    }
    let op = RawOp::of_task(OpKind::Join, target, place::here(py));
    let waits = blocking && timeout.is_none_or(|seconds| seconds > 0.0);
    let until = if waits {
        Until::Over(target)
    } else {
        Until::Always
    };
    let timeout = timeout.filter(|_| waits).map(nanos);
    let granted = points::reach(py, Announcement { op, until, timeout }, None);
    let over = task::is_over(target);
    if over {
        task::set_joined(target);
    } else if !granted.timed_out {
        event::set_ending(granted.event, Ending::WouldBlock);
    }
    over
}

/// `time.sleep()` in a controlled execution: the virtual clock moves on. Elsewhere notes that the
/// real sleep begins.
#[pyfunction]
fn sleep(py: Python<'_>, seconds: f64) {
    let Some(me) = task::me() else { return };
    let clock = CLOCK.get_or_create(ObjectKind::Clock, || (1, 0), || "clock".into());
    let op = RawOp::on(OpKind::Sleep, clock, place::here(py));
    match stage::attached() {
        Attached::No => {}
        Attached::Free => {
            event::note(RowKind::Wait, me, &op);
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
            stage::advance_clock(Duration::from_nanos(nanos(seconds)));
        }
    }
}

/// Free runs: a real sleep is over.
#[pyfunction]
fn slept(py: Python<'_>) {
    if stage::attached() == Attached::Free
        && let Some(me) = task::me()
    {
        let clock = CLOCK.get_or_create(ObjectKind::Clock, || (1, 0), || "clock".into());
        event::note(
            RowKind::Op,
            me,
            &RawOp::on(OpKind::Sleep, clock, place::here(py)),
        );
    }
}

/// Nanoseconds of the virtual clock. A look at it by the learner's own code is a scheduling point.
#[pyfunction]
fn read_clock(py: Python<'_>) -> u64 {
    if stage::attached() == Attached::Controlled
        && task::me().is_some()
        && !stage::alone()
        && place::wrapper_called_by_learner(py)
    {
        let clock = CLOCK.get_or_create(ObjectKind::Clock, || (1, 0), || "clock".into());
        let op = RawOp::on(OpKind::ClockRead, clock, place::here(py));
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
    stage::now()
}

/// One write to standard output (`error` false) or standard error.
#[pyfunction]
fn output(py: Python<'_>, error: bool, text: &str) {
    let Some(me) = task::me() else { return };
    let stdout = STDOUT.get().unwrap_or(NONE32);
    let op = RawOp::on(OpKind::Output, stdout, place::here(py));
    let event = match stage::attached() {
        Attached::No => return,
        Attached::Free => event::note(RowKind::Op, me, &op),
        Attached::Controlled => {
            let announcement = Announcement {
                op,
                until: Until::Always,
                timeout: None,
            };
            points::reach(py, announcement, None).event
        }
    };
    let stream = if error { Stream::Err } else { Stream::Out };
    let allowed = event::take_output_budget(text.len());
    event::set_output(event, stream, cut(text, allowed));
    if allowed < text.len() {
        report::end_because(py, End::Output);
    }
}

fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// An exception left the task's outermost function; it came from this line of the program.
#[pyfunction]
fn uncaught(exception: &str, message: &str, traceback: &str, file: u32, line: u32) {
    let Some(me) = task::me() else { return };
    if stage::attached() != Attached::No {
        let text = event::add_text(format!("{exception}\x1f{message}\x1f{traceback}").as_bytes());
        let op = RawOp::on(OpKind::External, NONE32, Place { file, line });
        event::append(RowKind::Uncaught, me, Some(&op), text);
    }
}

/// The program is about to use something that Heddle does not control: a scheduling point, unless
/// it is part of a documented operation.
#[pyfunction]
fn external(py: Python<'_>, call: &str) {
    if stage::attached() == Attached::Controlled && task::me().is_some() && !context::is_folded() {
        let op = RawOp::on(OpKind::External, NONE32, place::here(py));
        let announcement = Announcement {
            op,
            until: Until::Always,
            timeout: None,
        };
        points::reach(py, announcement, None);
    }
    uncontrolled(py, call);
}

/// The program used something that Heddle does not control.
#[pyfunction]
fn uncontrolled(py: Python<'_>, call: &str) {
    let Some(me) = task::me() else { return };
    if stage::attached() != Attached::No {
        let text = event::add_text(call.as_bytes());
        let op = RawOp::on(OpKind::External, NONE32, place::here(py));
        event::append(RowKind::Uncontrolled, me, Some(&op), text);
    }
}
