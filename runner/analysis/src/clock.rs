//! Happens-before, as vector clocks.
//!
//! Two events are ordered when a chain of program order and synchronisation leads from one to the
//! other; two accesses that no chain orders can happen in either order, or at the same time. A
//! vector clock holds, for every task, how many of its events are known to have happened before
//! (Fidge 1988, Mattern 1989). What orders what:
//!
//! | earlier | later |
//! |---|---|
//! | start of a task | its first step |
//! | last step of a task | a join that did not time out |
//! | release of a lock (also by `Condition.wait`) | acquiring it (also by waking up) |
//! | release of a semaphore | acquiring it |
//! | notify | waking up |
//! | set of an event | a wait that saw it, and asking for it |
//! | arriving at a barrier | passing it |
//! | put, submit | get, and asking for the size |
//! | get, task done | put (there is room again), join of the queue |
//! | setting a future | waiting for it, asking it, shutting its executor down |
//!
//! A queue's inner lock orders more than that, two puts for example, but no program should rely on
//! it: leaving it out finds races that only another interleaving would show. In a free run the
//! events are taken in the order of the trace.
//!
//! Cost: each synchronisation joins two clocks, so time and memory are events x tasks at most.
//! Epochs (FastTrack, Flanagan and Freund 2009) would save the clocks of accesses; those are not
//! kept here either, only the number of the access in its task.

use std::collections::HashMap;

use heddle_trace::{ObjectId, Op, OpKind, OpResult, TaskId};

/// A vector clock: how many events of each task happened before, itself included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Clock(Vec<u32>);

impl Clock {
    /// Tasks that a trace can have for its order to be worked out. Controlled executions have fewer
    /// ([`heddle_trace::TaskSet::CAPACITY`]); a forged trace must not cost gigabytes.
    pub const MAX_TASKS: usize = 256;

    /// The number of the task's events that happened before.
    pub fn of(&self, task: TaskId) -> u32 {
        self.0.get(usize::from(task.0)).copied().unwrap_or(0)
    }

    fn join(&mut self, other: &Clock) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = (*mine).max(*theirs);
        }
    }

    fn tick(&mut self, task: TaskId) {
        let row = usize::from(task.0);
        if self.0.len() <= row {
            self.0.resize(row + 1, 0);
        }
        self.0[row] += 1;
    }
}

/// Which synchronisation orders events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Orders {
    /// All of it.
    All,
    /// All but locks and semaphores: who came first there was chance. What is ordered without them
    /// is ordered in every execution that takes the same branches.
    WithoutLocks,
}

/// Where order is handed on from one task to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Channel {
    Begin(TaskId),
    End(TaskId),
    Lock(ObjectId),
    /// Notify, set, arrive, put, submit, set a result.
    Signal(ObjectId),
    /// Get, task done.
    Room(ObjectId),
}

/// Works out happens-before, one operation after the other.
#[derive(Debug, Clone)]
pub struct HappensBefore {
    orders: Orders,
    tasks: Vec<Clock>,
    channels: HashMap<Channel, Clock>,
}

impl HappensBefore {
    /// Before the first event.
    pub fn new(orders: Orders) -> Self {
        HappensBefore {
            orders,
            tasks: Vec::new(),
            channels: HashMap::new(),
        }
    }

    /// The task performs the operation. Returns its clock at that moment; `None` when its id is
    /// not below [`Clock::MAX_TASKS`].
    pub fn step(&mut self, task: TaskId, op: &Op, result: OpResult) -> Option<&Clock> {
        let row = usize::from(task.0);
        if row >= Clock::MAX_TASKS {
            return None;
        }
        if self.tasks.len() <= row {
            self.tasks.resize(row + 1, Clock::default());
        }
        let clock = &mut self.tasks[row];
        // Controlled executions have no step for the beginning of a task.
        if clock.of(task) == 0
            && let Some(started) = self.channels.get(&Channel::Begin(task))
        {
            clock.join(started);
        }
        for channel in self.orders.received(task, op, result).into_iter().flatten() {
            if let Some(sent) = self.channels.get(&channel) {
                clock.join(sent);
            }
        }
        clock.tick(task);
        for channel in self.orders.sent(task, op, result).into_iter().flatten() {
            self.channels.entry(channel).or_default().join(clock);
        }
        Some(clock)
    }
}

impl Orders {
    fn lock(self, object: Option<ObjectId>) -> Option<Channel> {
        match self {
            Orders::All => object.map(Channel::Lock),
            Orders::WithoutLocks => None,
        }
    }

    /// What orders the operation after others.
    fn received(self, task: TaskId, op: &Op, result: OpResult) -> [Option<Channel>; 2] {
        if result != OpResult::Done {
            return [None, self.lock_after_timeout(op)];
        }
        let signal = op.object.map(Channel::Signal);
        let room = op.object.map(Channel::Room);
        match op.kind {
            OpKind::TaskBegin => [Some(Channel::Begin(task)), None],
            OpKind::Join => [op.target.map(Channel::End), None],
            OpKind::Acquire
            | OpKind::TryAcquire
            | OpKind::SemaphoreAcquire
            | OpKind::SemaphoreTryAcquire => [self.lock(op.object), None],
            OpKind::ConditionWake => [signal, self.lock(op.also.or(op.object))],
            OpKind::EventWait
            | OpKind::EventIsSet
            | OpKind::BarrierPass
            // The last to arrive goes on at once; the others do nothing before they have passed.
            | OpKind::BarrierArrive
            | OpKind::QueueGet
            | OpKind::Receive
            | OpKind::Poll => [signal, None],
            // `wait` and `as_completed` look at all futures through one object, which setting any of
            // them changes besides.
            OpKind::FutureWait | OpKind::FutureQuery => [signal, room],
            OpKind::QueuePut | OpKind::Send => [room, None],
            OpKind::QueueJoin | OpKind::QueueQuery | OpKind::ExecutorShutdown => [signal, room],
            _ => [None, None],
        }
    }

    /// A wait that timed out has nothing from the one it waited for, but it has its lock again.
    fn lock_after_timeout(self, op: &Op) -> Option<Channel> {
        match op.kind {
            OpKind::ConditionWake => self.lock(op.also.or(op.object)),
            _ => None,
        }
    }

    /// What the operation is ordered before.
    fn sent(self, task: TaskId, op: &Op, result: OpResult) -> [Option<Channel>; 2] {
        if result != OpResult::Done {
            return [None, None];
        }
        let signal = op.object.map(Channel::Signal);
        let room = op.object.map(Channel::Room);
        match op.kind {
            OpKind::Start => [op.target.map(Channel::Begin), None],
            OpKind::TaskEnd | OpKind::ProcessExit => [Some(Channel::End(task)), None],
            OpKind::Release | OpKind::SemaphoreRelease => [self.lock(op.object), None],
            OpKind::ConditionWait => [self.lock(op.also.or(op.object)), None],
            OpKind::ConditionNotify
            | OpKind::EventSet
            | OpKind::BarrierArrive
            | OpKind::BarrierBreak
            | OpKind::QueuePut
            | OpKind::Send
            | OpKind::Close
            | OpKind::ExecutorSubmit => [signal, None],
            OpKind::FutureSet => [signal, op.also.map(Channel::Room)],
            OpKind::QueueGet | OpKind::QueueTaskDone | OpKind::Receive => [room, None],
            _ => [None, None],
        }
    }
}
