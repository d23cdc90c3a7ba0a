//! The supervisor: keeps warm fork servers in jails, starts executions, watches their limits, reads
//! their traces, explores and judges.
//!
//! ```text
//! heddle serve ── protocol on stdin/stdout ── heddle-runner
//!                                              ├─ jobs: one thread a job, a lane for quick and one for long work
//!                                              └─ pool: warm jails, one for each job
//!                                                   └─ fork server (python, agent) ── fork ── execution 1, 2, 3 …
//! ```
//!
//! Invariant: nothing that a program wrote is believed. Its trace is its own report; what ended it,
//! how long it took and what it used are seen from outside.

pub mod execution;
pub mod frame;
pub mod host;
pub mod jobs;
mod outcome;
pub mod pool;
mod search;
mod single;
mod snapshot;
pub mod zygote;
