//! The runner as the server sees it: real programs, real jails.
#![allow(missing_docs)]

mod client;
mod limits;
mod programs;
mod recovery;
mod steps;
