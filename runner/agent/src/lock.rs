//! Locks of one process: plain and recursive. Real futex locks in a free run; in a controlled
//! execution only the holder of the turn touches them, and they never block.

use std::sync::atomic::{AtomicU32, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::time::{Duration, Instant};

use heddle_stage::{FutexWord, WaitEnd};
use heddle_trace::ObjectKind;

use crate::object::{self, ObjectSlot, Scope};
use crate::task;

const FREE: u32 = 0;
const TAKEN: u32 = 1;
const CONTENDED: u32 = 2;

/// State of a lock.
#[derive(Debug)]
pub struct Lock {
    word: FutexCell,
    /// Task + 1 for recursive locks, 0: nobody.
    owner: AtomicU32,
    depth: AtomicU32,
    recursive: bool,
    slot: ObjectSlot,
}

struct FutexCell(FutexWord);

impl std::fmt::Debug for FutexCell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.load())
    }
}

/// How a real wait for a lock ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waited {
    /// It is ours.
    Taken,
    /// Time is up.
    TimedOut,
    /// A signal arrived; ask again after handling it.
    Interrupted,
}

impl Lock {
    /// A free lock.
    pub const fn new(recursive: bool) -> Self {
        Lock {
            word: FutexCell(FutexWord::new(FREE)),
            owner: AtomicU32::new(0),
            depth: AtomicU32::new(0),
            recursive,
            slot: ObjectSlot::new(Scope::Process),
        }
    }

    /// The lock's number; at its first touch it gets one and a name.
    pub fn object(&self, name: impl FnOnce() -> String) -> u32 {
        let kind = if self.recursive {
            ObjectKind::RLock
        } else {
            ObjectKind::Lock
        };
        let units = || self.units();
        self.slot.get_or_create(kind, units, name)
    }

    /// The lock's number, if it has one.
    pub fn known_object(&self) -> Option<u32> {
        self.slot.get()
    }

    /// Whether somebody has it.
    pub fn is_taken(&self) -> bool {
        self.word.0.load() != FREE
    }

    /// Whether the calling task has this recursive lock.
    pub fn is_mine(&self) -> bool {
        self.is_taken() && self.owner.load(Relaxed) == my_mark()
    }

    /// How often the owner has taken it.
    pub fn depth(&self) -> u32 {
        if self.is_taken() {
            self.depth.load(Relaxed)
        } else {
            0
        }
    }

    /// Takes it if that is possible at once.
    pub fn try_take(&self) -> bool {
        if self.recursive && self.is_mine() {
            self.depth.fetch_add(1, Relaxed);
            return true;
        }
        let taken = self
            .word
            .0
            .0
            .compare_exchange(FREE, TAKEN, Acquire, Relaxed)
            .is_ok();
        if taken {
            self.note_owner(1);
        }
        taken
    }

    /// Waits until it can be taken. For free runs, without the interpreter's lock.
    pub fn wait_and_take(&self, timeout: Option<Duration>) -> Waited {
        let deadline = timeout.and_then(|t| Instant::now().checked_add(t));
        loop {
            if self.word.0.0.swap(CONTENDED, Acquire) == FREE {
                self.note_owner(1);
                return Waited::Taken;
            }
            let left = deadline.map(|d| d.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Waited::TimedOut;
            }
            if self.word.0.wait(CONTENDED, left) == WaitEnd::Interrupted {
                return Waited::Interrupted;
            }
        }
    }

    /// Gives it back. Returns false when it was not taken, or is another task's recursive lock.
    pub fn give_back(&self) -> bool {
        if !self.is_taken() || (self.recursive && !self.is_mine()) {
            return false;
        }
        if self.recursive && self.depth.fetch_sub(1, Relaxed) > 1 {
            return true;
        }
        self.set_free();
        true
    }

    /// Gives a recursive lock back all at once; returns how often it had been taken.
    pub fn give_back_all(&self) -> Option<u32> {
        let depth = self.is_mine().then(|| self.depth())?;
        self.set_free();
        Some(depth)
    }

    /// After [`Lock::try_take`]: restores how often it is taken.
    pub fn set_depth(&self, depth: u32) {
        self.depth.store(depth, Relaxed);
    }

    /// Makes it free, whoever had it (in a forked child).
    pub fn reset(&self) {
        self.word.0.0.store(FREE, Relaxed);
        self.mirror();
    }

    fn note_owner(&self, depth: u32) {
        self.owner.store(my_mark(), Relaxed);
        self.depth.store(depth, Relaxed);
        self.mirror();
    }

    fn set_free(&self) {
        self.owner.store(0, Relaxed);
        if self.word.0.0.swap(FREE, Release) == CONTENDED {
            self.word.0.wake(1);
        }
        self.mirror();
    }

    /// Units left and, of a recursive lock, its owner: what its row says.
    fn units(&self) -> (i64, u32) {
        let taken = self.is_taken();
        let owner = if self.recursive && taken {
            self.owner.load(Relaxed)
        } else {
            0
        };
        (i64::from(!taken), owner)
    }

    /// Keeps the lock's row, by which others see whether a task that waits for it is enabled.
    fn mirror(&self) {
        let Some(row) = self.slot.get().and_then(object::row) else {
            return;
        };
        let (value, owner) = self.units();
        row.value.store(value, Release);
        row.owner.store(owner, Release);
    }
}

fn my_mark() -> u32 {
    // Threads that are no tasks are told apart by their address of a thread-local.
    task::me().map_or_else(foreign_mark, |task| u32::from(task) + 1)
}

fn foreign_mark() -> u32 {
    // SAFETY: a plain system call.
    let tid = unsafe { libc::syscall(libc::SYS_gettid) };
    tid as u32 | 1 << 31
}
