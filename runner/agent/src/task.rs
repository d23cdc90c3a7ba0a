//! Tasks: rows in the task table, and which one the calling thread is.

use std::cell::Cell;
use std::sync::atomic::{Ordering::Acquire, Ordering::Relaxed, Ordering::Release};

use heddle_stage::{NONE_TASK, NONE32, TaskRow, TaskState};
use heddle_trace::TaskSet;

use crate::event;
use crate::stage::{self, Attached, state};

thread_local! {
    static ME: Cell<u16> = const { Cell::new(NONE_TASK) };
}

/// The task that the calling thread is; `None` for threads that Heddle did not start.
#[inline]
pub fn me() -> Option<u16> {
    // During the destruction of thread-locals there is no task any more.
    ME.try_with(Cell::get)
        .ok()
        .filter(|task| *task != NONE_TASK)
}

/// The task's row.
pub(crate) fn row(task: u16) -> &'static TaskRow {
    &state().tasks[usize::from(task).min(heddle_stage::capacity::TASKS - 1)]
}

pub(crate) fn set_me(task: u16) {
    ME.with(|me| me.set(task));
}

/// Makes the calling thread a process's main task, in row 0.
pub(crate) fn become_main(name: &str) {
    let row = row(0);
    row.parent.store(NONE32, Relaxed);
    row.state.store(TaskState::Running as u32, Relaxed);
    row.deadline.store(u64::MAX, Relaxed);
    set_name(0, name);
    state().header.tasks.store(1, Release);
    state().header.turn.store(0, Release);
    set_me(0);
}

/// Gives a new task a row.
///
/// Returns `None` when the table is full, or when a controlled execution has as many tasks as a
/// schedule can name.
pub fn create(parent: u16, process: u32, name: &str) -> Option<u16> {
    let capacity = match stage::attached() {
        Attached::Controlled => u32::from(TaskSet::CAPACITY),
        Attached::Free | Attached::No => heddle_stage::capacity::TASKS as u32,
    };
    let tasks = &state().header.tasks;
    let task = tasks
        .fetch_update(Acquire, Relaxed, |n| (n < capacity).then_some(n + 1))
        .ok()?;
    let row = row(task as u16);
    row.process.store(process, Relaxed);
    row.parent.store(u32::from(parent), Relaxed);
    let nth = self::row(parent).children.fetch_add(1, Relaxed);
    row.nth.store(nth + 1, Relaxed);
    row.deadline.store(u64::MAX, Relaxed);
    set_name(task as u16, name);
    row.state.store(TaskState::Starting as u32, Release);
    Some(task as u16)
}

/// Takes a task back that could not be started after all.
pub fn withdraw(task: u16) {
    row(task).state.store(TaskState::Ended as u32, Release);
    row(task).joined.store(1, Release);
}

/// The number that the next created task will have.
pub fn next_id() -> u16 {
    state().header.tasks.load(Acquire).min(u32::from(NONE_TASK)) as u16
}

/// Names a task.
pub(crate) fn set_name(task: u16, name: &str) {
    if let Some((at, length)) = event::add_text(name.as_bytes()) {
        row(task).name_len.store(length, Relaxed);
        row(task).name_at.store(at, Release);
    }
}

/// Marks a task as one of the standard library's own.
pub fn set_system(task: u16) {
    row(task).system.store(1, Release);
}

/// Whether somebody has joined the task.
pub fn is_joined(task: u16) -> bool {
    row(task).joined.load(Relaxed) != 0
}

/// Marks a task as joined by somebody.
pub fn set_joined(task: u16) {
    row(task).joined.store(1, Relaxed);
}

/// Whether the task has ended or was killed.
pub fn is_over(task: u16) -> bool {
    TaskState::from_u32(row(task).state.load(Acquire)).is_over()
}

/// Whether no other task of the calling task's process is left.
pub fn alone_in_process() -> bool {
    let count = (state().header.tasks.load(Acquire) as usize).min(state().tasks.len());
    let own = |row: &&TaskRow| row.process.load(Relaxed) == stage::process();
    let left = |row: &TaskRow| !TaskState::from_u32(row.state.load(Acquire)).is_over();
    state().tasks[..count]
        .iter()
        .filter(own)
        .filter(|row| left(row))
        .count()
        <= 1
}

/// Whether there is a task that nobody has seen the end of, the calling one aside.
pub fn others_unjoined() -> bool {
    let count = (state().header.tasks.load(Acquire) as usize).min(state().tasks.len());
    let seen_ending = |row: &TaskRow| {
        TaskState::from_u32(row.state.load(Acquire)).is_over() && row.joined.load(Relaxed) != 0
    };
    let rows = state().tasks[..count].iter();
    rows.filter(|row| !seen_ending(row)).count() > 1
}

/// Binds the calling thread, which was started for it, to a task's row.
pub fn begin(task: u16) {
    set_me(task);
    row(task).state.store(TaskState::Running as u32, Release);
}

/// The calling thread is no task any more; its row says that it has ended.
pub fn finish(task: u16) {
    row(task).state.store(TaskState::Ended as u32, Release);
    let _ = ME.try_with(|me| me.set(NONE_TASK));
}
