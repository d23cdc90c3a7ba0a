//! The turn comes back from a process that was killed with it.

use std::sync::atomic::{
    Ordering::AcqRel, Ordering::Acquire, Ordering::Relaxed, Ordering::Release,
};

use heddle_stage::TaskState;

use crate::point::{end_from_outside, is_over, pass_on};
use crate::stage::state;
use crate::task;

/// Looks whether the turn's holder is still alive; if it is dead, whoever sees it first takes the
/// turn, marks the dead process's tasks and chooses who goes next.
///
/// A lock that the dead held stays held, as it does without Heddle.
pub(crate) fn look_after(me: u16) {
    let header = &state().header;
    let turn = header.turn.load(Acquire);
    let holder = (turn as u32).min(u32::from(u16::MAX)) as u16;
    let process = task::row(holder).process.load(Relaxed);
    if process == crate::stage::process() {
        return;
    }
    let Some(row) = state().processes.get(process as usize) else {
        return;
    };
    let pid = row.pid.load(Acquire);
    if pid == 0 || !is_dead(pid) {
        return;
    }
    if is_over() {
        // It has died of the end of the execution: what its tasks were about to do stays as it was.
        return end_from_outside();
    }
    let taken = ((turn >> 32) + 1) << 32 | u64::from(me);
    if header
        .turn
        .compare_exchange(turn, taken, AcqRel, Relaxed)
        .is_err()
    {
        return;
    }
    mark_killed(process);
    // The holder may have lent the turn, or have it on loan: nobody gets it back.
    header.lent_by.store(heddle_stage::NONE32, Release);
    // A task that waits for its loan to come back has it now. Others are at a point.
    if task::row(me).state.load(Acquire) == TaskState::Pending as u32 && !pass_on(me) {
        end_from_outside();
    }
}

/// Whether the task's process has ended.
pub(crate) fn is_gone(task: u16) -> bool {
    let process = task::row(task).process.load(Relaxed) as usize;
    let pid = state()
        .processes
        .get(process)
        .map(|row| row.pid.load(Acquire));
    pid.is_some_and(|pid| pid != 0 && is_dead(pid))
}

/// Marks every task of a process as killed.
pub(crate) fn mark_killed(process: u32) {
    let state = state();
    let count = (state.header.tasks.load(Acquire) as usize).min(state.tasks.len());
    for row in &state.tasks[..count] {
        let over = TaskState::from_u32(row.state.load(Acquire)).is_over();
        if row.process.load(Relaxed) == process && !over {
            row.state.store(TaskState::Killed as u32, Release);
        }
    }
    // Whoever held everybody up may be among them: nobody is about to go on now.
    state.header.held_by.store(0, Relaxed);
}

/// Whether the process has ended (a zombie has).
pub(crate) fn is_dead(pid: u32) -> bool {
    // SAFETY: plain system calls on our own descriptor.
    unsafe {
        let pidfd = libc::syscall(libc::SYS_pidfd_open, pid, 0) as i32;
        if pidfd < 0 {
            return *libc::__errno_location() == libc::ESRCH;
        }
        let mut poll = libc::pollfd {
            fd: pidfd,
            events: libc::POLLIN,
            revents: 0,
        };
        let ready = libc::poll(&mut poll, 1, 0);
        libc::close(pidfd);
        ready > 0
    }
}
