//! Shared accesses, as the rewritten program announces them.

use std::collections::HashMap;
use std::sync::Mutex;

use heddle_agent::event::{Place, RawOp};
use heddle_agent::object;
use heddle_agent::point::{Announcement, Until};
use heddle_agent::stage::{self, Attached};
use heddle_agent::task;
use heddle_stage::{NONE_TASK, NONE32};
use heddle_trace::{ObjectKind, OpKind};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};

use crate::{names, points, shared};

/// Places of the access sites, by number.
static SITES: Mutex<Vec<Place>> = Mutex::new(Vec::new());

/// Variables by (address of the owner, key). Owners are kept alive: an address never means two.
static VARIABLES: Mutex<Option<Variables>> = Mutex::new(None);

struct Variables {
    process: u32,
    numbers: HashMap<(usize, Option<String>), u32>,
    owners: HashMap<usize, Py<PyAny>>,
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(add_sites, module)?)?;
    module.add_function(wrap_pyfunction!(access, module)?)
}

/// Adds a file's access sites, by line; returns the number of the first.
#[pyfunction]
fn add_sites(file: u32, lines: Vec<u32>) -> usize {
    let Ok(mut sites) = SITES.lock() else {
        return 0;
    };
    let first = sites.len();
    sites.extend(lines.into_iter().map(|line| Place { file, line }));
    first
}

fn place_of(site: u32) -> Place {
    SITES
        .lock()
        .ok()
        .and_then(|sites| sites.get(site as usize).copied())
        .unwrap_or_default()
}

/// The scheduling point before one shared access: `key` of `base`, or with `key` None all of it.
/// Silent when no other task of this process can touch it at the same time.
#[pyfunction]
fn access(
    py: Python<'_>,
    write: bool,
    base: &Bound<'_, PyAny>,
    key: Option<&Bound<'_, PyAny>>,
    site: u32,
) {
    if stage::attached() != Attached::Controlled || task::me().is_none() {
        return;
    }
    if shared::announce(py, write, base, key, Some(site), place_of(site)) || stage::alone() {
        return;
    }
    let number = variable(py, base, key, site);
    let whole = if key.is_some() && has_whole(base) {
        variable(py, base, None, site)
    } else {
        NONE32
    };
    reach(py, write, (number, whole), Until::Always, place_of(site));
}

pub(crate) fn reach(
    py: Python<'_>,
    write: bool,
    (object, also): (u32, u32),
    until: Until,
    place: Place,
) {
    let kind = if write { OpKind::Write } else { OpKind::Read };
    let op = RawOp {
        kind,
        object,
        also,
        target: NONE_TASK,
        place,
    };
    points::reach(
        py,
        Announcement {
            op,
            until,
            timeout: None,
        },
        None,
    );
}

/// Whether an access to a part can meet an access to the whole: for everything but classes and the
/// globals of a module, which nobody touches as a whole.
fn has_whole(base: &Bound<'_, PyAny>) -> bool {
    let is_globals = base.cast_exact::<PyDict>().is_ok_and(|dict| {
        dict.contains(intern!(base.py(), "__builtins__"))
            .unwrap_or(false)
    });
    !is_globals && !base.is_instance_of::<PyType>()
}

fn variable(
    py: Python<'_>,
    base: &Bound<'_, PyAny>,
    key: Option<&Bound<'_, PyAny>>,
    site: u32,
) -> u32 {
    let id = (base.as_ptr() as usize, key.map(key_text));
    if let Some(number) = known(&id) {
        return number;
    }
    // Naming runs Python code: not under the table's lock.
    let name = names::name_of_variable(py, base, key, site);
    let number = object::create(ObjectKind::Variable, (1, 0), &name);
    if let Ok(mut table) = VARIABLES.lock() {
        let variables = fresh(&mut table);
        variables
            .owners
            .entry(id.0)
            .or_insert_with(|| base.clone().unbind());
        variables.numbers.insert(id, number);
    }
    number
}

fn known(id: &(usize, Option<String>)) -> Option<u32> {
    let mut table = VARIABLES.lock().ok()?;
    fresh(&mut table).numbers.get(id).copied()
}

/// Forgets all variables. (What held them alive goes after the table is free again: a destructor
/// may come back here.)
pub(crate) fn forget() {
    let old = VARIABLES.lock().ok().and_then(|mut table| table.take());
    drop(old);
}

/// A forked child has variables of its own.
fn fresh(table: &mut Option<Variables>) -> &mut Variables {
    let process = stage::process();
    let stale = table
        .as_ref()
        .is_none_or(|variables| variables.process != process);
    if stale {
        let owners = table.take().map(|old| old.owners).unwrap_or_default();
        *table = Some(Variables {
            process,
            numbers: HashMap::new(),
            owners,
        });
    }
    table.get_or_insert_with(|| Variables {
        process,
        numbers: HashMap::new(),
        owners: HashMap::new(),
    })
}

/// Keys are exact strings, numbers, bytes, None or tuples of those: their repr is their identity
/// and runs no code of the learner.
fn key_text(key: &Bound<'_, PyAny>) -> String {
    match key.cast_exact::<PyString>() {
        Ok(text) => text.to_string_lossy().into_owned(),
        Err(_) => key
            .repr()
            .map_or_else(|_| "?".into(), |r| format!("\u{1}{r}")),
    }
}
