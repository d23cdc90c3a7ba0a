//! The stage: shared memory between the supervisor and the agents inside a program.
//!
//! Two memory files, mapped by the supervisor and, by inheritance, by every process of the program:
//!
//! - **control**: what to do (mode, policy, prefix, limits). Sealed against new writable mappings;
//!   the program can only read it.
//! - **state**: what happens (turn word, tables of processes, tasks and objects, event rows, text).
//!
//! Everything is `repr(C)` and made of atomics, so both sides may look at any time. The supervisor
//! treats what it reads as hostile: see [`Reader`]; every count is clamped, every id checked, text
//! is copied before it is looked at.
//!
//! Invariant: no policy and no Python here; this crate only knows where things lie.
#![allow(unsafe_code)] // Mapping memory and futex calls are system interfaces.

mod futex;
mod layout;
mod memory;
mod reader;

pub use futex::{FutexWord, WaitEnd};
pub use layout::{
    CONTROL_VERSION, Control, End, EventRow, HELD_BIT, Header, LEFT_BIT, Mode, NONE_TASK, NONE32,
    ObjectRow, POLICY_WORDS, ProcessRow, RowKind, State, TIMED_BIT, TaskRow, TaskState, WaitMode,
    capacity,
};
pub use memory::{ControlMap, MapError, Shared, StateMap, create_control, create_state};
pub use reader::{Reader, STDERR_BIT, bits, is_enabled, object_code, pending_op};
