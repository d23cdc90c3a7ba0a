//! An execution in Chrome's trace format, which ui.perfetto.dev opens.
//!
//! A track for each task, with its operations; and a track for each lock, with who held it when.
//! Spans on one track must nest in this format, and holds of two locks overlap all the time, so
//! they cannot be on the track of their task. A controlled execution has no durations: each step is
//! drawn as long as a millisecond. A free run is drawn in its own time.

use std::collections::BTreeMap;

use heddle_trace::{ObjectId, ObjectKind, Op, OpKind, OpResult, TaskId, Trace, What, words};
use serde_json::{Value, json};

/// What a step is long, in microseconds.
const STEP: f64 = 1000.0;
/// The group of the locks; tasks are in the groups of their processes, which are numbered from 1.
const LOCKS: u32 = 1_000_000;

/// The file's text.
pub(super) fn text(trace: &Trace) -> String {
    let mut events = Vec::new();
    names(trace, &mut events);
    let mut holds = Holds::default();
    let mut end = 0.0_f64;
    for (step, event, op) in trace.steps() {
        let is_free = trace.granularity.is_none();
        let at = match is_free {
            true => event.at.0 as f64 / 1000.0,
            false => step as f64 * STEP,
        };
        let length = if is_free { 1.0 } else { STEP };
        end = end.max(at + length);
        let line = event.location.map(|location| location.line);
        events.push(json!({
            "ph": "X", "ts": at, "dur": length,
            "pid": process(trace, event.task), "tid": event.task.0,
            "name": words::intent(trace, op),
            "args": { "step": step, "line": line },
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
        name("process_name", pid, 0, format!("process {}", info.id.0));
    }
    for info in &trace.tasks {
        let task = words::task(trace, info.id);
        name(
            "thread_name",
            process(trace, info.id),
            info.id.0.into(),
            task,
        );
    }
    name("process_name", LOCKS, 0, "locks".into());
    for info in &trace.objects {
        if matches!(info.kind, ObjectKind::Lock | ObjectKind::RLock) {
            name(
                "thread_name",
                LOCKS,
                info.id.0,
                words::object(trace, info.id),
            );
        }
    }
}

fn held(trace: &Trace, over: &Over, until: f64) -> Value {
    json!({
        "ph": "X", "ts": over.since, "dur": until - over.since,
        "pid": LOCKS, "tid": over.lock.0,
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
    since: f64,
}

/// A hold that has ended.
struct Over {
    lock: ObjectId,
    task: TaskId,
    since: f64,
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
    fn follow(&mut self, task: TaskId, op: &Op, result: OpResult, at: f64) -> Option<Over> {
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

    fn take(&mut self, lock: ObjectId, task: TaskId, times: u32, since: f64) {
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
