//! One execution, step by step.

use heddle_explorer::Proposal;
use heddle_policy::{Choice, Point, Policy};
use heddle_trace::{
    ErrorReport, Event, Granularity, Location, Nanos, ObjectId, ObjectInfo, ObjectKind, Op, OpKind,
    OpResult, Outcome, Pending, ProcessId, ProcessInfo, StartMethod, Stream, TaskId, TaskInfo,
    TaskSet, Timeouts, Trace, What,
};

use super::objects::{Described, Done, Name, Next, Objects, describe};
use super::program::{Do, Program};

/// Vain reads in a row after which a task is hidden.
const PATIENCE: u32 = 2;

/// Timeouts of one instruction in a row of its task's own steps after which it lets others go first.
const TRIES: u32 = 2;

/// Times in a row that nobody but a timeout could go on, after which nothing will ever change.
const MAX_JUMPS: u32 = 4;

struct Machine<'a> {
    program: &'a Program,
    /// Instruction of each task.
    at: Vec<usize>,
    /// The second half at which it is.
    half: Vec<Option<Next>>,
    /// Vain reads in a row, and the number of writes before them.
    vain: Vec<(u32, u32)>,
    writes: u32,
    jumps: u32,
    /// Who made an access that no mark has followed.
    held: Vec<bool>,
    /// The instruction at which each task let a timeout fire, and how often since somebody else took
    /// a step.
    fired: Vec<(usize, u32)>,
    last: Option<TaskId>,
    objects: Objects,
    /// Whether somebody waits for its end, or main does not. Otherwise its end is no step: it would
    /// only multiply the interleavings.
    joined: Vec<bool>,
    rows: Vec<Name>,
    failed: Option<TaskId>,
    trace: Trace,
}

/// Runs the program. Deterministic: the same proposal gives the same trace.
pub(crate) fn execute(program: &Program, proposal: &Proposal) -> Trace {
    let mut machine = Machine::new(program);
    let mut policy = proposal.policy;
    let mut last = None;
    let mut step = 0;
    machine.trace.outcome = loop {
        if program.daemons && !machine.is_there(0) {
            break machine.finished();
        }
        let enabled = machine.enabled();
        let eager: TaskSet = enabled
            .iter()
            .filter(|task| !machine.is_vain(*task))
            .collect();
        let late = machine.late(enabled);
        let timed = machine.earliest_timeout();
        let alone: TaskSet = timed.into_iter().collect();
        if eager.is_empty() && timed.is_some() && machine.jumps > MAX_JUMPS {
            break Outcome::Livelock { tasks: Vec::new() };
        }
        let (shown, times_out) = match (enabled.is_empty(), eager.is_empty()) {
            (true, _) if timed.is_none() => break machine.end(),
            (true, _) => (alone, true),
            (false, false) => (eager, false),
            (false, true) if timed.is_some() => (alone, true),
            (false, true) => break Outcome::Livelock { tasks: Vec::new() },
        };
        let chosen = match proposal.prefix.get(step as usize) {
            Some(task) if shown.contains(*task) => (*task, shown),
            Some(task) if enabled.contains(*task) => (*task, enabled),
            Some(_) => break Outcome::Diverged { step },
            None => {
                let point = Point {
                    step,
                    last,
                    enabled: shown,
                    late,
                    granularity: program.granularity,
                    pending: &|task| machine.peek(task),
                };
                match policy.choose(&point) {
                    Choice::Task(task) => (task, shown),
                    Choice::Stop | Choice::Redundant => break Outcome::Stopped,
                }
            }
        };
        let (task, shown) = chosen;
        machine.jumps += u32::from(times_out);
        let fires = (times_out && alone.contains(task)) || late.contains(task);
        machine.step(task, shown, fires);
        last = Some(task);
        step += 1;
    };
    machine.finish()
}

impl<'a> Machine<'a> {
    fn new(program: &'a Program) -> Self {
        let tasks = program.tasks.len();
        let is_joined = |task: usize| {
            let mut all = program.tasks.iter().flatten();
            let joined = all.any(|what| *what == Do::Join(task as u8));
            joined || (program.daemons && task > 0)
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
            at: vec![0; tasks],
            half: vec![None; tasks],
            vain: vec![(0, 0); tasks],
            writes: 0,
            jumps: 0,
            held: vec![false; tasks],
            fired: vec![(0, 0); tasks],
            last: None,
            objects: Objects::new(program),
            joined: (0..tasks).map(is_joined).collect(),
            rows: Vec::new(),
            failed: None,
            trace: Trace {
                granularity: Some(program.granularity),
                timeouts: program.timeouts,
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

    fn next(&self, task: usize) -> Next {
        let instruction = self.program.tasks[task].get(self.at[task]);
        self.half[task].unwrap_or_else(|| instruction.map_or(Next::End, |what| Next::Do(*what)))
    }

    fn is_there(&self, task: usize) -> bool {
        self.objects.running[task] && !self.objects.ended[task]
    }

    fn can(&self, task: usize) -> bool {
        self.is_there(task) && self.objects.can(task, self.next(task))
    }

    fn tasks(&self, which: impl Fn(usize) -> bool) -> TaskSet {
        let tasks = (0..self.at.len()).filter(|task| which(*task));
        tasks.map(|task| TaskId(task as u16)).collect()
    }

    fn enabled(&self) -> TaskSet {
        match self.holder() {
            Some(holder) => self.tasks(|task| task == holder),
            None => self.tasks(|task| self.can(task) || self.may_fire(task)),
        }
    }

    /// Who is about to go on where the interpreter cannot switch.
    fn holder(&self) -> Option<usize> {
        let is_access = |kind| matches!(kind, OpKind::Read | OpKind::Write);
        (0..self.at.len()).find(|task| {
            let held = self.held[*task] && self.is_there(*task);
            held && is_access(describe(self.next(*task), *task).kind)
        })
    }

    /// Whether it waits, and its timeout can fire at its turn.
    fn may_fire(&self, task: usize) -> bool {
        let any = self.program.timeouts == Timeouts::Any;
        let (at, times) = self.fired[task];
        let tired = at == self.at[task] && times >= TRIES;
        any && self.is_timed(task) && !self.can(task) && !tired
    }

    fn late(&self, enabled: TaskSet) -> TaskSet {
        let waits = |task: &TaskId| !self.can(usize::from(task.0));
        enabled.iter().filter(waits).collect()
    }

    fn is_vain(&self, task: TaskId) -> bool {
        let (reads, writes) = self.vain[usize::from(task.0)];
        let holds = self.holder() == Some(usize::from(task.0));
        reads >= PATIENCE && writes == self.writes && !holds
    }

    fn is_timed(&self, task: usize) -> bool {
        let timed = |next| {
            matches!(
                next,
                Next::Do(
                    Do::TimedAcquire(_) | Do::TimedGet(_) | Do::TimedAwait(_) | Do::RetryGet(_)
                )
            )
        };
        self.is_there(task) && timed(self.next(task))
    }

    fn earliest_timeout(&self) -> Option<TaskId> {
        self.tasks(|task| self.is_timed(task) && !self.can(task))
            .first()
    }

    fn end(&self) -> Outcome {
        if !self.tasks(|task| self.is_there(task)).is_empty() {
            return Outcome::Deadlock {
                waiting: Vec::new(),
                cycle: Vec::new(),
            };
        }
        self.finished()
    }

    fn finished(&self) -> Outcome {
        let error = || ErrorReport {
            exception: "AssertionError".into(),
            message: String::new(),
            location: None,
            column: None,
            traceback: String::new(),
        };
        self.failed
            .map_or(Outcome::Finished, |task| Outcome::Failed {
                task,
                error: error(),
            })
    }

    fn op(&self, task: usize) -> Op {
        let Described {
            kind,
            object,
            also,
            target,
        } = describe(self.next(task), task);
        // An object that nobody has touched gets the next free row when it is touched; before that
        // any row that is like no other's will do.
        let row = |name: Name| {
            let known = self.rows.iter().position(|row| *row == name);
            ObjectId(known.unwrap_or(1_000 + name.number()) as u32)
        };
        Op {
            kind,
            object: object.map(row),
            also: also.map(row),
            target: target.map(|target| TaskId(target as u16)),
        }
    }

    fn peek(&self, task: TaskId) -> Op {
        self.op(usize::from(task.0))
    }

    fn step(&mut self, task: TaskId, enabled: TaskSet, timed_out: bool) {
        let row = usize::from(task.0);
        let next = self.next(row);
        self.touch(row);
        let op = self.op(row);
        let line = (row * 100 + self.at[row] + 1) as u32;
        let (held, timed) = (self.holder().is_some(), self.is_timed(row));
        let left_waiting = self.leaves_waiting(row);
        self.note_row(task, timed_out);
        let done = if timed_out {
            self.objects.register[row] = 0;
            self.objects.pass_time();
            Done {
                result: OpResult::TimedOut,
                again: matches!(next, Next::Do(Do::RetryGet(_))),
                ..Done::default()
            }
        } else {
            self.objects.perform(row, next)
        };
        let in_vain = done.then == Some(Next::Nap) || (done.again && next != Next::Nap);
        let silent = timed_out && self.program.timeouts == Timeouts::Any;
        if next != Next::Nap {
            self.note_step(row, op.kind, in_vain, silent);
        }
        self.half[row] = done.then;
        // The end of a loop's round is a mark.
        self.held[row] =
            self.program.granularity == Granularity::Gil && !done.again && done.then.is_none();
        self.held[row] &= matches!(op.kind, OpKind::Read | OpKind::Write);
        if !done.again && done.then.is_none() {
            self.advance(row);
        }
        self.trace.events.push(Event {
            task,
            at: Nanos(0),
            location: Some(Location { file: 0, line }),
            what: What::Op {
                op,
                result: done.result,
                enabled: enabled.into(),
                held,
                timed,
                left_waiting,
                output: done.output.map(|text| (Stream::Out, text)),
            },
        });
    }

    /// Whether the last step's task, another one, could have gone on only by its timeout.
    fn leaves_waiting(&self, task: usize) -> bool {
        let last = self.last.map(|last| usize::from(last.0));
        let any = self.program.timeouts == Timeouts::Any;
        last.is_some_and(|last| any && last != task && self.is_timed(last) && !self.can(last))
    }

    fn note_row(&mut self, task: TaskId, timed_out: bool) {
        if self.last != Some(task) {
            self.fired.fill((0, 0));
        }
        self.last = Some(task);
        let task = usize::from(task.0);
        if timed_out {
            let (at, times) = self.fired[task];
            let again = if at == self.at[task] { times } else { 0 };
            self.fired[task] = (self.at[task], again + 1);
        }
    }

    fn note_step(&mut self, task: usize, kind: OpKind, in_vain: bool, silent: bool) {
        let silent = silent
            || matches!(
                kind,
                OpKind::TryAcquire | OpKind::SemaphoreTryAcquire | OpKind::Output
            );
        if kind.access() == heddle_trace::Access::Write && !silent {
            self.writes += 1;
            self.jumps = 0;
        }
        let (reads, writes) = self.vain[task];
        self.vain[task] = match in_vain {
            true if writes == self.writes => (reads + 1, writes),
            true => (1, self.writes),
            false => (0, self.writes),
        };
    }

    /// On to the next instruction that is a step.
    fn advance(&mut self, task: usize) {
        self.at[task] += 1;
        loop {
            let register = self.objects.register[task];
            match self.program.tasks[task].get(self.at[task]) {
                Some(Do::UnlessZero) => self.at[task] += if register == 0 { 2 } else { 1 },
                Some(Do::Mark) => {
                    self.held[task] = false;
                    self.at[task] += 1;
                }
                Some(Do::Check(number)) => {
                    if register != *number && self.failed.is_none() {
                        self.failed = Some(TaskId(task as u16));
                    }
                    self.at[task] += 1;
                }
                Some(_) => return,
                None => break,
            }
        }
        if !self.joined[task] {
            self.objects.ended[task] = true;
        }
    }

    fn touch(&mut self, task: usize) {
        let Described { object, also, .. } = describe(self.next(task), task);
        for name in [object, also].into_iter().flatten() {
            if !self.rows.contains(&name) {
                self.trace.objects.push(ObjectInfo {
                    id: ObjectId(self.rows.len() as u32),
                    kind: ObjectKind::Variable,
                    name: format!("{name:?}"),
                    key: String::new(),
                });
                self.rows.push(name);
            }
        }
    }

    fn finish(mut self) -> Trace {
        for task in 0..self.program.tasks.len() {
            if !self.is_there(task) {
                continue;
            }
            self.touch(task);
            let pending = Pending {
                task: TaskId(task as u16),
                op: self.op(task),
                location: None,
                enabled: self.can(task),
                timed: self.is_timed(task),
            };
            self.trace.pending.push(pending);
        }
        self.trace
    }
}
