//! Which executions to run, and what they show together.
//!
//! An [`Exploration`] proposes executions, is told what they did, and makes the report. A
//! [`Strategy`] decides which; there is one file for each. [`Minimiser`] looks for an execution
//! with fewer forced switches that fails in the same way.
//!
//! | strategy | proposes | complete |
//! |---|---|---|
//! | [`Plain`] | one execution without forced switches, or in turn | no |
//! | [`Sampling`] | executions that are drawn: random steps, PCT, POS, uniform random walk | no |
//! | [`DepthFirst`] | every interleaving, one for each behaviour as far as sleep sets see | yes |
//! | [`Dpor`] | one execution for each behaviour | yes |
//! | [`BoundedDpor`] | fewer executions for what a bound on forced switches allows | up to it |
//! | [`Portfolio`] | plain executions, then the last two beside drawn ones | yes |
//!
//! Invariant: deterministic. No I/O, no clock, no threads: time budgets are the caller's, who calls
//! [`Exploration::stop`] when it stops early. Several executions may be under way at once.

mod behaviour;
mod claim;
mod executed;
mod exploration;
mod map;
mod minimise;
mod obstacles;
mod strategy;
mod uniform;

pub use behaviour::BehaviourId;
pub use executed::{Executed, Move, Taken};
pub use exploration::Exploration;
pub use map::{Map, Passed};
pub use minimise::Minimiser;
pub use strategy::{
    BoundedDpor, Coverage, DepthFirst, Dpor, Plain, Portfolio, Proposal, Queue, Sampler, Sampling,
    Strategy,
};
