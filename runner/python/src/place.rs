//! Where the program is: the innermost frame of the learner's own code.

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

fn file_of(name: &Bound<'_, PyAny>) -> Option<u32> {
    let address = name.as_ptr() as usize;
    let files = FILES.read().ok()?;
    files
        .iter()
        .find(|(known, ..)| *known == address)
        .map(|(_, number, _)| *number)
}

fn current_frame(py: Python<'_>) -> Option<Bound<'_, PyAny>> {
    // SAFETY: the GIL is held; the frame is borrowed, and a reference is taken at once.
    unsafe {
        let frame = ffi::PyEval_GetFrame();
        Bound::from_borrowed_ptr_or_opt(py, frame.cast())
    }
}

fn place_of(frame: &Bound<'_, PyAny>) -> Option<Place> {
    let py = frame.py();
    let code = frame.getattr(intern!(py, "f_code")).ok()?;
    let file = file_of(&code.getattr(intern!(py, "co_filename")).ok()?)?;
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
