//! The stage of this process: mapped once in the fork server, inherited by every execution.

use std::os::fd::BorrowedFd;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::time::Duration;

use heddle_stage::{
    CONTROL_VERSION, Control, ControlMap, MapError, Mode, NONE32, State, StateMap, TaskState,
};

/// What this process is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attached {
    /// Not part of an execution: everything behaves as if Heddle were not there.
    No,
    /// Part of a free run.
    Free,
    /// Part of a controlled execution.
    Controlled,
}

struct Maps {
    control: ControlMap,
    state: StateMap,
}

static MAPS: OnceLock<Maps> = OnceLock::new();
static ATTACHED: AtomicU32 = AtomicU32::new(0);
static PROCESS: AtomicU32 = AtomicU32::new(0);
static ROOT_PID: AtomicU32 = AtomicU32::new(0);

/// Maps the stage. Call once, in the fork server.
///
/// # Errors
/// When mapping fails.
pub fn open(control: BorrowedFd<'_>, state: BorrowedFd<'_>) -> Result<(), MapError> {
    let maps = Maps {
        control: ControlMap::open(control)?,
        state: StateMap::open(state)?,
    };
    // A second call keeps the first mapping.
    let _ = MAPS.set(maps);
    Ok(())
}

/// Whether this process is part of an execution, and of which kind.
#[inline]
pub fn attached() -> Attached {
    match ATTACHED.load(Relaxed) {
        1 => Attached::Free,
        2 => Attached::Controlled,
        _ => Attached::No,
    }
}

/// Whether the execution that the supervisor has asked for is a controlled one.
pub fn is_control_wanted() -> bool {
    control().mode.load(Relaxed) == Mode::Controlled as u32
}

/// The state. Only valid after [`open`].
#[inline]
pub(crate) fn state() -> &'static State {
    &maps().state
}

/// The control. Only valid after [`open`].
#[inline]
pub(crate) fn control() -> &'static Control {
    &maps().control
}

#[allow(clippy::expect_used)] // A call order that only a bug in Heddle can break.
fn maps() -> &'static Maps {
    MAPS.get()
        .expect("heddle: the stage is used before it is mapped")
}

/// Row of this process.
pub fn process() -> u32 {
    PROCESS.load(Relaxed)
}

/// Whether this is the program's first process.
pub fn is_root() -> bool {
    PROCESS.load(Relaxed) == 0
}

/// Makes this process, a fresh fork of the fork server, the first process of an execution, and the
/// calling thread its main task.
///
/// # Errors
/// When supervisor and agent are of different versions.
pub fn attach(main_name: &str) -> Result<Attached, &'static str> {
    let (control, state) = (control(), state());
    if control.version.load(Acquire) != CONTROL_VERSION {
        return Err(
            "heddle-runner and the Python extension are of different versions: rebuild both",
        );
    }
    let header = &state.header;
    for (to, from) in header.policy.iter().zip(&control.policy) {
        to.store(from.load(Relaxed), Relaxed);
    }
    header.lent_by.store(NONE32, Relaxed);
    let controlled = is_control_wanted();
    header
        .clock
        .store(if controlled { 0 } else { monotonic() }, Relaxed);
    let root = &state.processes[0];
    root.pid.store(std::process::id(), Relaxed);
    root.parent.store(NONE32, Relaxed);
    header.processes.store(1, Release);
    ROOT_PID.store(std::process::id(), Relaxed);
    PROCESS.store(0, Relaxed);
    crate::task::become_main(main_name);
    let attached = if controlled {
        Attached::Controlled
    } else {
        Attached::Free
    };
    ATTACHED.store(if controlled { 2 } else { 1 }, Relaxed);
    Ok(attached)
}

/// Leaves the execution for good: from here on everything behaves as if Heddle were not there.
pub fn detach() {
    ATTACHED.store(0, Relaxed);
}

pub(crate) fn set_process(row: u32) {
    PROCESS.store(row, Relaxed);
}

pub(crate) fn root_pid() -> u32 {
    ROOT_PID.load(Relaxed)
}

/// Nanoseconds of the monotonic clock.
pub(crate) fn monotonic() -> u64 {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: writes into our own variable.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &mut now) };
    now.tv_sec as u64 * 1_000_000_000 + now.tv_nsec as u64
}

/// Nanoseconds since the execution began: of the virtual clock in a controlled execution.
pub fn now() -> u64 {
    let clock = state().header.clock.load(Relaxed);
    match attached() {
        Attached::Controlled => clock,
        Attached::Free | Attached::No => monotonic().saturating_sub(clock),
    }
}

/// Lets the virtual clock go on.
pub fn advance_clock(by: Duration) {
    let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
    let clock = &state().header.clock;
    clock.store(clock.load(Relaxed).saturating_add(by), Relaxed);
}

/// Whether the calling task is the only one of its process that somebody has not joined yet: then
/// nobody can touch its process's variables at the same time.
pub fn alone() -> bool {
    let me = process();
    let state = state();
    let count = (state.header.tasks.load(Acquire) as usize).min(state.tasks.len());
    let mut others = 0;
    for row in &state.tasks[..count] {
        if row.process.load(Relaxed) != me {
            continue;
        }
        let over = TaskState::from_u32(row.state.load(Acquire)).is_over();
        if !(over && row.joined.load(Relaxed) != 0) {
            others += 1;
        }
    }
    others <= 1
}
