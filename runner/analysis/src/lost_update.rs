//! Lost updates: a task reads a variable, another one writes it, and the first one overwrites that
//! with what it computed from the old value.
//!
//! The name and the pattern, read – other write – write, are those of databases (Berenson and
//! others, *A Critique of ANSI SQL Isolation Levels*, 1995); among the unserialisable interleavings
//! of AVIO (Lu and others, 2006) it is one of four. A trace does not say what was computed from what.
//! A write is taken to rest on the task's last read of the variable
//!
//! - when the task has not synchronised in between, so that it cannot have learnt of the other
//!   write; unless the program's text says that the read only decided (see `check_then_act`);
//! - when the program's text carries the value over: `t = c.n` … `c.n = t + 1`, in whatever locks.

use std::collections::{HashMap, HashSet};

use heddle_trace::{Finding, FindingKind, Location, ObjectId, Op, OpKind, TaskId, Trace};

use crate::race::site;
use crate::{Clock, MAX_FINDINGS, Source, Words, finding};

/// Reads of one variable and task that are remembered.
const MAX_READS: usize = 4;

/// A read on which a later write can rest.
#[derive(Debug, Clone, Copy)]
struct OpenRead {
    task: TaskId,
    /// Number of synchronisations of the task before it. Another number now: it has synchronised.
    sync: u32,
    event: usize,
    at: Option<Location>,
    /// The last write by another task since.
    lost: Option<usize>,
}

/// The events of a lost update.
struct Lost {
    read: usize,
    other_read: Option<usize>,
    lost: usize,
    overwrite: usize,
}

/// All lost updates, one for each variable and triple of lines.
pub(crate) fn lost_updates(trace: &Trace, source: &Source) -> Vec<Finding> {
    let mut search = Search {
        source,
        syncs: HashMap::new(),
        open: HashMap::new(),
        last_read: HashMap::new(),
    };
    let mut reported = HashSet::new();
    let mut found = Vec::new();
    for (index, event) in trace.events.iter().enumerate() {
        let Some(op) = event.op() else { continue };
        if usize::from(event.task.0) >= Clock::MAX_TASKS {
            continue;
        }
        let Some((object, lost)) = search.step(index, event.task, op, event.location) else {
            continue;
        };
        let lines = [lost.read, lost.lost, lost.overwrite].map(|event| place(trace, event));
        if found.len() < MAX_FINDINGS && reported.insert((object, lines)) {
            found.extend(report(trace, source, object, &lost));
        }
    }
    found
}

struct Search<'a> {
    source: &'a Source,
    syncs: HashMap<TaskId, u32>,
    open: HashMap<ObjectId, Vec<OpenRead>>,
    /// Each task's last read of a variable before its last write of it.
    last_read: HashMap<(TaskId, ObjectId), usize>,
}

impl Search<'_> {
    fn step(
        &mut self,
        event: usize,
        task: TaskId,
        op: &Op,
        at: Option<Location>,
    ) -> Option<(ObjectId, Lost)> {
        if synchronises(op.kind) {
            *self.syncs.entry(task).or_default() += 1;
        }
        let object = op.object.filter(|_| op.kind.is_plain_access())?;
        let sync = self.syncs.get(&task).copied().unwrap_or(0);
        if op.kind == OpKind::Read {
            self.reads(
                object,
                OpenRead {
                    task,
                    sync,
                    event,
                    at,
                    lost: None,
                },
            );
            return None;
        }
        let reads = self.open.entry(object).or_default();
        let own: Vec<OpenRead> = reads
            .iter()
            .filter(|read| read.task == task)
            .copied()
            .collect();
        reads.retain(|read| read.task != task);
        for read in reads.iter_mut() {
            read.lost = Some(event);
        }
        let basis = self.basis(&own, sync, at)?;
        let lost = basis.lost?;
        Some((
            object,
            Lost {
                read: basis.event,
                other_read: self.last_read_before(object, lost, basis),
                lost,
                overwrite: event,
            },
        ))
    }

    fn reads(&mut self, object: ObjectId, read: OpenRead) {
        self.last_read.insert((read.task, object), read.event);
        let reads = self.open.entry(object).or_default();
        let keep = match self.source.is_known() {
            true => MAX_READS,
            false => 1,
        };
        let own = reads.iter().filter(|other| other.task == read.task).count();
        if own >= keep
            && let Some(oldest) = reads.iter().position(|other| other.task == read.task)
        {
            reads.remove(oldest);
        }
        reads.push(read);
    }

    /// The read that a write rests on.
    fn basis(&self, own: &[OpenRead], sync: u32, write: Option<Location>) -> Option<OpenRead> {
        let last = own.last()?;
        let (source, write) = (self.source, write.filter(|_| self.source.is_known()));
        let carried = write.and_then(|write| {
            let carries = |read: &&OpenRead| read.at.is_some_and(|at| source.carries(at, write));
            own.iter().rev().find(carries)
        });
        if let Some(read) = carried {
            return Some(*read);
        }
        let only_decides = match (last.at, write) {
            (Some(read), Some(write)) => {
                source.decides(read, write) || source.is_behind_loop(read, write)
            }
            _ => false,
        };
        (last.sync == sync && !only_decides).then_some(*last)
    }

    /// What the other task had read when it wrote.
    fn last_read_before(&self, object: ObjectId, write: usize, basis: OpenRead) -> Option<usize> {
        let others = self.last_read.iter();
        others
            .filter(|((task, of), read)| *of == object && *task != basis.task && **read < write)
            .map(|(_, read)| *read)
            .max()
    }
}

/// Whether a task can have learnt of other tasks' work by it, so that a write after it need not
/// rest on a read before it.
fn synchronises(kind: OpKind) -> bool {
    !kind.is_plain_access() && !matches!(kind, OpKind::Output | OpKind::Sleep | OpKind::ClockRead)
}

fn place(trace: &Trace, event: usize) -> Option<Location> {
    trace.events.get(event).and_then(|event| event.location)
}

fn report(trace: &Trace, source: &Source, object: ObjectId, events: &Lost) -> Option<Finding> {
    let at = |event: usize| site(trace, event);
    let (read, lost, overwrite) = (at(events.read)?, at(events.lost)?, at(events.overwrite)?);
    let other_read = events.other_read.and_then(at);
    let other_read = other_read.filter(|site| site.task == lost.task);
    let words = Words::in_source(trace, source);
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
        other_read,
        lost,
        overwrite,
    };
    Some(finding(trace, what, message))
}
