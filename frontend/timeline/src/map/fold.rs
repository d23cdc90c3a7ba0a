//! Which parts of a large map are folded, so that what is drawn stays bounded.
//!
//! Beginning with everything folded, the nodes are unfolded one after the other while there is room:
//! first those with failures below them, then those that part early.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::tree::{NodeId, Tree};

/// Rows that are drawn without being asked for.
pub(super) const ROWS: usize = 80;
/// Rows that unfolding by hand brings at most.
const MORE: usize = 40;

/// The places that were unfolded by hand: an execution (by its place on the map), and steps before.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Unfolded(pub Vec<(u64, usize)>);

/// What is unfolded first: with a failure below, early, seen early.
fn urgency(tree: &Tree, id: NodeId) -> (bool, Reverse<usize>, Reverse<usize>, NodeId) {
    let node = tree.node(id);
    (
        node.failing > 0,
        Reverse(node.at),
        Reverse(node.execution),
        id,
    )
}

/// Which nodes are unfolded. (A list of all of them: sets are much code for a page.)
#[derive(Debug)]
pub(super) struct Open(Vec<bool>);

impl Open {
    pub(super) fn contains(&self, id: NodeId) -> bool {
        self.0[id]
    }
}

/// The nodes that are unfolded, given those that were unfolded by hand.
pub(super) fn unfolded(tree: &Tree, by_hand: &[NodeId]) -> Open {
    let mut open = vec![false; tree.len()];
    if let Some(root) = tree.root() {
        unfold(tree, root, ROWS, &mut open);
    }
    for id in by_hand {
        let mut above = tree.node(*id).parent;
        while let Some(parent) = above {
            open[parent] = true;
            above = tree.node(parent).parent;
        }
        unfold(tree, *id, MORE, &mut open);
    }
    Open(open)
}

/// Unfolds below a node while there is room for so many rows.
fn unfold(tree: &Tree, top: NodeId, room: usize, open: &mut [bool]) {
    let mut rows = 1;
    let mut folded = BinaryHeap::from([urgency(tree, top)]);
    while let Some((.., id)) = folded.pop() {
        let node = tree.node(id);
        let more = (node.children.len() + usize::from(node.ends)).saturating_sub(1);
        if rows + more > room {
            continue;
        }
        rows += more;
        open[id] = true;
        folded.extend(node.children.iter().map(|child| urgency(tree, *child)));
    }
}
