//! Which operations commute.
//!
//! Two executions that differ only in the order of neighbouring *independent* operations are the
//! same behaviour, so a search needs one of them. Calling too much dependent costs executions;
//! calling too little dependent loses failures. In doubt: dependent.

use heddle_trace::{Access, ObjectId, Op, OpKind, TaskId};

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
/// | put and get, two puts, two gets of one queue | yes | first in, first out |
/// | start, begin, end, join of one task (`target`) | yes, but not begin and join, or two joins | start makes begin possible, end makes join possible |
/// | an item, and its whole container (`also`) | if one writes | `len(d)` sees `d[k] = 1` |
/// | two items of one container | no | each is a variable of its own |
/// | two outputs | yes | the order of lines is what the user sees |
/// | sleep and reading the clock | yes | the clock moves on |
/// | sleep and anything else, two sleeps | no | a sleep never orders anything |
/// | the end of the main task or of a process, and anything | yes | daemons end with it |
/// | a call that Heddle does not control, and anything | yes | nobody knows |
///
/// The order of steps of *one* task is always kept; that is not asked here. Operations should be
/// [`normalised`].
pub fn dependent(a: &Op, b: &Op) -> bool {
    if is_global(a) || is_global(b) {
        return true;
    }
    match (is_time(a.kind), is_time(b.kind)) {
        (true, true) => return (a.kind == OpKind::Sleep) != (b.kind == OpKind::Sleep),
        (true, false) | (false, true) => return false,
        (false, false) => {}
    }
    match (a.kind, b.kind) {
        (OpKind::Output, OpKind::Output) => return true,
        (OpKind::BarrierPass, OpKind::BarrierPass) => return false,
        _ => {}
    }
    if a.target.is_some() && a.target == b.target && one_writes(a, b) {
        return true;
    }
    share_an_object(a, b)
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

/// Operations that can make any other impossible, or of which nothing is known.
fn is_global(op: &Op) -> bool {
    match op.kind {
        OpKind::ProcessExit | OpKind::External => true,
        // The others are joined before the main task ends, so this orders nothing but daemons.
        OpKind::TaskEnd => op.target == Some(TaskId(0)),
        _ => false,
    }
}

fn is_time(kind: OpKind) -> bool {
    matches!(kind, OpKind::Sleep | OpKind::ClockRead)
}

fn one_writes(a: &Op, b: &Op) -> bool {
    a.kind.access() == Access::Write || b.kind.access() == Access::Write
}

fn share_an_object(a: &Op, b: &Op) -> bool {
    let same = |x: Option<ObjectId>, y: Option<ObjectId>| x.is_some() && x == y;
    if same(a.object, b.object) && one_writes(a, b) {
        return true;
    }
    // The rest is about `also`, which most operations do not have.
    let (lock_a, lock_b) = (second_lock(a), second_lock(b));
    if same(lock_a, b.object) || same(lock_b, a.object) || same(lock_a, lock_b) {
        return true;
    }
    (same(container(a), b.object) || same(container(b), a.object)) && one_writes(a, b)
}

/// The lock that an operation gives back or takes besides what it does to its object.
fn second_lock(op: &Op) -> Option<ObjectId> {
    match op.kind {
        OpKind::Read | OpKind::Write | OpKind::ConditionNotify => None,
        _ => op.also,
    }
}

/// The container that the accessed variable is an item of.
fn container(op: &Op) -> Option<ObjectId> {
    op.kind.is_plain_access().then_some(op.also).flatten()
}
