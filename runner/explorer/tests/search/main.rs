//! Facts about searches, on small programs that a simulator executes.

#![allow(clippy::unwrap_used)]

mod any;
mod behaviours;
mod catalogue;
mod claims;
mod dpor;
mod map;
mod minimising;
mod modes;
mod portfolio;
mod reductions;
mod simulator;
