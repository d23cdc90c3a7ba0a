//! Where the program is: the innermost frame of the learner's own code.

use std::cell::Cell;
use std::collections::HashMap;
use std::sync::{OnceLock, RwLock};

use heddle_agent::event::Place;
use pyo3::ffi;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;

/// The learner's files: address of the file name's string object (every code object of one
/// compilation shares it) and file number. The strings are kept alive.
static FILES: RwLock<Vec<(usize, u32, Py<PyString>)>> = RwLock::new(Vec::new());

/// Makes a compiled file known as the learner's.
#[pyfunction]
fn add_file(filename: Bound<'_, PyString>, number: u32) -> PyResult<()> {
    if let Ok(mut files) = FILES.write() {
        files.push((filename.as_ptr() as usize, number, filename.unbind()));
    }
    Ok(())
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_function(wrap_pyfunction!(add_file, module)?)?;
    module.add_function(wrap_pyfunction!(set_library, module)?)
}

/// Which file of the learner's a code object was compiled from, by its address. The code objects
/// are kept alive, so that an address never means two.
static CODES: RwLock<Option<HashMap<usize, Known>>> = RwLock::new(None);

struct Known {
    file: Option<u32>,
    _alive: Py<PyAny>,
}

thread_local! {
    /// The code object that was asked for last, and its file: most events come from a few lines.
    static LAST: Cell<(usize, Option<u32>)> = const { Cell::new((0, None)) };
}

fn current_frame(py: Python<'_>) -> Option<Bound<'_, PyAny>> {
    // SAFETY: the GIL is held; the frame is borrowed, and a reference is taken at once.
    unsafe {
        let frame = ffi::PyEval_GetFrame();
        Bound::from_borrowed_ptr_or_opt(py, frame.cast())
    }
}

fn code_of<'py>(frame: &Bound<'py, PyAny>) -> Option<Bound<'py, PyAny>> {
    // SAFETY: `frame` is a frame object: it came from PyEval_GetFrame or f_back. The result is a new
    // reference.
    unsafe {
        let code = ffi::PyFrame_GetCode(frame.as_ptr().cast());
        Bound::from_owned_ptr_or_opt(frame.py(), code.cast())
    }
}

/// The number of the learner's file that a code object was compiled from.
fn file_of(code: &Bound<'_, PyAny>) -> Option<u32> {
    let address = code.as_ptr() as usize;
    let (last, file) = LAST.get();
    if last == address {
        return file;
    }
    let file = match remembered(address) {
        Some(file) => file,
        None => look_up(code),
    };
    LAST.set((address, file));
    file
}

fn remembered(address: usize) -> Option<Option<u32>> {
    let codes = CODES.read().ok()?;
    codes.as_ref()?.get(&address).map(|known| known.file)
}

fn look_up(code: &Bound<'_, PyAny>) -> Option<u32> {
    let name = code.getattr(intern!(code.py(), "co_filename")).ok()?;
    let file = FILES.read().ok().and_then(|files| {
        let mut files = files.iter();
        let found = files.find(|(known, ..)| *known == name.as_ptr() as usize);
        found.map(|(_, number, _)| *number)
    });
    if let Ok(mut codes) = CODES.write() {
        let known = Known {
            file,
            _alive: code.clone().unbind(),
        };
        codes
            .get_or_insert_default()
            .insert(code.as_ptr() as usize, known);
    }
    file
}

fn place_of(frame: &Bound<'_, PyAny>) -> Option<Place> {
    let file = file_of(&code_of(frame)?)?;
    // SAFETY: `frame` is a frame object: it came from PyEval_GetFrame or f_back.
    let line = unsafe { ffi::PyFrame_GetLineNumber(frame.as_ptr().cast()) };
    Some(Place {
        file,
        line: u32::try_from(line).unwrap_or(0),
    })
}

/// The innermost line of the learner's code; unknown when there is none on the stack.
pub(crate) fn here(py: Python<'_>) -> Place {
    let mut frame = current_frame(py);
    while let Some(at) = frame {
        if let Some(place) = place_of(&at) {
            return place;
        }
        frame = at
            .getattr(intern!(py, "f_back"))
            .ok()
            .filter(|back| !back.is_none());
    }
    Place::default()
}

/// Whether the Python function that called into this extension is the learner's own.
pub(crate) fn called_by_learner(py: Python<'_>) -> bool {
    current_frame(py).is_some_and(|frame| place_of(&frame).is_some())
}

/// Whether the caller of the wrapper that called into this extension is the learner's own.
pub(crate) fn wrapper_called_by_learner(py: Python<'_>) -> bool {
    current_frame(py)
        .and_then(|frame| frame.getattr(intern!(py, "f_back")).ok())
        .is_some_and(|frame| !frame.is_none() && place_of(&frame).is_some())
}

/// Whose code a frame runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Maker {
    /// The learner's.
    Learner,
    /// Ours: it stands where a function of the library stands.
    Wrapper,
    /// Ours: it announces accesses. In reality it is not there.
    Helper,
    /// Somebody else's.
    Library,
}

/// The shims whose functions rewritten code calls: they do not take the place of anything.
const HELPERS: [&str; 7] = [
    "<heddle access>",
    "<heddle calls>",
    "<heddle known>",
    "<heddle naming>",
    "<heddle snapshot>",
    "<heddle storage>",
    "<heddle whole>",
];

/// Whose code a frame runs.
pub(crate) fn maker(frame: &Bound<'_, PyAny>) -> Maker {
    let Some(code) = code_of(frame) else {
        return Maker::Library;
    };
    if file_of(&code).is_some() {
        return Maker::Learner;
    }
    let name = code
        .getattr(intern!(code.py(), "co_filename"))
        .and_then(|name| name.extract::<String>());
    match name.as_deref() {
        Ok(name) if HELPERS.contains(&name) => Maker::Helper,
        Ok(name) if name.starts_with("<heddle ") => Maker::Wrapper,
        _ => Maker::Library,
    }
}

/// Where the standard library is; set once.
static LIBRARY: OnceLock<String> = OnceLock::new();

/// Names the standard library's folder.
#[pyfunction]
fn set_library(folder: String) {
    let _ = LIBRARY.set(folder);
}

/// Whether the calling Python function belongs to the standard library, `threading` and `queue`
/// aside: a lock that it makes is its own business.
pub(crate) fn called_by_library(py: Python<'_>) -> bool {
    let Some(frame) = current_frame(py) else {
        return false;
    };
    let name = frame.getattr(intern!(py, "f_code")).and_then(|code| {
        code.getattr(intern!(py, "co_filename"))?
            .extract::<String>()
    });
    let Ok(name) = name else { return false };
    if name.starts_with("<frozen importlib") {
        return true;
    }
    let documented = name.ends_with("/threading.py") || name.ends_with("/queue.py");
    !documented && LIBRARY.get().is_some_and(|folder| name.starts_with(folder))
}
