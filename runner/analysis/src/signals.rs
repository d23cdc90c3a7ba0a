//! Signals that nobody heard: lost wake-ups, and notifications without a waiter.
//!
//! A condition remembers nothing: a notify that nobody waits for is gone. That is as it should be
//! where the notifier has changed some state and every waiter looks at that state, under the
//! condition's lock, before it waits (Lampson and Redell, *Experience with Processes and Monitors in
//! Mesa*, 1980). So only a wait whose task has not looked at anything since the notify is blamed: no
//! look can have told it that it came too late. Looking is reading a variable, or asking an event, a
//! queue or a future for its state. A free run has no reads, so it has no such findings.

use std::collections::HashMap;

use heddle_trace::{
    AccessSite, Finding, FindingKind, ObjectId, OpKind, OpResult, TaskId, Trace, Waiting, What,
};

use crate::race::site;
use crate::stuck::waits;
use crate::{MAX_FINDINGS, Source, Words, finding};

/// Tasks that wait for ever because the signal came before they waited.
pub(crate) fn lost_wakeups(trace: &Trace, source: &Source) -> Vec<Finding> {
    let (Some((waiting, cycle)), Some(_)) = (waits(trace), trace.granularity) else {
        return Vec::new();
    };
    let heard = Heard::of(trace);
    let alone = |wait: &&Waiting| wait.for_tasks.is_empty() && !cycle.contains(&wait.task);
    (waiting.iter().filter(alone).take(MAX_FINDINGS))
        .filter_map(|wait| heard.lost(trace, source, wait))
        .collect()
}

/// Notifications that came before a wait which would have needed them, though this time something
/// else ended that wait.
pub(crate) fn notifies_without_waiter(
    trace: &Trace,
    source: &Source,
    lost: &[Finding],
) -> Vec<Finding> {
    if trace.granularity.is_none() {
        return Vec::new();
    }
    let known = |notify: &AccessSite| {
        lost.iter().any(|lost| match &lost.what {
            FindingKind::LostWakeup { signal, .. } => signal.event == notify.event,
            _ => false,
        })
    };
    let mut found = Vec::new();
    for (object, wait) in Heard::of(trace).blind_waits {
        let (Some(notify), Some(wait)) = (site(trace, wait.notify), site(trace, wait.wait)) else {
            continue;
        };
        if trace.is_system(wait.task) {
            continue; // The library's own business.
        }
        if !known(&notify) && found.len() < MAX_FINDINGS {
            found.push(unheard(trace, source, object, notify, wait));
        }
    }
    found
}

/// A wait that began after a notify which nobody heard, without a look at any state in between.
#[derive(Debug, Clone, Copy)]
struct BlindWait {
    notify: usize,
    wait: usize,
}

/// Who waited when something was signalled.
#[derive(Default)]
struct Heard {
    /// The first of each condition, in order.
    blind_waits: Vec<(ObjectId, BlindWait)>,
    /// The wait each task began last, if it was blind.
    blind_now: HashMap<(TaskId, ObjectId), BlindWait>,
    /// Events: the last set, and the clear after it.
    sets: HashMap<ObjectId, (usize, Option<usize>)>,
}

impl Heard {
    fn of(trace: &Trace) -> Self {
        let mut heard = Heard::default();
        let mut waiters: HashMap<ObjectId, u32> = HashMap::new();
        let mut unheard: HashMap<ObjectId, usize> = HashMap::new();
        let mut looked: HashMap<TaskId, usize> = HashMap::new();
        for (index, event) in trace.events.iter().enumerate() {
            let What::Op { op, result, .. } = &event.what else {
                continue;
            };
            if looks(op.kind) {
                looked.insert(event.task, index);
            }
            let Some(object) = op.object else { continue };
            let waiting = waiters.entry(object).or_default();
            match op.kind {
                OpKind::ConditionWake => *waiting = waiting.saturating_sub(1),
                OpKind::ConditionNotify if *waiting == 0 => {
                    unheard.insert(object, index);
                }
                OpKind::ConditionNotify => {
                    unheard.remove(&object);
                }
                OpKind::ConditionWait => {
                    *waiting = waiting.saturating_add(1);
                    let last_look = looked.get(&event.task).copied();
                    let notify = unheard.get(&object).copied();
                    heard.waits(
                        event.task,
                        object,
                        index,
                        notify.filter(|n| last_look < Some(*n)),
                    );
                }
                OpKind::EventSet if *result == OpResult::Done => {
                    heard.sets.insert(object, (index, None));
                }
                OpKind::EventClear => {
                    if let Some((_, cleared)) = heard.sets.get_mut(&object) {
                        *cleared = cleared.or(Some(index));
                    }
                }
                _ => {}
            }
        }
        heard
    }

    fn waits(&mut self, task: TaskId, object: ObjectId, wait: usize, notify: Option<usize>) {
        let Some(notify) = notify else {
            self.blind_now.remove(&(task, object));
            return;
        };
        let blind = BlindWait { notify, wait };
        self.blind_now.insert((task, object), blind);
        if self.blind_waits.iter().all(|(known, _)| *known != object) {
            self.blind_waits.push((object, blind));
        }
    }

    /// What a task that waits for ever has missed.
    fn lost(&self, trace: &Trace, source: &Source, wait: &Waiting) -> Option<Finding> {
        let object = wait.object?;
        let pending = trace.pending.iter().find(|p| p.task == wait.task)?;
        let (signal, cleared) = match pending.op.kind {
            OpKind::ConditionWake => (self.blind_now.get(&(wait.task, object))?.notify, None),
            OpKind::EventWait => {
                let (set, cleared) = self.sets.get(&object)?;
                (*set, Some((*cleared)?))
            }
            _ => return None,
        };
        let signal = site(trace, signal)?;
        if signal.task == wait.task {
            return None;
        }
        let cleared = cleared.and_then(|event| site(trace, event));
        let message = missed(trace, source, object, wait, &signal, cleared.as_ref());
        let waiting = wait.clone();
        let what = FindingKind::LostWakeup {
            object,
            signal,
            cleared,
            waiting,
        };
        Some(finding(trace, what, message))
    }
}

/// Whether an operation tells its task in which state something is.
fn looks(kind: OpKind) -> bool {
    matches!(
        kind,
        OpKind::Read | OpKind::EventIsSet | OpKind::QueueQuery | OpKind::FutureQuery
    )
}

fn missed(
    trace: &Trace,
    source: &Source,
    object: ObjectId,
    wait: &Waiting,
    signal: &AccessSite,
    cleared: Option<&AccessSite>,
) -> String {
    let words = Words::in_source(trace, source);
    let (name, waiter) = (words.object(object), words.task(wait.task));
    let (sender, line) = (words.task(signal.task), words.on_line(signal.location));
    let waits = words.in_brackets(wait.location);
    match cleared {
        Some(clear) => format!(
            "Lost wake-up: {sender} set {name}{line}, and {} cleared it{} before {waiter} waited \
             for it{waits}.",
            words.task(clear.task),
            words.on_line(clear.location),
        ),
        None => format!(
            "Lost wake-up: {sender} notified {name}{line} before {waiter} waited for it{waits}, so \
             {waiter} waits for ever."
        ),
    }
}

fn unheard(
    trace: &Trace,
    source: &Source,
    object: ObjectId,
    notify: AccessSite,
    wait: AccessSite,
) -> Finding {
    let words = Words::in_source(trace, source);
    let message = format!(
        "{} notified {}{} while nobody was waiting, and {} waited later{} without a look whether \
         that was still needed. Something else woke it this time.",
        words.task(notify.task),
        words.object(object),
        words.on_line(notify.location),
        words.task(wait.task),
        words.on_line(wait.location),
    );
    let what = FindingKind::NotifyWithoutWaiter {
        object,
        notify,
        wait,
    };
    finding(trace, what, message)
}
