//! Whether a finding also happens under a GIL.
//!
//! The default granularity, `language`, switches before any shared access; stock CPython does so
//! only at calls and at the end of a loop's round. A finding is known to happen there too (`yes`)
//! when its evidence needs no other switch, known not to (`no`) when the switch it needs lies inside
//! a piece of straight code without a call, and else `unknown`. Processes have a GIL each: between
//! tasks of different ones everything can happen that the language allows.
//!
//! | finding | rule |
//! |---|---|
//! | lost update, check then act | can another task run between the read and the write? |
//! | race, wrong lock | the two accesses can come in either order, so yes; no where both only add to a number in one statement; unknown where both are inside straight code that reads and writes |
//! | deadlock, lost wake-up, livelock, exception | yes when every switch of the execution lies where a GIL can switch, else unknown: another execution may show it |
//! | lock order, held at exit, unjoined, unheard notify | only synchronisation, and every operation of it is a call: yes |

use std::cell::OnceCell;
use std::collections::HashMap;

use heddle_trace::{
    AccessSite, FindingKind, Location, ObjectId, Op, OpKind, Pending, ProcessId, TaskId, Trace,
    UnderGil, What,
};

use crate::Source;
use crate::source::Step;

/// Steps of one task that are looked at around an access.
const MOST_STEPS: usize = 64;

/// Answers for the findings of one trace.
pub(crate) struct Gil<'a> {
    trace: &'a Trace,
    source: &'a Source,
    /// The same for every finding: worked out when it is first asked for.
    whole_execution: OnceCell<UnderGil>,
}

impl<'a> Gil<'a> {
    pub(crate) fn new(trace: &'a Trace, source: &'a Source) -> Self {
        let whole_execution = OnceCell::new();
        Gil {
            trace,
            source,
            whole_execution,
        }
    }

    pub(crate) fn shows(&self, what: &FindingKind) -> UnderGil {
        match what {
            FindingKind::LostUpdate {
                read: from,
                lost: other,
                overwrite: to,
                ..
            }
            | FindingKind::CheckThenAct {
                check: from,
                change: other,
                act: to,
                ..
            } => match self.share_a_gil(from.task, other.task) {
                true => self.between(from.task, from.event as usize, to.event as usize),
                false => UnderGil::Yes,
            },
            FindingKind::Race {
                object,
                first,
                second,
            }
            | FindingKind::WrongLock {
                object,
                first,
                second,
                ..
            } => self.either_order(*object, first, second),
            FindingKind::Deadlock { .. }
            | FindingKind::LostWakeup { .. }
            | FindingKind::Exception { .. }
            | FindingKind::Livelock { .. } => {
                *self.whole_execution.get_or_init(|| self.whole_execution())
            }
            FindingKind::LockOrder { .. }
            | FindingKind::HeldAtExit { .. }
            | FindingKind::Unjoined { .. }
            | FindingKind::NotifyWithoutWaiter { .. } => UnderGil::Yes,
        }
    }

    fn share_a_gil(&self, one: TaskId, other: TaskId) -> bool {
        self.process(one) == self.process(other)
    }

    fn process(&self, task: TaskId) -> Option<ProcessId> {
        let info = self.trace.tasks.get(usize::from(task.0))?;
        Some(info.process)
    }

    /// Whether another task can run between two events of one task.
    fn between(&self, task: TaskId, from: usize, to: usize) -> UnderGil {
        let events = self.trace.events.get(from..=to).unwrap_or_default();
        let own: Vec<usize> = (from..)
            .zip(events)
            .filter(|(_, event)| event.task == task)
            .map(|(index, _)| index)
            .take(MOST_STEPS)
            .collect();
        let mut known = UnderGil::No;
        for pair in own.windows(2) {
            match self.directly_between(pair[0], pair[1]) {
                UnderGil::Yes => return UnderGil::Yes,
                UnderGil::Unknown => known = UnderGil::Unknown,
                UnderGil::No => {}
            }
        }
        known
    }

    /// Whether another task can run between two events of a task that follow each other.
    fn directly_between(&self, from: usize, to: usize) -> UnderGil {
        match (self.access(from), self.access(to)) {
            (Some(from), Some(to)) => self.source.switches(from, to),
            // Everything but a plain access is a call.
            _ => UnderGil::Yes,
        }
    }

    fn access(&self, event: usize) -> Option<Step<'_>> {
        let event = self.trace.events.get(event)?;
        self.step(event.op()?, event.location)
    }

    /// `None` for everything but a plain access.
    fn step(&self, op: &Op, location: Option<Location>) -> Option<Step<'_>> {
        let object = op.object.and_then(|o| self.trace.objects.get(o.0 as usize));
        op.kind.is_plain_access().then(|| Step {
            location,
            is_write: op.kind == OpKind::Write,
            name: object.map_or("", |object| object.name.as_str()),
        })
    }

    fn either_order(&self, object: ObjectId, a: &AccessSite, b: &AccessSite) -> UnderGil {
        let (Some(one), Some(other)) = (a.location, b.location) else {
            return UnderGil::Unknown;
        };
        if !self.share_a_gil(a.task, b.task) {
            return UnderGil::Yes;
        }
        if !self.source.is_known() {
            return UnderGil::Unknown;
        }
        if self.source.both_add(one, other) {
            return UnderGil::No;
        }
        let updates = |site: &AccessSite| self.updates_in_one_go(object, site);
        if updates(a) && updates(b) {
            return UnderGil::Unknown;
        }
        UnderGil::Yes
    }

    /// Whether the access is in a piece of code without a switch that both reads and writes.
    fn updates_in_one_go(&self, object: ObjectId, site: &AccessSite) -> bool {
        let at = site.event as usize;
        let own = |index: &usize| self.trace.events[*index].task == site.task;
        let known = at < self.trace.events.len();
        let back = (0..at).rev().filter(|_| known).filter(own).take(MOST_STEPS);
        let on = (at + 1..self.trace.events.len())
            .filter(own)
            .take(MOST_STEPS);
        let mut kinds = vec![site.op.kind];
        let mut from = at;
        for before in back {
            if self.directly_between(before, from) != UnderGil::No {
                break;
            }
            kinds.extend(self.kind_on(before, object));
            from = before;
        }
        from = at;
        for after in on {
            if self.directly_between(from, after) != UnderGil::No {
                break;
            }
            kinds.extend(self.kind_on(after, object));
            from = after;
        }
        kinds.contains(&OpKind::Read) && kinds.contains(&OpKind::Write)
    }

    fn kind_on(&self, event: usize, object: ObjectId) -> Option<OpKind> {
        let op = self.trace.events.get(event)?.op()?;
        (op.object == Some(object)).then_some(op.kind)
    }

    /// Yes, when each task that was left was left where a GIL can switch.
    fn whole_execution(&self) -> UnderGil {
        let mut last_of: HashMap<TaskId, usize> = HashMap::new();
        let mut last_in: HashMap<Option<ProcessId>, TaskId> = HashMap::new();
        for (index, event) in self.trace.events.iter().enumerate() {
            if !matches!(event.what, What::Op { .. }) {
                continue;
            }
            // The task's step before, if another task of its process went in between.
            let before = last_of.insert(event.task, index);
            let previous = last_in.insert(self.process(event.task), event.task);
            if let Some(before) = before.filter(|_| previous != Some(event.task))
                && self.directly_between(before, index) != UnderGil::Yes
            {
                return UnderGil::Unknown;
            }
        }
        let left_behind = |pending: &Pending| {
            let last = last_of
                .get(&pending.task)
                .and_then(|last| self.access(*last));
            match (last, self.step(&pending.op, pending.location)) {
                (Some(from), Some(to)) => self.source.switches(from, to),
                _ => UnderGil::Yes,
            }
        };
        let mut ways = self.trace.pending.iter().map(left_behind);
        match ways.all(|way| way == UnderGil::Yes) {
            true => UnderGil::Yes,
            false => UnderGil::Unknown,
        }
    }
}
