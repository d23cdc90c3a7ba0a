//! The stage of this process: mapped once in the fork server, inherited by every execution.

use std::os::fd::BorrowedFd;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::time::Duration;

use heddle_stage::{
    CONTROL_VERSION, Control, ControlMap, End, MapError, Mode, NONE32, State, StateMap, TaskRow,
    TaskState,
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
/// Executions that this process has been through.
static ROUNDS: AtomicU32 = AtomicU32::new(0);

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

/// Whether the execution that the supervisor has asked for has granularity `gil`.
pub fn is_gil() -> bool {
    control().granularity.load(Relaxed) != 0
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
    if controlled && ROUNDS.load(Relaxed) == 0 {
        stay_on_this_core();
    }
    let attached = if controlled {
        Attached::Controlled
    } else {
        Attached::Free
    };
    ATTACHED.store(if controlled { 2 } else { 1 }, Relaxed);
    Ok(attached)
}

/// Keeps the calling thread, and all that it starts, on the core where it is: one task runs at a
/// time, and handing the turn over within a core is much cheaper than waking another one. Where it
/// is not allowed, it only is slower.
fn stay_on_this_core() {
    // SAFETY: a plain set of bits on our stack, and system calls that affect this thread only.
    unsafe {
        let core = libc::sched_getcpu();
        if core >= 0 {
            let mut cores: libc::cpu_set_t = std::mem::zeroed();
            libc::CPU_SET(core as usize, &mut cores);
            libc::sched_setaffinity(0, size_of::<libc::cpu_set_t>(), &cores);
        }
    }
}

/// Whether other executions can follow this one in this process.
pub fn goes_round() -> bool {
    control().again.load(Relaxed) != 0
}

/// Whether the supervisor wants this process to execute again, and nothing speaks against it: the
/// program is one process, none of its threads is left, and it has not been told to end.
pub fn may_go_again() -> bool {
    let (control, header) = (control(), &state().header);
    let tasks = (header.tasks.load(Acquire) as usize).min(state().tasks.len());
    let over = |row: &TaskRow| TaskState::from_u32(row.state.load(Acquire)).is_over();
    attached() == Attached::Controlled
        && goes_round()
        && control.snapshot.load(Relaxed) == 0
        && is_root()
        && header.processes.load(Acquire) == 1
        && header.end.load(Acquire) == End::None as u32
        && state().tasks[1..tasks].iter().all(over)
}

/// Ends a round: the execution is over, this process is part of none until the next one.
pub fn end_round(exit_code: i64) {
    crate::point::finish(exit_code);
    detach();
    ROUNDS.fetch_add(1, Relaxed);
}

/// The number of the round that the supervisor asked for last.
pub fn round() -> u32 {
    control().round.load()
}

/// Sleeps until the supervisor asks for another round than `last`.
pub fn wait_for_round(last: u32) {
    while round() == last {
        control().round.wait(last, None);
    }
}

/// Says whose numbers for objects hold: those of this process in this round. Never 0.
pub(crate) fn tag() -> u32 {
    ROUNDS.load(Relaxed) << PROCESS_BITS | (process() + 1)
}

/// The tag of numbers that hold in all processes of this round.
pub(crate) fn shared_tag() -> u32 {
    ROUNDS.load(Relaxed) << PROCESS_BITS | ((1 << PROCESS_BITS) - 1)
}

/// Bits of a tag that name the process.
const PROCESS_BITS: u32 = 10;

const _: () = assert!(heddle_stage::capacity::PROCESSES + 1 < (1 << PROCESS_BITS) - 1);

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
