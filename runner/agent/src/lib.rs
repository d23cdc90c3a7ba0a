//! The agent: the half of Heddle that lives inside the program.
//!
//! One task runs at a time. At a *scheduling point* the running task announces its next operation,
//! chooses who goes next (from the schedule's prefix, then from the policy), hands the turn over
//! and parks; when the turn comes back it performs what it announced. Nobody outside is asked, so
//! a step that stays with the same task costs no system call.
//!
//! The crate knows nothing about Python. The language's half calls, in this order:
//!
//! 1. [`point::announce`], while it holds whatever keeps its interpreter consistent;
//! 2. on [`point::Next::Park`], with the interpreter's lock *released*: [`point::pass`], then
//!    [`point::park`];
//! 3. then the real operation, which now cannot block.
//!
//! Invariant: in a controlled execution only the holder of the turn writes to the stage.
#![allow(unsafe_code)] // Raw system calls for pids and pidfds.

mod choose;
pub mod event;
pub mod fork;
pub mod lock;
pub mod object;
pub mod point;
pub mod probe;
mod recover;
pub mod stage;
pub mod task;
