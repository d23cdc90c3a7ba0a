//! The explorer on real programs, and frontrun on those that it can run, in one go: executions a
//! second, executions to the first failure, time to a proof, time to make a failure short. Prints
//! Markdown; asserts nothing.
//!
//! `cargo xtask bench explorer` sets frontrun up and says where it is; without it, Heddle is measured
//! alone.

#![allow(
    clippy::unwrap_used,
    dead_code,
    missing_docs,
    reason = "a bench that cannot go on says where; it shares files with the tests"
)]

#[path = "../../tests/integration/client.rs"]
mod client;
#[path = "../../tests/integration/fixtures.rs"]
mod fixtures;

mod alone;
mod beside;
mod frontrun;
mod heddle;
mod machine;
mod programs;
mod table;

use client::Client;
use frontrun::Frontrun;
use programs::Shared;

fn main() {
    let frontrun = Frontrun::find();
    let mut everywhere = Client::start();
    println!("# The explorer, measured\n");
    println!("{}", machine::line(&everywhere.host, frontrun.as_ref()));
    // From here on this process and all that it starts have one core.
    machine::keep_to_one_core();
    let mut one_core = Client::start();
    let shared = Shared::all();
    beside::rates(&mut one_core, &mut everywhere, frontrun.as_ref(), &shared);
    beside::first_failures(&mut one_core, &mut everywhere, frontrun.as_ref(), &shared);
    beside::whole_searches(&mut one_core, frontrun.as_ref(), &shared);
    alone::right_programs(&mut everywhere);
    alone::wrong_programs(&mut everywhere);
}
