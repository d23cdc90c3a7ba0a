//! Puts the state of a stopped program together: who can go is computed from the stage; stacks and
//! values are what the program's processes said.

use std::collections::HashMap;

use heddle_trace::{Frame, Snapshot, TaskId, TaskSnapshot, TaskStatus, Trace, Variable};
use serde::Deserialize;

/// What one process said.
#[derive(Debug, Deserialize)]
struct Said {
    process: u32,
    state: State,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct State {
    stacks: HashMap<u16, Vec<Frame>>,
    globals: Vec<Variable>,
    shared: Vec<Variable>,
}

/// The state at the end of a trace. What cannot be read is left out: it is the program's own
/// report, and a program can say what it likes.
pub(crate) fn compose(trace: &Trace, reports: &[String]) -> Snapshot {
    let mut said: Vec<Said> = reports
        .iter()
        .filter_map(|text| serde_json::from_str(text).ok())
        .collect();
    said.sort_by_key(|report| report.process);
    let mut stacks = HashMap::new();
    let mut snapshot = Snapshot::default();
    for (i, report) in said.into_iter().enumerate() {
        let State {
            stacks: own,
            globals,
            shared,
        } = report.state;
        stacks.extend(own);
        // Other processes have copies; the first one's are the program's.
        if i == 0 {
            snapshot.globals = globals;
            snapshot.shared = shared;
        }
    }
    snapshot.tasks = trace
        .tasks
        .iter()
        .map(|task| describe(trace, task.id, &mut stacks))
        .collect();
    snapshot
}

fn describe(trace: &Trace, task: TaskId, stacks: &mut HashMap<u16, Vec<Frame>>) -> TaskSnapshot {
    let pending = trace.pending.iter().find(|pending| pending.task == task);
    let status = match pending {
        None => TaskStatus::Ended,
        Some(pending) if pending.enabled => TaskStatus::Enabled,
        Some(pending) if pending.timed => TaskStatus::Timed,
        Some(_) => TaskStatus::Blocked,
    };
    TaskSnapshot {
        task,
        status,
        pending: pending.map(|pending| pending.op),
        location: pending.and_then(|pending| pending.location),
        stack: stacks.remove(&task.0).unwrap_or_default(),
    }
}
