//! Lost updates: a task reads a variable, another one writes it, and the first one overwrites that
//! with what it computed from the old value.

use std::collections::{HashMap, HashSet};

use heddle_trace::{Finding, FindingKind, ObjectId, OpKind, TaskId, Trace};

use crate::race::site;
use crate::{Clock, MAX_FINDINGS, Words, finding};

/// A read whose task has not synchronised since: its next write is taken to use the value.
#[derive(Debug, Clone, Copy)]
struct OpenRead {
    task: TaskId,
    /// Number of synchronisations of the task before it. Another number now: no longer open.
    sync: u32,
    event: usize,
    /// The last write by another task since.
    lost: Option<usize>,
}

/// All lost updates, one for each variable and triple of lines.
pub(crate) fn lost_updates(trace: &Trace) -> Vec<Finding> {
    let mut syncs: HashMap<TaskId, u32> = HashMap::new();
    let mut open: HashMap<ObjectId, Vec<OpenRead>> = HashMap::new();
    let mut reported = HashSet::new();
    let mut found = Vec::new();
    for (index, event) in trace.events.iter().enumerate() {
        let Some(op) = event.op() else { continue };
        let task = event.task;
        if usize::from(task.0) >= Clock::MAX_TASKS {
            continue;
        }
        if synchronises(op.kind) {
            *syncs.entry(task).or_default() += 1;
        }
        let (true, Some(object)) = (op.kind.is_plain_access(), op.object) else {
            continue;
        };
        let sync = |task: TaskId| syncs.get(&task).copied().unwrap_or(0);
        let reads = open.entry(object).or_default();
        reads.retain(|read| read.sync == sync(read.task));
        let own = reads.iter().position(|read| read.task == task);
        let own = own.map(|at| reads.swap_remove(at));
        if op.kind == OpKind::Read {
            reads.push(OpenRead {
                task,
                sync: sync(task),
                event: index,
                lost: None,
            });
            continue;
        }
        for read in reads.iter_mut() {
            read.lost = Some(index);
        }
        if let Some((read, lost)) = own.and_then(|own| Some((own.event, own.lost?)))
            && found.len() < MAX_FINDINGS
            && reported.insert((object, [read, lost, index].map(|event| line(trace, event))))
        {
            found.extend(report(trace, object, [read, lost, index]));
        }
    }
    found
}

/// Whether a task can have learnt of other tasks' work by it, so that a write after it need not
/// rest on a read before it.
fn synchronises(kind: OpKind) -> bool {
    !kind.is_plain_access() && !matches!(kind, OpKind::Output | OpKind::Sleep | OpKind::ClockRead)
}

fn line(trace: &Trace, event: usize) -> u32 {
    let location = trace.events.get(event).and_then(|event| event.location);
    location.map_or(0, |at| at.line)
}

fn report(trace: &Trace, object: ObjectId, events: [usize; 3]) -> Option<Finding> {
    let [read, lost, overwrite] = events.map(|event| site(trace, event));
    let (read, lost, overwrite) = (read?, lost?, overwrite?);
    let words = Words::new(trace);
    let message = format!(
        "Lost update of {}: {} read it{}, then {} wrote it{}, then {} overwrote that{} with what \
         it had made of the old value.",
        words.object(object),
        words.task(read.task),
        words.on_line(read.location),
        words.task(lost.task),
        words.on_line(lost.location),
        words.task(overwrite.task),
        words.on_line(overwrite.location),
    );
    let what = FindingKind::LostUpdate {
        object,
        read,
        other_read: None,
        lost,
        overwrite,
    };
    Some(finding(trace, what, message))
}
