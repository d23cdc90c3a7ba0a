//! Events and text: append-only areas of the stage.

use std::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use heddle_stage::{End, EventRow, NONE32, RowKind, STDERR_BIT, capacity};
use heddle_trace::{Access, OpKind, Stream};

use crate::stage::{self, Attached, control, state};

/// Where the program is: file number and line, 0 when unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Place {
    /// Number of the program's file.
    pub file: u32,
    /// Line from 1; 0: unknown.
    pub line: u32,
}

/// An operation as numbers, as the stage stores it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RawOp {
    /// What.
    pub kind: OpKind,
    /// To which object; [`NONE32`]: none.
    pub object: u32,
    /// Second object.
    pub also: u32,
    /// Target task; `NONE_TASK`: none.
    pub target: u16,
    /// Where.
    pub place: Place,
}

impl RawOp {
    /// An operation on one object.
    pub fn on(kind: OpKind, object: u32, place: Place) -> Self {
        RawOp {
            kind,
            object,
            also: NONE32,
            target: heddle_stage::NONE_TASK,
            place,
        }
    }

    /// An operation on a task.
    pub fn of_task(kind: OpKind, target: u16, place: Place) -> Self {
        RawOp {
            kind,
            object: NONE32,
            also: NONE32,
            target,
            place,
        }
    }
}

/// Names the row of an event, to complete it later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventId(u32);

impl EventId {
    /// No event: the table was full.
    pub const NONE: EventId = EventId(u32::MAX);
}

/// Appends an event. The row is published when `kind` is set.
pub fn append(kind: RowKind, task: u16, op: Option<&RawOp>, text: Option<(u32, u32)>) -> EventId {
    let header = &state().header;
    let limit = control()
        .max_events
        .load(Relaxed)
        .min(capacity::EVENTS as u32);
    let slot = header
        .events
        .fetch_update(Acquire, Relaxed, |n| (n < limit).then_some(n + 1));
    let Ok(slot) = slot else {
        limit_struck(End::Events);
        return EventId::NONE;
    };
    let row = &state().events[slot as usize];
    row.task.store(task, Relaxed);
    row.at.store(stage::now(), Relaxed);
    row.result.store(0, Relaxed);
    if let Some(op) = op {
        row.op.store(op.kind.code(), Relaxed);
        row.target.store(op.target, Relaxed);
        row.object.store(op.object, Relaxed);
        row.also.store(op.also, Relaxed);
        row.file.store(op.place.file, Relaxed);
        row.line.store(op.place.line, Relaxed);
    }
    let (at, length) = text.unwrap_or((NONE32, 0));
    row.text_at.store(at, Relaxed);
    row.text_len.store(length, Relaxed);
    copy_words(&row.enabled, &header.enabled);
    row.kind.store(kind as u8, Release);
    EventId(slot)
}

/// In a free run an event that is complete from the start.
pub fn note(kind: RowKind, task: u16, op: &RawOp) -> EventId {
    append(kind, task, Some(op), None)
}

/// Whether an event changes something that others can see.
pub(crate) fn is_write(kind: OpKind) -> bool {
    matches!(kind.access(), Access::Write)
        && !matches!(
            kind,
            OpKind::TryAcquire | OpKind::SemaphoreTryAcquire | OpKind::Output
        )
}

fn with_row(event: EventId, change: impl FnOnce(&EventRow)) {
    if let Some(row) = state().events.get(event.0 as usize) {
        change(row);
    }
}

/// How an operation ended, when that is known only afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// As announced.
    Done,
    /// By its timeout.
    TimedOut,
    /// It would have had to wait.
    WouldBlock,
}

/// Completes an event with how its operation ended.
pub fn set_ending(event: EventId, ending: Ending) {
    with_row(event, |row| {
        row.result.fetch_or(ending as u8, Release);
    });
}

/// Completes an event with what was so when it was chosen: bits of `EventRow::result`.
pub(crate) fn set_bits(event: EventId, bits: u8) {
    with_row(event, |row| {
        row.result.fetch_or(bits, Release);
    });
}

/// Completes an event with the task it is about.
pub fn set_target(event: EventId, target: u16) {
    with_row(event, |row| row.target.store(target, Release));
}

/// Completes an event with what it wrote.
pub fn set_output(event: EventId, stream: Stream, text: &str) {
    let Some((at, length)) = add_text(text.as_bytes()) else {
        return;
    };
    let mark = if stream == Stream::Err { STDERR_BIT } else { 0 };
    with_row(event, |row| {
        row.text_at.store(at, Relaxed);
        row.text_len.store(length | mark, Release);
    });
}

/// Counts output; returns how many bytes of it are still allowed.
pub fn take_output_budget(bytes: usize) -> usize {
    let limit = control().max_output.load(Relaxed) as usize;
    let bytes32 = u32::try_from(bytes).unwrap_or(u32::MAX);
    let before = state()
        .header
        .output
        .fetch_update(Acquire, Relaxed, |n| Some(n.saturating_add(bytes32)));
    let left = limit.saturating_sub(before.unwrap_or(u32::MAX) as usize);
    if bytes > left {
        limit_struck(End::Output);
    }
    bytes.min(left)
}

/// Stores text; returns place and length, or `None` when there is no room left.
pub fn add_text(bytes: &[u8]) -> Option<(u32, u32)> {
    let length = u32::try_from(bytes.len()).ok()?;
    let used = &state().header.text;
    let at = used
        .fetch_update(Acquire, Relaxed, |n| {
            n.checked_add(length)
                .filter(|end| *end as usize <= capacity::TEXT)
        })
        .ok()?;
    for (cell, byte) in state().text[at as usize..].iter().zip(bytes) {
        cell.store(*byte, Relaxed);
    }
    Some((at, length))
}

/// Appends one process's snapshot.
pub fn add_snapshot(json: &[u8]) {
    let Ok(length) = u32::try_from(json.len()) else {
        return;
    };
    let used = &state().header.snapshot;
    let at = used.fetch_update(Acquire, Relaxed, |n| {
        n.checked_add(length + 4)
            .filter(|end| *end as usize <= capacity::SNAPSHOT)
    });
    let Ok(at) = at else { return };
    let bytes = length.to_le_bytes().into_iter().chain(json.iter().copied());
    for (cell, byte) in state().snapshot[at as usize..].iter().zip(bytes) {
        cell.store(byte, Relaxed);
    }
}

/// Says that a limit ended the execution, unless something else did before. In a free run nobody
/// is at a point to see it: the process ends here.
fn limit_struck(end: End) {
    let _ = state()
        .header
        .end
        .compare_exchange(End::None as u32, end as u32, Release, Relaxed);
    if stage::attached() == Attached::Free {
        crate::fork::end_program();
    }
}

pub(crate) fn copy_words(to: &[AtomicU64; 2], from: &[AtomicU64; 2]) {
    for (to, from) in to.iter().zip(from) {
        to.store(from.load(Relaxed), Relaxed);
    }
}
