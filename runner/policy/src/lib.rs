//! Who goes next: given the enabled tasks at a scheduling point, a policy chooses one.
//!
//! A policy is asked after the schedule's prefix has ended. The same code runs inside the program
//! (the agent keeps a [`PolicyState`] in shared memory) and in the explorer's tests, so that there
//! is one non-preemptive policy and one PCT, not two.
//!
//! | policy | chooses |
//! |---|---|
//! | [`Stop`] | nobody: the execution ends at the prefix's end |
//! | [`NonPreemptive`] | the task that took the last step while it can go on, else the smallest |
//! | [`RoundRobin`] | the next enabled task after the one that took the last step |
//! | [`Random`] | any enabled task, all with the same chance |
//! | [`Pct`] | the task with the highest priority; priorities are random and change a few times |
//! | [`Pos`] | the operation with the highest priority; those that race get new ones |
//! | [`Urw`] | an enabled task, with a chance in proportion to what it still has to do |
//!
//! All but the first respect a [sleep set](SleepSet). What commutes with what is said once, by
//! [`dependent`].
//!
//! Invariant: pure. No allocation, no clock, no I/O, no panic, whatever bits a [`PolicyState`] has.

mod dependence;
mod generator;
mod non_preemptive;
mod pct;
mod per_task;
mod pos;
mod random;
mod round_robin;
mod sleep;
mod state;
mod stop;
mod urw;

use heddle_trace::{Granularity, Op, TaskId, TaskSet};

pub use dependence::{Attempt, Resource, Touch, Touching, dependent, normalised, touches, wakes};
pub use non_preemptive::NonPreemptive;
pub use pct::Pct;
pub use per_task::PerTask;
pub use pos::Pos;
pub use random::Random;
pub use round_robin::RoundRobin;
pub use sleep::SleepSet;
pub use state::{PolicyKind, PolicyState};
pub use stop::Stop;
pub use urw::Urw;

/// What a policy sees at a scheduling point.
pub struct Point<'a> {
    /// Number of steps that have been taken.
    pub step: u32,
    /// Who took the last one.
    pub last: Option<TaskId>,
    /// Who can go now. A task that must yield (it only repeats itself) is not a member.
    pub enabled: TaskSet,
    /// Those of them that still have to wait, and would go by their timeouts.
    pub late: TaskSet,
    /// What a step is: in `gil` a task goes on with more accesses before another one can go.
    pub granularity: Granularity,
    /// The next operation of every task that has not ended.
    pub pending: &'a dyn Fn(TaskId) -> Op,
}

/// What a policy says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    /// This task takes the next step. It is enabled.
    Task(TaskId),
    /// The execution stops here: the policy was to stop, or nobody is enabled.
    Stop,
    /// The execution stops here because all enabled tasks are asleep: whatever follows has been,
    /// or will be, executed under another schedule.
    Redundant,
}

/// A way to go on after the schedule's prefix.
///
/// The caller performs the step that was chosen before it asks again, and asks once per step. Then
/// the same policy in the same state makes the same choices: nothing else influences them.
pub trait Policy {
    /// Chooses who takes the next step.
    fn choose(&mut self, point: &Point<'_>) -> Choice;
}
