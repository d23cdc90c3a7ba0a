//! Processes: a forked child gets its row before it exists, and runs on its parent's turn up to
//! its first point.

use std::cell::Cell;
use std::sync::atomic::{Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use heddle_stage::{TaskState, capacity};

use crate::stage::{self, Attached, state};
use crate::{point, task};

thread_local! {
    static BORN: Cell<Option<(u16, u32)>> = const { Cell::new(None) };
}

/// Before a fork: prepares rows for the child's process and main task. Returns the task, or `None`
/// when a table is full (the fork must fail then).
pub fn prepare(name: &str) -> Option<u16> {
    let me = task::me()?;
    let processes = &state().header.processes;
    let process = processes
        .fetch_update(Acquire, Relaxed, |n| {
            ((n as usize) < capacity::PROCESSES).then_some(n + 1)
        })
        .ok()?;
    let row = &state().processes[process as usize];
    row.parent.store(stage::process(), Relaxed);
    row.start.store(1, Relaxed);
    let child = task::create(me, process, name)?;
    BORN.set(Some((child, process)));
    Some(child)
}

/// The task that [`prepare`] has made.
pub fn prepared() -> Option<u16> {
    BORN.get().map(|(task, _)| task)
}

/// The calling process was not forked but spawned, as far as the program can see.
pub fn note_spawn() {
    if let Some(row) = state().processes.get(stage::process() as usize) {
        row.start.store(2, Relaxed);
    }
}

/// In the child, before anything else: takes over its rows and waits for its first turn.
pub fn enter_child() {
    let Some((task, process)) = BORN.take() else {
        return;
    };
    stage::set_process(process);
    state().processes[process as usize]
        .pid
        .store(std::process::id(), Release);
    task::begin(task);
    if stage::attached() == Attached::Controlled {
        point::wait_for_turn(task);
    }
}

/// In the parent, after the fork: lends the child its turn up to its first point.
pub fn enter_parent(child_pid: Option<u32>) -> Option<u16> {
    let (task, process) = BORN.take()?;
    let Some(pid) = child_pid else {
        task::withdraw(task);
        return None;
    };
    state().processes[process as usize].pid.store(pid, Release);
    if stage::attached() == Attached::Controlled
        && let Some(me) = task::me()
    {
        point::lend_turn(me, task);
    }
    Some(task)
}

/// The task that is the main one of the process with this pid, if it is one of ours.
pub fn main_task_of(pid: u32) -> Option<u16> {
    let state = state();
    let count = (state.header.processes.load(Acquire) as usize).min(state.processes.len());
    let process = (1..count).find(|p| state.processes[*p].pid.load(Acquire) == pid)?;
    let tasks = (state.header.tasks.load(Acquire) as usize).min(state.tasks.len());
    (0..tasks)
        .find(|t| state.tasks[*t].process.load(Relaxed) as usize == process)
        .map(|t| t as u16)
}

/// Whether any other process of the execution has not ended.
pub fn others_alive() -> bool {
    let state = state();
    let count = (state.header.tasks.load(Acquire) as usize).min(state.tasks.len());
    state.tasks[..count].iter().any(|row| {
        row.process.load(Relaxed) != stage::process()
            && !TaskState::from_u32(row.state.load(Acquire)).is_over()
    })
}

/// The calling process is about to end: its tasks are over and, in a controlled execution, the
/// turn goes on.
pub fn leave(me: u16, controlled: bool) {
    let state = state();
    let count = (state.header.tasks.load(Acquire) as usize).min(state.tasks.len());
    for row in &state.tasks[..count] {
        if row.process.load(Relaxed) == stage::process() {
            row.state.store(TaskState::Ended as u32, Release);
        }
    }
    if controlled && !point::pass_on(me) {
        point::end_from_outside();
    }
}

/// Ends the whole program at once. What it did is on the stage; the fork server clears away the
/// other processes when the first one is gone.
pub fn end_program() -> ! {
    // SAFETY: ends the first process (which may be this one), then this one.
    unsafe {
        if !stage::is_root() {
            libc::kill(stage::root_pid() as i32, libc::SIGKILL);
        }
        libc::_exit(0)
    }
}
