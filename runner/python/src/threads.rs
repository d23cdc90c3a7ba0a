//! Threads: started with a row of their own, ended after their Python state is gone.

use std::cell::{Cell, RefCell};
use std::sync::{Arc, Mutex};

use heddle_agent::event::{self, EventId, RawOp};
use heddle_agent::lock::Lock as Core;
use heddle_agent::point::{self, Announcement, Next, Until, Woken};
use heddle_agent::stage::{self, Attached};
use heddle_agent::task;
use heddle_stage::RowKind;
use heddle_trace::OpKind;
use pyo3::exceptions::{PyRuntimeError, PySystemExit};
use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};

use crate::lock::Lock;
use crate::{context, place, points, switches, workers};

static ORIGINAL_START: Mutex<Option<Py<PyAny>>> = Mutex::new(None);
static IDENTS: Mutex<Vec<(u64, u16)>> = Mutex::new(Vec::new());

thread_local! {
    /// The announced start whose task has no number yet.
    static STARTING: Cell<Option<EventId>> = const { Cell::new(None) };
    static NEXT_NAME: RefCell<String> = const { RefCell::new(String::new()) };
    /// The next task is the standard library's own.
    static NEXT_IS_SYSTEM: Cell<bool> = const { Cell::new(false) };
    static LAST_STARTED: Cell<Option<u16>> = const { Cell::new(None) };
    static END: RefCell<Option<EndOfThread>> = const { RefCell::new(None) };
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(set_original_start, module)?)?;
    module.add_function(wrap_pyfunction!(start_new_thread, module)?)?;
    module.add_function(wrap_pyfunction!(set_sentinel, module)?)?;
    module.add_function(wrap_pyfunction!(announce_start, module)?)?;
    module.add_function(wrap_pyfunction!(last_started, module)?)?;
    module.add_function(wrap_pyfunction!(is_joined, module)?)?;
    module.add_function(wrap_pyfunction!(is_task_over, module)?)
}

/// The real `_thread.start_new_thread`.
#[pyfunction]
fn set_original_start(start: Py<PyAny>) {
    if let Ok(mut original) = ORIGINAL_START.lock() {
        *original = Some(start);
    }
}

/// Whether somebody has joined a task.
#[pyfunction]
fn is_joined(number: u16) -> bool {
    task::is_joined(number)
}

/// Whether a task has ended.
#[pyfunction]
fn is_task_over(number: u16) -> bool {
    task::is_over(number)
}

/// `Thread.start()`, `Process.start()`: the scheduling point before the new task exists. It will
/// have this name; `system`: it is one of the library's own, of no interest to the learner.
#[pyfunction]
#[pyo3(signature = (name = None, system = false))]
fn announce_start(py: Python<'_>, name: Option<String>, system: bool) {
    NEXT_NAME.set(name.unwrap_or_default());
    NEXT_IS_SYSTEM.set(system);
    if stage::attached() != Attached::Controlled || task::me().is_none() {
        return;
    }
    let op = RawOp::of_task(OpKind::Start, heddle_stage::NONE_TASK, place::here(py));
    let announcement = Announcement {
        op,
        until: Until::Always,
        timeout: None,
    };
    STARTING.set(Some(points::reach(py, announcement, None).event));
}

/// The start of `number` is part of an announced operation, or becomes a step of its own.
pub(crate) fn note_start(py: Python<'_>, number: u16) {
    if stage::attached() == Attached::Free
        && let Some(me) = task::me()
    {
        event::note(
            RowKind::Op,
            me,
            &RawOp::of_task(OpKind::Start, number, place::here(py)),
        );
    } else if let Some(event) = STARTING.take() {
        event::set_target(event, number);
    }
    LAST_STARTED.set(Some(number));
}

/// The name that was announced for the next task.
pub(crate) fn take_next_name() -> String {
    NEXT_NAME.take()
}

/// Number of the task that the calling thread has started last.
#[pyfunction]
fn last_started() -> Option<u16> {
    LAST_STARTED.get()
}

/// Stands in for `_thread.start_new_thread`: the new thread is a task. In a controlled execution
/// it runs on the caller's turn up to its first scheduling point before this returns.
#[pyfunction]
#[pyo3(signature = (function, args, kwargs = None))]
fn start_new_thread(
    py: Python<'_>,
    function: Py<PyAny>,
    args: Py<PyTuple>,
    kwargs: Option<Py<PyDict>>,
) -> PyResult<u64> {
    let start = ORIGINAL_START
        .lock()
        .ok()
        .and_then(|start| start.as_ref().map(|start| start.clone_ref(py)))
        .ok_or_else(|| PyRuntimeError::new_err("heddle: threads cannot be started yet"))?;
    let attached = stage::attached();
    let (Some(me), false) = (task::me(), attached == Attached::No) else {
        return start
            .call1(
                py,
                (
                    function,
                    args,
                    kwargs.unwrap_or_else(|| PyDict::new(py).unbind()),
                ),
            )?
            .extract(py);
    };
    if attached == Attached::Controlled && !context::is_folded() {
        announce_start(py, None, false);
    }
    let number = task::create(me, stage::process(), &take_next_name()).ok_or_else(|| {
        PyRuntimeError::new_err("can't start new thread: this execution has too many tasks")
    })?;
    if NEXT_IS_SYSTEM.take() {
        task::set_system(number);
    }
    note_start(py, number);
    let body = Body {
        number,
        function,
        args,
        kwargs,
    };
    let worker = match stage::goes_round() {
        true => workers::give(body).map(Some).map_err(PyErr::from),
        false => start_thread(py, &start, body).map(|()| None),
    };
    match &worker {
        Err(_) => task::withdraw(number),
        Ok(worker) if attached == Attached::Controlled => py.detach(|| {
            if let Some(worker) = worker {
                worker.call();
            }
            point::lend_turn(me, number);
        }),
        Ok(_) => {}
    }
    worker.map(|_| ident_of(number))
}

/// Starts a thread of its own for a task.
fn start_thread(py: Python<'_>, start: &Py<PyAny>, body: Body) -> PyResult<()> {
    let body = PyCFunction::new_closure(py, None, None, move |args, _kwargs| {
        let py = args.py();
        py.detach(|| body.wait_for_turn());
        body.call(py)
    })?;
    start.call1(py, (body, PyTuple::empty(py))).map(|_| ())
}

/// What a new task is to do.
pub(crate) struct Body {
    number: u16,
    function: Py<PyAny>,
    args: Py<PyTuple>,
    kwargs: Option<Py<PyDict>>,
}

impl Body {
    /// Runs the task up to its end, and says what Python says when an exception leaves a thread.
    pub(crate) fn run(self, py: Python<'_>) {
        match self.call(py) {
            Err(error) if !error.is_instance_of::<PySystemExit>(py) => {
                error.write_unraisable(py, Some(self.function.bind(py)));
            }
            Ok(_) | Err(_) => {}
        }
    }

    /// Makes the calling thread the task, and waits until its creator lends it the turn.
    pub(crate) fn wait_for_turn(&self) {
        task::begin(self.number);
        if stage::attached() == Attached::Controlled {
            point::wait_for_turn(self.number);
        } else {
            let op = RawOp::of_task(OpKind::TaskBegin, self.number, event::Place::default());
            event::note(RowKind::Op, self.number, &op);
        }
    }

    /// What the task does.
    fn call(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let number = self.number;
        note_ident(number);
        END.with_borrow_mut(|end| {
            *end = Some(EndOfThread {
                number,
                sentinel: None,
            })
        });
        switches::watch(py)?;
        let kwargs = self.kwargs.as_ref().map(|kwargs| kwargs.bind(py));
        let result = self.function.bind(py).call(self.args.bind(py), kwargs);
        points::refresh(py);
        result.map(Bound::unbind)
    }
}

/// Remembers which thread is which task, for the stacks of a snapshot.
pub(crate) fn note_ident(number: u16) {
    // SAFETY: only asks who the calling thread is.
    let ident = unsafe { libc::pthread_self() };
    if let Ok(mut idents) = IDENTS.lock() {
        idents.retain(|(known, _)| *known != ident);
        idents.push((ident, number));
    }
}

/// The ident of the thread that a task runs on; 0 while it has not begun.
fn ident_of(number: u16) -> u64 {
    let idents = IDENTS.lock();
    let known = idents.map(|idents| idents.iter().find(|(_, task)| *task == number).copied());
    known.ok().flatten().map_or(0, |(ident, _)| ident)
}

/// In a forked child only the calling thread is left.
pub(crate) fn forget_threads() {
    if let Ok(mut idents) = IDENTS.lock() {
        idents.clear();
    }
}

/// Task numbers by thread ident.
pub(crate) fn tasks_by_ident(py: Python<'_>) -> PyResult<Bound<'_, PyDict>> {
    let tasks = PyDict::new(py);
    if let Ok(idents) = IDENTS.lock() {
        for (ident, number) in idents.iter().filter(|(_, number)| !task::is_over(*number)) {
            tasks.set_item(ident, number)?;
        }
    }
    Ok(tasks)
}

/// Stands in for `_thread._set_sentinel`: a lock that is given back when the calling thread ends.
#[pyfunction]
fn set_sentinel() -> Lock {
    let core = Arc::new(Core::new(false));
    let lock = Lock::internal(Arc::clone(&core));
    END.with_borrow_mut(|end| match end {
        Some(end) => end.sentinel = Some(core),
        None => {
            *end = Some(EndOfThread {
                number: heddle_stage::NONE_TASK,
                sentinel: Some(core),
            })
        }
    });
    lock
}

/// Lives in a thread-local and so is dropped after Python has cleared the thread's state: values of
/// `threading.local` are gone when others see that the thread has ended.
struct EndOfThread {
    number: u16,
    sentinel: Option<Arc<Core>>,
}

/// The calling thread's task has done all it does in Python, and its thread state is gone: its last
/// step. `rest` is called when that is taken, before anybody else's turn.
pub(crate) fn end_task(rest: impl FnOnce()) {
    if let Some(mut end) = END.take() {
        end.end(rest);
    }
}

impl EndOfThread {
    /// The task's last step, if there is a task that has not taken it.
    fn end(&mut self, rest: impl FnOnce()) {
        let number = std::mem::replace(&mut self.number, heddle_stage::NONE_TASK);
        let sentinel = self.sentinel.take();
        let give_back = || {
            if let Some(sentinel) = &sentinel {
                sentinel.give_back();
            }
        };
        match stage::attached() {
            _ if number == heddle_stage::NONE_TASK => give_back(),
            Attached::No => give_back(),
            Attached::Controlled => end_controlled(number, || {
                give_back();
                rest();
            }),
            Attached::Free => {
                let op = RawOp::of_task(OpKind::TaskEnd, number, event::Place::default());
                event::note(RowKind::Op, number, &op);
                task::finish(number);
                give_back();
            }
        }
    }
}

fn end_controlled(number: u16, when_taken: impl FnOnce()) {
    let op = RawOp::of_task(OpKind::TaskEnd, number, event::Place::default());
    let announcement = Announcement {
        op,
        until: Until::Always,
        timeout: None,
    };
    let woken = match point::announce(number, &announcement) {
        Next::Go(granted) => Woken::Granted(granted),
        Next::End => Woken::End,
        Next::Park(turn) => {
            point::pass(turn);
            point::park(number)
        }
    };
    match woken {
        Woken::Granted(_) => {
            when_taken();
            if !point::depart(number) {
                point::end_from_outside();
            }
        }
        Woken::End => point::end_from_outside(),
    }
}

impl Drop for EndOfThread {
    fn drop(&mut self) {
        self.end(|| ());
    }
}
