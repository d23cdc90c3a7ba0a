//! The rows of a map, from top to bottom.
//!
//! The first execution goes straight on from left to right. What leaves it gets rows below, the latest
//! branch first: so no line crosses another one.

use super::Map;
use super::fold::Open;
use super::spot::Spot;
use super::tree::NodeId;

/// Rows for what is still to run.
const MOST_STUBS: usize = 12;

/// What a row is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowKind {
    /// An execution, by its place.
    Execution(usize),
    /// All that is below a node.
    Folded(NodeId),
    /// So many executions that are still to run.
    Waiting(u32),
}

/// A row. Steps are those that are taken before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) kind: RowKind,
    pub(super) spot: Spot,
    /// The row from which it branches off; `None` for the first.
    pub(super) parent: Option<usize>,
    /// Where it branches off.
    pub(super) from: usize,
    /// Where it ends.
    pub(super) to: usize,
    /// Where others leave it.
    pub(super) forks: Vec<usize>,
    /// The execution that goes along it, by its place.
    pub(super) along: usize,
    /// Whether executions that are still to run leave it where it is folded.
    pub(super) hidden: bool,
}

impl Map {
    /// The node that is drawn as a folded row, if this one is not drawn because of it. A stretch that
    /// ends in a folded node is drawn itself.
    fn folded_at(&self, node: NodeId, open: &Open) -> Option<NodeId> {
        let mut above = self.tree.node(node).parent;
        let mut folding = None;
        while let Some(id) = above {
            if !open.contains(id) {
                folding = Some(id);
            }
            above = self.tree.node(id).parent;
        }
        folding
    }
}

/// Something that leaves a row.
enum Branch {
    Node(NodeId),
    Stub { along: usize, count: u32 },
}

/// All rows.
pub(super) fn rows(map: &Map, open: &Open) -> Vec<Row> {
    let mut stubs = Vec::new();
    let mut folded = vec![false; map.tree.len()];
    for stub in &map.stubs {
        let place = map.place(stub.execution);
        let at = stub.step as usize;
        let Some(node) = place.and_then(|place| map.tree.stretch(place, at)) else {
            continue;
        };
        match map.folded_at(node, open) {
            Some(folding) => folded[folding] = true,
            None if stubs.len() < MOST_STUBS => stubs.push((node, at, stub.count)),
            None => {}
        }
    }
    let mut builder = Builder {
        map,
        open,
        stubs,
        folded,
        rows: Vec::new(),
    };
    if let Some(root) = map.tree.root() {
        builder.straight(root, None, 0);
    }
    builder.rows
}

struct Builder<'a> {
    map: &'a Map,
    open: &'a Open,
    /// The stretch that they leave, after so many steps, and how many they are.
    stubs: Vec<(NodeId, usize, u32)>,
    /// Folded nodes below which something is still to run.
    folded: Vec<bool>,
    rows: Vec<Row>,
}

impl Builder<'_> {
    /// The row that goes straight on from a node, and all rows that leave it.
    fn straight(&mut self, top: NodeId, parent: Option<usize>, from: usize) {
        let tree = &self.map.tree;
        let row = self.rows.len();
        let mut branches: Vec<(usize, Branch)> = Vec::new();
        let mut id = top;
        let (kind, spot) = loop {
            let node = tree.node(id);
            let number = self.map.executions[node.execution].number;
            let along = node.execution;
            let here = self.stubs.iter().filter(|(stretch, ..)| *stretch == id);
            branches.extend(here.map(|(_, at, count)| {
                let count = *count;
                (*at, Branch::Stub { along, count })
            }));
            if !self.open.contains(id) {
                let spot = Spot::Folded {
                    execution: number,
                    at: node.at,
                };
                break (RowKind::Folded(id), spot);
            }
            let onward = if node.ends {
                None
            } else {
                node.children.first()
            };
            let others = node.children.iter().skip(usize::from(onward.is_some()));
            branches.extend(others.map(|child| (node.at, Branch::Node(*child))));
            match onward {
                Some(child) => id = *child,
                None => break (RowKind::Execution(node.execution), Spot::Execution(number)),
            }
        };
        let end = tree.node(id);
        let (to, along) = (end.at, end.execution);
        let mut forks: Vec<usize> = branches.iter().map(|(at, _)| *at).collect();
        forks.sort_unstable();
        forks.dedup();
        self.rows.push(Row {
            kind,
            spot,
            parent,
            from,
            to,
            forks,
            along,
            hidden: self.folded[id],
        });
        let forks = self.rows[row].forks.clone();
        for at in forks.into_iter().rev() {
            for (_, branch) in branches.iter().filter(|(place, _)| *place == at) {
                match *branch {
                    Branch::Node(child) => self.straight(child, Some(row), at),
                    Branch::Stub { along, count } => self.stub(row, along, at, count),
                }
            }
        }
    }

    fn stub(&mut self, row: usize, along: usize, at: usize, count: u32) {
        let execution = self.map.executions[along].number;
        self.rows.push(Row {
            kind: RowKind::Waiting(count),
            spot: Spot::Waiting { execution, at },
            parent: Some(row),
            from: at,
            to: at + 1,
            forks: Vec::new(),
            along,
            hidden: false,
        });
    }
}
