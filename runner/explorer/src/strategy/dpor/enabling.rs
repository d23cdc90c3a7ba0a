//! Whether an operation could have been performed earlier.
//!
//! Two dependent operations of which the earlier one makes the later one possible cannot be swapped:
//! nobody can take a lock before it is given back. What can be swapped then is the later one and
//! whatever made it impossible (the other's acquire).
//!
//! Where a task has stood before its operation already, the execution says exactly whether it was
//! enabled. Where it had not come so far, the objects' states are worked out from what happened to
//! them, as far as that is possible.

use std::collections::HashMap;

use heddle_trace::{ObjectId, Op, OpKind, OpResult, TaskId};

use crate::{Executed, Taken};

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Possible {
    Yes,
    No,
    /// The execution does not say.
    Perhaps,
}

impl From<bool> for Possible {
    fn from(yes: bool) -> Self {
        match yes {
            true => Possible::Yes,
            false => Possible::No,
        }
    }
}

/// What is known of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Known {
    /// Who has a lock, and how often.
    held: Option<(TaskId, u32)>,
    /// Items in a queue; units given back to a semaphore less those taken.
    count: i64,
    /// Items that are not done.
    undone: i64,
    /// An event is set.
    set: bool,
    /// Something happened to it that is not understood.
    strange: bool,
}

/// What is known of the objects at every step.
pub(crate) struct Objects {
    /// Of each step's object, before the step.
    before: Vec<Known>,
    /// Whether somebody had each step's second object, a lock, before the step.
    also_held: Vec<bool>,
    /// What `count` each object had after which step.
    counts: HashMap<ObjectId, Vec<(usize, i64)>>,
    /// The highest `count` that each object had, and the lowest.
    extremes: HashMap<ObjectId, (i64, i64)>,
    /// The counts at which somebody was seen to wait for a unit, and for room.
    waited: HashMap<(ObjectId, OpKind), i64>,
}

impl Objects {
    pub(crate) fn new(executed: &Executed<'_>) -> Self {
        let mut known: HashMap<ObjectId, Known> = HashMap::new();
        let mut extremes: HashMap<ObjectId, (i64, i64)> = HashMap::new();
        let mut counts: HashMap<ObjectId, Vec<(usize, i64)>> = HashMap::new();
        let mut before = Vec::with_capacity(executed.moves().len());
        let mut also_held = Vec::with_capacity(executed.moves().len());
        for (place, moved) in executed.moves().iter().enumerate() {
            let step = &moved.first;
            let object = step.op.object;
            let lock = step.op.also.and_then(|lock| known.get(&lock));
            also_held.push(lock.is_some_and(|lock| lock.held.is_some()));
            before.push(object.map_or_else(Known::default, |o| *known.entry(o).or_default()));
            if step.result != OpResult::Done {
                continue;
            }
            if let Some(object) = object {
                let now = known.entry(object).or_default();
                now.step(step);
                let (highest, lowest) = extremes.entry(object).or_default();
                *highest = now.count.max(*highest);
                *lowest = now.count.min(*lowest);
                counts.entry(object).or_default().push((place, now.count));
            }
            let lock = step.op.also.map(|lock| known.entry(lock).or_default());
            match (step.op.kind, lock) {
                (OpKind::ConditionWait, Some(lock)) => lock.held = None,
                (OpKind::ConditionWake, Some(lock)) => lock.held = Some((step.task, 1)),
                _ => {}
            }
        }
        Objects {
            before,
            also_held,
            counts,
            extremes,
            waited: HashMap::new(),
        }
    }

    /// Somebody stood before this operation after so many steps, and could not perform it.
    pub(crate) fn learn(&mut self, op: &Op, steps: usize) {
        let Some(object) = op.object else { return };
        let counts = self.counts.get(&object).into_iter().flatten();
        let count = counts.take_while(|(place, _)| *place < steps).last();
        let count = count.map_or(0, |(_, count)| *count);
        let known = self.waited.entry((object, op.kind)).or_insert(count);
        *known = match op.kind {
            OpKind::QueuePut => count.min(*known),
            _ => count.max(*known),
        };
    }

    /// Whether `task`, which was ready since `ready`, could have performed `op` (`timed`: it has a
    /// timeout) just before the conflicting step at `place`.
    pub(crate) fn possible(
        &self,
        executed: &Executed<'_>,
        (op, timed): (&Op, bool),
        task: TaskId,
        ready: Option<usize>,
        place: usize,
    ) -> Possible {
        let step = &executed.moves()[place].first;
        if executed.is_last_resort(step) {
            return Possible::No;
        }
        if ready.is_none_or(|ready| ready < place) {
            return step.enabled.contains(task).into();
        }
        if timed && !executed.respects_timeouts() {
            // If it has to wait there, its timeout fires.
            return Possible::Yes;
        }
        if op.kind == OpKind::Acquire && step.op.also == op.object {
            // A waiter gives the lock back, or takes it.
            return match step.op.kind {
                OpKind::ConditionWake => Possible::Yes,
                _ if self.also_held[place] => Possible::No,
                _ => Possible::Perhaps,
            };
        }
        if step.op.object != op.object {
            return unless_it_waits(op.kind);
        }
        self.by_state(op, step, place)
    }

    /// Whether the step gave back a lock that somebody had.
    pub(crate) fn frees_a_lock(&self, step: &Taken, place: usize) -> bool {
        match step.op.kind {
            OpKind::Release => self.before[place].held.is_some(),
            OpKind::ConditionWait => self.also_held[place],
            _ => false,
        }
    }

    fn by_state(&self, op: &Op, step: &Taken, place: usize) -> Possible {
        let known = self.before[place];
        let done = step.result == OpResult::Done;
        match (op.kind, step.op.kind) {
            (OpKind::Acquire, OpKind::Release) if known.held.is_some() => Possible::No,
            (OpKind::Acquire, OpKind::Acquire | OpKind::TryAcquire) => {
                (done && known.held.is_none()).into()
            }
            (OpKind::SemaphoreAcquire, OpKind::SemaphoreAcquire | OpKind::SemaphoreTryAcquire)
            | (OpKind::QueueGet, OpKind::QueueGet)
            | (OpKind::QueuePut, OpKind::QueuePut) => done.into(),
            // There were at least as many units at first as were ever out, and none left when
            // somebody waited.
            (OpKind::SemaphoreAcquire, OpKind::SemaphoreRelease) => {
                let waited = self.waited(op).is_some_and(|waited| known.count <= waited);
                between(known.count > self.extremes(op).1, waited)
            }
            (OpKind::QueuePut, OpKind::QueueGet) => {
                let waited = self.waited(op).is_some_and(|waited| known.count >= waited);
                between(known.count < self.extremes(op).0, waited)
            }
            (OpKind::Join, _) => Possible::No,
            (OpKind::FutureWait, _) => Possible::No,
            (OpKind::EventWait, OpKind::EventSet | OpKind::EventClear) => known.set.into(),
            _ if known.strange => unless_it_waits(op.kind),
            (OpKind::QueueGet, _) => (known.count > 0).into(),
            (OpKind::QueueJoin, _) => (known.undone <= 0).into(),
            (kind, _) => unless_it_waits(kind),
        }
    }

    fn waited(&self, op: &Op) -> Option<i64> {
        self.waited.get(&(op.object?, op.kind)).copied()
    }

    fn extremes(&self, op: &Op) -> (i64, i64) {
        let known = op.object.and_then(|object| self.extremes.get(&object));
        known.copied().unwrap_or_default()
    }
}

impl Known {
    fn step(&mut self, step: &Taken) {
        match step.op.kind {
            OpKind::Acquire | OpKind::TryAcquire => {
                let depth = self.held.map_or(0, |(_, depth)| depth);
                self.held = Some((step.task, depth + 1));
            }
            OpKind::Release => {
                self.held = self
                    .held
                    .filter(|(_, depth)| *depth > 1)
                    .map(|(task, depth)| (task, depth - 1));
            }
            OpKind::SemaphoreAcquire | OpKind::SemaphoreTryAcquire => self.count -= 1,
            OpKind::SemaphoreRelease => self.count += 1,
            OpKind::QueuePut => {
                self.count += 1;
                self.undone += 1;
            }
            OpKind::QueueGet => self.count -= 1,
            OpKind::QueueTaskDone => self.undone -= 1,
            OpKind::EventSet => self.set = true,
            OpKind::EventClear => self.set = false,
            OpKind::ExecutorSubmit | OpKind::ExecutorShutdown => self.strange = true,
            _ => {}
        }
    }
}

/// What follows from two facts that each decide one way.
fn between(yes: bool, no: bool) -> Possible {
    match (yes, no) {
        (true, _) => Possible::Yes,
        (false, true) => Possible::No,
        (false, false) => Possible::Perhaps,
    }
}

/// Whether an operation of this kind may have to wait.
pub(crate) fn can_wait(kind: OpKind) -> bool {
    matches!(
        kind,
        OpKind::Acquire
            | OpKind::SemaphoreAcquire
            | OpKind::ConditionWake
            | OpKind::EventWait
            | OpKind::BarrierArrive
            | OpKind::BarrierPass
            | OpKind::QueuePut
            | OpKind::QueueGet
            | OpKind::QueueJoin
            | OpKind::ExecutorSubmit
            | OpKind::ExecutorShutdown
            | OpKind::FutureWait
            | OpKind::Join
            | OpKind::ProcessExit
            | OpKind::Send
            | OpKind::Receive
            | OpKind::Poll
            | OpKind::External
    )
}

/// Of an operation that nothing is known to make impossible.
fn unless_it_waits(kind: OpKind) -> Possible {
    match can_wait(kind) {
        true => Possible::Perhaps,
        false => Possible::Yes,
    }
}
