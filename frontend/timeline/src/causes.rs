//! What made an event possible, and what it made possible: the arrows of the selected event.

use heddle_trace::{Event, FindingKind, OpKind, OpResult, TaskId, What};

use crate::recording::Recording;

/// An arrow between two events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrow {
    /// The event that happened first.
    pub from: usize,
    /// The event it made possible, or that it conflicts with.
    pub to: usize,
    /// Whether the two conflict (a race), instead of one causing the other.
    pub conflict: bool,
}

/// The arrows of one event: release → acquire, put → get, start → first event, end → join and
/// their kin, and the other accesses of its races.
///
/// Items of a queue are paired in the order in which they were put, which is wrong for stacks and
/// priority queues: a trace does not say which item a get got.
pub fn arrows(recording: &Recording, event: usize) -> Vec<Arrow> {
    let events = &recording.trace().events;
    let mut found = Vec::new();
    if event >= events.len() {
        return found;
    }
    let conflict = false;
    if let Some(from) = cause(events, event) {
        let to = event;
        found.push(Arrow { from, to, conflict });
    }
    if let Some(to) = effect(events, event) {
        let from = event;
        found.push(Arrow { from, to, conflict });
    }
    found.extend(conflicts(recording, event));
    found
}

/// What one kind of operation needs another task to have done.
const fn causes_of(kind: OpKind) -> &'static [OpKind] {
    match kind {
        OpKind::Join => &[OpKind::TaskEnd],
        OpKind::Acquire | OpKind::TryAcquire => &[OpKind::Release, OpKind::ConditionWait],
        OpKind::SemaphoreAcquire | OpKind::SemaphoreTryAcquire => &[OpKind::SemaphoreRelease],
        OpKind::ConditionWake => &[OpKind::ConditionNotify],
        OpKind::EventWait => &[OpKind::EventSet],
        OpKind::BarrierPass => &[OpKind::BarrierArrive],
        OpKind::QueueGet => &[OpKind::QueuePut],
        OpKind::Receive => &[OpKind::Send],
        OpKind::QueueJoin => &[OpKind::QueueTaskDone],
        OpKind::FutureWait => &[OpKind::FutureSet],
        _ => &[],
    }
}

/// Whether `earlier` is of a kind, and about an object, that can be what `later` needed.
fn relates(earlier: &Event, later: &Event) -> bool {
    let (Some(a), Some(b)) = (done(earlier), done(later)) else {
        return false;
    };
    if !causes_of(b.kind).contains(&a.kind) {
        return false;
    }
    match b.kind {
        OpKind::Join => b.target == Some(earlier.task),
        OpKind::Acquire | OpKind::TryAcquire if a.kind == OpKind::ConditionWait => {
            a.also.is_some() && a.also == b.object
        }
        _ => a.object.is_some() && a.object == b.object,
    }
}

fn done(event: &Event) -> Option<&heddle_trace::Op> {
    match &event.what {
        What::Op {
            op,
            result: OpResult::Done,
            ..
        } => Some(op),
        _ => None,
    }
}

/// The event that an event needed, when another task did it.
fn cause(events: &[Event], event: usize) -> Option<usize> {
    let later = &events[event];
    let kind = done(later)?.kind;
    let found = match kind {
        OpKind::QueueGet => partner(events, event, OpKind::QueueGet, OpKind::QueuePut),
        OpKind::Receive => partner(events, event, OpKind::Receive, OpKind::Send),
        _ => (0..event).rev().find(|i| relates(&events[*i], later)),
    };
    let found = found.or_else(|| birth(events, event))?;
    other_task(events, found, later.task)
}

/// The event that needed this one, when another task did it.
fn effect(events: &[Event], event: usize) -> Option<usize> {
    let earlier = &events[event];
    let kind = done(earlier)?.kind;
    let found = match kind {
        OpKind::QueuePut => partner(events, event, OpKind::QueuePut, OpKind::QueueGet)?,
        OpKind::Send => partner(events, event, OpKind::Send, OpKind::Receive)?,
        OpKind::Start => first_of(events, done(earlier)?.target?)?,
        _ => (event + 1..events.len()).find(|i| relates(earlier, &events[*i]))?,
    };
    let is_paired = matches!(kind, OpKind::QueuePut | OpKind::Send);
    if !is_paired && cause(events, found) != Some(event) {
        return None;
    }
    other_task(events, found, earlier.task)
}

/// The start of the task whose first event this is.
fn birth(events: &[Event], event: usize) -> Option<usize> {
    let task = events[event].task;
    let starts =
        |e: &Event| done(e).is_some_and(|op| op.kind == OpKind::Start && op.target == Some(task));
    if first_of(events, task) != Some(event) {
        return None;
    }
    events[..event].iter().position(starts)
}

fn first_of(events: &[Event], task: TaskId) -> Option<usize> {
    events.iter().position(|e| e.task == task)
}

fn other_task(events: &[Event], found: usize, task: TaskId) -> Option<usize> {
    (events[found].task != task).then_some(found)
}

/// The nth get of a queue belongs to its nth put.
fn partner(events: &[Event], event: usize, own: OpKind, wanted: OpKind) -> Option<usize> {
    let queue = done(&events[event])?.object?;
    let of = |kind: OpKind| {
        events.iter().enumerate().filter(move |(_, e)| {
            done(e).is_some_and(|op| op.kind == kind && op.object == Some(queue))
        })
    };
    let number = of(own).take_while(|(i, _)| *i < event).count();
    of(wanted).nth(number).map(|(i, _)| i)
}

fn conflicts(recording: &Recording, event: usize) -> Vec<Arrow> {
    let known = recording.trace().events.len();
    let mut found = Vec::new();
    let mut pair = |a: u32, b: u32| {
        let (a, b) = (a as usize, b as usize);
        if (a == event || b == event) && a.max(b) < known && a != b {
            found.push(Arrow {
                from: a.min(b),
                to: a.max(b),
                conflict: true,
            });
        }
    };
    for finding in recording.findings() {
        match &finding.what {
            FindingKind::Race { first, second, .. } => pair(first.event, second.event),
            FindingKind::LostUpdate {
                read: one,
                lost: other,
                overwrite: last,
                ..
            }
            | FindingKind::CheckThenAct {
                check: one,
                change: other,
                act: last,
                ..
            } => {
                pair(one.event, other.event);
                pair(other.event, last.event);
            }
            _ => {}
        }
    }
    found
}
