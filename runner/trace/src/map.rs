//! The map of interleavings: which executions a search has run, as a tree that grows.
//!
//! Every execution begins like another one, up to the step at which they part; so executions are sent
//! as branches of earlier ones. Executions that show a behaviour that was shown before get no branch:
//! they only count.

use serde::{Deserialize, Serialize};

use crate::{OutcomeKind, TaskId};

/// What is new on the map since the message before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MapChunk {
    /// The search began anew: nothing that was sent before counts.
    pub anew: bool,
    /// What tasks are called, each once.
    pub tasks: Vec<(TaskId, String)>,
    /// Executions that were the first to show a behaviour, or that came to no end of their own, in
    /// the order of their numbers.
    pub branches: Vec<MapBranch>,
    /// For executions on the map: how many more have shown the same since the message before.
    pub again: Vec<(u64, u64)>,
    /// Executions so far that were stopped as nothing new.
    pub nothing_new: u64,
    /// Branches so far that found no place on the map.
    pub left_out: u64,
    /// Executions that are known to be still to run.
    pub waiting: u64,
    /// Where some of these leave the executions on the map.
    pub stubs: Vec<MapStub>,
}

/// An execution on the map.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MapBranch {
    /// Its number in the search, from 1.
    pub execution: u64,
    /// The earlier execution that it follows longest; `None` for the first one.
    pub from: Option<u64>,
    /// How many steps.
    pub shared: u32,
    /// Who took each step from there on, as in a schedule's text: `1-0x3`.
    pub rest: String,
    /// What its first step of its own was: `takes lock a (line 9)`.
    pub does: String,
    /// How it ended.
    pub outcome: OutcomeKind,
    /// Whether it fails, by its outcome or by a check.
    pub fails: bool,
    /// Kinds of its findings, by name.
    pub findings: Vec<String>,
}

/// Where an execution that is still to run leaves one on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MapStub {
    /// The execution on the map.
    pub execution: u64,
    /// After so many of its steps.
    pub step: u32,
    /// How many leave it there.
    pub count: u32,
}
