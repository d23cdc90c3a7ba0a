//! The tree: a node where executions part, and one where each ends.
//!
//! Executions are entered with the one that they follow longest, so nothing is compared: the place to
//! branch is found on the way from the end of that one up to the root.

/// Number of a node.
pub(super) type NodeId = usize;

#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) parent: Option<NodeId>,
    /// Steps before it.
    pub(super) at: usize,
    /// In the order in which they came: the first one goes straight on.
    pub(super) children: Vec<NodeId>,
    /// The first execution that came through.
    pub(super) execution: usize,
    /// Whether that one ends here.
    pub(super) ends: bool,
    /// Executions that end here or below.
    pub(super) behaviours: usize,
    /// Those of them that fail.
    pub(super) failing: usize,
}

/// Executions by their place in the list of all.
#[derive(Debug, Clone, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Where each execution ends.
    ends: Vec<NodeId>,
}

impl Tree {
    /// The root, if there is an execution.
    pub(super) fn root(&self) -> Option<NodeId> {
        (!self.nodes.is_empty()).then_some(0)
    }

    /// Number of nodes.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(super) fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// Enters the next execution, which has `steps` steps and shares so many of them with `parent`.
    pub(super) fn grow(
        &mut self,
        execution: usize,
        parent: Option<usize>,
        shared: usize,
        steps: usize,
        fails: bool,
    ) {
        let from = match parent {
            Some(parent) => self.fork(self.ends[parent], shared),
            None if self.nodes.is_empty() => self.add(None, 0, execution),
            None => 0,
        };
        let end = self.add(Some(from), steps, execution);
        self.nodes[end].ends = true;
        self.ends.push(end);
        let mut at = Some(end);
        while let Some(id) = at {
            let node = &mut self.nodes[id];
            node.behaviours += 1;
            node.failing += usize::from(fails);
            at = node.parent;
        }
    }

    /// The node after so many steps on the way to another, made if there is none.
    fn fork(&mut self, below: NodeId, at: usize) -> NodeId {
        let mut child = below;
        loop {
            if self.nodes[child].at == at {
                return child;
            }
            match self.nodes[child].parent {
                Some(parent) if self.nodes[parent].at >= at => child = parent,
                Some(parent) => return self.split(parent, child, at),
                None => return child,
            }
        }
    }

    fn split(&mut self, parent: NodeId, child: NodeId, at: usize) -> NodeId {
        let below = &self.nodes[child];
        let node = Node {
            parent: Some(parent),
            at,
            children: vec![child],
            ends: false,
            ..below.clone()
        };
        let id = self.nodes.len();
        self.nodes.push(node);
        self.nodes[child].parent = Some(id);
        for entry in &mut self.nodes[parent].children {
            if *entry == child {
                *entry = id;
            }
        }
        id
    }

    fn add(&mut self, parent: Option<NodeId>, at: usize, execution: usize) -> NodeId {
        let id = self.nodes.len();
        self.nodes.push(Node {
            parent,
            at,
            children: Vec::new(),
            execution,
            ends: false,
            behaviours: 0,
            failing: 0,
        });
        if let Some(parent) = parent {
            self.nodes[parent].children.push(id);
        }
        id
    }

    /// The node at the end of the stretch on which an execution takes its step number `step`.
    pub(super) fn stretch(&self, execution: usize, step: usize) -> Option<NodeId> {
        let mut id = *self.ends.get(execution)?;
        while let Some(parent) = self.nodes[id].parent {
            if self.nodes[parent].at < step {
                break;
            }
            id = parent;
        }
        Some(id)
    }
}
