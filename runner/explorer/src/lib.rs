//! Which executions to run, and what they show together.
//!
//! An [`Exploration`] proposes executions, is told what they did, and makes the report. A
//! [`Strategy`] decides which; there is one file for each. [`Minimiser`] looks for an execution
//! with fewer forced switches that fails in the same way.
//!
//! | strategy | proposes | complete |
//! |---|---|---|
//! | [`NonPreemptive`] | one execution without forced switches | no |
//! | [`Random`] | executions with each step drawn at random | no |
//! | [`DepthFirst`] | every interleaving, one for each behaviour as far as sleep sets see | yes |
//!
//! (Dynamic partial-order reduction will be one more file: it is told of each execution as a
//! [`Executed`], which has all operations and enabled sets that it needs.)
//!
//! Invariant: deterministic. No I/O, no clock, no threads: time budgets are the caller's, who calls
//! [`Exploration::forbid_proof`] when it stops early. Executions may be recorded in another order
//! than they were proposed, and several may be under way at once.

mod behaviour;
mod claim;
mod executed;
mod exploration;
mod minimise;
mod strategy;

pub use behaviour::BehaviourId;
pub use claim::Accept;
pub use executed::{Executed, Taken};
pub use exploration::Exploration;
pub use minimise::Minimiser;
pub use strategy::{Coverage, DepthFirst, NonPreemptive, Proposal, Random, Strategy};
