//! The tree of executions, as far as something can still be added to it.
//!
//! A *walk* is one execution. It shares its first steps with the walk from which it branches off; the
//! states along those belong to that one, the rest are its own. A walk is forgotten when no
//! execution that goes through its states is still to be run.

use heddle_trace::TaskSet;

/// Number of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WalkId(usize);

/// What has been decided at a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Node {
    /// Whoever sleeps goes first in executions elsewhere.
    pub(crate) sleep: TaskSet,
    /// Who goes first here, in executions that have been run or will be.
    pub(crate) tried: TaskSet,
}

#[derive(Debug)]
struct Walk {
    parent: Option<WalkId>,
    /// The first state of its own.
    from: usize,
    nodes: Vec<Node>,
    /// Branches that wait or are under way, and walks, that branch off from it.
    users: usize,
}

/// All walks that are still needed.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    walks: Vec<Option<Walk>>,
    free: Vec<usize>,
}

impl Tree {
    /// Adds a walk with one user, the caller. Its parent loses one, and gains the walk.
    pub(crate) fn add(&mut self, parent: Option<WalkId>, from: usize, nodes: Vec<Node>) -> WalkId {
        let walk = Some(Walk {
            parent,
            from,
            nodes,
            users: 1,
        });
        match self.free.pop() {
            Some(place) => {
                self.walks[place] = walk;
                WalkId(place)
            }
            None => {
                self.walks.push(walk);
                WalkId(self.walks.len() - 1)
            }
        }
    }

    /// One more branch needs the walk.
    pub(crate) fn hold(&mut self, id: WalkId) {
        if let Some(walk) = &mut self.walks[id.0] {
            walk.users += 1;
        }
    }

    /// One branch less does.
    pub(crate) fn release(&mut self, id: WalkId) {
        let mut next = Some(id);
        while let Some(WalkId(place)) = next.take() {
            let Some(walk) = &mut self.walks[place] else {
                return;
            };
            walk.users = walk.users.saturating_sub(1);
            if walk.users == 0 {
                next = walk.parent;
                self.walks[place] = None;
                self.free.push(place);
            }
        }
    }

    /// The state after so many steps of a walk.
    pub(crate) fn node(&mut self, id: WalkId, place: usize) -> Option<&mut Node> {
        let mut at = id;
        loop {
            let walk = self.walks.get(at.0)?.as_ref()?;
            match walk.parent {
                Some(parent) if place < walk.from => at = parent,
                _ => break,
            }
        }
        let walk = self.walks.get_mut(at.0)?.as_mut()?;
        walk.nodes.get_mut(place.checked_sub(walk.from)?)
    }
}
