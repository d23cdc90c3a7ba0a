//! The program `heddle` from outside: a real process on a real port, spoken to over HTTP, and its
//! command line.
//!
//! Programs are run by the real `heddle-runner`; only the troubles in `runner_trouble` come from a
//! scripted one.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot set itself up has failed"
)]

mod bad_input;
mod command_line;
mod flow;
mod harness;
mod own_programs;
mod pages;
mod report_files;
mod runner_trouble;
mod shown_text;
mod start_up;
