//! The runner as the server sees it: real programs, real jails.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used)] // A test that cannot go on says where.

mod accesses;
mod client;
mod doors;
mod findings;
mod fixtures;
mod limits;
mod map;
mod modes;
mod programs;
mod recovery;
mod reductions;
mod rounds;
mod steps;
mod uniform;
