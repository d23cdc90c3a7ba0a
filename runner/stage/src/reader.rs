//! The supervisor's reading of a state, which a hostile program may have written.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, AtomicU32, Ordering::Acquire, Ordering::Relaxed};

use heddle_trace::{
    Event, Location, Nanos, ObjectId, ObjectInfo, ObjectKind, Op, OpKind, OpResult, Pending,
    ProcessId, ProcessInfo, StartMethod, Stream, TaskId, TaskInfo, TaskSet, TraceChunk, What,
};

use crate::layout::{
    End, EventRow, HELD_BIT, LEFT_BIT, NONE_TASK, NONE32, ObjectRow, RowKind, State, TIMED_BIT,
    TaskRow, TaskState, WaitMode, capacity,
};

/// The order in which agents number object kinds.
const OBJECT_KINDS: [ObjectKind; 14] = [
    ObjectKind::Lock,
    ObjectKind::RLock,
    ObjectKind::Semaphore,
    ObjectKind::Condition,
    ObjectKind::Event,
    ObjectKind::Barrier,
    ObjectKind::Queue,
    ObjectKind::Future,
    ObjectKind::Executor,
    ObjectKind::Task,
    ObjectKind::Variable,
    ObjectKind::Stdout,
    ObjectKind::Clock,
    ObjectKind::Pipe,
];

/// Longest text that is taken from a program in one piece.
const MAX_TEXT: usize = 256 << 10;

/// Reads a state piece by piece: each call of [`Reader::chunk`] returns what is new.
#[derive(Debug, Default)]
pub struct Reader {
    processes: usize,
    tasks: usize,
    objects: usize,
    events: usize,
    paths: HashMap<u16, String>,
}

impl Reader {
    /// A reader at the beginning.
    pub fn new() -> Self {
        Reader::default()
    }

    /// Everything that is new and complete. With `at_end`, rows that a dying process left
    /// incomplete are passed over; before the end they are waited for.
    pub fn chunk(&mut self, state: &State, at_end: bool) -> TraceChunk {
        let header = &state.header;
        let upto =
            |count: &AtomicU32, capacity: usize| (count.load(Acquire) as usize).min(capacity);
        // Counted first: the rows that events refer to were given out before them.
        let events = upto(&header.events, capacity::EVENTS);
        let mut chunk = TraceChunk::default();
        while self.events < events {
            let row = &state.events[self.events];
            if row.kind.load(Acquire) == 0 && !at_end {
                break;
            }
            self.events += 1;
            chunk.events.extend(event(state, row));
        }
        let processes = upto(&header.processes, capacity::PROCESSES);
        for id in self.processes..processes {
            chunk.processes.push(process(state, id));
        }
        self.processes = self.processes.max(processes);
        let tasks = upto(&header.tasks, capacity::TASKS);
        while self.tasks < tasks {
            if state.tasks[self.tasks].state.load(Acquire) == 0 && !at_end {
                break;
            }
            let info = self.task(state, self.tasks as u16);
            chunk.tasks.push(info);
            self.tasks += 1;
        }
        let objects = upto(&header.objects, capacity::OBJECTS);
        while self.objects < objects {
            let row = &state.objects[self.objects];
            if row.kind.load(Acquire) == 0 && !at_end {
                break;
            }
            let info = self.object(state, self.objects as u32, row);
            chunk.objects.push(info);
            self.objects += 1;
        }
        chunk
    }

    /// What every task that is not over was about to do.
    pub fn pending(&self, state: &State) -> Vec<Pending> {
        (0..self.tasks.min(usize::from(TaskSet::CAPACITY)))
            .filter_map(|id| {
                let row = &state.tasks[id];
                let task_state = TaskState::from_u32(row.state.load(Acquire));
                if task_state != TaskState::Pending {
                    return None;
                }
                Some(Pending {
                    task: TaskId(id as u16),
                    op: pending_op(row)?,
                    location: location(row.op_file.load(Relaxed), row.op_line.load(Relaxed)),
                    enabled: is_enabled(state, id as u16),
                    timed: row.deadline.load(Relaxed) != u64::MAX,
                })
            })
            .collect()
    }

    /// The first uncaught exception that the program reported.
    pub fn first_uncaught(&self, state: &State) -> Option<Event> {
        let is_uncaught = |row: &&EventRow| row.kind.load(Acquire) == RowKind::Uncaught as u8;
        state.events[..self.events]
            .iter()
            .find(is_uncaught)
            .and_then(|row| event(state, row))
    }

    /// How the agent says that it ended.
    pub fn end(state: &State) -> End {
        End::from_u32(state.header.end.load(Acquire))
    }

    /// The snapshots that were written, one JSON text a process.
    pub fn snapshots(state: &State) -> Vec<String> {
        let used = (state.header.snapshot.load(Acquire) as usize).min(capacity::SNAPSHOT);
        let bytes = copy(&state.snapshot[..used]);
        let mut rest = bytes.as_slice();
        let mut texts = Vec::new();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let length = u32::from_le_bytes(*length) as usize;
            let Some((text, after)) = after.split_at_checked(length) else {
                break;
            };
            texts.push(String::from_utf8_lossy(text).into_owned());
            rest = after;
        }
        texts
    }

    fn task(&mut self, state: &State, id: u16) -> TaskInfo {
        let row = &state.tasks[usize::from(id)];
        let parent = row.parent.load(Relaxed);
        let nth = row.nth.load(Relaxed);
        // A parent comes before its children; anything else is a forged row.
        let path = match u16::try_from(parent).ok().filter(|p| *p < id) {
            Some(parent) => format!("{}.{nth}", self.path(parent)),
            None => format!("{nth}"),
        };
        self.paths.insert(id, path.clone());
        let name = text(state, row.name_at.load(Relaxed), row.name_len.load(Relaxed));
        TaskInfo {
            id: TaskId(id),
            path,
            name: name.unwrap_or_else(|| format!("T{id}")),
            process: ProcessId(row.process.load(Relaxed).min(capacity::PROCESSES as u32) as u16),
            system: row.system.load(Relaxed) != 0,
        }
    }

    fn path(&self, task: u16) -> &str {
        self.paths.get(&task).map_or("?", String::as_str)
    }

    fn object(&self, state: &State, id: u32, row: &ObjectRow) -> ObjectInfo {
        let kind = (row.kind.load(Relaxed) as usize)
            .checked_sub(1)
            .and_then(|n| OBJECT_KINDS.get(n))
            .copied()
            .unwrap_or(ObjectKind::Variable);
        let task = row.task.load(Relaxed).min(u32::from(u16::MAX)) as u16;
        ObjectInfo {
            id: ObjectId(id),
            kind,
            name: text(state, row.name_at.load(Relaxed), row.name_len.load(Relaxed))
                .unwrap_or_else(|| format!("object {id}")),
            key: format!("{}#{}", self.path(task), row.nth.load(Relaxed)),
        }
    }
}

/// Whether the task's pending operation can complete now (timeouts aside).
pub fn is_enabled(state: &State, task: u16) -> bool {
    let Some(row) = state.tasks.get(usize::from(task)) else {
        return false;
    };
    let held_by = state.header.held_by.load(Relaxed);
    if held_by != 0 && held_by != u32::from(task) + 1 {
        return false;
    }
    let (a, b) = (row.wait_a.load(Relaxed), row.wait_b.load(Relaxed));
    match WaitMode::from_u32(row.wait_mode.load(Relaxed)) {
        WaitMode::Always => true,
        WaitMode::Flag => row.ready.load(Acquire) != 0,
        WaitMode::Free => is_free(state, a, task),
        WaitMode::BothFree => is_free(state, a, task) && is_free(state, b, task),
        WaitMode::TaskOver => state
            .tasks
            .get(a as usize)
            .is_none_or(|row| TaskState::from_u32(row.state.load(Acquire)).is_over()),
    }
}

fn is_free(state: &State, object: u32, task: u16) -> bool {
    let Some(row) = state.objects.get(object as usize) else {
        return true;
    };
    row.value.load(Acquire) > 0 || row.owner.load(Acquire) == u32::from(task) + 1
}

/// The operation that a task's row announces; `None` when its kind is unknown.
pub fn pending_op(row: &TaskRow) -> Option<Op> {
    Some(Op {
        kind: OpKind::from_code(row.op_kind.load(Relaxed))?,
        object: object_id(row.op_object.load(Relaxed)),
        also: object_id(row.op_also.load(Relaxed)),
        target: task_id(row.op_target.load(Relaxed)),
    })
}

fn event(state: &State, row: &EventRow) -> Option<Event> {
    let body = text(
        state,
        row.text_at.load(Relaxed),
        row.text_len.load(Relaxed) & !STDERR_BIT,
    );
    let what = match row.kind.load(Acquire) {
        1 => What::Op {
            op: event_op(row)?,
            held: row.result.load(Relaxed) & HELD_BIT != 0,
            timed: row.result.load(Relaxed) & TIMED_BIT != 0,
            left_waiting: row.result.load(Relaxed) & LEFT_BIT != 0,
            result: match row.result.load(Relaxed) & !(HELD_BIT | TIMED_BIT | LEFT_BIT) {
                1 => OpResult::TimedOut,
                2 => OpResult::WouldBlock,
                _ => OpResult::Done,
            },
            enabled: TaskSet::from_bits(bits(&row.enabled)).into(),
            output: body.map(|text| {
                let to_stderr = row.text_len.load(Relaxed) & STDERR_BIT != 0;
                (if to_stderr { Stream::Err } else { Stream::Out }, text)
            }),
        },
        2 => What::Wait { op: event_op(row)? },
        3 => {
            let body = body.unwrap_or_default();
            let mut parts = body.splitn(3, '\u{1f}');
            let mut part = || parts.next().unwrap_or_default().to_owned();
            What::Uncaught {
                exception: part(),
                message: part(),
                traceback: part(),
            }
        }
        4 => What::Uncontrolled {
            call: body.unwrap_or_default(),
        },
        _ => return None,
    };
    Some(Event {
        task: TaskId(row.task.load(Relaxed).min(capacity::TASKS as u16 - 1)),
        at: Nanos(row.at.load(Relaxed)),
        location: location(row.file.load(Relaxed), row.line.load(Relaxed)),
        what,
    })
}

/// Marks text for standard error in `EventRow::text_len`.
pub const STDERR_BIT: u32 = 1 << 31;

fn event_op(row: &EventRow) -> Option<Op> {
    Some(Op {
        kind: OpKind::from_code(row.op.load(Relaxed))?,
        object: object_id(row.object.load(Relaxed)),
        also: object_id(row.also.load(Relaxed)),
        target: task_id(row.target.load(Relaxed)),
    })
}

fn process(state: &State, id: usize) -> ProcessInfo {
    let row = &state.processes[id];
    let parent = row.parent.load(Relaxed);
    ProcessInfo {
        id: ProcessId(id as u16),
        pid: row.pid.load(Relaxed),
        parent: (parent != NONE32).then(|| ProcessId(parent.min(u32::from(u16::MAX)) as u16)),
        start: match row.start.load(Relaxed) {
            1 => StartMethod::Fork,
            2 => StartMethod::Spawn,
            _ => StartMethod::Main,
        },
    }
}

fn object_id(raw: u32) -> Option<ObjectId> {
    ((raw as usize) < capacity::OBJECTS).then_some(ObjectId(raw))
}

fn task_id(raw: u16) -> Option<TaskId> {
    (raw != NONE_TASK && usize::from(raw) < capacity::TASKS).then_some(TaskId(raw))
}

fn location(file: u32, line: u32) -> Option<Location> {
    (line != 0).then(|| Location {
        file: file.min(u32::from(u16::MAX)) as u16,
        line,
    })
}

/// Reads a set of up to 128 tasks.
pub fn bits(words: &[std::sync::atomic::AtomicU64; 2]) -> u128 {
    u128::from(words[0].load(Relaxed)) | u128::from(words[1].load(Relaxed)) << 64
}

fn text(state: &State, at: u32, length: u32) -> Option<String> {
    if at == NONE32 || length == 0 {
        return None;
    }
    let (at, length) = (at as usize, (length as usize).min(MAX_TEXT));
    let bytes = copy(state.text.get(at..at.checked_add(length)?)?);
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Copies before anything looks at the bytes: the program could change them meanwhile.
fn copy(bytes: &[AtomicU8]) -> Vec<u8> {
    bytes.iter().map(|b| b.load(Relaxed)).collect()
}

/// The number an agent writes for an object's kind.
pub fn object_code(kind: ObjectKind) -> u32 {
    OBJECT_KINDS
        .iter()
        .position(|k| *k == kind)
        .map_or(0, |n| n as u32 + 1)
}
