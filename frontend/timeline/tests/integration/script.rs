//! Traces for tests, written as a list of what happens.

use heddle_trace::{
    AccessSite, Event, Finding, FindingId, FindingKind, Granularity, Location, Nanos, ObjectId,
    ObjectInfo, ObjectKind, Op, OpKind, OpResult, Outcome, Pending, ProcessId, Severity, Stream,
    TaskId, TaskInfo, Trace, UnderGil, Waiting, What,
};

/// A trace that grows by one event for each call.
pub(crate) struct Script {
    pub(crate) trace: Trace,
}

pub(crate) fn op(kind: OpKind, object: u32) -> Op {
    Op {
        kind,
        object: Some(ObjectId(object)),
        also: None,
        target: None,
    }
}

impl Script {
    pub(crate) fn controlled(tasks: &[&str], objects: &[(ObjectKind, &str)]) -> Self {
        Self::new(Some(Granularity::Language), tasks, objects)
    }

    pub(crate) fn free(tasks: &[&str], objects: &[(ObjectKind, &str)]) -> Self {
        Self::new(None, tasks, objects)
    }

    fn new(
        granularity: Option<Granularity>,
        tasks: &[&str],
        objects: &[(ObjectKind, &str)],
    ) -> Self {
        let task = |(id, name): (u16, &&str)| TaskInfo {
            id: TaskId(id),
            path: format!("0.{id}"),
            name: (*name).to_owned(),
            process: ProcessId(0),
            system: false,
        };
        let object = |(id, (kind, name)): (u32, &(ObjectKind, &str))| ObjectInfo {
            id: ObjectId(id),
            kind: *kind,
            name: (*name).to_owned(),
            key: format!("0#{id}"),
        };
        Script {
            trace: Trace {
                granularity,
                timeouts: heddle_trace::Timeouts::Respect,
                processes: Vec::new(),
                tasks: (0..).zip(tasks).map(task).collect(),
                objects: (0..).zip(objects).map(object).collect(),
                events: Vec::new(),
                pending: Vec::new(),
                outcome: Outcome::Finished,
            },
        }
    }

    fn push(mut self, task: u16, what: What) -> Self {
        let number = self.trace.events.len() as u32;
        self.trace.events.push(Event {
            task: TaskId(task),
            at: Nanos(u64::from(number) * 1000),
            location: Some(Location {
                file: 0,
                line: number + 1,
            }),
            what,
        });
        self
    }

    /// A step, and who could have taken it.
    pub(crate) fn step(self, task: u16, op: Op, enabled: &[u16]) -> Self {
        let what = What::Op {
            op,
            result: OpResult::Done,
            enabled: enabled.iter().copied().map(TaskId).collect(),
            held: false,
            timed: false,
            left_waiting: false,
            output: None,
        };
        self.push(task, what)
    }

    /// An operation of a free run.
    pub(crate) fn done(self, task: u16, op: Op) -> Self {
        self.step(task, op, &[])
    }

    pub(crate) fn result(self, task: u16, op: Op, result: OpResult) -> Self {
        let (enabled, output) = (Vec::new(), None);
        let what = What::Op {
            held: false,
            timed: false,
            left_waiting: false,
            op,
            result,
            enabled,
            output,
        };
        self.push(task, what)
    }

    pub(crate) fn print(self, task: u16, text: &str) -> Self {
        let what = What::Op {
            held: false,
            timed: false,
            left_waiting: false,
            op: op(OpKind::Output, 0),
            result: OpResult::Done,
            enabled: Vec::new(),
            output: Some((Stream::Out, text.to_owned())),
        };
        self.push(task, what)
    }

    pub(crate) fn wait(self, task: u16, op: Op) -> Self {
        self.push(task, What::Wait { op })
    }

    pub(crate) fn dies(self, task: u16, exception: &str, message: &str) -> Self {
        let what = What::Uncaught {
            exception: exception.to_owned(),
            message: message.to_owned(),
            traceback: String::new(),
        };
        self.push(task, what)
    }

    pub(crate) fn pending(mut self, task: u16, op: Op, enabled: bool) -> Self {
        self.trace.pending.push(Pending {
            task: TaskId(task),
            op,
            location: Some(Location { file: 0, line: 99 }),
            enabled,
            timed: false,
        });
        self
    }
}

/// Two tasks that take two locks in opposite order, up to the deadlock: objects 0 and 1.
///
/// Steps: 0 main starts t1, 1 main starts t2, 2 t1 takes a, 3 t2 takes b, and all wait.
pub(crate) fn two_locks() -> Trace {
    let starts = |target: u16| Op {
        target: Some(TaskId(target)),
        object: None,
        ..op(OpKind::Start, 0)
    };
    let join = Op {
        kind: OpKind::Join,
        ..starts(1)
    };
    let begin = Op {
        kind: OpKind::TaskBegin,
        object: None,
        also: None,
        target: None,
    };
    let take = |object| op(OpKind::Acquire, object);
    let locks = [(ObjectKind::Lock, "a"), (ObjectKind::Lock, "b")];
    let mut trace = Script::controlled(&["MainThread", "t1", "t2"], &locks)
        .step(0, starts(1), &[0])
        .step(0, starts(2), &[0, 1])
        .step(1, begin, &[1, 2])
        .step(2, begin, &[1, 2])
        .step(1, take(0), &[1, 2])
        .step(2, take(1), &[1, 2])
        .pending(0, join, false)
        .pending(1, take(1), false)
        .pending(2, take(0), false)
        .trace;
    let waiting = |task, object: Option<u32>, other| Waiting {
        task: TaskId(task),
        object: object.map(ObjectId),
        for_tasks: vec![TaskId(other)],
        location: None,
    };
    trace.outcome = Outcome::Deadlock {
        waiting: vec![
            waiting(0, None, 1),
            waiting(1, Some(1), 2),
            waiting(2, Some(0), 1),
        ],
        cycle: vec![TaskId(1), TaskId(2)],
    };
    trace
}

/// A race between two events of two tasks.
pub(crate) fn race(first: (u16, u32), second: (u16, u32)) -> Finding {
    let site = |(task, event): (u16, u32)| AccessSite {
        task: TaskId(task),
        op: op(OpKind::Write, 0),
        location: None,
        event,
    };
    Finding {
        what: FindingKind::Race {
            object: ObjectId(0),
            first: site(first),
            second: site(second),
        },
        id: FindingId::default(),
        severity: Severity::Warning,
        message: String::new(),
        explanation: String::new(),
        under_gil: UnderGil::Unknown,
        granularity: None,
    }
}
