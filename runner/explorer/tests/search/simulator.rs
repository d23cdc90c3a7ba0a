//! `execute(program, prefix, policy) -> trace` for tiny programs, without Python.
//!
//! A program is one list of instructions for each task. Task 0 starts the others if the program
//! says so, else all run from the beginning. Object rows are given out in the order of first touch,
//! as an agent does, so that rows differ between executions.

use std::collections::{BTreeMap, VecDeque};

use heddle_explorer::{Exploration, Proposal, Strategy};
use heddle_policy::{Choice, Point, Policy};
use heddle_trace::{
    Event, FailingExecution, Granularity, Location, Nanos, ObjectId, ObjectInfo, ObjectKind, Op,
    OpKind, OpResult, Outcome, Pending, ProcessId, ProcessInfo, Program as Source, Schedule,
    StartMethod, Stream, TaskId, TaskInfo, TaskSet, Trace, Verdict, What,
};

/// One instruction; each is one step, but for `UnlessZero` and `Exit`, which are none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Do {
    Acquire(u8),
    TryAcquire(u8),
    Release(u8),
    /// Register = variable.
    Read(u8),
    /// Variable = register + 1.
    Write(u8),
    Put(u8),
    Get(u8),
    Start(u8),
    Join(u8),
    /// Prints the register.
    Print,
    /// Skips the next instruction when the register is 0. (A failed try-acquire gives 0.)
    UnlessZero,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub(crate) struct Program {
    pub(crate) tasks: Vec<Vec<Do>>,
    /// Room in every queue; `None` is unbounded.
    pub(crate) room: Option<usize>,
}

impl Program {
    pub(crate) fn new(tasks: &[&[Do]]) -> Self {
        Program {
            tasks: tasks.iter().map(|task| task.to_vec()).collect(),
            room: None,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Name {
    Lock(u8),
    Variable(u8),
    Queue(u8),
    Stdout,
}

struct Machine<'a> {
    program: &'a Program,
    next: Vec<usize>,
    register: Vec<u32>,
    running: Vec<bool>,
    ended: Vec<bool>,
    /// Whether somebody waits for its end. Otherwise its end is no step: it would only multiply the
    /// interleavings.
    joined: Vec<bool>,
    owner: BTreeMap<u8, usize>,
    variables: BTreeMap<u8, u32>,
    queues: BTreeMap<u8, VecDeque<u32>>,
    rows: Vec<Name>,
    pub(crate) trace: Trace,
}

/// Runs the program. Deterministic: the same proposal gives the same trace.
pub(crate) fn execute(program: &Program, proposal: &Proposal) -> Trace {
    let mut machine = Machine::new(program);
    let mut policy = proposal.policy;
    let mut last = None;
    let mut step = 0;
    machine.trace.outcome = loop {
        let enabled = machine.enabled();
        if enabled.is_empty() {
            break machine.end();
        }
        let chosen = match proposal.prefix.get(step as usize) {
            Some(task) if enabled.contains(*task) => *task,
            Some(_) => break Outcome::Diverged { step },
            None => {
                let point = Point {
                    step,
                    last,
                    enabled,
                    pending: &|task| machine.peek(task),
                };
                match policy.choose(&point) {
                    Choice::Task(task) => task,
                    Choice::Stop | Choice::Redundant => break Outcome::Stopped,
                }
            }
        };
        machine.step(chosen, enabled);
        last = Some(chosen);
        step += 1;
    };
    machine.finish()
}

impl<'a> Machine<'a> {
    fn new(program: &'a Program) -> Self {
        let tasks = program.tasks.len();
        let named = |wanted: fn(u8) -> Do| -> Vec<bool> {
            let named = |task| {
                program
                    .tasks
                    .iter()
                    .flatten()
                    .any(|what| *what == wanted(task))
            };
            (0..tasks as u8).map(named).collect()
        };
        let info = |n: usize| TaskInfo {
            id: TaskId(n as u16),
            path: if n == 0 { "0".into() } else { format!("0.{n}") },
            name: format!("t{n}"),
            process: ProcessId(0),
            system: false,
        };
        Machine {
            program,
            next: vec![0; tasks],
            register: vec![0; tasks],
            running: named(Do::Start).iter().map(|started| !started).collect(),
            ended: program.tasks.iter().map(Vec::is_empty).collect(),
            joined: named(Do::Join),
            owner: BTreeMap::new(),
            variables: BTreeMap::new(),
            queues: BTreeMap::new(),
            rows: Vec::new(),
            trace: Trace {
                granularity: Some(Granularity::Language),
                processes: vec![ProcessInfo {
                    id: ProcessId(0),
                    pid: 1,
                    parent: None,
                    start: StartMethod::Main,
                }],
                tasks: (0..tasks).map(info).collect(),
                objects: Vec::new(),
                events: Vec::new(),
                pending: Vec::new(),
                outcome: Outcome::Stopped,
            },
        }
    }

    /// The instruction at which a task that runs stands; `None` past the last: it is about to end.
    fn instruction(&self, task: usize) -> Option<Do> {
        self.program.tasks[task].get(self.next[task]).copied()
    }

    fn can(&self, task: usize) -> bool {
        let length = |queue: &u8| self.queues.get(queue).map_or(0, VecDeque::len);
        self.running[task]
            && !self.ended[task]
            && match self.instruction(task) {
                Some(Do::Acquire(lock)) => !self.owner.contains_key(&lock),
                Some(Do::Get(queue)) => length(&queue) > 0,
                Some(Do::Put(queue)) => self.program.room.is_none_or(|room| length(&queue) < room),
                Some(Do::Join(other)) => self.ended[usize::from(other)],
                _ => true,
            }
    }

    fn enabled(&self) -> TaskSet {
        let tasks = (0..self.program.tasks.len()).filter(|task| self.can(*task));
        tasks.map(|task| TaskId(task as u16)).collect()
    }

    fn end(&self) -> Outcome {
        let left = self
            .running
            .iter()
            .zip(&self.ended)
            .any(|(running, ended)| *running && !ended);
        match left {
            false => Outcome::Finished,
            true => Outcome::Deadlock {
                waiting: Vec::new(),
                cycle: Vec::new(),
            },
        }
    }

    fn describe(what: Option<Do>, task: usize) -> (OpKind, Option<Name>, Option<usize>) {
        match what {
            None => (OpKind::TaskEnd, None, Some(task)),
            Some(Do::Acquire(lock)) => (OpKind::Acquire, Some(Name::Lock(lock)), None),
            Some(Do::TryAcquire(lock)) => (OpKind::TryAcquire, Some(Name::Lock(lock)), None),
            Some(Do::Release(lock)) => (OpKind::Release, Some(Name::Lock(lock)), None),
            Some(Do::Read(variable)) => (OpKind::Read, Some(Name::Variable(variable)), None),
            Some(Do::Write(variable)) => (OpKind::Write, Some(Name::Variable(variable)), None),
            Some(Do::Put(queue)) => (OpKind::QueuePut, Some(Name::Queue(queue)), None),
            Some(Do::Get(queue)) => (OpKind::QueueGet, Some(Name::Queue(queue)), None),
            Some(Do::Start(other)) => (OpKind::Start, None, Some(usize::from(other))),
            Some(Do::Join(other)) => (OpKind::Join, None, Some(usize::from(other))),
            Some(Do::Print) => (OpKind::Output, Some(Name::Stdout), None),
            Some(Do::UnlessZero) => unreachable!("no step of its own"),
        }
    }

    fn op(&self, task: usize) -> (Op, Option<Name>) {
        let (kind, name, target) = Self::describe(self.instruction(task), task);
        // An object that nobody has touched gets the next free row when it is touched.
        let row = name.map(|name| {
            let known = self.rows.iter().position(|row| *row == name);
            // Before the first touch any row that is like no other's will do.
            known.unwrap_or(1_000 + Self::fresh(name)) as u32
        });
        let op = Op {
            kind,
            object: row.map(ObjectId),
            also: None,
            target: target.map(|target| TaskId(target as u16)),
        };
        (op, name)
    }

    fn fresh(name: Name) -> usize {
        match name {
            Name::Lock(n) => usize::from(n),
            Name::Variable(n) => 300 + usize::from(n),
            Name::Queue(n) => 600 + usize::from(n),
            Name::Stdout => 900,
        }
    }

    fn peek(&self, task: TaskId) -> Op {
        self.op(usize::from(task.0)).0
    }

    fn step(&mut self, task: TaskId, enabled: TaskSet) {
        let row = usize::from(task.0);
        let instruction = self.instruction(row);
        self.touch(row);
        let (op, _) = self.op(row);
        let line = (row * 100 + self.next[row] + 1) as u32;
        let (result, output) = self.perform(row, instruction);
        self.next[row] += 1;
        if self.instruction(row) == Some(Do::UnlessZero) {
            self.next[row] += if self.register[row] == 0 { 2 } else { 1 };
        }
        if self.instruction(row).is_none() && !self.joined[row] {
            self.ended[row] = true;
        }
        self.trace.events.push(Event {
            task,
            at: Nanos(0),
            location: Some(Location { file: 0, line }),
            what: What::Op {
                op,
                result,
                enabled: enabled.into(),
                output: output.map(|text| (Stream::Out, text)),
            },
        });
    }

    fn touch(&mut self, task: usize) {
        let (_, name, _) = Self::describe(self.instruction(task), task);
        if let Some(name) = name.filter(|name| !self.rows.contains(name)) {
            self.trace.objects.push(ObjectInfo {
                id: ObjectId(self.rows.len() as u32),
                kind: ObjectKind::Variable,
                name: format!("{name:?}"),
                key: String::new(),
            });
            self.rows.push(name);
        }
    }

    fn perform(&mut self, task: usize, what: Option<Do>) -> (OpResult, Option<String>) {
        let mut result = OpResult::Done;
        let mut output = None;
        match what {
            None => self.ended[task] = true,
            Some(Do::Acquire(lock)) => {
                self.owner.insert(lock, task);
            }
            Some(Do::TryAcquire(lock)) if self.owner.contains_key(&lock) => {
                result = OpResult::WouldBlock;
                self.register[task] = 0;
            }
            Some(Do::TryAcquire(lock)) => {
                self.owner.insert(lock, task);
                self.register[task] = 1;
            }
            Some(Do::Release(lock)) => {
                self.owner.remove(&lock);
            }
            Some(Do::Read(variable)) => {
                self.register[task] = self.variables.get(&variable).copied().unwrap_or(0);
            }
            Some(Do::Write(variable)) => {
                self.variables.insert(variable, self.register[task] + 1);
            }
            Some(Do::Put(queue)) => {
                let item = self.register[task];
                self.queues.entry(queue).or_default().push_back(item);
            }
            Some(Do::Get(queue)) => {
                let item = self.queues.entry(queue).or_default().pop_front();
                self.register[task] = item.unwrap();
            }
            Some(Do::Start(other)) => self.running[usize::from(other)] = true,
            Some(Do::Join(_) | Do::UnlessZero) => {}
            Some(Do::Print) => output = Some(format!("{} ", self.register[task])),
        }
        (result, output)
    }

    fn finish(mut self) -> Trace {
        for task in 0..self.program.tasks.len() {
            if !self.running[task] || self.ended[task] {
                continue;
            }
            self.touch(task);
            let pending = Pending {
                task: TaskId(task as u16),
                op: self.op(task).0,
                location: None,
                enabled: self.can(task),
                timed: false,
            };
            self.trace.pending.push(pending);
        }
        self.trace
    }
}

/// Everything that a search shows, without stopping at failures.
pub(crate) fn all(program: &Program, mut strategy: impl Strategy) -> Vec<Trace> {
    let mut traces = Vec::new();
    while let Some(proposal) = strategy.next() {
        let trace = execute(program, &proposal);
        strategy.record(&proposal, &heddle_explorer::Executed::new(&trace));
        traces.push(trace);
    }
    traces
}

/// The schedule of a trace.
pub(crate) fn schedule(trace: &Trace) -> Schedule {
    let hash = Source::python("").hash();
    Schedule::new(&hash, Granularity::Language, trace.choices())
}

/// Runs an exploration to its end.
pub(crate) fn explore(program: &Program, exploration: &mut Exploration) {
    while let Some(proposal) = exploration.propose() {
        let trace = execute(program, &proposal);
        let failed = trace.outcome.is_failure().then(|| FailingExecution {
            schedule: schedule(&trace),
            outcome: trace.outcome.clone(),
            findings: Vec::new(),
            preemptions: 0,
        });
        exploration.record(&proposal, &trace, failed);
    }
}

/// The verdict of a report, its claim in words and its counts.
pub(crate) fn told(exploration: Exploration) -> (Verdict, String, u64, u64) {
    let report = exploration.report(Vec::new(), 0);
    (
        report.verdict,
        report.claim_text,
        report.executions,
        report.behaviours,
    )
}
