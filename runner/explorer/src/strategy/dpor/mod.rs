//! Dynamic partial-order reduction: one execution for each behaviour.
//!
//! **The problem.** A search that branches wherever somebody else could go runs many executions for
//! each behaviour. Sleep sets notice that an execution is nothing new, but only while it runs.
//!
//! **The idea** (Flanagan, Godefroid, *Dynamic Partial-Order Reduction for Model Checking
//! Software*, 2005). Run any execution; in it look for *races*: two dependent steps of different
//! tasks that nothing else orders. Only the other order of such a pair can be another behaviour, so
//! only there the search branches. What is run there is not just "the other task first" but the
//! whole sequence that leads to the other order: everything that need not come after the earlier
//! step, then the later one. It is left out when it begins like (is a weak initial of) something
//! that is explored from that state already. Then no execution turns out to be nothing new halfway,
//! because no task of the sleep set can stay asleep past the sequence (Abdulla, Aronis, Jonsson,
//! Sagonas, *Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction*, 2017).
//!
//! **Here** the set of what is explored from a state is fixed when a sequence is added to it, run or
//! not. So several executions can be under way at once: two sequences at one state cannot lead to
//! the same behaviour, because the one added later begins with a step that the first task of the
//! earlier one must come after. The paper keeps queued sequences as a tree and merges new ones into
//! it; here a new sequence that begins like a queued one is dropped, because exploring the queued
//! one finds its races too.
//!
//! **Waiting.** The theory is simplest when nobody can make another's operation impossible; locks do
//! just that. An operation that could not have been performed before the step it conflicts with
//! (an acquire before the release) races with the last conflicting step before which it could have
//! been (the acquire). What is pending at the end counts as performed after it, so that tasks in a
//! deadlock have their races too. Where it is not known whether the operation was possible, both are
//! tried: an execution that cannot follow its prefix to the end is taken up again where it got stuck.
//! A timeout is a step that comes after all others: it needed all of them to be stuck.
//!
//! **Fairness.** A task that only repeats its reads is hidden from policies, and so from the search:
//! its next step comes after the write that brings it back. Programs that wait in a loop have
//! finitely many behaviours that way.
//!
//! **Order.** Branches wait by their number of forced switches: see [`crate::DepthFirst`].
//!
//! **Cost.** One execution for each behaviour, time quadratic in its length at worst, and memory for
//! the executions whose states can still get branches.

mod bounded;
mod enabling;
mod order;
mod races;
mod tree;

use std::collections::{BTreeMap, VecDeque};

use heddle_policy::PolicyState;
use heddle_trace::{Outcome, TaskId, TaskSet};

pub use bounded::BoundedDpor;

use super::upcoming::Upcoming;
use crate::executed::is_forced;
use crate::{Coverage, Executed, Proposal, Queue, Strategy};
use races::{Later, Walked, is_covered};
use tree::{Node, Tree, WalkId};

/// Branches that may wait at a time; beyond it the search goes on, but is not complete.
const MAX_WAITING: usize = 1_000_000;

/// Steps of an execution in which races are looked for; beyond it the search is not complete.
const MAX_STEPS: usize = 20_000;

/// An execution that is still to be run.
#[derive(Debug, Clone)]
struct Branch {
    /// The walk from which it branches off; `None` only for the first execution of all.
    walk: Option<WalkId>,
    /// After so many of its moves…
    place: usize,
    /// … which are so many steps.
    before: usize,
    /// Who sleeps there.
    asleep: TaskSet,
    /// All steps to ask for.
    prefix: Vec<TaskId>,
    /// Who sleeps after them.
    asleep_after: TaskSet,
}

/// Proposes one execution for each behaviour.
#[derive(Debug, Default)]
pub struct Dpor {
    tree: Tree,
    /// Branches by their number of forced switches.
    waiting: BTreeMap<u32, VecDeque<Branch>>,
    count: usize,
    under_way: BTreeMap<u64, Branch>,
    proposed: u64,
    /// Something was left out.
    incomplete: bool,
}

impl Dpor {
    /// A search from the beginning.
    pub fn new() -> Self {
        let root = Branch {
            walk: None,
            place: 0,
            before: 0,
            asleep: TaskSet::EMPTY,
            prefix: Vec::new(),
            asleep_after: TaskSet::EMPTY,
        };
        Dpor {
            waiting: BTreeMap::from([(0, VecDeque::from([root]))]),
            count: 1,
            ..Dpor::default()
        }
    }

    /// Executions that are known to be still to run.
    pub fn waiting(&self) -> usize {
        self.count + self.under_way.len()
    }

    fn push(&mut self, forced: u32, branch: Branch) {
        if self.count >= MAX_WAITING {
            self.incomplete = true;
            return;
        }
        if let Some(walk) = branch.walk {
            self.tree.hold(walk);
        }
        self.count += 1;
        self.waiting.entry(forced).or_default().push_back(branch);
    }

    fn pop(&mut self) -> Option<Branch> {
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
        Some(branch)
    }

    /// Enters an execution into the tree: the states of its own.
    fn enter(&mut self, branch: &Branch, executed: &Executed<'_>) -> WalkId {
        let mut upcoming = Upcoming::new(executed);
        let mut nodes = Vec::new();
        let mut sleep = branch.asleep;
        // The state at which it branches off is its parent's.
        let from = branch.walk.map_or(0, |_| branch.place + 1);
        for (place, moved) in executed.moves().iter().enumerate() {
            if place >= from {
                let tried = [moved.first.task].into_iter().collect();
                nodes.push(Node { sleep, tried });
            }
            sleep = go(executed, place, sleep, &mut upcoming, place >= branch.place);
        }
        if let Some(walk) = branch.walk {
            self.tree.hold(walk);
        }
        self.tree.add(branch.walk, from, nodes)
    }

    /// Adds the other order of every race whose later step is new in this execution.
    fn add_races(&mut self, walk: WalkId, from: usize, executed: &Executed<'_>) {
        let walked = Walked::new(executed);
        let forced = executed.forced_switches();
        let mut reversals: BTreeMap<usize, Vec<Later>> = BTreeMap::new();
        for later in walked.later(from) {
            for place in walked.races(&later) {
                reversals.entry(place).or_default().push(later.clone());
            }
        }
        let mut upcoming = Upcoming::new(executed);
        let mut at = 0;
        for (place, laters) in reversals {
            let before = executed.steps_before(place);
            for step in &executed.steps()[at..before] {
                upcoming.pass(step.task);
            }
            at = before;
            for later in laters {
                self.add(walk, place, &walked, &later, &upcoming, forced[before]);
            }
        }
    }

    fn add(
        &mut self,
        walk: WalkId,
        place: usize,
        walked: &Walked<'_>,
        later: &Later,
        upcoming: &Upcoming<'_>,
        forced: u32,
    ) {
        let Some(node) = self.tree.node(walk, place) else {
            return;
        };
        let explored = node.sleep.bits() | node.tried.bits();
        let asleep = TaskSet::from_bits(explored);
        let sequence = walked.reversed(place, later);
        if is_covered(asleep, &sequence) {
            return;
        }
        let Some(first) = sequence.first() else {
            return;
        };
        node.tried.insert(first.task);
        let executed = walked.executed;
        let kept = walked.kept(place, later);
        let mut sleeping = asleep;
        for attempt in kept.chain([walked.last_attempt(later)]) {
            sleeping = upcoming.asleep_after(sleeping, attempt.0, &attempt.1);
        }
        let before = executed.steps_before(place);
        let steps = executed.steps()[..before].iter().map(|step| step.task);
        let asked = sequence
            .iter()
            .flat_map(|part| std::iter::repeat_n(part.task, part.steps));
        let branch = Branch {
            walk: Some(walk),
            place,
            before,
            asleep,
            prefix: steps.chain(asked).collect(),
            asleep_after: sleeping,
        };
        let more = forced_switches(executed, before, &branch.prefix);
        self.push(forced + more, branch);
    }

    /// The execution got stuck after `done` steps, in the part that was not known to be possible:
    /// goes on from there.
    fn take_up(&mut self, branch: Branch, executed: &Executed<'_>, done: usize) {
        let Some(walk) = branch.walk else { return };
        if done == branch.before {
            // Nothing begins with that task here.
            if let (Some(node), Some(first)) = (
                self.tree.node(walk, branch.place),
                branch.prefix.get(branch.before),
            ) {
                node.tried.remove(*first);
            }
            return;
        }
        let mut upcoming = Upcoming::new(executed);
        let mut sleeping = branch.asleep;
        for place in 0..executed.moves().len() {
            sleeping = go(
                executed,
                place,
                sleeping,
                &mut upcoming,
                place >= branch.place,
            );
        }
        let forced = executed.forced_switches()[done];
        let again = Branch {
            prefix: branch.prefix[..done].to_vec(),
            asleep_after: sleeping,
            ..branch
        };
        self.push(forced, again);
    }
}

/// Who sleeps after the move at `place`, if anybody did before; `counts`: the move wakes sleepers.
fn go(
    executed: &Executed<'_>,
    place: usize,
    mut sleep: TaskSet,
    upcoming: &mut Upcoming<'_>,
    counts: bool,
) -> TaskSet {
    for step in &executed.steps()[executed.moves()[place].steps.clone()] {
        if counts {
            sleep = upcoming.asleep_after(sleep, step.task, &executed.attempt(step));
        }
        upcoming.pass(step.task);
    }
    sleep
}

/// About how many forced switches the steps after the first `before` of a prefix have: whoever is
/// interrupted could have gone on, as far as is known.
fn forced_switches(executed: &Executed<'_>, before: usize, prefix: &[TaskId]) -> u32 {
    let steps = executed.steps();
    let last = before.checked_sub(1).map(|last| steps[last].task);
    let at_first = prefix
        .get(before)
        .is_some_and(|first| is_forced(last, &steps[before], *first));
    let switches = prefix[before..]
        .windows(2)
        .filter(|two| two[0] != two[1] && prefix[before + 1..].contains(&two[0]));
    u32::from(at_first) + switches.count() as u32
}

impl Strategy for Dpor {
    fn next(&mut self) -> Option<Proposal> {
        let branch = self.pop()?;
        let number = self.proposed;
        self.proposed += 1;
        let proposal = Proposal {
            number,
            prefix: branch.prefix.clone(),
            policy: PolicyState::non_preemptive().with_sleep(branch.asleep_after),
        };
        self.under_way.insert(number, branch);
        Some(proposal)
    }

    fn record(&mut self, proposal: &Proposal, executed: &Executed<'_>) {
        let Some(branch) = self.under_way.remove(&proposal.number) else {
            return;
        };
        let (holds, place) = (branch.walk, branch.place);
        if self.is_no_surprise(&branch, executed) {
            self.take_up(branch, executed, executed.steps().len());
        } else if executed.follows(&proposal.prefix) {
            let walk = self.enter(&branch, executed);
            if executed.steps().len() > MAX_STEPS {
                self.incomplete = true;
            } else {
                self.add_races(walk, place, executed);
            }
            self.tree.release(walk);
        } else {
            self.incomplete = true;
        }
        if let Some(walk) = holds {
            self.tree.release(walk);
        }
    }

    fn coverage(&self) -> Coverage {
        let nothing_left = self.count == 0 && self.under_way.is_empty();
        match nothing_left && !self.incomplete {
            true => Coverage::Complete,
            false => Coverage::Partial,
        }
    }

    fn queue(&self, most: usize) -> Queue {
        let branches = self.waiting.values().flatten();
        Queue::of(self.count, branches, most, |branch| branch.prefix.clone())
    }

    fn foresaw(&self, proposal: &Proposal, executed: &Executed<'_>) -> bool {
        let branch = self.under_way.get(&proposal.number);
        branch.is_some_and(|branch| self.is_no_surprise(branch, executed))
    }
}

impl Dpor {
    /// Whether the execution got stuck where it was not known to be possible.
    fn is_no_surprise(&self, branch: &Branch, executed: &Executed<'_>) -> bool {
        let done = executed.steps().len();
        matches!(executed.trace().outcome, Outcome::Diverged { .. })
            && (branch.before..branch.prefix.len()).contains(&done)
            && executed.choices() == branch.prefix[..done]
    }
}
