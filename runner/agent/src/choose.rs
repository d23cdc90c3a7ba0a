//! Who goes next.

use std::sync::atomic::{Ordering::Acquire, Ordering::Relaxed};

use heddle_policy::{Choice, Point, Policy, PolicyKind, PolicyState};
use heddle_stage::{End, TaskState, is_enabled, pending_op};
use heddle_trace::{Granularity, Op, OpKind, TaskId, TaskSet};

use crate::event::{self, RawOp};
use crate::stage::{control, state};
use crate::{probe, task};

/// Repetitions of the same reads, with no write by anybody in between, after which a task counts
/// as waiting: others go first.
const PATIENCE: u32 = 8;

/// Repetitions after which, when everybody repeats itself, nothing will ever change.
const LIVELOCK: u32 = 64;

/// Timeouts that fire at any turn: how often a task may let the same one fire in a row of its own
/// steps, before others go first. Enough for "try three times, then give up".
const TRIES: u32 = 3;

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
    probe::ask_all(last);
    let mut enabled = enabled_tasks();
    while enabled.is_empty() && probe::may_be_woken_from_outside() {
        probe::ask_all(last);
        enabled = enabled_tasks();
    }
    let step = header.steps.load(Relaxed);
    let in_prefix = step < control().prefix_len.load(Relaxed);
    if enabled.is_empty() && !(in_prefix && may_ask_for_more()) {
        return fire_earliest_timeout();
    }
    let eager: TaskSet = enabled.iter().filter(|t| !repeats_itself(t.0)).collect();
    if in_prefix {
        return follow_prefix(step, eager, enabled);
    }
    if eager.is_empty() {
        return let_time_pass(enabled);
    }
    if let Some(passed) = enabled.without(eager).first().or_else(tired_task) {
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
        .filter(|t| is_pending(*t) && (is_enabled(state, *t) || (is_any() && may_fire(*t))))
        .map(TaskId)
        .collect()
}

/// Whether timeouts fire at any turn.
fn is_any() -> bool {
    control().timeouts.load(Relaxed) != 0
}

/// Whether the prefix may ask for what no policy would be shown: whoever waits with a timeout goes
/// on by that. A replay of such a schedule does so, whatever the mode is afterwards.
fn may_ask_for_more() -> bool {
    control().strict.load(Relaxed) == 0
}

fn waits_with_timeout(task: u16) -> bool {
    let held = state().header.held_by.load(Relaxed) != 0;
    is_pending(task) && !held && task::row(task).deadline.load(Relaxed) != u64::MAX
}

fn may_fire(task: u16) -> bool {
    waits_with_timeout(task) && !is_tired(task)
}

/// Whether the task has let its timeouts fire again and again while nobody else took a step.
fn is_tired(task: u16) -> bool {
    let (header, row) = (&state().header, task::row(task));
    row.fired_again.load(Relaxed) + 1 >= TRIES
        && row.fired_in.load(Relaxed) == header.row_began.load(Relaxed)
        && header.last_task.load(Relaxed) == u32::from(task)
}

/// A task whose timeout could fire once more, but that lets others go first.
fn tired_task() -> Option<TaskId> {
    let last = TaskId(state().header.last_task.load(Relaxed) as u16);
    let waits = || waits_with_timeout(last.0) && !is_enabled(state(), last.0);
    (is_any() && is_tired(last.0) && waits()).then_some(last)
}

/// Whether the task of the step before, another than this one, could have gone on only by its
/// timeout.
pub(crate) fn last_waits(me: u16) -> bool {
    let last = state().header.last_task.load(Relaxed) as u16;
    is_any() && last != me && waits_with_timeout(last) && !is_enabled(state(), last)
}

/// This task goes next; if it still has to wait, its timeout fires.
fn go(task: u16) -> Chosen {
    if !is_enabled(state(), task) {
        fire(task);
    }
    Chosen::Task(task)
}

fn fire(task: u16) {
    let row = task::row(task);
    let deadline = row.deadline.load(Relaxed);
    state().header.clock.fetch_max(deadline, Relaxed);
    row.timed_out.store(1, Relaxed);
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
    let times_out = may_ask_for_more() && waits_with_timeout(wanted);
    if !allowed.contains(TaskId(wanted)) && !times_out {
        return Chosen::End(End::Diverged);
    }
    let mut shown = if eager.contains(TaskId(wanted)) {
        eager
    } else {
        enabled
    };
    shown.insert(TaskId(wanted));
    store_enabled(shown);
    go(wanted)
}

fn ask_policy(step: u32, last: u16, enabled: TaskSet) -> Chosen {
    let mut policy = policy();
    let pending = |task: TaskId| pending_op(task::row(task.0)).unwrap_or(UNKNOWN);
    let point = Point {
        step,
        last: Some(TaskId(last)),
        enabled,
        late: late(enabled),
        granularity: granularity(),
        pending: &pending,
    };
    let choice = policy.choose(&point);
    for (word, cell) in policy.to_words().iter().zip(&state().header.policy) {
        cell.store(*word, Relaxed);
    }
    match choice {
        Choice::Task(task) => go(task.0),
        Choice::Stop => Chosen::End(End::Stopped),
        Choice::Redundant => Chosen::End(End::Redundant),
    }
}

/// Those that would go by their timeouts.
fn late(enabled: TaskSet) -> TaskSet {
    if !is_any() {
        return TaskSet::EMPTY;
    }
    let waits = |task: &TaskId| !is_enabled(state(), task.0);
    enabled.iter().filter(waits).collect()
}

fn granularity() -> Granularity {
    match control().granularity.load(Relaxed) {
        0 => Granularity::Language,
        _ => Granularity::Gil,
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
    let Some((_, task)) = timed else {
        return Chosen::End(End::Stuck);
    };
    if header.jumps.fetch_add(1, Relaxed) > MAX_JUMPS {
        return Chosen::End(End::Livelock);
    }
    let alone: TaskSet = [TaskId(task)].into_iter().collect();
    let step = header.steps.load(Relaxed);
    if step < control().prefix_len.load(Relaxed) {
        return follow_prefix(step, alone, alone);
    }
    if policy().kind() == Some(PolicyKind::Stop) {
        return Chosen::End(End::Stopped);
    }
    store_enabled(alone);
    fire(task);
    Chosen::Task(task)
}

/// A step by somebody: what does it mean for tasks that repeat themselves?
///
/// A task repeats itself when it makes a read again (of the same object, on the same line) that it
/// has made since the last write by anybody. A write by anybody may change what it reads, so it
/// starts afresh. Which read to look out for is not known, since a loop may have any number of them:
/// it is the 1st, 2nd, 4th, 8th … one, until one has come back (Brent, *An Improved Monte Carlo
/// Factorization Algorithm*, 1980, finds cycles like that).
///
/// A timeout that fires at a turn of its own choosing changes nothing, like a read; see also
/// [`TRIES`].
pub(crate) fn note_step(me: u16, op: &RawOp, timed_out: bool) {
    let (header, row) = (&state().header, task::row(me));
    note_row(me, op, timed_out);
    let is_write = event::is_write(op.kind) && !(timed_out && is_any());
    if is_write {
        header.writes.fetch_add(1, Relaxed);
        header.jumps.store(0, Relaxed);
    }
    let writes = header.writes.load(Relaxed);
    if row.spin_writes.swap(writes, Relaxed) != writes || is_write {
        row.spins.store(0, Relaxed);
        row.reads.store(0, Relaxed);
    }
    if is_write {
        return;
    }
    let reads = row.reads.fetch_add(1, Relaxed) + 1;
    if reads > 1 && row.spin_read.load(Relaxed) == mark(op) {
        row.spins.fetch_add(1, Relaxed);
    } else if reads.is_power_of_two() && row.spins.load(Relaxed) == 0 {
        row.spin_read.store(mark(op), Relaxed);
    }
}

/// Keeps where the steps in a row of one task began, and which timeouts it let fire in it.
fn note_row(me: u16, op: &RawOp, timed_out: bool) {
    let (header, row) = (&state().header, task::row(me));
    if header.last_task.swap(u32::from(me), Relaxed) != u32::from(me) {
        header.row_began.store(header.steps.load(Relaxed), Relaxed);
    }
    if timed_out {
        let began = header.row_began.load(Relaxed);
        if row.fired_in.swap(began, Relaxed) != began {
            row.fired.store(0, Relaxed);
            row.fired_again.store(0, Relaxed);
        }
        let fired = row.fired.fetch_add(1, Relaxed) + 1;
        if fired > 1 && row.fired_op.load(Relaxed) == mark(op) {
            row.fired_again.fetch_add(1, Relaxed);
        } else if fired.is_power_of_two() && row.fired_again.load(Relaxed) == 0 {
            row.fired_op.store(mark(op), Relaxed);
        }
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
        && state().header.held_by.load(Relaxed) != u32::from(task) + 1
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
