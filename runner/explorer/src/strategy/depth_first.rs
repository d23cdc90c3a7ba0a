//! Every interleaving, the ones with the fewest forced switches first.
//!
//! **The problem.** All interleavings of a program form a tree: a node is a state, its edges are
//! the enabled tasks. A search must visit every leaf, or prove that it may leave one out.
//!
//! **The idea.** One execution walks from the root to a leaf, without forced switches after its
//! prefix. At every node that it walks through after the prefix, each other enabled task is a
//! *branch*: an execution still to be run, whose prefix leads to that node and takes that task. A
//! branch is kept as the walked execution (shared), a place in it, and a task; nothing else of the
//! tree is kept. The branches' sleep sets are worked out from the one walk that found them: the
//! task that the walk took and the branches before this one are explored elsewhere, so they sleep
//! until something dependent happens (see [`heddle_policy::SleepSet`]). So branches do not need
//! each other's results, and can be run in any order, or at the same time.
//!
//! **The order.** Branches are run by their number of forced switches: most failures need one or
//! two, and a failure found this way is easy to follow. Among those with up to two the oldest goes
//! first, which spreads the switches over the whole execution; beyond, the youngest, which keeps the
//! number of branches that wait small.
//!
//! **With a bound** on forced switches, branches beyond it are dropped, and there are no sleep
//! sets: a sleeping task's behaviour is explored elsewhere, but perhaps only with more switches than
//! the bound allows (Coons, Musuvathi, McKinley, *Bounded partial-order reduction*, 2013). So the
//! same behaviour can be executed several times, and "complete up to c" means what it says. If no
//! branch was dropped the search is complete without the bound.
//!
//! **Cost.** One execution for each behaviour, and one, cut short, for each branch whose
//! continuations all turn out to sleep: for 5 philosophers 31 and 688. [`crate::Dpor`] avoids those.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use heddle_policy::PolicyState;
use heddle_trace::{TaskId, TaskSet};

use super::upcoming::Upcoming;
use crate::executed::is_forced;
use crate::{Coverage, Executed, Proposal, Queue, Strategy};

/// Branches that may wait at a time; beyond it the search goes on, but is not complete.
const MAX_WAITING: usize = 2_000_000;

/// An execution that is still to be run.
#[derive(Debug, Clone)]
struct Branch {
    /// The steps of the execution from which it branches off.
    walked: Arc<[TaskId]>,
    /// After so many of them…
    place: usize,
    /// … this task takes the step. `None` only for the first execution of all.
    task: Option<TaskId>,
    /// Who sleeps after that step.
    sleep: TaskSet,
}

/// Proposes every interleaving, or one for each behaviour.
#[derive(Debug)]
pub struct DepthFirst {
    /// Branches by their number of forced switches.
    waiting: BTreeMap<u32, VecDeque<Branch>>,
    count: usize,
    proposed: u64,
    under_way: u64,
    reduction: Reduction,
    bound: Option<u32>,
    /// The smallest number of forced switches of a branch that was dropped.
    dropped: Option<u32>,
}

/// Whether to leave out what is known to be the same behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reduction {
    SleepSets,
    None,
}

impl DepthFirst {
    /// Complete, with sleep sets.
    pub fn new() -> Self {
        Self::with(Reduction::SleepSets, None)
    }

    /// Complete up to so many forced switches.
    pub fn bounded(forced_switches: u32) -> Self {
        Self::with(Reduction::None, Some(forced_switches))
    }

    /// All interleavings, each of them: the oracle for every reduction.
    pub fn brute_force() -> Self {
        Self::with(Reduction::None, None)
    }

    fn with(reduction: Reduction, bound: Option<u32>) -> Self {
        let root = Branch {
            walked: Arc::from([]),
            place: 0,
            task: None,
            sleep: TaskSet::EMPTY,
        };
        DepthFirst {
            waiting: BTreeMap::from([(0, VecDeque::from([root]))]),
            count: 1,
            proposed: 0,
            under_way: 0,
            reduction,
            bound,
            dropped: None,
        }
    }

    fn push(&mut self, forced: u32, branch: Branch) {
        let beyond = self.bound.is_some_and(|bound| forced > bound);
        if beyond || self.count >= MAX_WAITING {
            self.dropped = Some(self.dropped.map_or(forced, |dropped| dropped.min(forced)));
            return;
        }
        self.count += 1;
        self.waiting.entry(forced).or_default().push_back(branch);
    }

    /// The branches off an execution, after the prefix that it was asked for.
    fn branch(&mut self, proposal: &Proposal, executed: &Executed<'_>) {
        let steps = executed.steps();
        let walked: Arc<[TaskId]> = executed.choices().into();
        let forced = executed.forced_switches();
        let mut upcoming = Upcoming::new(executed);
        let mut sleep = proposal.policy.sleep();
        for (place, step) in steps.iter().enumerate() {
            if place >= proposal.prefix.len() {
                let last = place.checked_sub(1).map(|before| steps[before].task);
                let mut explored = sleep;
                explored.insert(step.task);
                for task in step.enabled.without(explored).iter() {
                    let branch = Branch {
                        walked: Arc::clone(&walked),
                        place,
                        task: Some(task),
                        sleep: self.asleep_after(explored, task, &upcoming),
                    };
                    let more = u32::from(is_forced(last, step, task));
                    self.push(forced[place] + more, branch);
                    explored.insert(task);
                }
                sleep = self.asleep_after(sleep, step.task, &upcoming);
            }
            upcoming.pass(step.task);
        }
    }

    /// Who still sleeps after `task` has taken its step.
    fn asleep_after(&self, asleep: TaskSet, task: TaskId, upcoming: &Upcoming<'_>) -> TaskSet {
        match self.reduction {
            Reduction::None => TaskSet::EMPTY,
            Reduction::SleepSets => upcoming.asleep_after_next(asleep, task),
        }
    }
}

impl Default for DepthFirst {
    fn default() -> Self {
        Self::new()
    }
}

impl Strategy for DepthFirst {
    fn next(&mut self) -> Option<Proposal> {
        let mut fewest = self.waiting.first_entry()?;
        let forced = *fewest.key();
        let branches = fewest.get_mut();
        let branch = match forced {
            0..=2 => branches.pop_front()?,
            _ => branches.pop_back()?,
        };
        if branches.is_empty() {
            fewest.remove();
        }
        self.count -= 1;
        self.under_way += 1;
        let number = self.proposed;
        self.proposed += 1;
        let walked = branch.walked[..branch.place].iter().copied();
        Some(Proposal {
            number,
            prefix: walked.chain(branch.task).collect(),
            policy: PolicyState::non_preemptive().with_sleep(branch.sleep),
        })
    }

    fn record(&mut self, proposal: &Proposal, executed: &Executed<'_>) {
        self.under_way -= 1;
        if executed.follows(&proposal.prefix) {
            self.branch(proposal, executed);
        }
    }

    fn queue(&self, most: usize) -> Queue {
        let branches = self.waiting.values().flatten();
        Queue::of(self.count, branches, most, |branch| {
            let walked = branch.walked[..branch.place].iter().copied();
            walked.chain(branch.task).collect()
        })
    }

    fn coverage(&self) -> Coverage {
        let open = self.waiting.keys().next().copied();
        let nothing_left = open.is_none() && self.under_way == 0;
        match (nothing_left, self.dropped) {
            (true, None) => Coverage::Complete,
            (true, Some(dropped)) if self.reduction == Reduction::None && dropped > 0 => {
                Coverage::UpTo(dropped - 1)
            }
            _ => Coverage::Partial,
        }
    }
}
