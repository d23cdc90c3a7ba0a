#![allow(unsafe_code)] // Namespaces, mounts, seccomp and exec after a fork have no safe interface.
//! The jail: a learner's program runs in it and can hurt nobody but itself.
mod cgroup;
mod child;
mod descendants;
mod error;
mod fence;
mod filter;
mod jail;
mod layout;
mod plan;
mod probe;
mod spec;
mod sys;
mod user;

pub use error::{SpawnError, Step};
pub use jail::{Jail, Usage};
pub use probe::{Probe, probe};
pub use spec::{JailLimits, Level, Spec};
