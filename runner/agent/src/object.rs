//! Objects: numbered by first touch, named after (task, nth object of that task).

use std::sync::atomic::{AtomicU64, Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use heddle_stage::{NONE32, ObjectRow, capacity, object_code};
use heddle_trace::ObjectKind;

use crate::event;
use crate::stage::{self, state};
use crate::task;

/// Whether an object is one for all processes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every process has its own copy after a fork.
    Process,
    /// Shared by all processes.
    Global,
}

/// Remembers an object's number. After a fork an object of [`Scope::Process`] is another one.
#[derive(Debug)]
pub struct ObjectSlot {
    /// tag << 32 | number; 0: not numbered yet.
    known: AtomicU64,
    scope: Scope,
}

impl ObjectSlot {
    /// An object that nobody has touched yet.
    pub const fn new(scope: Scope) -> Self {
        ObjectSlot {
            known: AtomicU64::new(0),
            scope,
        }
    }

    /// The object's number in this process, if it has one.
    #[inline]
    pub fn get(&self) -> Option<u32> {
        let known = self.known.load(Acquire);
        ((known >> 32) as u32 == self.tag()).then_some(known as u32)
    }

    fn tag(&self) -> u32 {
        match self.scope {
            Scope::Process => stage::tag(),
            Scope::Global => stage::shared_tag(),
        }
    }

    /// The object's number; gives it one, and a name, at the first touch. `units` is the value of
    /// its row then.
    pub fn get_or_create(
        &self,
        kind: ObjectKind,
        units: impl FnOnce() -> (i64, u32),
        name: impl FnOnce() -> String,
    ) -> u32 {
        if let Some(object) = self.get() {
            return object;
        }
        let object = create(kind, units(), &name());
        self.set(object);
        object
    }

    /// Makes this another name of an object that has a number.
    pub fn set(&self, object: u32) {
        if object != NONE32 {
            self.known
                .store(u64::from(self.tag()) << 32 | u64::from(object), Release);
        }
    }
}

/// Gives a new object a row; [`NONE32`] when the table is full.
pub fn create(kind: ObjectKind, (value, owner): (i64, u32), name: &str) -> u32 {
    let objects = &state().header.objects;
    let slot = objects.fetch_update(Acquire, Relaxed, |n| {
        ((n as usize) < capacity::OBJECTS).then_some(n + 1)
    });
    let Ok(object) = slot else { return NONE32 };
    let row = &state().objects[object as usize];
    let me = task::me().unwrap_or(0);
    row.task.store(u32::from(me), Relaxed);
    row.nth
        .store(task::row(me).touched.fetch_add(1, Relaxed), Relaxed);
    row.value.store(value, Relaxed);
    row.owner.store(owner, Relaxed);
    let (at, length) = event::add_text(name.as_bytes()).unwrap_or((NONE32, 0));
    row.name_at.store(at, Relaxed);
    row.name_len.store(length, Relaxed);
    row.kind.store(object_code(kind), Release);
    object
}

/// The variable that is one item of another one, whoever touches it first in whichever process; the
/// first touch gives it a name.
pub fn item_of(piece: u32, item: u32, name: impl FnOnce() -> String) -> u32 {
    let (value, owner) = (i64::from(item), piece.wrapping_add(1));
    let is_it = |row: &ObjectRow| {
        row.kind.load(Acquire) == object_code(ObjectKind::Variable)
            && row.owner.load(Relaxed) == owner
            && row.value.load(Relaxed) == value
    };
    let count = (state().header.objects.load(Acquire) as usize).min(capacity::OBJECTS);
    let known = state().objects[..count].iter().position(is_it);
    known.map_or_else(
        || create(ObjectKind::Variable, (value, owner), &name()),
        |number| number as u32,
    )
}

/// Shows an object under another name.
pub fn rename(object: u32, name: &str) {
    if let (Some(row), Some((at, length))) = (row(object), event::add_text(name.as_bytes())) {
        row.name_len.store(0, Relaxed);
        row.name_at.store(at, Relaxed);
        row.name_len.store(length, Release);
    }
}

/// An object's row.
pub fn row(object: u32) -> Option<&'static ObjectRow> {
    state().objects.get(object as usize)
}
