//! Which operations commute.
//!
//! Two executions that differ only in the order of neighbouring *independent* operations are the
//! same behaviour, so a search needs one of them. Calling too much dependent costs executions;
//! calling too little dependent loses failures. In doubt: dependent.

use heddle_trace::{Access, Granularity, ObjectId, Op, OpKind, TaskId};

/// Whether two operations *of different tasks* are dependent: executing them in the other order
/// can lead to another state, or one can make the other possible or impossible.
///
/// | operations | dependent | why |
/// |---|---|---|
/// | on one object, one of them a write | yes | the later one sees what the earlier one did |
/// | on one object, both reads | no | neither changes it |
/// | two acquires, or acquire and release, of one lock | yes | who is first wins; acquire after release is the order that happens-before is made of, though both are never enabled at once |
/// | any operation on a lock and a failing try-acquire | yes | whether it fails is only known in its turn |
/// | condition wait and wake, and operations on the condition's lock (`also`) | yes | they give it back and take it |
/// | notify and operations on the lock | no | notify leaves the lock alone |
/// | two waits for an event, two joins | no | they only read |
/// | two passes of one barrier | no | each leaves with the number it got when it arrived |
/// | arrivals at one barrier, arrival and pass | yes | the last one lets all others go; each gets a number |
/// | wait for an event and set, clear; is-set and set, clear | yes | the one sees what the other did |
/// | results of two futures | no, but yes where the program looks at several at once (`also`) | `wait()` and `as_completed()` see who was first |
/// | two operations on one semaphore | yes | who is first gets the unit |
/// | put and get, two puts, two gets of one queue | yes | first in, first out |
/// | send and receive of one pipe, two sends, two receives; closing an end and any of them | yes | first in, first out; when the last end is closed, receiving ends |
/// | start, begin, end, join of one task (`target`) | yes, but not begin and join, or two joins | start makes begin possible, end makes join possible |
/// | an item, and its whole container (`also`) | if one writes | `len(d)` sees `d[k] = 1` |
/// | two items of one container | no | each is a variable of its own |
/// | two outputs | yes | the order of lines is what the user sees |
/// | sleep and reading the clock | yes | the clock moves on |
/// | a timeout that fires, and everything before and after it | yes, in the explorer | it fires only when nobody else can go; nothing in the operation says so, only how it ended |
/// | two starts | no, but the explorer keeps their order | tasks are numbered in it |
/// | sleep and anything else, two sleeps | no | a sleep never orders anything |
/// | the end of the main task or of a process, and anything | yes | daemons end with it |
/// | a call that Heddle does not control, and anything | yes | nobody knows |
///
/// The order of steps of *one* task is always kept; that is not asked here. Operations should be
/// [`normalised`].
pub fn dependent(a: &Op, b: &Op) -> bool {
    let (touched_by_a, touched_by_b) = (touches(a), touches(b));
    let mut all_a = touched_by_a.iter().flatten();
    all_a.any(|one| {
        touched_by_b
            .iter()
            .flatten()
            .any(|other| one.conflicts(other))
    })
}

/// An operation as it is performed: done, or ended by a timeout that fires at a turn of its choosing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// The operation.
    pub op: Op,
    /// Whether its timeout fires.
    pub fires: bool,
}

impl Attempt {
    /// Everything that it touches. A timeout besides moves the clock, and breaks the barrier at which
    /// its task waited.
    pub fn touches(&self) -> impl Iterator<Item = Touch> + use<> {
        let op = match self.op.kind {
            OpKind::BarrierPass if self.fires => Op {
                kind: OpKind::BarrierBreak,
                ..self.op
            },
            _ => self.op,
        };
        let clock = self
            .fires
            .then_some(Touch::new(Resource::Clock, Touching::PartWrite));
        touches(&op).into_iter().chain(clock).flatten()
    }

    fn depends_on(&self, other: &Attempt) -> bool {
        self.touches()
            .any(|one| other.touches().any(|other| one.conflicts(&other)))
    }
}

/// Whether `performed`, by another task, wakes a task that sleeps before `pending`.
///
/// In granularity `gil` a task that goes on with an access makes further ones before anybody else can
/// go, and only the first of them is known. So any access may depend on what it does.
pub fn wakes(granularity: Granularity, performed: &Attempt, pending: &Attempt) -> bool {
    let is_access = |op: &Op| matches!(op.kind, OpKind::Read | OpKind::Write);
    let unknown =
        granularity == Granularity::Gil && is_access(&performed.op) && is_access(&pending.op);
    unknown || performed.depends_on(pending)
}

/// The operation with the target that begin and end of a task always have: the task itself.
#[must_use]
pub fn normalised(task: TaskId, op: Op) -> Op {
    match op.kind {
        OpKind::TaskBegin | OpKind::TaskEnd => Op {
            target: Some(op.target.unwrap_or(task)),
            ..op
        },
        _ => op,
    }
}

/// What can be touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    /// Whatever there is; conflicts with every other resource.
    Everything,
    /// An object.
    Object(ObjectId),
    /// A task's beginning and end.
    Task(TaskId),
    /// Standard output and standard error together.
    Output,
    /// The clock.
    Clock,
}

/// How it is touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Touching {
    /// Reads it, all of it.
    Read,
    /// Changes it.
    Write,
    /// Reads one part of it.
    PartRead,
    /// Changes one part of it: commutes with touching other parts. (A part that can be touched
    /// twice is a resource of its own, and is touched as that too.)
    PartWrite,
}

impl Touching {
    /// All of them, in the order of their numbers (`as usize`).
    pub const ALL: [Touching; 4] = [
        Touching::Read,
        Touching::Write,
        Touching::PartRead,
        Touching::PartWrite,
    ];

    /// Whether two ways to touch one resource do not commute.
    pub const fn conflicts(self, other: Touching) -> bool {
        use Touching::{PartRead, PartWrite, Read, Write};
        match (self, other) {
            (Read | PartRead, Read | PartRead) => false,
            (PartRead | PartWrite, PartRead | PartWrite) => false,
            (Write, _) | (_, Write) | (Read, PartWrite) | (PartWrite, Read) => true,
        }
    }
}

/// One thing that an operation touches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Touch {
    /// What.
    pub what: Resource,
    /// How.
    pub how: Touching,
}

impl Touch {
    const fn new(what: Resource, how: Touching) -> Option<Self> {
        Some(Touch { what, how })
    }

    /// Whether the two do not commute.
    pub fn conflicts(&self, other: &Touch) -> bool {
        match (self.what, other.what) {
            (Resource::Everything, _) | (_, Resource::Everything) => true,
            (a, b) => a == b && self.how.conflicts(other.how),
        }
    }
}

/// Everything that an operation touches. Two operations are [`dependent`] when two of their touches
/// conflict; a search for the last dependent operation needs no comparison with all of them.
pub fn touches(op: &Op) -> [Option<Touch>; 3] {
    let how = match (op.kind, op.kind.access()) {
        // Each leaves with the number it got when it arrived.
        (OpKind::BarrierPass, _) | (_, Access::Read) => Touching::Read,
        (_, Access::Write) => Touching::Write,
    };
    let object = op
        .object
        .and_then(|object| Touch::new(Resource::Object(object), how));
    let third = match op.kind {
        _ if is_global(op) => {
            return [
                Touch::new(Resource::Everything, Touching::Write),
                None,
                None,
            ];
        }
        // Every sleep moves the clock on by a part of its own.
        OpKind::Sleep => return [Touch::new(Resource::Clock, Touching::PartWrite), None, None],
        OpKind::ClockRead => return [Touch::new(Resource::Clock, Touching::Read), None, None],
        OpKind::Output => Touch::new(Resource::Output, Touching::Write),
        _ => op
            .target
            .and_then(|task| Touch::new(Resource::Task(task), how)),
    };
    let second = op.also.and_then(|also| match op.kind {
        // An item: its container is touched in part.
        OpKind::Read => Touch::new(Resource::Object(also), Touching::PartRead),
        OpKind::Write => Touch::new(Resource::Object(also), Touching::PartWrite),
        OpKind::ConditionNotify => None,
        // Its lock is the barrier's own: nobody else takes it.
        OpKind::BarrierArrive | OpKind::BarrierPass | OpKind::BarrierBreak => None,
        // The lock that is given back or taken besides.
        _ => Touch::new(Resource::Object(also), Touching::Write),
    });
    [object, second, third]
}

/// Operations that can make any other impossible, or of which nothing is known.
fn is_global(op: &Op) -> bool {
    match op.kind {
        OpKind::ProcessExit | OpKind::External => true,
        // The others are joined before the main task ends, so this orders nothing but daemons.
        OpKind::TaskEnd => op.target == Some(TaskId(0)),
        _ => false,
    }
}
