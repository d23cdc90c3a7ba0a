//! Searches.

mod depth_first;
mod dpor;
mod estimates;
mod free_steps;
mod memory;
mod plain;
mod portfolio;
mod sampling;
mod systematic;
mod upcoming;

use heddle_policy::PolicyState;
use heddle_trace::TaskId;

use crate::Executed;

pub use depth_first::DepthFirst;
pub use dpor::{BoundedDpor, Dpor};
pub(crate) use free_steps::free_steps;
pub use plain::Plain;
pub use portfolio::Portfolio;
pub(crate) use sampling::is_drawn;
pub use sampling::{Sampler, Sampling};

/// An execution to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Number of the proposal, to tell the strategy which one was run.
    pub number: u64,
    /// The first steps.
    pub prefix: Vec<TaskId>,
    /// How to go on after them. Carries its sleep set.
    pub policy: PolicyState,
}

/// Executions that are known to be still to run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Queue {
    /// How many.
    pub count: u64,
    /// The steps that some of them are asked for: those that come next.
    pub prefixes: Vec<Vec<TaskId>>,
}

impl Queue {
    /// Of branches in the order in which they are run; the steps of at most so many are looked at.
    fn of<B>(
        count: usize,
        branches: impl Iterator<Item = B>,
        most: usize,
        steps: impl FnMut(B) -> Vec<TaskId>,
    ) -> Self {
        Queue {
            count: count as u64,
            prefixes: branches.take(most).map(steps).collect(),
        }
    }
}

/// How much of the program's behaviour a search has seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Coverage {
    /// Every behaviour.
    Complete,
    /// Every execution with at most so many forced switches.
    UpTo(u32),
    /// Some, each drawn independently of the others.
    Sampled,
    /// Some.
    Partial,
}

/// A search.
///
/// Guarantees: the proposals and the coverage depend on nothing but the strategy's parameters and
/// the executions recorded; every proposal that was executed is recorded once, in any order; a
/// search that can be complete proposes each of its executions before it says so.
pub trait Strategy {
    /// The next execution, if there is one *now*: when others are still under way, recording them
    /// can bring more.
    fn next(&mut self) -> Option<Proposal>;

    /// The execution of this proposal did that.
    fn record(&mut self, proposal: &Proposal, executed: &Executed<'_>);

    /// What has been seen, given that all executions that were proposed have been recorded and took
    /// the steps they were asked for.
    fn coverage(&self) -> Coverage;

    /// Whether the strategy knew that this proposal, which has not been recorded yet, might ask for
    /// a step that is not possible, and that is what happened. Otherwise a prefix that is not
    /// followed means that the program is not deterministic.
    fn foresaw(&self, proposal: &Proposal, executed: &Executed<'_>) -> bool {
        let _ = (proposal, executed);
        false
    }

    /// What is known to be still to run, with the steps of at most `most` executions. For those who
    /// watch: the search does not depend on it.
    fn queue(&self, most: usize) -> Queue {
        let _ = most;
        Queue::default()
    }

    /// The number of forced switches up to which every execution has been covered, while the search
    /// goes on.
    fn bound(&self) -> Option<u32> {
        match self.coverage() {
            Coverage::UpTo(bound) => Some(bound),
            Coverage::Complete | Coverage::Sampled | Coverage::Partial => None,
        }
    }
}
