//! Objects of the standard library by identity, and their names in the source.

use std::collections::HashMap;
use std::sync::Mutex;

use heddle_agent::object::{ObjectSlot, Scope};
use heddle_trace::ObjectKind;
use pyo3::prelude::*;

/// Everything that has been touched: kept alive, so that an address never means two objects.
static OBJECTS: Mutex<Option<HashMap<usize, Known>>> = Mutex::new(None);

struct Known {
    slot: ObjectSlot,
    _alive: Py<PyAny>,
}

static NAME_OBJECT: Mutex<Option<Py<PyAny>>> = Mutex::new(None);
static NAME_VARIABLE: Mutex<Option<Py<PyAny>>> = Mutex::new(None);

/// Sets the functions that name objects and variables: `(object, kind) -> str` and
/// `(base, key, site) -> str`.
#[pyfunction]
fn set_namers(name_object: Py<PyAny>, name_variable: Py<PyAny>) {
    if let (Ok(mut object), Ok(mut variable)) = (NAME_OBJECT.lock(), NAME_VARIABLE.lock()) {
        *object = Some(name_object);
        *variable = Some(name_variable);
    }
}

/// Forgets all objects. (What held them alive goes after the table is free again.)
pub(crate) fn forget() {
    let old = OBJECTS.lock().ok().and_then(|mut table| table.take());
    drop(old);
}

/// Makes `other` the same object as `object` for the trace: an executor and its work queue.
#[pyfunction]
fn alias(py: Python<'_>, other: Bound<'_, PyAny>, object: Bound<'_, PyAny>, kind: u32) {
    if heddle_agent::stage::attached() == heddle_agent::stage::Attached::No {
        return;
    }
    let number = object_of(py, &object, kind_of(kind));
    with_slot(&other, |slot| slot.set(number));
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(set_namers, module)?)?;
    module.add_function(wrap_pyfunction!(alias, module)?)
}

/// Object kinds as the shims number them: the order of `heddle_stage::object_code`.
pub(crate) fn kind_of(code: u32) -> ObjectKind {
    const KINDS: [ObjectKind; 9] = [
        ObjectKind::Lock,
        ObjectKind::RLock,
        ObjectKind::Semaphore,
        ObjectKind::Condition,
        ObjectKind::Event,
        ObjectKind::Barrier,
        ObjectKind::Queue,
        ObjectKind::Future,
        ObjectKind::Executor,
    ];
    (code as usize)
        .checked_sub(1)
        .and_then(|n| KINDS.get(n))
        .copied()
        .unwrap_or(ObjectKind::Task)
}

fn kind_word(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Lock => "lock",
        ObjectKind::RLock => "rlock",
        ObjectKind::Semaphore => "semaphore",
        ObjectKind::Condition => "condition",
        ObjectKind::Event => "event",
        ObjectKind::Barrier => "barrier",
        ObjectKind::Queue => "queue",
        ObjectKind::Future => "future",
        ObjectKind::Executor => "executor",
        ObjectKind::Pipe => "pipe",
        ObjectKind::Task => "task",
        ObjectKind::Variable => "variable",
        ObjectKind::Stdout => "stdout",
        ObjectKind::Clock => "clock",
    }
}

fn with_slot<R>(object: &Bound<'_, PyAny>, use_slot: impl FnOnce(&ObjectSlot) -> R) -> Option<R> {
    let mut table = OBJECTS.lock().ok()?;
    let known = table
        .get_or_insert_default()
        .entry(object.as_ptr() as usize)
        .or_insert_with(|| Known {
            slot: ObjectSlot::new(Scope::Process),
            _alive: object.clone().unbind(),
        });
    Some(use_slot(&known.slot))
}

/// The number of an object of the standard library; the first touch gives it one.
pub(crate) fn object_of(py: Python<'_>, object: &Bound<'_, PyAny>, kind: ObjectKind) -> u32 {
    if let Some(number) = with_slot(object, ObjectSlot::get).flatten() {
        return number;
    }
    // Naming runs Python code, which may come back here: not under the table's lock.
    let name = name_of(py, object, kind);
    let number = heddle_agent::object::create(kind, (1, 0), &name);
    with_slot(object, |slot| slot.set(number));
    number
}

/// A name for an object: as the source calls it, else its kind.
pub(crate) fn name_of(py: Python<'_>, object: &Bound<'_, PyAny>, kind: ObjectKind) -> String {
    let word = kind_word(kind);
    let namer = NAME_OBJECT
        .lock()
        .ok()
        .and_then(|n| n.as_ref().map(|n| n.clone_ref(py)));
    namer
        .and_then(|namer| namer.call1(py, (object, word)).ok())
        .and_then(|name| name.extract::<String>(py).ok())
        .unwrap_or_else(|| word.to_owned())
}

/// A name for a variable.
pub(crate) fn name_of_variable(
    py: Python<'_>,
    base: &Bound<'_, PyAny>,
    key: Option<&Bound<'_, PyAny>>,
    site: u32,
) -> String {
    let namer = NAME_VARIABLE
        .lock()
        .ok()
        .and_then(|n| n.as_ref().map(|n| n.clone_ref(py)));
    namer
        .and_then(|namer| namer.call1(py, (base, key, site)).ok())
        .and_then(|name| name.extract::<String>(py).ok())
        .unwrap_or_else(|| "variable".to_owned())
}
