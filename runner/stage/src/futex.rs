//! Futex: sleep until a word changes, across processes.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A word to sleep on.
#[repr(transparent)]
pub struct FutexWord(pub AtomicU32);

/// How a wait ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitEnd {
    /// Woken, or the word had changed already (or a spurious wake-up: look again).
    Look,
    /// Time is up.
    TimedOut,
    /// A signal arrived.
    Interrupted,
}

impl FutexWord {
    /// A word with this value.
    pub const fn new(value: u32) -> Self {
        FutexWord(AtomicU32::new(value))
    }

    /// Its value.
    pub fn load(&self) -> u32 {
        self.0.load(Ordering::Acquire)
    }

    /// Sleeps while the word is `expected`, at most `timeout`.
    pub fn wait(&self, expected: u32, timeout: Option<Duration>) -> WaitEnd {
        let spec = timeout.map(|t| libc::timespec {
            tv_sec: t.as_secs().min(i32::MAX as u64) as libc::time_t,
            tv_nsec: libc::c_long::from(t.subsec_nanos()),
        });
        let spec_pointer = spec
            .as_ref()
            .map_or(std::ptr::null(), |s| s as *const libc::timespec);
        // SAFETY: the word lives as long as `self`; the time is valid or null.
        let result = unsafe {
            libc::syscall(
                libc::SYS_futex,
                self.0.as_ptr(),
                libc::FUTEX_WAIT,
                expected,
                spec_pointer,
            )
        };
        if result == 0 {
            return WaitEnd::Look;
        }
        match std::io::Error::last_os_error().raw_os_error() {
            Some(libc::ETIMEDOUT) => WaitEnd::TimedOut,
            Some(libc::EINTR) => WaitEnd::Interrupted,
            _ => WaitEnd::Look,
        }
    }

    /// Adds one and wakes `count` sleepers.
    pub fn bump_and_wake(&self, count: i32) {
        self.0.fetch_add(1, Ordering::Release);
        self.wake(count);
    }

    /// Wakes `count` sleepers.
    pub fn wake(&self, count: i32) {
        // SAFETY: the word lives as long as `self`; waking has no other effect.
        unsafe {
            libc::syscall(libc::SYS_futex, self.0.as_ptr(), libc::FUTEX_WAKE, count);
        }
    }
}
