//! Races: two accesses to one variable, at least one of them a write, that nothing orders.

use std::collections::{HashMap, HashSet};

use heddle_trace::{
    Access, AccessSite, Event, Finding, FindingKind, Location, ObjectId, Op, OpKind, TaskId, Trace,
    What,
};

use crate::{Clock, HappensBefore, MAX_FINDINGS, Orders, Source, Words, finding};

/// An access that later ones are compared with.
#[derive(Debug, Clone, Copy)]
struct Earlier {
    task: TaskId,
    /// Number of the access among its task's events: it happened before everything whose clock
    /// says at least this for the task.
    epoch: u32,
    event: usize,
}

/// The last read and the last write of each task.
#[derive(Debug, Default)]
struct Accesses {
    reads: Vec<Earlier>,
    writes: Vec<Earlier>,
}

impl Accesses {
    /// A race with an access of another task that is not ordered before `clock`.
    fn unordered(&self, task: TaskId, access: Access, clock: &Clock) -> Option<Earlier> {
        let reads = match access {
            Access::Read => &[][..],
            Access::Write => &self.reads,
        };
        self.writes
            .iter()
            .chain(reads)
            .find(|earlier| earlier.task != task && clock.of(earlier.task) < earlier.epoch)
            .copied()
    }

    fn record(&mut self, access: Access, new: Earlier) {
        let list = match access {
            Access::Read => &mut self.reads,
            Access::Write => &mut self.writes,
        };
        match list.iter_mut().find(|earlier| earlier.task == new.task) {
            Some(earlier) => *earlier = new,
            None => list.push(new),
        }
    }
}

/// A variable, and if it is a container the items in it.
#[derive(Debug, Default)]
struct Variable {
    own: Accesses,
    items: Accesses,
}

/// All races, one for each variable and pair of lines.
pub(crate) fn races(trace: &Trace, source: &Source) -> Vec<Finding> {
    if trace.tasks.len() > Clock::MAX_TASKS {
        return Vec::new();
    }
    let mut search = Search {
        trace,
        source,
        variables: HashMap::new(),
        reported: HashSet::new(),
        found: Vec::new(),
    };
    let mut order = HappensBefore::new(Orders::All);
    for (index, event) in trace.events.iter().enumerate() {
        let What::Op { op, result, .. } = &event.what else {
            continue;
        };
        let Some(clock) = order.step(event.task, op, *result) else {
            continue;
        };
        if op.kind.is_plain_access() && search.found.len() < MAX_FINDINGS {
            search.access(index, event.task, op, clock);
        }
    }
    search.found
}

type Place = Option<Location>;

struct Search<'a> {
    trace: &'a Trace,
    source: &'a Source,
    variables: HashMap<ObjectId, Variable>,
    reported: HashSet<(ObjectId, Place, Place)>,
    found: Vec<Finding>,
}

impl Search<'_> {
    fn access(&mut self, event: usize, task: TaskId, op: &Op, clock: &Clock) {
        let Some(object) = op.object else { return };
        let access = op.kind.access();
        let epoch = clock.of(task);
        let this = Earlier { task, epoch, event };

        let variable = self.variables.entry(object).or_default();
        let own = variable.own.unordered(task, access, clock);
        let item = variable.items.unordered(task, access, clock);
        variable.own.record(access, this);
        let whole = op.also.and_then(|container| {
            let container = self.variables.entry(container).or_default();
            container.items.record(access, this);
            container.own.unordered(task, access, clock)
        });
        for earlier in [own, item, whole].into_iter().flatten() {
            self.report(object, earlier.event, event);
        }
    }

    fn report(&mut self, object: ObjectId, first: usize, second: usize) {
        let (Some(first), Some(second)) = (site(self.trace, first), site(self.trace, second))
        else {
            return;
        };
        let (a, b) = (first.location, second.location);
        if !self.reported.insert((object, a.min(b), a.max(b))) {
            return;
        }
        let message = sentence(self.trace, self.source, object, &first, &second);
        let what = FindingKind::Race {
            object,
            first,
            second,
        };
        self.found.push(finding(self.trace, what, message));
    }
}

/// The event as evidence; `None` when it is no operation.
pub(crate) fn site(trace: &Trace, index: usize) -> Option<AccessSite> {
    let event: &Event = trace.events.get(index)?;
    Some(AccessSite {
        task: event.task,
        op: *event.op()?,
        location: event.location,
        event: u32::try_from(index).ok()?,
    })
}

fn sentence(
    trace: &Trace,
    source: &Source,
    object: ObjectId,
    first: &AccessSite,
    second: &AccessSite,
) -> String {
    let words = Words::in_source(trace, source);
    let clause = |site: &AccessSite| {
        let does = match site.op.kind {
            OpKind::Write => "writes",
            _ => "reads",
        };
        let (task, line) = (words.task(site.task), words.on_line(site.location));
        format!("{task} {does} it{line}")
    };
    let name = words.object(object);
    let (one, other) = (clause(first), clause(second));
    format!("Race on {name}: {one}, {other}, and nothing makes one wait for the other.")
}
