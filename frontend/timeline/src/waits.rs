//! The wait-for graph: who holds what, who waits for whom.

use heddle_trace::{Event, ObjectId, Op, OpKind, Outcome, TaskId, Trace, What};

use crate::holds::Holds;
use crate::words;

/// A task or an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WaitParty {
    /// A task.
    Task(TaskId),
    /// An object.
    Object(ObjectId),
}

/// A node of the graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitNode {
    /// What it stands for.
    pub party: WaitParty,
    /// Its name.
    pub label: String,
    /// Whether it is on the cycle.
    pub in_cycle: bool,
}

/// What an edge says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WaitKind {
    /// From a task to what it waits for.
    WaitsFor,
    /// From an object to the task that holds it.
    HeldBy,
}

/// An edge of the graph. Following edges leads from a task to what it waits for, and on to who
/// could end the wait; so a deadlock is a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitEdge {
    /// Index of the node it starts from.
    pub from: usize,
    /// Index of the node it leads to.
    pub to: usize,
    /// What it says.
    pub kind: WaitKind,
    /// Whether it is on the cycle.
    pub in_cycle: bool,
}

/// Who holds what and who waits for whom at one moment. Objects that nobody waits for and nobody
/// holds are left out, and so are tasks that neither hold nor wait.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WaitGraph {
    /// Tasks and objects.
    pub nodes: Vec<WaitNode>,
    /// Holds and waits.
    pub edges: Vec<WaitEdge>,
    /// Nodes of a cycle in the order of its edges; empty without one.
    pub cycle: Vec<usize>,
    /// All of it in words.
    pub sentence: String,
}

impl WaitGraph {
    /// Whether nobody holds or waits.
    pub fn is_empty(&self) -> bool {
        self.edges.is_empty()
    }
}

/// The graph at the end of a trace.
pub fn waits(trace: &Trace) -> WaitGraph {
    graph_before(trace, trace.events.len())
}

/// The graph after so many steps of a controlled execution (of a free run: after so many
/// operations).
pub fn waits_at(trace: &Trace, steps: usize) -> WaitGraph {
    let mut ops = (0..).zip(&trace.events).filter(|(_, e)| e.op().is_some());
    let next = ops.nth(steps).map(|(i, _)| i);
    graph_before(trace, next.unwrap_or(trace.events.len()))
}

/// A wait: who, for which operation, and who could end it as far as the outcome knows.
struct Wait<'a> {
    task: TaskId,
    op: Op,
    for_tasks: &'a [TaskId],
}

fn graph_before(trace: &Trace, event: usize) -> WaitGraph {
    let mut holds = Holds::default();
    for (i, e) in (0..).zip(&trace.events[..event]) {
        if let What::Op { op, result, .. } = &e.what {
            holds.apply(i, e.task, op, *result);
        }
    }
    let waits = if event == trace.events.len() {
        waits_at_end(trace)
    } else if trace.granularity.is_some() {
        waits_inside(trace, event)
    } else {
        waits_announced(&trace.events[..event])
    };
    let mut graph = Builder::new(trace);
    graph.add(&holds, &waits);
    graph.finish(&waits)
}

fn waits_at_end(trace: &Trace) -> Vec<Wait<'_>> {
    let known: &[_] = match &trace.outcome {
        Outcome::Deadlock { waiting, .. } => waiting,
        _ => &[],
    };
    let announced = waits_announced(&trace.events);
    let blocked = trace.pending.iter().filter(|p| !p.enabled);
    let mut waits: Vec<Wait<'_>> = blocked.map(|p| wait(p.task, p.op)).collect();
    for other in announced {
        if waits.iter().all(|w| w.task != other.task) {
            waits.push(other);
        }
    }
    for waiting in known {
        let at = waits.iter().position(|w| w.task == waiting.task);
        let at = at.unwrap_or_else(|| {
            waits.push(wait(waiting.task, unknown_wait(waiting.object)));
            waits.len() - 1
        });
        waits[at].for_tasks = &waiting.for_tasks;
    }
    waits
}

/// Where only the outcome knows of a wait, it does not say for which operation.
const fn unknown_wait(object: Option<ObjectId>) -> Op {
    Op {
        kind: OpKind::Acquire,
        object,
        also: None,
        target: None,
    }
}

const fn wait<'a>(task: TaskId, op: Op) -> Wait<'a> {
    Wait {
        task,
        op,
        for_tasks: &[],
    }
}

/// Free runs: tasks whose last event is the beginning of a wait.
fn waits_announced(events: &[Event]) -> Vec<Wait<'static>> {
    let mut waits: Vec<Wait<'static>> = Vec::new();
    for event in events {
        waits.retain(|w| w.task != event.task);
        if let What::Wait { op } = &event.what {
            waits.push(wait(event.task, *op));
        }
    }
    waits
}

/// Controlled executions: tasks that were started, have something left to do, and could not go at
/// the step that comes next.
fn waits_inside(trace: &Trace, event: usize) -> Vec<Wait<'static>> {
    let (before, after) = trace.events.split_at(event);
    let next = after.iter().find_map(|e| match &e.what {
        What::Op { enabled, .. } => Some(enabled),
        _ => None,
    });
    let Some(enabled) = next.filter(|e| !e.is_empty()) else {
        return Vec::new();
    };
    let started = |e: &Event| {
        let op = e.op().filter(|op| op.kind == OpKind::Start)?;
        op.target
    };
    let both = |e: &Event| [Some(e.task), started(e)];
    let mut begun: Vec<TaskId> = before.iter().flat_map(both).flatten().collect();
    begun.sort();
    begun.dedup();
    begun.retain(|t| !enabled.contains(t));
    let op_of = |task: TaskId| {
        let done = after.iter().find(|e| e.task == task && e.op().is_some());
        let pending = || trace.pending.iter().find(|p| p.task == task).map(|p| p.op);
        done.and_then(|e| e.op().copied()).or_else(pending)
    };
    begun
        .into_iter()
        .filter_map(|t| Some(wait(t, op_of(t)?)))
        .collect()
}

struct Builder<'a> {
    trace: &'a Trace,
    graph: WaitGraph,
}

impl<'a> Builder<'a> {
    fn new(trace: &'a Trace) -> Self {
        Builder {
            trace,
            graph: WaitGraph::default(),
        }
    }

    fn add(&mut self, holds: &Holds, waits: &[Wait<'_>]) {
        for wait in waits {
            let from = self.node(WaitParty::Task(wait.task));
            if let Some(target) = wait.op.target {
                let to = self.node(WaitParty::Task(target));
                self.edge(from, to, WaitKind::WaitsFor);
            } else if let Some(object) = wait.op.object {
                let to = self.node(WaitParty::Object(object));
                self.edge(from, to, WaitKind::WaitsFor);
            } else {
                for other in wait.for_tasks {
                    let to = self.node(WaitParty::Task(*other));
                    self.edge(from, to, WaitKind::WaitsFor);
                }
            }
        }
        for (object, held) in holds.all() {
            let from = self.node(WaitParty::Object(object));
            let to = self.node(WaitParty::Task(held.task));
            self.edge(from, to, WaitKind::HeldBy);
        }
    }

    fn node(&mut self, party: WaitParty) -> usize {
        if let Some(known) = self.graph.nodes.iter().position(|n| n.party == party) {
            return known;
        }
        let label = match party {
            WaitParty::Task(task) => words::task(self.trace, task),
            WaitParty::Object(object) => words::object(self.trace, object),
        };
        self.graph.nodes.push(WaitNode {
            party,
            label,
            in_cycle: false,
        });
        self.graph.nodes.len() - 1
    }

    fn edge(&mut self, from: usize, to: usize, kind: WaitKind) {
        let in_cycle = false;
        self.graph.edges.push(WaitEdge {
            from,
            to,
            kind,
            in_cycle,
        });
    }

    fn finish(mut self, waits: &[Wait<'_>]) -> WaitGraph {
        self.graph.cycle = self.find_cycle();
        let cycle = self.graph.cycle.clone();
        for (i, from) in cycle.iter().enumerate() {
            let to = cycle[(i + 1) % cycle.len()];
            self.graph.nodes[*from].in_cycle = true;
            let on_it = |e: &&mut WaitEdge| e.from == *from && e.to == to;
            if let Some(edge) = self.graph.edges.iter_mut().find(on_it) {
                edge.in_cycle = true;
            }
        }
        self.graph.sentence = self.sentence(waits);
        self.graph
    }

    /// A cycle that goes through the outcome's deadlock, or any other.
    fn find_cycle(&self) -> Vec<usize> {
        let nodes = self.graph.nodes.len();
        let mut left: Vec<bool> = vec![false; nodes];
        (0..nodes)
            .find_map(|start| {
                let mut path = Vec::new();
                self.search(start, &mut path, &mut left)
            })
            .unwrap_or_default()
    }

    /// Depth first. `left` marks nodes from which every way has been tried.
    fn search(&self, node: usize, path: &mut Vec<usize>, left: &mut [bool]) -> Option<Vec<usize>> {
        if let Some(at) = path.iter().position(|n| *n == node) {
            return Some(path[at..].to_vec());
        }
        if left[node] {
            return None;
        }
        path.push(node);
        let ways = self.graph.edges.iter().filter(|e| e.from == node);
        for edge in ways {
            if let Some(cycle) = self.search(edge.to, path, left) {
                return Some(cycle);
            }
        }
        path.pop();
        left[node] = true;
        None
    }

    fn sentence(&self, waits: &[Wait<'_>]) -> String {
        let on_cycle = |party: WaitParty| {
            let mut nodes = self.graph.nodes.iter();
            nodes.any(|n| n.in_cycle && n.party == party)
        };
        let told: Vec<&Wait<'_>> = waits
            .iter()
            .filter(|w| self.graph.cycle.is_empty() || on_cycle(WaitParty::Task(w.task)))
            .collect();
        if told.is_empty() {
            return "Nobody waits".into();
        }
        let clauses: Vec<String> = told.iter().map(|w| self.clause(w)).collect();
        let head = if self.graph.cycle.is_empty() {
            ""
        } else {
            "A cycle: "
        };
        format!("{head}{}", clauses.join("; "))
    }

    /// `t1 holds lock a and waits for lock b`.
    fn clause(&self, wait: &Wait<'_>) -> String {
        let who = words::task(self.trace, wait.task);
        let waiting = words::waiting(self.trace, &wait.op);
        let own = self.held_by(WaitParty::Task(wait.task));
        if own.is_empty() {
            format!("{who} {waiting}")
        } else {
            format!("{who} holds {} and {waiting}", words::list(&own))
        }
    }

    fn held_by(&self, party: WaitParty) -> Vec<String> {
        let nodes = &self.graph.nodes;
        let held = self.graph.edges.iter();
        held.filter(|e| e.kind == WaitKind::HeldBy && nodes[e.to].party == party)
            .map(|e| nodes[e.from].label.clone())
            .collect()
    }
}
