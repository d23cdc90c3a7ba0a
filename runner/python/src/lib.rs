//! The agent inside CPython: module `_heddle`, one abi3 extension for 3.11 and newer.
//!
//! Thin: it turns Python calls into calls of `heddle-agent`, and lets go of the GIL around every
//! hand-over. What is Python about Python (which calls are documented operations, how source is
//! rewritten, how values are shown) is in `shims/*.py`, which this file carries.
#![allow(unsafe_code)] // Frames are walked through the C interface.

mod access;
mod boot;
mod channels;
mod context;
mod json;
mod lock;
mod names;
mod ops;
mod place;
mod points;
mod process;
mod report;
mod semaphore;
mod shared;
mod switches;
mod threads;
mod workers;

use pyo3::prelude::*;

/// Module `_heddle`.
#[pymodule]
fn _heddle(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("Lock", module.py().get_type::<lock::Lock>())?;
    module.add_class::<lock::RLock>()?;
    module.add_class::<semaphore::SharedSemaphore>()?;
    access::register(module)?;
    boot::register(module)?;
    channels::register(module)?;
    names::register(module)?;
    ops::register(module)?;
    place::register(module)?;
    process::register(module)?;
    report::register(module)?;
    shared::register(module)?;
    switches::register(module)?;
    threads::register(module)
}
