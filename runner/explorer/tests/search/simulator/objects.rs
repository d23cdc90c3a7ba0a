//! The objects of a simulated program: who can go on, and what a step does.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use heddle_trace::{OpKind, OpResult};

use super::program::{Do, Program};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Name {
    Lock(u8),
    Variable(u8),
    Queue(u8),
    Semaphore(u8),
    Condition(u8),
    Event(u8),
    Barrier(u8),
    Clock,
    Stdout,
}

impl Name {
    /// A number that is like no other's.
    pub(crate) fn number(self) -> usize {
        let (kind, number) = match self {
            Name::Lock(n) => (0, n),
            Name::Variable(n) => (1, n),
            Name::Queue(n) => (2, n),
            Name::Semaphore(n) => (3, n),
            Name::Condition(n) => (4, n),
            Name::Event(n) => (5, n),
            Name::Barrier(n) => (6, n),
            Name::Clock => (7, 0),
            Name::Stdout => (8, 0),
        };
        kind * 300 + usize::from(number)
    }
}

/// What a task is about to do: an instruction, or the second half of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Do(Do),
    Wake(u8),
    Pass(u8),
    Nap,
    End,
}

/// An operation as far as it is the same in all executions.
pub(crate) struct Described {
    pub(crate) kind: OpKind,
    pub(crate) object: Option<Name>,
    pub(crate) also: Option<Name>,
    pub(crate) target: Option<usize>,
}

pub(crate) fn describe(next: Next, task: usize) -> Described {
    let on = |kind, object| Described {
        kind,
        object: Some(object),
        also: None,
        target: None,
    };
    let with_lock = |kind, n| Described {
        also: Some(Name::Lock(n)),
        ..on(kind, Name::Condition(n))
    };
    let of_task = |kind, target| Described {
        kind,
        object: None,
        also: None,
        target: Some(target),
    };
    let next = match next {
        Next::Do(next) => next,
        Next::Wake(n) => return with_lock(OpKind::ConditionWake, n),
        Next::Pass(n) => return on(OpKind::BarrierPass, Name::Barrier(n)),
        Next::Nap => return on(OpKind::Sleep, Name::Clock),
        Next::End => return of_task(OpKind::TaskEnd, task),
    };
    match next {
        Do::Acquire(n) | Do::TimedAcquire(n) | Do::Reacquire(n) => {
            on(OpKind::Acquire, Name::Lock(n))
        }
        Do::TryAcquire(n) => on(OpKind::TryAcquire, Name::Lock(n)),
        Do::Release(n) => on(OpKind::Release, Name::Lock(n)),
        Do::Read(n) | Do::SpinUntil(n) | Do::PollUntil(n) => on(OpKind::Read, Name::Variable(n)),
        Do::Write(n) | Do::Set(n, _) => on(OpKind::Write, Name::Variable(n)),
        Do::Put(n) => on(OpKind::QueuePut, Name::Queue(n)),
        Do::Get(n) | Do::TimedGet(n) | Do::RetryGet(n) => on(OpKind::QueueGet, Name::Queue(n)),
        Do::TaskDone(n) => on(OpKind::QueueTaskDone, Name::Queue(n)),
        Do::JoinQueue(n) => on(OpKind::QueueJoin, Name::Queue(n)),
        Do::Down(n) => on(OpKind::SemaphoreAcquire, Name::Semaphore(n)),
        Do::TryDown(n) => on(OpKind::SemaphoreTryAcquire, Name::Semaphore(n)),
        Do::Up(n) => on(OpKind::SemaphoreRelease, Name::Semaphore(n)),
        Do::Wait(n) => with_lock(OpKind::ConditionWait, n),
        Do::Notify(n) | Do::NotifyAll(n) => on(OpKind::ConditionNotify, Name::Condition(n)),
        Do::Await(n) | Do::TimedAwait(n) => on(OpKind::EventWait, Name::Event(n)),
        Do::Raise(n) => on(OpKind::EventSet, Name::Event(n)),
        Do::Lower(n) => on(OpKind::EventClear, Name::Event(n)),
        Do::IsSet(n) => on(OpKind::EventIsSet, Name::Event(n)),
        Do::Meet(n) => on(OpKind::BarrierArrive, Name::Barrier(n)),
        Do::Sleep => on(OpKind::Sleep, Name::Clock),
        Do::Now => on(OpKind::ClockRead, Name::Clock),
        Do::Print => on(OpKind::Output, Name::Stdout),
        Do::Start(other) => of_task(OpKind::Start, usize::from(other)),
        Do::Join(other) => of_task(OpKind::Join, usize::from(other)),
        Do::UnlessZero | Do::Mark | Do::Check(_) => unreachable!("no step of its own"),
    }
}

/// What a step came to.
#[derive(Debug, Default)]
pub(crate) struct Done {
    pub(crate) result: OpResult,
    pub(crate) output: Option<String>,
    /// The second half that follows.
    pub(crate) then: Option<Next>,
    /// The same instruction again.
    pub(crate) again: bool,
}

pub(crate) struct Objects {
    room: Option<usize>,
    units: u32,
    parties: usize,
    owner: BTreeMap<u8, (usize, u32)>,
    variables: BTreeMap<u8, u32>,
    queues: BTreeMap<u8, VecDeque<u32>>,
    undone: BTreeMap<u8, u32>,
    taken: BTreeMap<u8, i64>,
    raised: BTreeSet<u8>,
    waiting: BTreeMap<u8, VecDeque<usize>>,
    arrived: BTreeMap<u8, Vec<usize>>,
    /// Who may go on after a wait or a barrier.
    freed: BTreeSet<usize>,
    clock: u32,
    pub(crate) register: Vec<u32>,
    pub(crate) running: Vec<bool>,
    pub(crate) ended: Vec<bool>,
}

impl Objects {
    pub(crate) fn new(program: &Program) -> Self {
        let tasks = program.tasks.len();
        let is_started = |task: usize| {
            let mut all = program.tasks.iter().flatten();
            all.any(|what| *what == Do::Start(task as u8))
        };
        Objects {
            room: program.room,
            units: program.units,
            parties: program.parties,
            owner: BTreeMap::new(),
            variables: BTreeMap::new(),
            queues: BTreeMap::new(),
            undone: BTreeMap::new(),
            taken: BTreeMap::new(),
            raised: BTreeSet::new(),
            waiting: BTreeMap::new(),
            arrived: BTreeMap::new(),
            freed: BTreeSet::new(),
            clock: 0,
            register: vec![0; tasks],
            running: (0..tasks).map(|task| !is_started(task)).collect(),
            ended: program.tasks.iter().map(Vec::is_empty).collect(),
        }
    }

    pub(crate) fn can(&self, task: usize, next: Next) -> bool {
        let length = |queue: &u8| self.queues.get(queue).map_or(0, VecDeque::len);
        let free = |lock: &u8| !self.owner.contains_key(lock);
        match next {
            Next::Do(Do::Acquire(n) | Do::TimedAcquire(n)) => free(&n),
            Next::Do(Do::Reacquire(n)) => {
                free(&n) || self.owner.get(&n).is_some_and(|(owner, _)| *owner == task)
            }
            Next::Do(Do::Get(n) | Do::TimedGet(n) | Do::RetryGet(n)) => length(&n) > 0,
            Next::Do(Do::Put(n)) => self.room.is_none_or(|room| length(&n) < room),
            Next::Do(Do::JoinQueue(n)) => self.undone.get(&n).is_none_or(|left| *left == 0),
            Next::Do(Do::Down(n)) => self.has_unit(n),
            Next::Do(Do::Await(n) | Do::TimedAwait(n)) => self.raised.contains(&n),
            Next::Do(Do::Join(other)) => self.ended[usize::from(other)],
            Next::Wake(n) => self.freed.contains(&task) && free(&n),
            Next::Pass(_) => self.freed.contains(&task),
            Next::Do(_) | Next::Nap | Next::End => true,
        }
    }

    /// A timeout fires: the clock moves on.
    pub(crate) fn pass_time(&mut self) {
        self.clock += 1;
    }

    fn has_unit(&self, semaphore: u8) -> bool {
        self.taken.get(&semaphore).copied().unwrap_or(0) < i64::from(self.units)
    }

    fn take(&mut self, lock: u8, task: usize) {
        self.owner.entry(lock).or_insert((task, 0)).1 += 1;
    }

    pub(crate) fn perform(&mut self, task: usize, next: Next) -> Done {
        match next {
            Next::End => self.ended[task] = true,
            Next::Wake(n) => {
                self.freed.remove(&task);
                self.take(n, task);
            }
            Next::Pass(_) => {
                self.freed.remove(&task);
            }
            Next::Nap => {
                self.clock += 1;
                return Done {
                    again: true,
                    ..Done::default()
                };
            }
            Next::Do(next) => return self.instruction(task, next),
        }
        Done::default()
    }

    fn instruction(&mut self, task: usize, next: Do) -> Done {
        let mut done = Done::default();
        match next {
            Do::Acquire(n) | Do::Reacquire(n) => self.take(n, task),
            Do::TimedAcquire(n) => {
                self.take(n, task);
                self.register[task] = 1;
            }
            Do::TryAcquire(n) => {
                let free = !self.owner.contains_key(&n);
                if free {
                    self.take(n, task);
                }
                done.result = self.tried(task, free);
            }
            Do::Release(n) => self.give_back(n),
            Do::Read(n) => self.register[task] = self.variable(n),
            Do::SpinUntil(n) => done.again = self.variable(n) == 0,
            Do::PollUntil(n) => done.then = (self.variable(n) == 0).then_some(Next::Nap),
            Do::Write(n) => {
                self.variables.insert(n, self.register[task] + 1);
            }
            Do::Set(n, value) => {
                self.variables.insert(n, value);
            }
            Do::Put(n) => {
                let item = self.register[task];
                self.queues.entry(n).or_default().push_back(item);
                *self.undone.entry(n).or_default() += 1;
            }
            Do::Get(n) | Do::TimedGet(n) | Do::RetryGet(n) => {
                let item = self.queues.entry(n).or_default().pop_front();
                self.register[task] = item.unwrap();
            }
            Do::TaskDone(n) => {
                let undone = self.undone.entry(n).or_default();
                *undone = undone.saturating_sub(1);
            }
            Do::Down(n) => *self.taken.entry(n).or_default() += 1,
            Do::TryDown(n) => {
                let free = self.has_unit(n);
                *self.taken.entry(n).or_default() += i64::from(free);
                done.result = self.tried(task, free);
            }
            Do::Up(n) => *self.taken.entry(n).or_default() -= 1,
            Do::Wait(n) => {
                self.owner.remove(&n);
                self.waiting.entry(n).or_default().push_back(task);
                done.then = Some(Next::Wake(n));
            }
            Do::Notify(n) => {
                let first = self.waiting.entry(n).or_default().pop_front();
                self.freed.extend(first);
            }
            Do::NotifyAll(n) => self
                .freed
                .extend(self.waiting.remove(&n).unwrap_or_default()),
            Do::TimedAwait(_) => self.register[task] = 1,
            Do::Raise(n) => {
                self.raised.insert(n);
            }
            Do::Lower(n) => {
                self.raised.remove(&n);
            }
            Do::IsSet(n) => self.register[task] = u32::from(self.raised.contains(&n)),
            Do::Meet(n) => {
                let arrived = self.arrived.entry(n).or_default();
                arrived.push(task);
                if arrived.len() >= self.parties {
                    self.freed.extend(std::mem::take(arrived));
                }
                done.then = Some(Next::Pass(n));
            }
            Do::Sleep => self.clock += 1,
            Do::Now => self.register[task] = self.clock,
            Do::Start(other) => self.running[usize::from(other)] = true,
            Do::Print => done.output = Some(format!("{} ", self.register[task])),
            Do::Await(_) | Do::Join(_) | Do::JoinQueue(_) => {}
            Do::UnlessZero | Do::Mark | Do::Check(_) => unreachable!("no step of its own"),
        }
        done
    }

    fn variable(&self, n: u8) -> u32 {
        self.variables.get(&n).copied().unwrap_or(0)
    }

    fn give_back(&mut self, lock: u8) {
        if let Some((_, depth)) = self.owner.get_mut(&lock) {
            *depth -= 1;
            if *depth == 0 {
                self.owner.remove(&lock);
            }
        }
    }

    fn tried(&mut self, task: usize, taken: bool) -> OpResult {
        self.register[task] = u32::from(taken);
        match taken {
            true => OpResult::Done,
            false => OpResult::WouldBlock,
        }
    }
}
