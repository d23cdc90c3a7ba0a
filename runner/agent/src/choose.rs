//! Who goes next.

use std::sync::atomic::{Ordering::Acquire, Ordering::Relaxed};

use heddle_policy::{Choice, Point, Policy, PolicyKind, PolicyState};
use heddle_stage::{End, TaskState, is_enabled, pending_op};
use heddle_trace::{Op, OpKind, TaskId, TaskSet};

use crate::event::{self, RawOp};
use crate::stage::{control, state};
use crate::task;

/// Repetitions of the same reads, with no write by anybody in between, after which a task counts
/// as waiting: others go first.
const PATIENCE: u32 = 8;

/// Repetitions after which, when everybody repeats itself, nothing will ever change.
const LIVELOCK: u32 = 64;

/// Jumps of the clock in a row that bring nobody forward, before that counts as a livelock.
const MAX_JUMPS: u32 = 1_000;

pub(crate) enum Chosen {
    Task(u16),
    End(End),
}

/// Chooses the next task. Called by the holder of the turn, `last`.
pub(crate) fn choose(last: u16) -> Chosen {
    let header = &state().header;
    let ended = End::from_u32(header.end.load(Acquire));
    if ended != End::None {
        return Chosen::End(ended);
    }
    let enabled = enabled_tasks();
    if enabled.is_empty() {
        return fire_earliest_timeout();
    }
    let eager: TaskSet = enabled.iter().filter(|t| !repeats_itself(t.0)).collect();
    let step = header.steps.load(Relaxed);
    if step < control().prefix_len.load(Relaxed) {
        return follow_prefix(step, eager, enabled);
    }
    if eager.is_empty() {
        return let_time_pass(enabled);
    }
    if let Some(passed) = enabled.without(eager).first() {
        let first = u64::from(step) << 32 | (u64::from(passed.0) + 1);
        let _ = header
            .passed_over
            .compare_exchange(0, first, Relaxed, Relaxed);
    }
    store_enabled(eager);
    ask_policy(step, last, eager)
}

fn enabled_tasks() -> TaskSet {
    let state = state();
    let count = state
        .header
        .tasks
        .load(Acquire)
        .min(u32::from(TaskSet::CAPACITY)) as u16;
    (0..count)
        .filter(|t| is_pending(*t) && is_enabled(state, *t))
        .map(TaskId)
        .collect()
}

fn is_pending(task: u16) -> bool {
    task::row(task).state.load(Acquire) == TaskState::Pending as u32
}

fn store_enabled(enabled: TaskSet) {
    let words = &state().header.enabled;
    words[0].store(enabled.bits() as u64, Relaxed);
    words[1].store((enabled.bits() >> 64) as u64, Relaxed);
}

/// `eager` is what a policy would have been shown; a learner may choose any enabled task, a search
/// only one of those.
fn follow_prefix(step: u32, eager: TaskSet, enabled: TaskSet) -> Chosen {
    let wanted = control()
        .prefix
        .get(step as usize)
        .map_or(0, |c| u16::from(c.load(Relaxed)));
    let is_strict = control().strict.load(Relaxed) != 0 && !eager.is_empty();
    let allowed = if is_strict { eager } else { enabled };
    if !allowed.contains(TaskId(wanted)) {
        return Chosen::End(End::Diverged);
    }
    store_enabled(if eager.contains(TaskId(wanted)) {
        eager
    } else {
        enabled
    });
    Chosen::Task(wanted)
}

fn ask_policy(step: u32, last: u16, enabled: TaskSet) -> Chosen {
    let mut policy = policy();
    let pending = |task: TaskId| pending_op(task::row(task.0)).unwrap_or(UNKNOWN);
    let point = Point {
        step,
        last: Some(TaskId(last)),
        enabled,
        pending: &pending,
    };
    let choice = policy.choose(&point);
    for (word, cell) in policy.to_words().iter().zip(&state().header.policy) {
        cell.store(*word, Relaxed);
    }
    match choice {
        Choice::Task(task) => Chosen::Task(task.0),
        Choice::Stop => Chosen::End(End::Stopped),
        Choice::Redundant => Chosen::End(End::Redundant),
    }
}

fn policy() -> PolicyState {
    let mut words = [0; heddle_stage::POLICY_WORDS];
    for (word, cell) in words.iter_mut().zip(&state().header.policy) {
        *word = cell.load(Relaxed);
    }
    PolicyState::from_words(words)
}

const UNKNOWN: Op = Op {
    kind: OpKind::External,
    object: None,
    also: None,
    target: None,
};

/// Nobody is enabled: time passes until the earliest timeout.
fn fire_earliest_timeout() -> Chosen {
    let header = &state().header;
    let count = header.tasks.load(Acquire).min(u32::from(TaskSet::CAPACITY)) as u16;
    let timed = (0..count)
        .filter(|t| is_pending(*t))
        .map(|t| (task::row(t).deadline.load(Relaxed), t))
        .filter(|(deadline, _)| *deadline != u64::MAX)
        .min();
    let Some((deadline, task)) = timed else {
        return Chosen::End(End::Stuck);
    };
    if header.jumps.fetch_add(1, Relaxed) > MAX_JUMPS {
        return Chosen::End(End::Livelock);
    }
    header.clock.fetch_max(deadline, Relaxed);
    task::row(task).timed_out.store(1, Relaxed);
    let alone: TaskSet = [TaskId(task)].into_iter().collect();
    let step = header.steps.load(Relaxed);
    if step < control().prefix_len.load(Relaxed) {
        return follow_prefix(step, alone, alone);
    }
    if policy().kind() == Some(PolicyKind::Stop) {
        return Chosen::End(End::Stopped);
    }
    store_enabled(alone);
    Chosen::Task(task)
}

/// A step by somebody: what does it mean for tasks that repeat themselves?
///
/// A task repeats itself when it makes a read again (of the same object, on the same line) that it
/// has made since the last write by anybody. A write by anybody may change what it reads, so it
/// starts afresh. Which read to look out for is not known, since a loop may have any number of them:
/// it is the 1st, 2nd, 4th, 8th … one, until one has come back (Brent, *An Improved Monte Carlo
/// Factorization Algorithm*, 1980, finds cycles like that).
pub(crate) fn note_step(me: u16, op: &RawOp) {
    let (header, row) = (&state().header, task::row(me));
    if event::is_write(op.kind) {
        header.writes.fetch_add(1, Relaxed);
        header.jumps.store(0, Relaxed);
    }
    let writes = header.writes.load(Relaxed);
    if row.spin_writes.swap(writes, Relaxed) != writes || event::is_write(op.kind) {
        row.spins.store(0, Relaxed);
        row.reads.store(0, Relaxed);
    }
    if event::is_write(op.kind) {
        return;
    }
    let reads = row.reads.fetch_add(1, Relaxed) + 1;
    if reads > 1 && row.spin_read.load(Relaxed) == mark(op) {
        row.spins.fetch_add(1, Relaxed);
    } else if reads.is_power_of_two() && row.spins.load(Relaxed) == 0 {
        row.spin_read.store(mark(op), Relaxed);
    }
}

/// Tells reads apart: by line, kind and object.
fn mark(op: &RawOp) -> u64 {
    let place = op.place.file << 24 ^ op.place.line ^ u32::from(op.kind.code()) << 20;
    u64::from(place) << 32 | u64::from(op.object)
}

fn repeats_itself(task: u16) -> bool {
    let row = task::row(task);
    row.spins.load(Relaxed) >= PATIENCE
        && row.spin_writes.load(Relaxed) == state().header.writes.load(Relaxed)
}

/// Everybody who is enabled repeats itself: those who look at the clock or sleep get time; if that
/// does not help, somebody's timeout; then it is a livelock.
fn let_time_pass(enabled: TaskSet) -> Chosen {
    let header = &state().header;
    let hopeless = enabled
        .iter()
        .all(|t| task::row(t.0).spins.load(Relaxed) >= LIVELOCK);
    if hopeless {
        return match fire_earliest_timeout() {
            Chosen::End(_) => Chosen::End(End::Livelock),
            chosen => chosen,
        };
    }
    // Time runs ever faster while nothing else happens.
    let jumps = header.jumps.fetch_add(1, Relaxed).min(20);
    header.clock.fetch_add(1_000_000 << jumps, Relaxed);
    let least = enabled
        .iter()
        .min_by_key(|t| (task::row(t.0).spins.load(Relaxed), t.0));
    let Some(next) = least else {
        return Chosen::End(End::Livelock);
    };
    let only: TaskSet = [next].into_iter().collect();
    store_enabled(only);
    ask_policy(header.steps.load(Relaxed), next.0, only)
}
