//! The server: API, event streams and pages.
//!
//! Invariant: no handler waits for a viewer, and nothing a program does can block a handler: runs
//! are followed by tasks of their own which write to logs, and viewers read the logs.

mod body;
mod course;
mod grade;
mod health;
mod log;
mod logbook;
mod pages;
mod problem;
mod programs;
mod progress;
mod routes;
mod runs;
mod session;
mod site;
mod steps;
mod stream;
mod submissions;

pub(crate) use routes::router;
pub(crate) use site::Site;
