//! Lock-order inversions: a deadlock that did not bite this time.
//!
//! Whenever a task takes a lock while it holds another, an edge goes from the held one to the taken
//! one. A cycle of edges of different tasks is a deadlock that another schedule could show (Havelund,
//! *Using Runtime Analysis to Guide Model Checking of Java Programs*, 2000: Goodlock), unless
//!
//! - all of them held one more lock in common (a gate), or
//! - something else than locks orders them: the one task was joined before the other was started
//!   (Agarwal, Bensalem and others, *Detection of deadlock potentials*, 2010).
//!
//! The search for cycles is exponential in the worst case, so it has a budget; a program whose
//! locks are in order has no cycles and needs little of it.

use std::collections::{BTreeMap, HashSet};

use heddle_trace::{
    AccessSite, Finding, FindingKind, ObjectId, OpKind, OpResult, TaskId, Trace, What,
};

use crate::race::site;
use crate::{Clock, HappensBefore, Holds, MAX_FINDINGS, Orders, Source, Words, finding};
use heddle_trace::words::list;

/// Different edges that are kept; real programs have some dozens.
const MAX_EDGES: usize = 4_096;
/// Edges of the same locks and task that are kept, in case they differ in what ordered them.
const MAX_ALIKE: usize = 4;
/// Locks held at once that are looked at, the last ones taken.
const MAX_HELD: usize = 32;
/// Longest cycle.
const MAX_LENGTH: usize = 8;
/// Edges that are tried, in all.
const BUDGET: u32 = 200_000;

/// A task took `to` while it held `from`.
struct Edge {
    to: ObjectId,
    task: TaskId,
    /// The other locks that it held.
    gates: Vec<ObjectId>,
    clock: Clock,
    event: usize,
}

type Edges = BTreeMap<ObjectId, Vec<Edge>>;

/// All lock-order inversions, each set of locks once.
pub(crate) fn lock_orders(trace: &Trace, source: &Source) -> Vec<Finding> {
    if trace.tasks.len() > Clock::MAX_TASKS {
        return Vec::new();
    }
    let edges = edges(trace);
    let mut search = Search {
        trace,
        source,
        edges: &edges,
        path: Vec::new(),
        budget: BUDGET,
        reported: HashSet::new(),
        found: Vec::new(),
    };
    for start in edges.keys() {
        search.from(*start, *start);
    }
    search.found
}

fn edges(trace: &Trace) -> Edges {
    let mut edges = Edges::new();
    let mut count = 0;
    let mut holds = Holds::default();
    let mut order = HappensBefore::new(Orders::WithoutLocks);
    for (index, event) in trace.events.iter().enumerate() {
        if let What::Op { op, result, .. } = &event.what
            && let Some(clock) = order.step(event.task, op, *result)
            && let (OpKind::Acquire, OpResult::Done, Some(to)) = (op.kind, *result, op.object)
            && holds.holder(to) != Some(event.task)
        {
            let held = holds.of(event.task);
            let held = &held[held.len().saturating_sub(MAX_HELD)..];
            for from in held {
                if count >= MAX_EDGES {
                    break;
                }
                let gates = held.iter().filter(|lock| *lock != from).copied().collect();
                let edge = Edge {
                    to,
                    task: event.task,
                    gates,
                    clock: clock.clone(),
                    event: index,
                };
                let list = edges.entry(*from).or_default();
                if is_new(list, &edge) {
                    list.push(edge);
                    count += 1;
                }
            }
        }
        holds.step(index, event);
    }
    edges
}

fn is_new(list: &[Edge], edge: &Edge) -> bool {
    let alike = list.iter().filter(|other| {
        (other.to, other.task) == (edge.to, edge.task) && other.gates == edge.gates
    });
    alike.count() < MAX_ALIKE
}

struct Search<'a> {
    trace: &'a Trace,
    source: &'a Source,
    edges: &'a Edges,
    /// Edges so far, each with the lock it goes from.
    path: Vec<(ObjectId, &'a Edge)>,
    budget: u32,
    reported: HashSet<Vec<ObjectId>>,
    found: Vec<Finding>,
}

impl<'a> Search<'a> {
    /// Cycles back to `start`, which is their smallest lock, through the path and on from `lock`.
    fn from(&mut self, start: ObjectId, lock: ObjectId) {
        let edges = self.edges;
        for edge in edges.get(&lock).into_iter().flatten() {
            if self.budget == 0 || self.found.len() >= MAX_FINDINGS {
                return;
            }
            self.budget -= 1;
            let fits =
                edge.to >= start && self.path.iter().all(|(_, other)| compatible(other, edge));
            let comes_back = edge.to == start;
            let on_path = self.path.iter().any(|(from, _)| *from == edge.to);
            if !fits || (on_path && !comes_back) {
                continue;
            }
            self.path.push((lock, edge));
            if comes_back && self.path.len() > 1 {
                self.report();
            } else if !comes_back && self.path.len() < MAX_LENGTH {
                self.from(start, edge.to);
            }
            self.path.pop();
        }
    }

    fn report(&mut self) {
        let locks: Vec<ObjectId> = self.path.iter().map(|(from, _)| *from).collect();
        let mut key = locks.clone();
        key.sort();
        if !self.reported.insert(key) {
            return;
        }
        let sites: Vec<AccessSite> = (self.path.iter())
            .filter_map(|(_, edge)| site(self.trace, edge.event))
            .collect();
        let message = sentence(self.trace, self.source, &locks, &sites);
        let what = FindingKind::LockOrder { locks, sites };
        self.found.push(finding(self.trace, what, message));
    }
}

/// Whether two tasks can be at these places at the same time.
fn compatible(a: &Edge, b: &Edge) -> bool {
    let ordered =
        a.clock.of(a.task) <= b.clock.of(a.task) || b.clock.of(b.task) <= a.clock.of(b.task);
    a.task != b.task && !ordered && a.gates.iter().all(|gate| !b.gates.contains(gate))
}

fn sentence(trace: &Trace, source: &Source, locks: &[ObjectId], sites: &[AccessSite]) -> String {
    let words = Words::in_source(trace, source);
    let names: Vec<String> = locks.iter().map(|lock| words.object(*lock)).collect();
    let clauses: Vec<String> = (sites.iter().enumerate())
        .map(|(place, site)| {
            let task = words.task(site.task);
            let taken = site
                .op
                .object
                .map_or("a lock".into(), |lock| words.object(lock));
            let line = words.in_brackets(site.location);
            let held = names.get(place).cloned().unwrap_or_default();
            format!("{task} takes {taken} while it holds {held}{line}")
        })
        .collect();
    let orders = if locks.len() == 2 {
        "both orders"
    } else {
        "a circle"
    };
    format!(
        "{} are taken in {orders}: {}. It went well this time, but it can deadlock.",
        list(&names),
        clauses.join("; ")
    )
}
