//! Operations: what a task is about to do at a scheduling point.

use serde::{Deserialize, Serialize};

use crate::{ObjectId, TaskId};

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectKind {
    /// `threading.Lock`, `multiprocessing.Lock`.
    Lock,
    /// A lock that its owner may take again.
    RLock,
    /// `threading.Semaphore` and `BoundedSemaphore`, also of multiprocessing.
    Semaphore,
    /// A condition variable.
    Condition,
    /// `threading.Event`.
    Event,
    /// `threading.Barrier`.
    Barrier,
    /// Any queue: `queue.Queue` and its kin, `SimpleQueue`.
    Queue,
    /// `concurrent.futures.Future`.
    Future,
    /// `concurrent.futures.Executor`.
    Executor,
    /// One direction of a pipe or of a pair of sockets; or all other sockets together.
    Pipe,
    /// Another task, as the object of start and join.
    Task,
    /// A variable: global, closure cell, attribute, item, or `multiprocessing.Value`.
    Variable,
    /// The program's standard output (one object: prints depend on each other).
    Stdout,
    /// The clock.
    Clock,
}

/// What an operation does. Named after the documented call, not after the library's inner steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u16)]
pub enum OpKind {
    /// A new task's first step: it begins to run its own code.
    TaskBegin = 1,
    /// A task's last step.
    TaskEnd,
    /// `Thread.start()`, `Process.start()`; the object is the new task.
    Start,
    /// `Thread.join()`, `Process.join()`; the object is the awaited task.
    Join,
    /// Waits for a lock and takes it.
    Acquire,
    /// Takes a lock only if it is free at once (`acquire(blocking=False)`).
    TryAcquire,
    /// Gives a lock back.
    Release,
    /// Takes one unit of a semaphore.
    SemaphoreAcquire,
    /// As [`OpKind::SemaphoreAcquire`], without waiting.
    SemaphoreTryAcquire,
    /// Gives units back to a semaphore.
    SemaphoreRelease,
    /// `Condition.wait()`, first half: gives the lock (`also`) back and starts to wait.
    ConditionWait,
    /// `Condition.wait()`, second half: was notified and takes the lock (`also`) again.
    ConditionWake,
    /// `Condition.notify()` and `notify_all()`.
    ConditionNotify,
    /// Waits until the event is set.
    EventWait,
    /// Sets the event.
    EventSet,
    /// Clears the event.
    EventClear,
    /// Asks whether the event is set.
    EventIsSet,
    /// `Barrier.wait()`, first half: arrives.
    BarrierArrive,
    /// `Barrier.wait()`, second half: goes on, because all are there (or it broke).
    BarrierPass,
    /// `Barrier.abort()`, `Barrier.reset()`.
    BarrierBreak,
    /// Puts an item; waits while the queue is full.
    QueuePut,
    /// Gets an item; waits while the queue is empty.
    QueueGet,
    /// `task_done()`.
    QueueTaskDone,
    /// `Queue.join()`: waits until every item is done.
    QueueJoin,
    /// `empty()`, `full()`, `qsize()`.
    QueueQuery,
    /// Hands a job to an executor.
    ExecutorSubmit,
    /// Shuts an executor down.
    ExecutorShutdown,
    /// Waits for a future's result or exception.
    FutureWait,
    /// Sets a future's result or exception, or cancels it.
    FutureSet,
    /// Asks a future for its state.
    FutureQuery,
    /// `time.sleep()`. Never orders anything: a sleeping task may go at once.
    Sleep,
    /// Reads the clock.
    ClockRead,
    /// Reads a variable.
    Read,
    /// Writes a variable.
    Write,
    /// Writes to standard output or standard error.
    Output,
    /// A process ends.
    ProcessExit,
    /// Sends through a pipe; waits while it is full.
    Send,
    /// Receives from a pipe; waits while it is empty, unless nobody can send any more.
    Receive,
    /// Asks whether something can be received (or sent), or waits for that.
    Poll,
    /// Closes an end of a pipe.
    Close,
    /// A call that Heddle does not control.
    External,
}

/// How an operation touches its object, for dependency and races.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Leaves the object as it is: commutes with other reads.
    Read,
    /// Changes the object (or depends on its state and changes it).
    Write,
}

impl OpKind {
    /// Every kind, in the order of its number: for decoding what an agent wrote.
    pub const ALL: [OpKind; 40] = [
        OpKind::TaskBegin,
        OpKind::TaskEnd,
        OpKind::Start,
        OpKind::Join,
        OpKind::Acquire,
        OpKind::TryAcquire,
        OpKind::Release,
        OpKind::SemaphoreAcquire,
        OpKind::SemaphoreTryAcquire,
        OpKind::SemaphoreRelease,
        OpKind::ConditionWait,
        OpKind::ConditionWake,
        OpKind::ConditionNotify,
        OpKind::EventWait,
        OpKind::EventSet,
        OpKind::EventClear,
        OpKind::EventIsSet,
        OpKind::BarrierArrive,
        OpKind::BarrierPass,
        OpKind::BarrierBreak,
        OpKind::QueuePut,
        OpKind::QueueGet,
        OpKind::QueueTaskDone,
        OpKind::QueueJoin,
        OpKind::QueueQuery,
        OpKind::ExecutorSubmit,
        OpKind::ExecutorShutdown,
        OpKind::FutureWait,
        OpKind::FutureSet,
        OpKind::FutureQuery,
        OpKind::Sleep,
        OpKind::ClockRead,
        OpKind::Read,
        OpKind::Write,
        OpKind::Output,
        OpKind::ProcessExit,
        OpKind::Send,
        OpKind::Receive,
        OpKind::Poll,
        OpKind::Close,
    ];

    /// The number an agent writes into shared memory for this kind.
    pub const fn code(self) -> u16 {
        self as u16
    }

    /// The kind with this number, if there is one.
    pub fn from_code(code: u16) -> Option<OpKind> {
        if code == OpKind::External.code() {
            return Some(OpKind::External);
        }
        Self::ALL.get(usize::from(code).checked_sub(1)?).copied()
    }

    /// How this operation touches its object.
    pub const fn access(self) -> Access {
        match self {
            OpKind::Read
            | OpKind::EventIsSet
            | OpKind::EventWait
            | OpKind::QueueQuery
            | OpKind::QueueJoin
            | OpKind::FutureQuery
            | OpKind::FutureWait
            | OpKind::ClockRead
            | OpKind::Sleep
            | OpKind::Poll
            | OpKind::Join
            | OpKind::TaskBegin => Access::Read,
            _ => Access::Write,
        }
    }

    /// Whether this is a plain access to a variable (and not a synchronisation).
    pub const fn is_plain_access(self) -> bool {
        matches!(self, OpKind::Read | OpKind::Write)
    }
}

/// One operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Op {
    /// What it does.
    pub kind: OpKind,
    /// The object it does it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<ObjectId>,
    /// A second object: the lock of a condition.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub also: Option<ObjectId>,
    /// The task that is started or joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<TaskId>,
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OpResult {
    /// It did what it says.
    #[default]
    Done,
    /// Its timeout fired.
    TimedOut,
    /// It would have had to wait, and did not (a failed try-lock).
    WouldBlock,
}

/// One of the two output streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}
