//! Where an interpreter with a GIL can hand it over: granularity `gil`.
//!
//! CPython 3.10 and newer looks whether another thread wants the GIL when a Python function is
//! entered or a generator resumed, after a call of anything else, and at a backward jump (gh-31404,
//! gh-118482). Two accesses without any of these between them cannot be told apart from one.
//!
//! - *Entering a function*, whoever calls it (an operator, a property, `__del__`, code written in C),
//!   is told by the interpreter's own profile hook: [`note_call`].
//! - *After a call* of anything but a Python function, and *at a backward jump*, the rewritten program
//!   says so, through the objects below. They are native, so that no frame of ours is on the stack.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use heddle_agent::stage::{self, Attached};
use heddle_agent::{point, task};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::place;

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(is_gil_wanted, module)?)?;
    module.add_function(wrap_pyfunction!(watch_calls, module)?)?;
    module.add_function(wrap_pyfunction!(note_call, module)?)?;
    module.add_function(wrap_pyfunction!(can_switch, module)?)?;
    module.add_function(wrap_pyfunction!(after_definition, module)?)?;
    module.add_function(wrap_pyfunction!(after_call, module)?)?;
    module.add_function(wrap_pyfunction!(after_any_call, module)?)?;
    module.add_function(wrap_pyfunction!(each_round, module)?)?;
    module.add_class::<Rounds>()
}

/// Whether the execution, or the one that is to be forked, has granularity `gil`.
#[pyfunction]
pub(crate) fn is_gil_wanted() -> bool {
    stage::is_gil()
}

/// From here on every Python function that the calling thread enters is noted.
pub(crate) fn watch(py: Python<'_>) -> PyResult<()> {
    if stage::attached() != Attached::Controlled || !stage::is_gil() {
        return Ok(());
    }
    let hook = py.import("_heddle")?.getattr("note_call")?;
    py.import("sys")?.call_method1("setprofile", (hook,))?;
    Ok(())
}

/// As [`watch`], for the main thread.
#[pyfunction]
fn watch_calls(py: Python<'_>) -> PyResult<()> {
    watch(py)
}

/// The interpreter can switch here.
#[pyfunction]
fn can_switch() {
    if stage::attached() == Attached::Controlled
        && let Some(me) = task::me()
    {
        point::can_switch(me);
    }
}

/// The hook for `sys.setprofile`: a function is entered, or a generator resumed.
#[pyfunction]
fn note_call(frame: &Bound<'_, PyAny>, event: &str, _argument: &Bound<'_, PyAny>) {
    let Some(me) = task::me().filter(|me| point::is_held(*me)) else {
        return;
    };
    if event == "call" && is_the_programs(frame.clone()) {
        point::can_switch(me);
    }
}

/// Whether a frame runs code of the program's, or library code on the program's behalf: not on
/// behalf of our helpers, which are not there in reality.
fn is_the_programs(frame: Bound<'_, PyAny>) -> bool {
    let py = frame.py();
    let mut frame = Some(frame);
    while let Some(at) = frame {
        match place::maker(&at) {
            place::Maker::Learner | place::Maker::Wrapper => return true,
            place::Maker::Helper => return false,
            place::Maker::Library => {}
        }
        frame = at
            .getattr(intern!(py, "f_back"))
            .ok()
            .filter(|back| !back.is_none());
    }
    true
}

/// Calls what it holds; after that the interpreter can switch.
#[pyclass(frozen, module = "_heddle")]
struct Call {
    function: Py<PyAny>,
}

#[pymethods]
impl Call {
    #[pyo3(signature = (*args, **kwargs))]
    fn __call__(
        &self,
        py: Python<'_>,
        args: &Bound<'_, PyTuple>,
        kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Py<PyAny>> {
        let result = self.function.bind(py).call(args, kwargs)?;
        can_switch();
        Ok(result.unbind())
    }
}

/// What to call instead of `function`, so that the interpreter can switch afterwards: itself, when
/// it is a Python function, because then it looks when that is entered and not when it returns.
#[pyfunction]
fn after_call(function: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    match is_function(&function) {
        true => Ok(function),
        false => after_any_call(function),
    }
}

/// As [`after_call`], for calls after which the interpreter always looks.
#[pyfunction]
fn after_any_call(function: Bound<'_, PyAny>) -> PyResult<Bound<'_, PyAny>> {
    let py = function.py();
    let call = Call {
        function: function.unbind(),
    };
    Ok(Bound::new(py, call)?.into_any())
}

fn is_function(callee: &Bound<'_, PyAny>) -> bool {
    let py = callee.py();
    let types = py.import(intern!(py, "types"));
    let Ok(types) = types else { return false };
    let is = |value: &Bound<'_, PyAny>, name| {
        types
            .getattr(name)
            .is_ok_and(|kind| value.get_type().is(&kind))
    };
    let (function, method) = (intern!(py, "FunctionType"), intern!(py, "MethodType"));
    if is(callee, method) {
        let inner = callee.getattr(intern!(py, "__func__"));
        return inner.is_ok_and(|inner| is(&inner, function));
    }
    is(callee, function)
}

/// A decorator: the interpreter can switch after the definition.
#[pyfunction]
fn after_definition(value: Bound<'_, PyAny>) -> Bound<'_, PyAny> {
    can_switch();
    value
}

/// What a `for` goes through: between two rounds the interpreter can switch.
#[pyfunction]
fn each_round(iterable: &Bound<'_, PyAny>) -> PyResult<Each> {
    Ok(Each {
        iterator: iterable.try_iter()?.into_any().unbind(),
        rounds: AtomicU32::new(0),
    })
}

#[pyclass(frozen, module = "_heddle")]
struct Each {
    iterator: Py<PyAny>,
    rounds: AtomicU32,
}

#[pymethods]
impl Each {
    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        if self.rounds.swap(1, Relaxed) != 0 {
            can_switch();
        }
        let iterator = self.iterator.bind(py).cast::<pyo3::types::PyIterator>()?;
        let next = iterator.clone().next().transpose()?;
        Ok(next.map(Bound::unbind))
    }
}

/// The rounds of one `while`: `while rounds(rounds.begin(), test)`.
///
/// Up to 3.12 the test stands at the end of the loop as well, and the jump back comes after it; after
/// `continue`, and from 3.13 on, it comes before.
#[pyclass(frozen, module = "_heddle")]
struct Rounds {
    before_test: bool,
    began: AtomicU32,
}

#[pymethods]
impl Rounds {
    #[new]
    fn new(before_test: bool) -> Self {
        Rounds {
            before_test,
            began: AtomicU32::new(0),
        }
    }

    /// Before the test is evaluated.
    fn begin(&self) {
        if self.before_test && self.began.load(Relaxed) != 0 {
            can_switch();
        }
    }

    /// With the test's value: whether there is another round.
    fn __call__(&self, _begun: &Bound<'_, PyAny>, test: &Bound<'_, PyAny>) -> PyResult<bool> {
        let goes_on = test.is_truthy()?;
        if self.began.swap(1, Relaxed) != 0 {
            can_switch();
        }
        Ok(goes_on)
    }
}
