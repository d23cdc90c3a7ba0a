//! Variables in memory that processes share: the same number in every process, whoever touches them
//! first. (What a process has for itself is `access`'s.)
//!
//! Each piece of shared memory is a variable, and so is each of its items that somebody touches. The
//! number of an item is found by looking for it on the stage, which all processes see: its row says
//! of which piece it is, and which item.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use heddle_agent::event::Place;
use heddle_agent::object;
use heddle_agent::point::{self, Until};
use heddle_agent::stage::{self, Attached};
use heddle_agent::task;
use heddle_stage::NONE32;
use heddle_trace::ObjectKind;
use pyo3::prelude::*;

use crate::semaphore::SharedSemaphore;
use crate::{access, names, place};

/// Python objects that stand for shared memory, by address; kept alive. A forked child has them at
/// the same addresses.
static PIECES: Mutex<Option<HashMap<usize, Piece>>> = Mutex::new(None);

/// Whether there are any: most programs have none, and every access asks.
static ANY: AtomicBool = AtomicBool::new(false);

struct Piece {
    number: u32,
    is_named: bool,
    _alive: Py<PyAny>,
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(share, module)?)?;
    module.add_function(wrap_pyfunction!(share_as, module)?)?;
    module.add_function(wrap_pyfunction!(touch_shared, module)?)?;
    module.add_function(wrap_pyfunction!(rename_object, module)?)?;
    module.add_function(wrap_pyfunction!(access_shared, module)?)
}

/// `object` stands for a new piece of shared memory; returns its number.
#[pyfunction]
fn share(object: Bound<'_, PyAny>, word: &str) -> u32 {
    let number = object::create(ObjectKind::Variable, (1, 0), word);
    share_as(object, number);
    number
}

/// `object` stands for the piece of shared memory with this number, too.
#[pyfunction]
fn share_as(object: Bound<'_, PyAny>, number: u32) {
    if let Ok(mut pieces) = PIECES.lock() {
        let piece = Piece {
            number,
            is_named: false,
            _alive: object.clone().unbind(),
        };
        pieces
            .get_or_insert_default()
            .insert(object.as_ptr() as usize, piece);
        ANY.store(true, Relaxed);
    }
}

/// The scheduling point before the library's own code touches shared memory: `key` of the piece that
/// `object` stands for, or all of it.
#[pyfunction]
#[pyo3(signature = (write, object, key = None))]
fn touch_shared(
    py: Python<'_>,
    write: bool,
    object: &Bound<'_, PyAny>,
    key: Option<&Bound<'_, PyAny>>,
) {
    let here = place::here(py);
    announce(py, write, object, key, None, here);
}

/// Announces an access when `base` stands for shared memory; false: it does not.
pub(crate) fn announce(
    py: Python<'_>,
    write: bool,
    base: &Bound<'_, PyAny>,
    key: Option<&Bound<'_, PyAny>>,
    site: Option<u32>,
    place: Place,
) -> bool {
    let Some(number) = number_of(base) else {
        return false;
    };
    if stage::attached() != Attached::Controlled || task::me().is_none() || !task::others_unjoined()
    {
        return true;
    }
    let name = |key| names::name_of_variable(py, base, key, site.unwrap_or(NONE32));
    let item = key.and_then(|key| key.extract::<u32>().ok());
    let objects = match item {
        Some(item) => (object::item_of(number, item, || name(key)), number),
        None => (number, NONE32),
    };
    if item.is_none() && needs_name(base) {
        object::rename(number, &name(key));
    }
    let_others_go();
    access::reach(py, write, objects, Until::Always, place);
    true
}

/// Processes have a GIL each: what they share is always a place at which another one can go.
fn let_others_go() {
    if let Some(me) = task::me() {
        point::can_switch(me);
    }
}

fn number_of(base: &Bound<'_, PyAny>) -> Option<u32> {
    if !ANY.load(Relaxed) {
        return None;
    }
    let pieces = PIECES.lock().ok()?;
    let piece = pieces.as_ref()?.get(&(base.as_ptr() as usize))?;
    Some(piece.number)
}

/// Whether nobody in this process has named the piece; from now on somebody has.
fn needs_name(base: &Bound<'_, PyAny>) -> bool {
    let Ok(mut pieces) = PIECES.lock() else {
        return false;
    };
    let piece = pieces
        .as_mut()
        .and_then(|pieces| pieces.get_mut(&(base.as_ptr() as usize)));
    piece.is_some_and(|piece| !std::mem::replace(&mut piece.is_named, true))
}

/// Shows a shared variable under another name.
#[pyfunction]
fn rename_object(number: u32, name: &str) {
    object::rename(number, name);
}

/// The scheduling point before an access to all of a piece of shared memory. `guard` is the lock that
/// the library takes around the access: enabled while that is free or the caller's.
#[pyfunction]
#[pyo3(signature = (write, number, guard = None))]
fn access_shared(
    py: Python<'_>,
    write: bool,
    number: u32,
    guard: Option<&Bound<'_, SharedSemaphore>>,
) {
    if stage::attached() != Attached::Controlled || task::me().is_none() {
        return;
    }
    let guard = guard.map(|guard| guard.get().number);
    let until = guard.map_or(Until::Always, Until::Free);
    let objects = (number, guard.unwrap_or(NONE32));
    let_others_go();
    access::reach(py, write, objects, until, place::here(py));
}
