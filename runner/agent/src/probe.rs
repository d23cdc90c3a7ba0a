//! Tasks that wait for the kernel: for something to read, for room to write.
//!
//! Only a process that has a descriptor can ask the kernel about it. So before somebody is chosen, the
//! chooser asks each such task, which wakes up, looks, answers, and sleeps on. Nobody else runs
//! meanwhile, so the answer holds until the next step.

use std::cell::RefCell;
use std::sync::atomic::{Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::time::Duration;

use heddle_stage::TaskState;

use crate::stage::state;
use crate::{recover, task};

thread_local! {
    /// What the calling task waits for.
    static WAITS_FOR: RefCell<Vec<Descriptor>> = const { RefCell::new(Vec::new()) };
}

/// A descriptor of the calling process, and what of it is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Descriptor {
    /// Its number.
    pub fd: i32,
    /// Bits of `poll`, as `POLLIN`.
    pub events: i16,
}

/// How long to wait for an answer before looking whether its process is alive.
const LOOK_AFTER: Duration = Duration::from_millis(20);

/// Whether one of the descriptors is ready now, or is none any more (so that a call on it would fail
/// at once).
pub fn is_ready(descriptors: &[Descriptor]) -> bool {
    let mut polled: Vec<libc::pollfd> = descriptors
        .iter()
        .map(|one| libc::pollfd {
            fd: one.fd,
            events: one.events,
            revents: 0,
        })
        .collect();
    // SAFETY: the array is ours, and as long as is said.
    unsafe { libc::poll(polled.as_mut_ptr(), polled.len() as libc::nfds_t, 0) != 0 }
}

/// From now on until [`forget`] the calling task, which is about to announce an operation, waits for
/// one of these.
pub fn wait_for(me: u16, descriptors: Vec<Descriptor>) {
    WAITS_FOR.set(descriptors);
    task::row(me).probed.store(1, Relaxed);
    state().header.probed.fetch_add(1, Relaxed);
}

/// The calling task does not wait for descriptors any more.
pub fn forget(me: u16) {
    if task::row(me).probed.swap(0, Relaxed) != 0 {
        state().header.probed.fetch_sub(1, Relaxed);
        WAITS_FOR.set(Vec::new());
    }
}

/// Asks every task that waits for the kernel, but the calling one, whether it still has to.
pub(crate) fn ask_all(me: u16) {
    let header = &state().header;
    if header.probed.load(Relaxed) == 0 {
        return;
    }
    let count = (header.tasks.load(Acquire) as usize).min(state().tasks.len()) as u16;
    (0..count)
        .filter(|task| *task != me && task::row(*task).probed.load(Relaxed) != 0)
        .filter(|task| task::row(*task).state.load(Acquire) == TaskState::Pending as u32)
        .for_each(ask);
    if task::row(me).probed.load(Relaxed) != 0 {
        answer(me);
    }
}

/// Nobody can go on: whether it is worth to ask again, because a program that is not ours may write to
/// somebody. Waits a little.
pub(crate) fn may_be_woken_from_outside() -> bool {
    let header = &state().header;
    let hopes = header.probed.load(Relaxed) != 0 && header.outside.load(Relaxed) != 0;
    if hopes {
        std::thread::sleep(Duration::from_millis(1));
    }
    hopes && header.end.load(Acquire) == 0
}

/// A program that is not part of the execution has been started.
pub fn note_outside() {
    state().header.outside.store(1, Relaxed);
}

fn ask(task: u16) {
    let (header, row) = (&state().header, task::row(task));
    row.asked.store(1, Release);
    row.wake.bump_and_wake(1);
    loop {
        let seen = header.answers.load();
        if row.asked.load(Acquire) == 0 {
            return;
        }
        header.answers.wait(seen, Some(LOOK_AFTER));
        if recover::is_gone(task) {
            row.asked.store(0, Relaxed);
            row.ready.store(0, Release);
            return;
        }
    }
}

/// Answers, if the calling task, which is parked, has been asked.
pub(crate) fn answer_if_asked(me: u16) {
    if task::row(me).asked.load(Acquire) != 0 {
        answer(me);
        task::row(me).asked.store(0, Release);
        state().header.answers.bump_and_wake(1);
    }
}

fn answer(me: u16) {
    let ready = WAITS_FOR.with_borrow(|descriptors| is_ready(descriptors));
    task::row(me).ready.store(u32::from(ready), Release);
}
