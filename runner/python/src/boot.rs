//! Start: maps the stage, attaches a fresh fork, and carries the shims' sources.

use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use heddle_agent::stage;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::{access, context, lock, names, ops, points, report, threads};

/// The number of the first lock of an execution; 0: none has begun in this process.
static FIRST_SERIAL: AtomicU64 = AtomicU64::new(0);

/// The Python half, by module name. All of it is loaded from here, so that the extension is one
/// file.
const SHIMS: [(&str, &str); 33] = [
    ("access", include_str!("../shims/access.py")),
    ("at_fork", include_str!("../shims/at_fork.py")),
    ("basis", include_str!("../shims/basis.py")),
    ("boot", include_str!("../shims/boot.py")),
    ("caches", include_str!("../shims/caches.py")),
    ("calls", include_str!("../shims/calls.py")),
    ("callsites", include_str!("../shims/callsites.py")),
    ("channels", include_str!("../shims/channels.py")),
    ("clocks", include_str!("../shims/clocks.py")),
    ("doors", include_str!("../shims/doors.py")),
    ("errors", include_str!("../shims/errors.py")),
    ("expressions", include_str!("../shims/expressions.py")),
    ("known", include_str!("../shims/known.py")),
    ("memory", include_str!("../shims/memory.py")),
    ("naming", include_str!("../shims/naming.py")),
    ("ops", include_str!("../shims/ops.py")),
    ("primitives", include_str!("../shims/primitives.py")),
    ("processes", include_str!("../shims/processes.py")),
    ("program", include_str!("../shims/program.py")),
    ("rewrite", include_str!("../shims/rewrite.py")),
    ("rounds", include_str!("../shims/rounds.py")),
    ("scopes", include_str!("../shims/scopes.py")),
    ("server", include_str!("../shims/server.py")),
    ("snapshot", include_str!("../shims/snapshot.py")),
    ("soundness", include_str!("../shims/soundness.py")),
    ("spawning", include_str!("../shims/spawning.py")),
    ("storage", include_str!("../shims/storage.py")),
    ("streams", include_str!("../shims/streams.py")),
    ("survey", include_str!("../shims/survey.py")),
    ("switches", include_str!("../shims/switches.py")),
    ("threads", include_str!("../shims/threads.py")),
    ("transform", include_str!("../shims/transform.py")),
    ("whole", include_str!("../shims/whole.py")),
];

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let shims = PyDict::new(module.py());
    for (name, source) in SHIMS {
        shims.set_item(name, source)?;
    }
    module.add("SHIMS", shims)?;
    module.add_function(wrap_pyfunction!(confine_signals, module)?)?;
    module.add_function(wrap_pyfunction!(open_stage, module)?)?;
    module.add_function(wrap_pyfunction!(wanted_mode, module)?)?;
    module.add_function(wrap_pyfunction!(may_go_again, module)?)?;
    module.add_function(wrap_pyfunction!(end_round, module)?)?;
    module.add_function(wrap_pyfunction!(next_round, module)?)?;
    module.add_function(wrap_pyfunction!(attach, module)?)
}

/// The mode of the execution that is to be forked, as `mode()` will say in it: 1 free, 2 controlled.
#[pyfunction]
fn wanted_mode() -> u32 {
    1 + u32::from(stage::is_control_wanted())
}

/// Maps the stage from its two descriptors. Once, in the fork server.
#[pyfunction]
fn open_stage(control: i32, state: i32) -> PyResult<()> {
    // SAFETY: the caller, our own server shim, keeps both open during this call.
    let (control, state) = unsafe {
        (
            BorrowedFd::borrow_raw(control),
            BorrowedFd::borrow_raw(state),
        )
    };
    // Each thread would get an arena of its own, which costs a thread of every execution 20 page
    // faults; there is little to gain from arenas where one thread runs at a time.
    // SAFETY: sets a parameter of the allocator; no other thread is running yet.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, 1) };
    stage::open(control, state).map_err(|e| PyRuntimeError::new_err(e.to_string()))
}

/// Whether this process may execute again, as far as the stage can tell.
#[pyfunction]
fn may_go_again() -> bool {
    stage::may_go_again()
}

/// The execution has finished with this exit code, and another one can follow in this process: says
/// so to the supervisor, over the eventfd `bell`. Returns the number of the round that has ended.
#[pyfunction]
fn end_round(py: Python<'_>, exit_code: i64, bell: i32) -> u32 {
    report::announce_end(py);
    let round = stage::round();
    stage::end_round(exit_code);
    // SAFETY: writes eight bytes of our own to a descriptor. If that fails the supervisor sees no
    // end of the execution, and ends it at its limit.
    unsafe { libc::write(bell, std::ptr::from_ref(&1_u64).cast(), 8) };
    round
}

/// Forgets the execution that has ended, and waits for the next one after `round`, which begins.
#[pyfunction]
fn next_round(py: Python<'_>, round: u32) -> PyResult<()> {
    forget();
    py.detach(|| stage::wait_for_round(round));
    attach(py).map(|_| ())
}

/// What this process has kept about an execution.
fn forget() {
    context::clear();
    points::forget_conditions();
    threads::forget_threads();
    access::forget();
    names::forget();
    lock::count_from(FIRST_SERIAL.load(Relaxed));
}

/// Makes this fresh fork the first process of an execution. Returns the mode: 1 free, 2 controlled.
#[pyfunction]
fn attach(_py: Python<'_>) -> PyResult<u32> {
    let attached = stage::attach("MainThread").map_err(PyRuntimeError::new_err)?;
    // A fork knows nothing of another round yet.
    let _ = FIRST_SERIAL.compare_exchange(0, lock::serial(), Relaxed, Relaxed);
    threads::note_ident(0);
    ops::number_stdout();
    Ok(if attached == stage::Attached::Free {
        1
    } else {
        2
    })
}

/// From here on this process and its children can signal only each other: not the fork server.
/// Where the kernel has no Landlock with scopes, a program can end its fork server, which ends its
/// own execution and nothing else.
#[pyfunction]
fn confine_signals() -> bool {
    #[repr(C)]
    struct Ruleset {
        handled_access_fs: u64,
        handled_access_net: u64,
        scoped: u64,
    }
    const SCOPE_SIGNAL: u64 = 1 << 1;
    let rules = Ruleset {
        handled_access_fs: 0,
        handled_access_net: 0,
        scoped: SCOPE_SIGNAL,
    };
    // SAFETY: plain system calls on our own data and descriptor; they affect this process only.
    unsafe {
        let size = size_of::<Ruleset>();
        let file = libc::syscall(libc::SYS_landlock_create_ruleset, &rules, size, 0) as i32;
        if file < 0 {
            return false;
        }
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
        let done = libc::syscall(libc::SYS_landlock_restrict_self, file, 0) == 0;
        libc::close(file);
        done
    }
}
