//! An execution in Chrome's trace format, which ui.perfetto.dev opens.
//!
//! A track for each task, with its operations; and a track for each lock, with who held it when.
//! Spans on one track must nest in this format (Google, *Trace Event Format*, 2016), and holds of two
//! locks overlap all the time, so they cannot be on the track of their task. A controlled execution has
//! no durations: each step is drawn as long as a millisecond. A free run is drawn in its own time; its
//! operations last up to a microsecond, or until the task's next one.

use std::collections::BTreeMap;

use heddle_trace::{ObjectId, ObjectKind, Op, OpKind, OpResult, TaskId, Trace, What, words};
use serde_json::{Value, json};

/// What a step is long, in nanoseconds.
const STEP: u64 = 1_000_000;
/// What an operation of a free run is long at most, in nanoseconds.
const OPERATION: u64 = 1_000;
/// The group of the locks; tasks are in the groups of their processes, which are numbered from 1, as
/// the tracks are: thread 0 is the kernel's own for readers of this format. No two tracks have one
/// number.
const LOCKS: u32 = 1_000_000;

/// The file's text.
pub(super) fn text(trace: &Trace) -> String {
    let mut events = Vec::new();
    names(trace, &mut events);
    let mut holds = Holds::default();
    let mut end = 0;
    for ((step, event, op), (at, length)) in trace.steps().zip(spans(trace)) {
        end = end.max(at + length);
        let mut args = json!({ "step": step });
        if let Some(place) = event.location {
            args["line"] = place.line.into();
        }
        events.push(json!({
            "ph": "X", "ts": microseconds(at), "dur": microseconds(length),
            "pid": process(trace, event.task), "tid": track(event.task),
            "name": words::intent(trace, op),
            "args": args,
        }));
        let result = match event.what {
            What::Op { result, .. } => result,
            _ => OpResult::Done,
        };
        if let Some(over) = holds.follow(event.task, op, result, at) {
            events.push(held(trace, &over, at));
        }
    }
    for over in std::mem::take(&mut holds.now).into_iter().map(Over::from) {
        events.push(held(trace, &over, end));
    }
    json!({ "displayTimeUnit": "ms", "traceEvents": events }).to_string()
}

/// When each step begins, and how long it is, in nanoseconds.
fn spans(trace: &Trace) -> Vec<(u64, u64)> {
    if trace.granularity.is_some() {
        let steps = (0..).take(trace.steps().count());
        return steps.map(|step: u64| (step * STEP, STEP)).collect();
    }
    let mut next: BTreeMap<TaskId, u64> = BTreeMap::new();
    let starts: Vec<(TaskId, u64)> = trace
        .steps()
        .map(|(_, event, _)| (event.task, event.at.0))
        .collect();
    let mut spans: Vec<(u64, u64)> = starts
        .into_iter()
        .rev()
        .map(|(task, at)| {
            let after = next.insert(task, at);
            let room = after.map_or(OPERATION, |after| after.saturating_sub(at));
            (at, room.min(OPERATION))
        })
        .collect();
    spans.reverse();
    spans
}

/// The format's unit.
fn microseconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1000.0
}

fn track(task: TaskId) -> u32 {
    u32::from(task.0) + 1
}

fn lock_track(lock: ObjectId) -> u32 {
    LOCKS + 1 + lock.0
}

fn process(trace: &Trace, task: TaskId) -> u32 {
    let info = trace.tasks.get(usize::from(task.0));
    info.map_or(0, |info| u32::from(info.process.0)) + 1
}

fn names(trace: &Trace, events: &mut Vec<Value>) {
    let mut name = |what: &str, pid: u32, tid: u32, name: String| {
        events.push(json!({
            "ph": "M", "name": what, "pid": pid, "tid": tid, "args": { "name": name },
        }));
    };
    for info in &trace.processes {
        let pid = u32::from(info.id.0) + 1;
        name("process_name", pid, pid, format!("process {}", info.id.0));
    }
    for info in &trace.tasks {
        let task = words::task(trace, info.id);
        name("thread_name", process(trace, info.id), track(info.id), task);
    }
    name("process_name", LOCKS, LOCKS, "locks".into());
    for info in &trace.objects {
        if matches!(info.kind, ObjectKind::Lock | ObjectKind::RLock) {
            name(
                "thread_name",
                LOCKS,
                lock_track(info.id),
                words::object(trace, info.id),
            );
        }
    }
}

fn held(trace: &Trace, over: &Over, until: u64) -> Value {
    let length = until.saturating_sub(over.since);
    json!({
        "ph": "X", "ts": microseconds(over.since), "dur": microseconds(length),
        "pid": LOCKS, "tid": lock_track(over.lock),
        "name": format!("held by {}", words::task(trace, over.task)),
    })
}

/// Who holds which lock, how often, and since when.
#[derive(Debug, Default)]
struct Holds {
    now: BTreeMap<ObjectId, Hold>,
    /// Holds that waiting on a condition has interrupted.
    parked: BTreeMap<(ObjectId, TaskId), u32>,
}

#[derive(Debug, Clone, Copy)]
struct Hold {
    task: TaskId,
    times: u32,
    since: u64,
}

/// A hold that has ended.
struct Over {
    lock: ObjectId,
    task: TaskId,
    since: u64,
}

impl From<(ObjectId, Hold)> for Over {
    fn from((lock, hold): (ObjectId, Hold)) -> Over {
        Over {
            lock,
            task: hold.task,
            since: hold.since,
        }
    }
}

impl Holds {
    /// A task performed an operation; the hold that this ended.
    fn follow(&mut self, task: TaskId, op: &Op, result: OpResult, at: u64) -> Option<Over> {
        match op.kind {
            OpKind::Acquire | OpKind::TryAcquire if result == OpResult::Done => {
                self.take(op.object?, task, 1, at);
                None
            }
            OpKind::ConditionWake => {
                let lock = op.also?;
                let times = self.parked.remove(&(lock, task)).unwrap_or(1);
                self.take(lock, task, times, at);
                None
            }
            OpKind::Release => {
                let lock = op.object?;
                let hold = self.now.get_mut(&lock)?;
                hold.times = hold.times.saturating_sub(1);
                let is_over = hold.times == 0;
                is_over.then(|| self.end(lock)).flatten()
            }
            OpKind::ConditionWait => {
                let lock = op.also?;
                let times = self.now.get(&lock)?.times;
                self.parked.insert((lock, task), times);
                self.end(lock)
            }
            _ => None,
        }
    }

    fn take(&mut self, lock: ObjectId, task: TaskId, times: u32, since: u64) {
        let new = Hold {
            task,
            times: 0,
            since,
        };
        self.now.entry(lock).or_insert(new).times += times;
    }

    fn end(&mut self, lock: ObjectId) -> Option<Over> {
        self.now.remove(&lock).map(|hold| (lock, hold).into())
    }
}
