//! Dynamic partial-order reduction within a bound on forced switches.
//!
//! With a bound, the reductions of [`super::Dpor`] are wrong: the execution that stands for a
//! behaviour may need more forced switches than another one of the same behaviour, and so fall out.
//! What helps are *conservative* branches (Coons, Musuvathi, McKinley, *Bounded Partial-Order
//! Reduction*, 2013): besides the other order right at a race, the search branches where the task
//! of the earlier step began to run, because switching there costs nothing that has not been paid
//! for. There are no sleep sets, so one behaviour is executed several times.
//!
//! The tests compare the behaviours with those of bounded depth-first search.

use std::collections::{BTreeMap, VecDeque};

use heddle_policy::PolicyState;
use heddle_trace::{TaskId, TaskSet};

use super::MAX_STEPS;
use super::races::{Later, Walked};
use super::tree::{Node, Tree, WalkId};
use crate::executed::is_forced;
use crate::{Coverage, Executed, Proposal, Queue, Strategy};

/// An execution that is still to be run.
#[derive(Debug, Clone)]
struct Branch {
    /// The walk from which it branches off; `None` only for the first execution of all.
    walk: Option<WalkId>,
    place: usize,
    prefix: Vec<TaskId>,
}

/// Proposes executions with at most so many forced switches, that show every behaviour which such
/// executions can show.
#[derive(Debug)]
pub struct BoundedDpor {
    bound: u32,
    tree: Tree,
    waiting: BTreeMap<u32, VecDeque<Branch>>,
    under_way: BTreeMap<u64, Branch>,
    proposed: u64,
    /// A branch was left out because of the bound.
    dropped: bool,
    /// Something was left out for another reason.
    incomplete: bool,
}

impl BoundedDpor {
    /// A search with at most so many forced switches.
    pub fn new(bound: u32) -> Self {
        let root = Branch {
            walk: None,
            place: 0,
            prefix: Vec::new(),
        };
        BoundedDpor {
            bound,
            tree: Tree::default(),
            waiting: BTreeMap::from([(0, VecDeque::from([root]))]),
            under_way: BTreeMap::new(),
            proposed: 0,
            dropped: false,
            incomplete: false,
        }
    }

    /// Enters an execution into the tree: the states of its own.
    fn enter(&mut self, branch: &Branch, executed: &Executed<'_>) -> WalkId {
        let from = branch.walk.map_or(0, |_| branch.place + 1);
        let moves = executed.moves().iter().skip(from);
        let node = |task: TaskId| Node {
            sleep: TaskSet::EMPTY,
            tried: [task].into_iter().collect(),
        };
        let nodes = moves.map(|moved| node(moved.first.task)).collect();
        if let Some(walk) = branch.walk {
            self.tree.hold(walk);
        }
        self.tree.add(branch.walk, from, nodes)
    }

    fn add_races(&mut self, walk: WalkId, from: usize, executed: &Executed<'_>) {
        let walked = Walked::new(executed);
        let forced = executed.forced_switches();
        for later in walked.later(from) {
            for place in walked.conflicting(&later) {
                self.add(walk, place, &walked, &later, &forced);
                self.add(walk, block_start(executed, place), &walked, &later, &forced);
            }
        }
    }

    /// Lets the task of `later` go first at `place`, or, if it cannot, everybody in turn.
    fn add(
        &mut self,
        walk: WalkId,
        place: usize,
        walked: &Walked<'_>,
        later: &Later,
        forced: &[u32],
    ) {
        let (moves, steps) = (walked.executed.moves(), walked.executed.steps());
        let first = &moves[place].first;
        let (enabled, before) = (first.enabled, walked.executed.steps_before(place));
        let wanted = match enabled.contains(later.task) {
            true => [later.task].into_iter().collect(),
            false => enabled,
        };
        let last = before.checked_sub(1).map(|last| steps[last].task);
        for task in wanted.iter() {
            let Some(node) = self.tree.node(walk, place) else {
                return;
            };
            if node.tried.contains(task) {
                continue;
            }
            node.tried.insert(task);
            let forced = forced[before] + u32::from(is_forced(last, first, task));
            if forced > self.bound {
                self.dropped = true;
                continue;
            }
            let asked = steps[..before].iter().map(|step| step.task);
            self.tree.hold(walk);
            let branch = Branch {
                walk: Some(walk),
                place,
                prefix: asked.chain([task]).collect(),
            };
            self.waiting.entry(forced).or_default().push_back(branch);
        }
    }
}

/// The last place up to `place` where its task could have given way without being forced: where it
/// began to run, or waited until its timeout fired.
fn block_start(executed: &Executed<'_>, place: usize) -> usize {
    let moves = executed.moves();
    let task = moves[place].first.task;
    let could_stay = |place: &usize| {
        let before = place.checked_sub(1).map(|before| moves[before].first.task);
        before == Some(task) && !executed.attempt(&moves[*place].first).fires
    };
    let back = (0..=place).rev().take_while(could_stay);
    place - back.count()
}

impl Strategy for BoundedDpor {
    fn next(&mut self) -> Option<Proposal> {
        let mut fewest = self.waiting.first_entry()?;
        let branch = fewest.get_mut().pop_front()?;
        if fewest.get().is_empty() {
            fewest.remove();
        }
        let number = self.proposed;
        self.proposed += 1;
        let prefix = branch.prefix.clone();
        self.under_way.insert(number, branch);
        Some(Proposal {
            number,
            prefix,
            policy: PolicyState::non_preemptive(),
        })
    }

    fn record(&mut self, proposal: &Proposal, executed: &Executed<'_>) {
        let Some(branch) = self.under_way.remove(&proposal.number) else {
            return;
        };
        if executed.follows(&proposal.prefix) && executed.steps().len() <= MAX_STEPS {
            let walk = self.enter(&branch, executed);
            self.add_races(walk, branch.place, executed);
            self.tree.release(walk);
        } else {
            self.incomplete = true;
        }
        if let Some(walk) = branch.walk {
            self.tree.release(walk);
        }
    }

    fn queue(&self, most: usize) -> Queue {
        let count = self.waiting.values().map(VecDeque::len).sum();
        let branches = self.waiting.values().flatten();
        Queue::of(count, branches, most, |branch| branch.prefix.clone())
    }

    fn coverage(&self) -> Coverage {
        let nothing_left = self.waiting.is_empty() && self.under_way.is_empty();
        match nothing_left && !self.incomplete {
            true if self.dropped => Coverage::UpTo(self.bound),
            true => Coverage::Complete,
            false => Coverage::Partial,
        }
    }
}
