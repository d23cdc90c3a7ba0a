//! Facts about searches, on small programs that a simulator executes.

#![allow(clippy::unwrap_used)]

mod behaviours;
mod claims;
mod minimising;
mod reductions;
mod simulator;
