//! The first process after the set-up: it reaps orphans, reports how the program ended, and ends
//! with the program or with the runner. In a jail its end is everybody's end, by the kernel.
//!
//! It has no signal handler, so that signals from inside the jail do nothing to it: the kernel
//! drops what a first process has not asked for, SIGKILL and SIGSTOP included.

use std::convert::Infallible;
use std::os::fd::RawFd;

use super::{Done, Wires, close_calls, drop_rights, failed};
use crate::error::Step;
use crate::plan::Plan;
use crate::sys;

const CHILD_ENDED: u64 = 1 << (libc::SIGCHLD - 1);
/// How the runner asks for the end of a program without a jail around it.
const ASKED_TO_END: u64 = 1 << (libc::SIGTERM - 1);

/// Gives up all rights and stays until the end.
pub(super) fn supervise(plan: &Plan, wires: Wires, program: libc::pid_t) -> Done<Infallible> {
    let jailed = plan.walls.is_some();
    let mask = if jailed {
        CHILD_ENDED
    } else {
        CHILD_ENDED | ASKED_TO_END
    };
    let signals = sys::signal_fd(mask).map_err(failed(Step::Session))?;
    // Nobody of the same user may look into the copy of the runner's memory.
    sys::prctl(libc::PR_SET_DUMPABLE, 0).map_err(failed(Step::DropRights))?;
    if let Some(walls) = &plan.walls {
        // The end of the jail starts with this process, so it goes before those that it ends.
        // Root only; without it the end takes a little longer.
        let _ = sys::set_niceness(-20);
        drop_rights(&walls.identity)?;
        close_calls(walls)?;
    }
    // The set-up is over; with it goes the status pipe.
    close_all_but([signals, wires.report, wires.runner]).map_err(failed(Step::Files))?;
    if jailed {
        watch_jailed(signals, wires, program)
    } else {
        watch_trusted(signals, wires, program)
    }
}

fn close_all_but(mut kept: [RawFd; 3]) -> nix::Result<()> {
    kept.sort_unstable();
    let mut free = 0;
    for fd in kept {
        if fd > free {
            sys::close_range(free as u32, (fd - 1) as u32, false)?;
        }
        free = fd + 1;
    }
    sys::close_range(free as u32, u32::MAX, false)
}

fn watch_jailed(signals: RawFd, wires: Wires, program: libc::pid_t) -> ! {
    loop {
        if runner_is_gone(signals, wires.runner) {
            sys::exit(1);
        }
        take_signals(signals);
        while let Ok(Some((pid, status))) = sys::reap_one(false) {
            if pid == program {
                report(wires, status);
                sys::exit(0);
            }
        }
    }
}

fn watch_trusted(signals: RawFd, wires: Wires, program: libc::pid_t) -> ! {
    loop {
        let gone = runner_is_gone(signals, wires.runner);
        if take_signals(signals) & ASKED_TO_END != 0 || gone {
            end_all(program, wires);
        }
        while let Ok(Some((pid, status))) = sys::reap_one(false) {
            if pid == program {
                report(wires, status);
                end_all(program, wires);
            }
        }
    }
}

fn runner_is_gone(signals: RawFd, runner: RawFd) -> bool {
    matches!(sys::wait_readable([signals, runner]), Ok([_, true]))
}

fn report(wires: Wires, status: i32) {
    let _ = sys::write(wires.report, &status.to_ne_bytes());
}

/// Takes all pending signals; which ones they were.
fn take_signals(signals: RawFd) -> u64 {
    // The kernel's `struct signalfd_siginfo`, which starts with the signal's number.
    let mut record = [0u8; 128];
    let mut seen = 0;
    while let Ok(128) = sys::read(signals, &mut record) {
        if let Some((number, _)) = record.split_first_chunk() {
            seen |= 1u64 << (u32::from_ne_bytes(*number).wrapping_sub(1) & 63);
        }
    }
    seen
}

/// Ends everything below this process. Orphans become our children, so after enough rounds
/// there is nobody left; a number cannot be used again before we have reaped it.
fn end_all(program: libc::pid_t, wires: Wires) -> ! {
    loop {
        kill_children(program);
        match sys::reap_one(true) {
            Ok(Some((pid, status))) if pid == program => report(wires, status),
            Ok(_) | Err(nix::errno::Errno::EINTR) => {}
            Err(_) => sys::exit(0),
        }
    }
}

fn kill_children(program: libc::pid_t) {
    let mut text = [0u8; 4096];
    let list = sys::open_read_only(c"/proc/thread-self/children").and_then(|fd| {
        let count = sys::read(fd, &mut text);
        sys::close(fd);
        count
    });
    let Ok(count) = list else {
        // A kernel without that list: at least the program itself.
        return sys::kill(program, libc::SIGKILL);
    };
    let mut pid = 0;
    for byte in text.iter().take(count) {
        match byte {
            b'0'..=b'9' => pid = pid * 10 + libc::pid_t::from(byte - b'0'),
            _ => {
                if pid > 1 {
                    sys::kill(pid, libc::SIGKILL);
                }
                pid = 0;
            }
        }
    }
}
