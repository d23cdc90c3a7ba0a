//! Traces made by hand.

use heddle_analysis::Source;
use heddle_trace::{
    Event, Finding, Granularity, Location, Nanos, ObjectId, ObjectInfo, ObjectKind, Op, OpKind,
    OpResult, Outcome, Pending, ProcessId, ProcessInfo, Program, StartMethod, Stream, TaskId,
    TaskInfo, Trace, What,
};

pub(crate) const MAIN: TaskId = TaskId(0);

/// A trace that grows step by step. Lines are given with each step.
pub(crate) struct Story {
    pub(crate) trace: Trace,
}

impl Story {
    pub(crate) fn new() -> Self {
        let main = ProcessInfo {
            id: ProcessId(0),
            pid: 1,
            parent: None,
            start: StartMethod::Main,
        };
        let trace = Trace {
            granularity: Some(Granularity::Language),
            timeouts: heddle_trace::Timeouts::Respect,
            processes: vec![main],
            tasks: Vec::new(),
            objects: Vec::new(),
            events: Vec::new(),
            pending: Vec::new(),
            outcome: Outcome::Finished,
        };
        let mut story = Story { trace };
        story.task("MainThread");
        story
    }

    /// A story with two tasks that main has started.
    pub(crate) fn with_two_tasks() -> (Self, TaskId, TaskId) {
        let mut story = Story::new();
        let (one, two) = (story.started("t1"), story.started("t2"));
        (story, one, two)
    }

    pub(crate) fn task(&mut self, name: &str) -> TaskId {
        let id = TaskId(self.trace.tasks.len() as u16);
        self.trace.tasks.push(TaskInfo {
            id,
            path: format!("0.{}", id.0),
            name: name.into(),
            process: ProcessId(0),
            system: false,
        });
        id
    }

    pub(crate) fn started(&mut self, name: &str) -> TaskId {
        let task = self.task(name);
        self.on(MAIN, OpKind::Start, task, 1);
        self.on(task, OpKind::TaskBegin, task, 1);
        task
    }

    pub(crate) fn object(&mut self, kind: ObjectKind, name: &str) -> ObjectId {
        let id = ObjectId(self.trace.objects.len() as u32);
        self.trace.objects.push(ObjectInfo {
            id,
            kind,
            name: name.into(),
            key: format!("0#{}", id.0),
        });
        id
    }

    pub(crate) fn lock(&mut self, name: &str) -> ObjectId {
        self.object(ObjectKind::Lock, name)
    }

    pub(crate) fn variable(&mut self, name: &str) -> ObjectId {
        self.object(ObjectKind::Variable, name)
    }

    pub(crate) fn push(&mut self, task: TaskId, op: Op, result: OpResult, line: u32) {
        self.trace.events.push(Event {
            task,
            at: Nanos(self.trace.events.len() as u64),
            location: Some(Location { file: 0, line }),
            what: What::Op {
                op,
                result,
                enabled: Vec::new(),
                held: false,
                timed: false,
                left_waiting: false,
                output: None,
            },
        });
    }

    pub(crate) fn does(&mut self, task: TaskId, kind: OpKind, object: ObjectId, line: u32) {
        self.push(task, op(kind, object), OpResult::Done, line);
    }

    /// Start, begin, end or join of `target`.
    pub(crate) fn on(&mut self, task: TaskId, kind: OpKind, target: TaskId, line: u32) {
        self.push(task, of_task(kind, target), OpResult::Done, line);
    }

    pub(crate) fn ends(&mut self, task: TaskId) {
        self.on(task, OpKind::TaskEnd, task, 1);
    }

    pub(crate) fn prints(&mut self, task: TaskId, text: &str) {
        self.trace.events.push(Event {
            task,
            at: Nanos(0),
            location: None,
            what: What::Op {
                held: false,
                timed: false,
                left_waiting: false,
                op: Op {
                    kind: OpKind::Output,
                    object: None,
                    also: None,
                    target: None,
                },
                result: OpResult::Done,
                enabled: Vec::new(),
                output: Some((Stream::Out, text.into())),
            },
        });
    }

    /// The task wants to do this and cannot.
    pub(crate) fn waits(&mut self, task: TaskId, op: Op, line: u32) {
        self.trace.pending.push(Pending {
            task,
            op,
            location: Some(Location { file: 0, line }),
            enabled: false,
            timed: false,
        });
    }

    pub(crate) fn stuck(mut self) -> Trace {
        self.trace.outcome = heddle_analysis::deadlock(&self.trace);
        self.trace
    }

    pub(crate) fn findings(&self) -> Vec<Finding> {
        heddle_analysis::analyse(&self.trace)
    }

    /// What is found with the program's text at hand. Its first line is line 1.
    pub(crate) fn findings_in(&self, text: &str) -> Vec<Finding> {
        let source = Source::new(&Program::python(text));
        heddle_analysis::analyse_with(&self.trace, &source)
    }

    /// Names of the findings with the program's text at hand.
    pub(crate) fn names_in(&self, text: &str) -> Vec<&'static str> {
        self.findings_in(text)
            .iter()
            .map(|f| f.what.name())
            .collect()
    }

    /// Names of the findings.
    pub(crate) fn names(&self) -> Vec<&'static str> {
        self.findings().iter().map(|f| f.what.name()).collect()
    }
}

pub(crate) fn op(kind: OpKind, object: ObjectId) -> Op {
    Op {
        kind,
        object: Some(object),
        also: None,
        target: None,
    }
}

pub(crate) fn with(kind: OpKind, object: ObjectId, also: ObjectId) -> Op {
    Op {
        also: Some(also),
        ..op(kind, object)
    }
}

pub(crate) fn of_task(kind: OpKind, target: TaskId) -> Op {
    Op {
        kind,
        object: None,
        also: None,
        target: Some(target),
    }
}
