//! Which steps matter.

use std::collections::{BTreeSet, HashMap};

use heddle_trace::{Access, AccessSite, FindingKind, ObjectId, OpKind, TaskId, Trace, Waiting};

use super::holds_at_the_end;
use crate::check_then_act::checks_then_acts;
use crate::lost_update::lost_updates;
use crate::{Holds, Source};

/// The last steps of a task that ended with an exception, if no other finding explains it.
const LAST_STEPS: usize = 4;

/// The events of a story, and the tasks whose waits end it.
#[derive(Default)]
pub(super) struct Chapters {
    pub(super) events: BTreeSet<usize>,
    pub(super) waits: Vec<TaskId>,
}

impl Chapters {
    pub(super) fn of(trace: &Trace, source: &Source, what: &FindingKind) -> Self {
        let mut story = Chapters::default();
        story.sites(&what.sites());
        match what {
            FindingKind::Deadlock { cycle, waiting, .. } => story.deadlock(trace, cycle, waiting),
            FindingKind::LostWakeup { waiting, .. } => {
                let began = |op: OpKind| op == OpKind::ConditionWait;
                story.events.extend(last(trace, waiting.task, began));
                story.waits.push(waiting.task);
            }
            FindingKind::WrongLock {
                first,
                first_locks,
                second,
                second_locks,
                ..
            } => {
                story.locks_at(trace, first, first_locks);
                story.locks_at(trace, second, second_locks);
            }
            FindingKind::LockOrder { locks, sites } => {
                for (site, held) in sites.iter().zip(locks) {
                    story.locks_at(trace, site, &[*held]);
                }
            }
            FindingKind::Exception { task, event, .. } => {
                story.events.extend(event.map(|event| event as usize));
                if !story.cause(trace, source) {
                    story.last_steps(trace, *task, *event);
                }
            }
            FindingKind::Livelock { tasks, .. } => story.waits.clone_from(tasks),
            FindingKind::HeldAtExit { task, .. } => {
                story
                    .events
                    .extend(last(trace, *task, |op| op == OpKind::TaskEnd));
            }
            FindingKind::Unjoined { task, .. } => {
                story.events.extend(last(trace, TaskId(0), |op| {
                    matches!(op, OpKind::TaskEnd | OpKind::ProcessExit)
                }));
                story.waits.push(*task);
            }
            FindingKind::Race { .. }
            | FindingKind::LostUpdate { .. }
            | FindingKind::CheckThenAct { .. }
            | FindingKind::NotifyWithoutWaiter { .. } => {}
        }
        story
    }

    fn sites(&mut self, sites: &[&AccessSite]) {
        self.events
            .extend(sites.iter().map(|site| site.event as usize));
    }

    /// Who took what the others wait for, and the waits: those of the cycle, or all of them.
    fn deadlock(&mut self, trace: &Trace, cycle: &[TaskId], waiting: &[Waiting]) {
        let holds = holds_at_the_end(trace);
        let is_told = |wait: &&Waiting| cycle.is_empty() || cycle.contains(&wait.task);
        for wait in waiting.iter().filter(is_told) {
            let pending = trace.pending.iter().find(|p| p.task == wait.task);
            let wants = pending.map(|pending| pending.op);
            // A waiter that was notified waits for the lock of its condition.
            let objects = wants.map_or([wait.object, None], |op| [op.object, op.also]);
            for object in objects.into_iter().flatten() {
                self.holder(trace, &holds, object);
            }
            if wants.is_some_and(|op| op.kind == OpKind::ConditionWake) {
                let began = |op: OpKind| op == OpKind::ConditionWait;
                self.events.extend(last(trace, wait.task, began));
            }
            if wait.for_tasks.is_empty()
                && let Some(object) = wait.object
            {
                self.events.extend(last_of_each_kind(trace, object));
            }
            self.waits.push(wait.task);
        }
        // Causes before consequences.
        let follows = |task: &TaskId| {
            let wait = waiting.iter().find(|wait| wait.task == *task);
            wait.is_some_and(|wait| !wait.for_tasks.is_empty())
        };
        if cycle.is_empty() {
            self.waits.sort_by_key(follows);
        }
    }

    /// The step that took a lock, and the end of its holder if it ended with it.
    fn holder(&mut self, trace: &Trace, holds: &Holds, lock: ObjectId) {
        let Some(holder) = holds.holder(lock) else {
            return;
        };
        self.events.extend(holds.since(lock));
        self.events
            .extend(last(trace, holder, |op| op == OpKind::TaskEnd));
    }

    /// The steps that took the locks held at an access.
    fn locks_at(&mut self, trace: &Trace, site: &AccessSite, locks: &[ObjectId]) {
        let mut holds = Holds::default();
        for (index, event) in trace.events.iter().enumerate().take(site.event as usize) {
            holds.step(index, event);
        }
        self.events
            .extend(locks.iter().filter_map(|lock| holds.since(*lock)));
    }

    /// Updates that were lost, or checks that were out of date: an exception after them most likely
    /// comes from them. Whether there are any.
    fn cause(&mut self, trace: &Trace, source: &Source) -> bool {
        let mut causes = lost_updates(trace, source);
        if causes.is_empty() {
            causes = checks_then_acts(trace, source, &causes);
        }
        for cause in causes.iter().take(1) {
            self.sites(&cause.what.sites());
        }
        !causes.is_empty()
    }

    /// Else what its task did last, and who wrote or signalled before what that touched.
    fn last_steps(&mut self, trace: &Trace, task: TaskId, event: Option<u32>) {
        let events = trace.events.len();
        let end = event.map_or(events, |event| events.min(event as usize));
        let own = |index: &usize| {
            let event = &trace.events[*index];
            let tells =
                |op: OpKind| !matches!(op, OpKind::TaskEnd | OpKind::Start | OpKind::TaskBegin);
            event.task == task && event.op().is_some_and(|op| tells(op.kind))
        };
        let last_steps: Vec<usize> = (0..end).rev().filter(own).take(LAST_STEPS).collect();
        let before = last_change_of_others(trace, task, &last_steps);
        self.events.extend(last_steps);
        self.events.extend(before);
    }
}

/// For each object that these steps touch: the last step of another task that changed it before.
fn last_change_of_others(trace: &Trace, task: TaskId, steps: &[usize]) -> Vec<usize> {
    let mut wanted: HashMap<ObjectId, usize> = HashMap::new();
    for step in steps {
        let object = trace.events[*step].op().and_then(|op| op.object);
        if let Some(object) = object {
            let until = wanted.entry(object).or_insert(*step);
            *until = (*until).max(*step);
        }
    }
    let mut found = Vec::new();
    let last = steps.iter().copied().max().unwrap_or(0);
    for index in (0..last).rev() {
        let event = &trace.events[index];
        let Some(op) = event.op().filter(|op| op.kind.access() == Access::Write) else {
            continue;
        };
        let is_change = !matches!(op.kind, OpKind::Acquire | OpKind::Release | OpKind::Output);
        if let Some(object) = op.object
            && event.task != task
            && is_change
            && wanted.get(&object).is_some_and(|until| index < *until)
        {
            wanted.remove(&object);
            found.push(index);
        }
    }
    found
}

/// The last put and the last get of a queue, the last set and the last clear of an event …
fn last_of_each_kind(trace: &Trace, object: ObjectId) -> Vec<usize> {
    let mut found: Vec<(OpKind, usize)> = Vec::new();
    for (index, event) in trace.events.iter().enumerate().rev() {
        if let Some(op) = event.op().filter(|op| op.object == Some(object))
            && !matches!(op.kind, OpKind::Acquire | OpKind::Release)
            && found.iter().all(|(kind, _)| *kind != op.kind)
        {
            found.push((op.kind, index));
        }
    }
    found.into_iter().map(|(_, index)| index).collect()
}

/// The last step of a task that is of this kind.
fn last(trace: &Trace, task: TaskId, is_wanted: impl Fn(OpKind) -> bool) -> Option<usize> {
    trace
        .events
        .iter()
        .rposition(|event| event.task == task && event.op().is_some_and(|op| is_wanted(op.kind)))
}
