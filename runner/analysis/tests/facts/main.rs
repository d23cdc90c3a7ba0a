//! Facts about findings, deadlocks and results, on traces made by hand and at random.

#![allow(clippy::unwrap_used)]

mod checks_then_acts;
mod deadlocks;
mod endings;
mod hostile;
mod judging;
mod lock_orders;
mod oracle;
mod races;
mod signals;
mod stories;
mod story;
mod under_gil;
mod unjoined;
mod wrong_locks;
