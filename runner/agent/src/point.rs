//! Scheduling points: announce, choose, hand over, park, perform.

use std::sync::atomic::{Ordering::Acquire, Ordering::Relaxed, Ordering::Release};
use std::time::Duration;

use heddle_stage::{End, HELD_BIT, LEFT_BIT, NONE32, RowKind, TIMED_BIT, TaskState, WaitMode};
use heddle_trace::OpKind;

use crate::choose::{self, Chosen};
use crate::event::{self, EventId, RawOp};
use crate::stage::{control, state};
use crate::{probe, recover, task};

/// What makes the announced operation possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Until {
    /// Nothing: it always is.
    Always,
    /// A condition that only the language's half can see; now it is so. It keeps it up to date
    /// with [`set_ready`].
    Ready(bool),
    /// An object has a unit left.
    Free(u32),
    /// Two objects have.
    BothFree(u32, u32),
    /// A task is over.
    Over(u16),
}

/// An operation on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Announcement {
    /// What.
    pub op: RawOp,
    /// When it is possible.
    pub until: Until,
    /// Timeout, nanoseconds from now.
    pub timeout: Option<u64>,
}

/// What to do after announcing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Do it.
    Go(Granted),
    /// Give the turn to this task and park.
    Park(Turn),
    /// The execution is over.
    End,
}

/// Whose turn it is next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn(u16);

/// The turn has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Granted {
    /// Its timeout fired: the operation has not become possible.
    pub timed_out: bool,
    /// The event that records it.
    pub event: EventId,
}

/// Why a parked task goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// It is its turn.
    Granted(Granted),
    /// The execution is over and this process is to report its state, if it has not.
    End,
}

/// Announces the calling task's next operation and chooses who goes next.
pub fn announce(me: u16, announcement: &Announcement) -> Next {
    write_pending(me, announcement);
    if let Some(lender) = take_loan(me) {
        return Next::Park(Turn(lender));
    }
    decide(me)
}

fn write_pending(me: u16, announcement: &Announcement) {
    let Announcement { op, until, timeout } = announcement;
    let row = task::row(me);
    row.op_kind.store(op.kind.code(), Relaxed);
    row.op_object.store(op.object, Relaxed);
    row.op_also.store(op.also, Relaxed);
    row.op_target.store(op.target, Relaxed);
    row.op_file.store(op.place.file, Relaxed);
    row.op_line.store(op.place.line, Relaxed);
    let (mode, a, b) = match *until {
        Until::Always => (WaitMode::Always, NONE32, NONE32),
        Until::Ready(ready) => {
            row.ready.store(u32::from(ready), Relaxed);
            (WaitMode::Flag, NONE32, NONE32)
        }
        Until::Free(object) => (WaitMode::Free, object, NONE32),
        Until::BothFree(a, b) => (WaitMode::BothFree, a, b),
        Until::Over(task) => (WaitMode::TaskOver, u32::from(task), NONE32),
    };
    row.wait_mode.store(mode as u32, Relaxed);
    row.wait_a.store(a, Relaxed);
    row.wait_b.store(b, Relaxed);
    row.timed_out.store(0, Relaxed);
    let clock = state().header.clock.load(Relaxed);
    let deadline = timeout.map_or(u64::MAX, |t| clock.saturating_add(t).min(u64::MAX - 1));
    row.deadline.store(deadline, Relaxed);
    if row.held.load(Relaxed) != 0 && is_access(op.kind) {
        state().header.held_by.store(u32::from(me) + 1, Relaxed);
    }
    row.state.store(TaskState::Pending as u32, Release);
}

/// Granularity `gil`: the interpreter can switch here, so the task's next access is a point at which
/// others may go.
pub fn can_switch(me: u16) {
    task::row(me).held.store(0, Relaxed);
}

/// Whether [`can_switch`] would change something.
pub fn is_held(me: u16) -> bool {
    task::row(me).held.load(Relaxed) != 0
}

/// Accesses to a variable are what an interpreter with a GIL does without letting others go. (Other
/// operations call something, or wait; an execution may switch there and after them, always.)
fn is_access(kind: OpKind) -> bool {
    matches!(kind, OpKind::Read | OpKind::Write)
}

/// Updates a condition that only the language's half can see.
pub fn set_ready(task: u16, ready: bool) {
    task::row(task).ready.store(u32::from(ready), Release);
}

/// A task that was just started runs on its starter's turn up to its first point.
fn take_loan(me: u16) -> Option<u16> {
    let lent_by = &state().header.lent_by;
    let lender = lent_by.load(Acquire);
    if lender == NONE32 || task::row(me).parent.load(Relaxed) != lender {
        return None;
    }
    lent_by.store(NONE32, Release);
    Some(lender as u16)
}

fn decide(me: u16) -> Next {
    match choose::choose(me) {
        Chosen::Task(next) if next == me => Next::Go(perform(me)),
        Chosen::Task(next) => Next::Park(Turn(next)),
        Chosen::End(end) => {
            end_with(end);
            Next::End
        }
    }
}

/// Says how the execution ended, unless that has been said.
pub fn end_with(end: End) {
    let word = &state().header.end;
    let _ = word.compare_exchange(End::None as u32, end as u32, Release, Relaxed);
}

/// The program has finished with this exit code.
pub fn finish(exit_code: i64) {
    state().header.exit_code.store(exit_code, Relaxed);
    end_with(End::Finished);
}

/// Whether the execution is over.
pub fn is_over() -> bool {
    state().header.end.load(Acquire) != End::None as u32
}

/// Whether the supervisor wants a snapshot at the end.
pub fn wants_snapshot() -> bool {
    control().snapshot.load(Relaxed) != 0
}

/// Records the announced operation as a step of the calling task, whose turn it is.
fn perform(me: u16) -> Granted {
    let (header, row) = (&state().header, task::row(me));
    let op = pending_op(me);
    let timed_out = row.timed_out.load(Relaxed) != 0;
    kill_if_told(header.steps.load(Relaxed));
    let bits = facts(me);
    choose::note_step(me, &op, timed_out);
    let event = event::append(RowKind::Op, me, Some(&op), None);
    if timed_out {
        event::set_ending(event, event::Ending::TimedOut);
    }
    if bits != 0 {
        event::set_bits(event, bits);
    }
    header.held_by.store(0, Relaxed);
    let gil = control().granularity.load(Relaxed) != 0;
    row.held
        .store(u32::from(gil && is_access(op.kind)), Relaxed);
    header.steps.fetch_add(1, Release);
    row.state.store(TaskState::Running as u32, Release);
    Granted { timed_out, event }
}

/// What was so when this step was chosen, as bits of its event.
fn facts(me: u16) -> u8 {
    let held = state().header.held_by.load(Relaxed) != 0;
    let timed = task::row(me).deadline.load(Relaxed) != u64::MAX;
    let left = choose::last_waits(me);
    [(held, HELD_BIT), (timed, TIMED_BIT), (left, LEFT_BIT)]
        .into_iter()
        .filter_map(|(is_so, bit)| is_so.then_some(bit))
        .sum()
}

fn pending_op(task: u16) -> RawOp {
    let row = task::row(task);
    RawOp {
        kind: OpKind::from_code(row.op_kind.load(Relaxed)).unwrap_or(OpKind::External),
        object: row.op_object.load(Relaxed),
        also: row.op_also.load(Relaxed),
        target: row.op_target.load(Relaxed),
        place: event::Place {
            file: row.op_file.load(Relaxed),
            line: row.op_line.load(Relaxed),
        },
    }
}

/// For tests of recovery: dies with the turn in its hand.
fn kill_if_told(step: u32) {
    if control().kill_at_step.load(Relaxed) == step && !crate::stage::is_root() {
        // SAFETY: ends this process.
        unsafe { libc::kill(libc::getpid(), libc::SIGKILL) };
    }
}

/// Gives the turn away. The interpreter's lock must be free.
pub fn pass(turn: Turn) {
    let header = &state().header;
    let epoch = header.turn.load(Relaxed) >> 32;
    header.turn.store(epoch << 32 | u64::from(turn.0), Release);
    task::row(turn.0).wake.bump_and_wake(1);
}

/// How often a parked task looks whether the turn's holder is still alive, when there are other
/// processes.
const LOOK_AFTER: Duration = Duration::from_millis(20);

/// Sleeps until it is the calling task's turn. The interpreter's lock must be free.
pub fn park(me: u16) -> Woken {
    wait_for_turn(me);
    if is_over() {
        return Woken::End;
    }
    Woken::Granted(perform(me))
}

/// Sleeps until it is the calling task's turn: its first, or one that it has lent.
pub fn wait_for_turn(me: u16) {
    let row = task::row(me);
    loop {
        let seen = row.wake.load();
        if state().header.turn.load(Acquire) as u32 == u32::from(me) {
            return;
        }
        probe::answer_if_asked(me);
        let several = state().header.processes.load(Relaxed) > 1;
        row.wake.wait(seen, several.then_some(LOOK_AFTER));
        if several {
            recover::look_after(me);
        }
    }
}

/// The calling task starts `child`, which runs on this turn up to its first point: lends the turn
/// and waits until it is back. The interpreter's lock must be free.
pub fn lend_turn(me: u16, child: u16) {
    state().header.lent_by.store(u32::from(me), Release);
    pass(Turn(child));
    wait_for_turn(me);
}

/// The calling task has performed its last operation: gives the turn to the next one, for good.
/// Needs no interpreter. Returns false when the execution is over instead.
#[must_use]
pub fn depart(me: u16) -> bool {
    task::finish(me);
    pass_on(me)
}

/// Gives the turn to whoever goes after a task that is over; false: the execution is over.
pub(crate) fn pass_on(me: u16) -> bool {
    match choose::choose(me) {
        Chosen::Task(next) => {
            pass(Turn(next));
            true
        }
        Chosen::End(end) => {
            end_with(end);
            false
        }
    }
}

/// The execution is over, and no Python can run here: some other task reports the state, or the
/// program ends.
pub fn end_from_outside() {
    match next_reporter().filter(|_| wants_snapshot()) {
        Some(turn) => pass(turn),
        None => crate::fork::end_program(),
    }
}

/// A parked task of a process that has not reported its state yet, the first process last.
pub fn next_reporter() -> Option<Turn> {
    let state = state();
    let count = (state.header.tasks.load(Acquire) as usize).min(state.tasks.len());
    (0..count as u16)
        .filter(|task| {
            let row = task::row(*task);
            let process = row.process.load(Relaxed) as usize;
            row.state.load(Acquire) == TaskState::Pending as u32
                && state
                    .processes
                    .get(process)
                    .is_some_and(|p| p.snapshot_taken.load(Relaxed) == 0)
        })
        .max_by_key(|task| {
            (
                task::row(*task).process.load(Relaxed),
                std::cmp::Reverse(*task),
            )
        })
        .map(Turn)
}

/// Marks this process's state as reported; false when it was already.
pub fn claim_report() -> bool {
    let row = &state().processes[crate::stage::process() as usize];
    row.snapshot_taken.swap(1, Relaxed) == 0
}
