//! Limits of an execution and of an exploration.

use serde::{Deserialize, Serialize};

/// A limit that can strike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Time on the wall.
    Wall,
    /// CPU time.
    Cpu,
    /// Memory.
    Memory,
    /// Processes and threads.
    Processes,
    /// Bytes written to standard output and error.
    Output,
    /// Events in the trace.
    Events,
}

/// The limits of one free run or one controlled execution, and the budget of an exploration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Limits {
    /// Wall time of one execution, milliseconds.
    pub wall_ms: u64,
    /// CPU time of one execution, milliseconds, all its processes together.
    pub cpu_ms: u64,
    /// Memory, bytes.
    pub memory: u64,
    /// Processes and threads at one time.
    pub processes: u32,
    /// Bytes written to standard output and error together.
    pub output: u32,
    /// Events in the trace.
    pub events: u32,
    /// Wall time of a whole exploration, milliseconds.
    pub explore_ms: u64,
}

impl Limits {
    /// Bytes of source that a program may have, all files together.
    pub const PROGRAM_BYTES: usize = 64 * 1024;
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            wall_ms: 10_000,
            cpu_ms: 10_000,
            memory: 512 << 20,
            processes: 64,
            output: 64 << 10,
            events: 100_000,
            explore_ms: 20_000,
        }
    }
}
