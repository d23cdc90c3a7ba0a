//! What one task did, and what it held and waited for.

use heddle_trace::{ObjectId, ObjectKind, OpKind};

use crate::mask::Mask;
use crate::points::Points;
use crate::recording::Flag;
use crate::track::{Place, Track};

/// One task: what it was doing, its events as points, and a thin lane for each object that it
/// held or waited for.
#[derive(Debug, Clone, Default)]
pub struct TaskLane {
    /// Runs, is ready, waits.
    pub state: Track,
    /// Objects that it held or waited for, by id.
    pub objects: Vec<ObjectLane>,
    /// Its failures, in order.
    pub flags: Vec<Flag>,
    pub(crate) points: Points,
    /// Controlled executions: where its last step ended, or where it was started; `None` before that.
    pub(crate) last: Option<Place>,
    /// Free runs: the object lane in which it waits now.
    pub(crate) waits_for: Option<ObjectId>,
}

/// One task's holding of and waiting for one object.
#[derive(Debug, Clone)]
pub struct ObjectLane {
    /// The object.
    pub object: ObjectId,
    /// Holds, waits.
    pub track: Track,
}

impl TaskLane {
    /// The lane of an object, if the task has one.
    pub fn object(&self, object: ObjectId) -> Option<&Track> {
        let at = self.place_of(object).ok()?;
        Some(&self.objects[at].track)
    }

    pub(crate) fn object_mut(&mut self, object: ObjectId) -> &mut Track {
        let at = match self.place_of(object) {
            Ok(at) => at,
            Err(at) => {
                let track = Track::default();
                self.objects.insert(at, ObjectLane { object, track });
                at
            }
        };
        &mut self.objects[at].track
    }

    fn place_of(&self, object: ObjectId) -> Result<usize, usize> {
        self.objects.binary_search_by_key(&object, |o| o.object)
    }

    /// Number of events that have a mark.
    pub fn marks(&self) -> usize {
        self.points.event.len()
    }

    pub(crate) fn flag(&mut self, flag: Flag) {
        let at = self.flags.partition_point(|f| f.event <= flag.event);
        self.flags.insert(at, flag);
    }

    /// Controlled executions: the task takes a step at `here`. What it did since its last step is
    /// known only now, in hindsight.
    pub(crate) fn step(&mut self, here: Place, waited: bool, object: Option<ObjectId>) {
        if let Some(from) = self.last
            && from.column < here.column
        {
            let what = if waited { Mask::WAIT } else { Mask::READY };
            self.state.push(what, from, here);
            if let Some(object) = object.filter(|_| waited) {
                self.object_mut(object).overlay(Mask::WAIT, from, here);
            }
        }
        let next = here.next_column();
        self.state.push(Mask::RUN, here, next);
        self.last = Some(next);
    }

    /// Free runs: the task begins to wait.
    pub(crate) fn wait(&mut self, here: Place, object: Option<ObjectId>) {
        self.state.set(Mask::WAIT, here);
        if self.waits_for != object {
            self.go_on(here);
        }
        if let Some(object) = object {
            self.object_mut(object).add(Mask::WAIT, here);
            self.waits_for = Some(object);
        }
    }

    /// Free runs: the task does something, so it waits no longer.
    pub(crate) fn go_on(&mut self, here: Place) {
        if let Some(object) = self.waits_for.take() {
            self.object_mut(object).remove(Mask::WAIT, here);
        }
    }

    /// The trace ends, and the task's next operation is this one.
    pub(crate) fn pend(&mut self, enabled: bool, object: Option<ObjectId>) {
        let Some(from) = self.last else { return };
        if enabled {
            self.state.set(Mask::READY, from);
            return;
        }
        self.state.set(Mask::WAIT, from);
        if let Some(object) = object {
            self.object_mut(object).add(Mask::WAIT, from);
        }
    }

    /// What the task still waits for at the end will never come.
    pub(crate) fn stick(&mut self) {
        self.state.stick();
        for lane in &mut self.objects {
            lane.track.stick();
        }
    }
}

/// Whether an operation takes something that is then held: its object gets a lane even where the
/// operation is in vain.
pub(crate) const fn takes_hold(kind: OpKind) -> bool {
    matches!(
        kind,
        OpKind::Acquire
            | OpKind::TryAcquire
            | OpKind::SemaphoreAcquire
            | OpKind::SemaphoreTryAcquire
    )
}

/// Whether waiting for this kind of object has a lane of its own. (Waiting for a task to end is
/// shown in the waiting task's lane alone.)
pub(crate) const fn has_lane(kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Lock
        | ObjectKind::RLock
        | ObjectKind::Semaphore
        | ObjectKind::Condition
        | ObjectKind::Event
        | ObjectKind::Barrier
        | ObjectKind::Queue
        | ObjectKind::Future
        | ObjectKind::Executor
        | ObjectKind::Pipe => true,
        ObjectKind::Task | ObjectKind::Variable | ObjectKind::Stdout | ObjectKind::Clock => false,
    }
}
