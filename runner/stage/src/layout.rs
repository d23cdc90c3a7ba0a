//! Where things lie in the two memory files.

use std::sync::atomic::{AtomicI64, AtomicU8, AtomicU16, AtomicU32, AtomicU64};

use crate::FutexWord;

/// Version of the layout; supervisor and agent must have the same.
pub const CONTROL_VERSION: u32 = 3;

/// Words of a policy's state.
pub const POLICY_WORDS: usize = 37;

/// "No object", "no text".
pub const NONE32: u32 = u32::MAX;

/// "No task".
pub const NONE_TASK: u16 = u16::MAX;

/// How many rows each table has, and how long the text areas are.
pub mod capacity {
    /// Tasks of one execution (free runs; controlled ones are bounded by `TaskSet::CAPACITY`).
    pub const TASKS: usize = 1024;
    /// Processes of one execution.
    pub const PROCESSES: usize = 256;
    /// Objects of one execution.
    pub const OBJECTS: usize = 8192;
    /// Events of one execution.
    pub const EVENTS: usize = 100_000;
    /// Steps of a prefix.
    pub const PREFIX: usize = 100_000;
    /// Bytes of names, output and messages.
    pub const TEXT: usize = 4 << 20;
    /// Bytes of a snapshot (JSON), all processes together.
    pub const SNAPSHOT: usize = 1 << 20;
}

/// What to do: written by the supervisor before an execution, read-only for the program.
#[repr(C)]
pub struct Control {
    /// [`CONTROL_VERSION`].
    pub version: AtomicU32,
    /// A [`Mode`].
    pub mode: AtomicU32,
    /// 0 = language, 1 = gil.
    pub granularity: AtomicU32,
    /// 0 = timeouts fire when nobody else can go, 1 = at any turn.
    pub timeouts: AtomicU32,
    /// Not 0: report a snapshot when the execution stops.
    pub snapshot: AtomicU32,
    /// Events at most.
    pub max_events: AtomicU32,
    /// Output bytes at most.
    pub max_output: AtomicU32,
    /// The process that is about to take this step kills itself with SIGKILL instead
    /// ([`NONE32`]: none). For tests of recovery.
    pub kill_at_step: AtomicU32,
    /// Not 0: the prefix may ask only for tasks that a policy would be shown. A search wants that; a
    /// learner may let a task go that only repeats itself.
    pub strict: AtomicU32,
    /// Number of choices in `prefix`.
    pub prefix_len: AtomicU32,
    /// Not 0: when it has ended without leaving anything behind, the process waits for another round
    /// instead of ending.
    pub again: AtomicU32,
    /// Grows when the next round begins. The waiting process sleeps on it.
    pub round: FutexWord,
    /// State of the policy at the start.
    pub policy: [AtomicU64; POLICY_WORDS],
    /// The task of each step.
    pub prefix: [AtomicU8; capacity::PREFIX],
}

/// Free or controlled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Mode {
    /// Real clock, real parallelism.
    Free = 1,
    /// One task at a time.
    Controlled = 2,
}

/// Why an execution ended, as the agent saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum End {
    /// Still going, or died without a word.
    None = 0,
    /// The main task finished.
    Finished = 1,
    /// Nobody is enabled.
    Stuck = 2,
    /// The policy said stop.
    Stopped = 3,
    /// All enabled tasks are asleep: some other execution covers this one.
    Redundant = 4,
    /// Everybody that is enabled only repeats itself.
    Livelock = 5,
    /// Too many events, tasks or objects.
    Events = 6,
    /// Too much output.
    Output = 7,
    /// The prefix asked for a task that was not enabled.
    Diverged = 8,
}

impl End {
    /// The end with this number; unknown numbers are `None`.
    pub fn from_u32(n: u32) -> End {
        [
            End::Finished,
            End::Stuck,
            End::Stopped,
            End::Redundant,
            End::Livelock,
            End::Events,
            End::Output,
            End::Diverged,
        ]
        .into_iter()
        .find(|end| *end as u32 == n)
        .unwrap_or(End::None)
    }
}

/// The first page of the state.
#[repr(C)]
pub struct Header {
    /// The turn: epoch in the high, task in the low 32 bits. Passed on after everything else has
    /// been written. The epoch grows with every recovery from a dead holder.
    pub turn: AtomicU64,
    /// Virtual clock, nanoseconds since the start (controlled), or the start on the monotonic
    /// clock (free).
    pub clock: AtomicU64,
    /// Steps taken.
    pub steps: AtomicU32,
    /// Rows in use.
    pub processes: AtomicU32,
    /// Rows in use.
    pub tasks: AtomicU32,
    /// Rows in use.
    pub objects: AtomicU32,
    /// Rows given out; a row counts when its `kind` is not 0.
    pub events: AtomicU32,
    /// Bytes of text given out.
    pub text: AtomicU32,
    /// Bytes of snapshots written: a sequence of (u32 little-endian length, JSON).
    pub snapshot: AtomicU32,
    /// Bytes of output so far.
    pub output: AtomicU32,
    /// An [`End`].
    pub end: AtomicU32,
    /// Exit code of the first process, when it finished.
    pub exit_code: AtomicI64,
    /// Counts writes: to see that a task that repeats its reads does so in vain.
    pub writes: AtomicU64,
    /// Enabled tasks of the choice just made.
    pub enabled: [AtomicU64; 2],
    /// State of the policy.
    pub policy: [AtomicU64; POLICY_WORDS],
    /// The parent that lent its turn to the task it just started, until that task's first point.
    pub lent_by: AtomicU32,
    /// Jumps of the virtual clock in a row without any other progress.
    pub jumps: AtomicU32,
    /// Task + 1 that is about to go on where its interpreter cannot switch: nobody else can go.
    /// 0: none.
    pub held_by: AtomicU32,
    /// Who took the last step…
    pub last_task: AtomicU32,
    /// … and how many steps there were before its steps in a row.
    pub row_began: AtomicU32,
    /// Tasks that may wait for the kernel: see `TaskRow::probed`.
    pub probed: AtomicU32,
    /// Moves with every answer of one of them.
    pub answers: FutexWord,
    /// Not 0: a program that is not part of the execution has been started, and may write to somebody.
    pub outside: AtomicU32,
    /// The first time a task that could have gone on was passed over, because it only repeated itself:
    /// number of steps before, in the high, and task + 1 in the low 32 bits. 0: never.
    pub passed_over: AtomicU64,
}

/// State of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum TaskState {
    /// Row not in use.
    Unused = 0,
    /// Started, has not come to its first point.
    Starting = 1,
    /// At a point: `pending` is valid.
    Pending = 2,
    /// On its way from one point to the next.
    Running = 3,
    /// Ended.
    Ended = 4,
    /// Its process was killed.
    Killed = 5,
}

impl TaskState {
    /// The state with this number; unknown numbers are `Unused`.
    pub fn from_u32(n: u32) -> TaskState {
        [
            TaskState::Starting,
            TaskState::Pending,
            TaskState::Running,
            TaskState::Ended,
            TaskState::Killed,
        ]
        .into_iter()
        .find(|state| *state as u32 == n)
        .unwrap_or(TaskState::Unused)
    }

    /// Whether the task can take no more steps.
    pub fn is_over(self) -> bool {
        matches!(self, TaskState::Ended | TaskState::Killed)
    }
}

/// How to find out whether a pending operation can complete now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum WaitMode {
    /// Always.
    Always = 0,
    /// `ready` says so; the task's own process keeps it up to date.
    Flag = 1,
    /// Object `wait_a` is free: its value is above 0, or it is a recursive lock of this task.
    Free = 2,
    /// Objects `wait_a` and `wait_b` are both free.
    BothFree = 3,
    /// Task `wait_a` is over.
    TaskOver = 4,
}

impl WaitMode {
    /// The mode with this number; unknown numbers are `Always`.
    pub fn from_u32(n: u32) -> WaitMode {
        [
            WaitMode::Flag,
            WaitMode::Free,
            WaitMode::BothFree,
            WaitMode::TaskOver,
        ]
        .into_iter()
        .find(|mode| *mode as u32 == n)
        .unwrap_or(WaitMode::Always)
    }
}

/// One process.
#[repr(C)]
pub struct ProcessRow {
    /// Its pid inside the jail; 0 until known.
    pub pid: AtomicU32,
    /// Row of its parent, [`NONE32`] for the first.
    pub parent: AtomicU32,
    /// 0 main, 1 fork, 2 spawn.
    pub start: AtomicU32,
    /// Not 0: its snapshot has been taken.
    pub snapshot_taken: AtomicU32,
}

/// One task.
#[repr(C)]
pub struct TaskRow {
    /// The task parks on this word.
    pub wake: FutexWord,
    /// A [`TaskState`].
    pub state: AtomicU32,
    /// Row of its process.
    pub process: AtomicU32,
    /// Task that created it, [`NONE32`] for the first.
    pub parent: AtomicU32,
    /// Its number among its parent's tasks, from 0.
    pub nth: AtomicU32,
    /// Tasks it has created.
    pub children: AtomicU32,
    /// Objects it has touched first.
    pub touched: AtomicU32,
    /// Not 0: the standard library's.
    pub system: AtomicU32,
    /// Not 0: somebody has joined it.
    pub joined: AtomicU32,
    /// Text of its name.
    pub name_at: AtomicU32,
    /// Length of it.
    pub name_len: AtomicU32,

    /// A [`WaitMode`].
    pub wait_mode: AtomicU32,
    /// First thing it waits for.
    pub wait_a: AtomicU32,
    /// Second.
    pub wait_b: AtomicU32,
    /// For [`WaitMode::Flag`].
    pub ready: AtomicU32,
    /// Not 0: its thread alone can tell whether it is ready, and has to be asked.
    pub probed: AtomicU32,
    /// Not 0: it is being asked.
    pub asked: AtomicU32,
    /// Not 0: the last choice fired its timeout.
    pub timed_out: AtomicU32,
    /// Virtual time at which its timeout fires; `u64::MAX`: none.
    pub deadline: AtomicU64,
    /// Pending operation: kind.
    pub op_kind: AtomicU16,
    /// Pending operation: target task.
    pub op_target: AtomicU16,
    /// Pending operation: object.
    pub op_object: AtomicU32,
    /// Pending operation: second object.
    pub op_also: AtomicU32,
    /// Pending operation: file.
    pub op_file: AtomicU32,
    /// Pending operation: line; 0 unknown.
    pub op_line: AtomicU32,
    /// Not 0: granularity `gil`, and the interpreter cannot have switched since its last step.
    pub held: AtomicU32,
    /// Timeouts it let fire in a row of its own steps…
    pub fired: AtomicU32,
    /// … that began after so many steps; …
    pub fired_in: AtomicU32,
    /// … how many of them were the same again, …
    pub fired_again: AtomicU32,
    /// … and which one that is.
    pub fired_op: AtomicU64,
    /// Value of `Header::writes` since which it has only repeated itself.
    pub spin_writes: AtomicU64,
    /// How often it did so.
    pub spins: AtomicU32,
    /// Reads it has made since.
    pub reads: AtomicU32,
    /// The read that it may repeat.
    pub spin_read: AtomicU64,
}

/// One object.
#[repr(C)]
pub struct ObjectRow {
    /// Its kind: index into `ObjectKind`'s order, plus 1; 0 while the row is being written.
    pub kind: AtomicU32,
    /// Text of its name.
    pub name_at: AtomicU32,
    /// Length of it.
    pub name_len: AtomicU32,
    /// Task that touched it first.
    pub task: AtomicU32,
    /// Number of objects that task had touched before.
    pub nth: AtomicU32,
    /// Owner of a recursive lock: task + 1.
    pub owner: AtomicU32,
    /// Units left: 1 = a free lock, 0 = a taken one.
    pub value: AtomicI64,
}

/// What an event row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum RowKind {
    /// A performed operation.
    Op = 1,
    /// A wait begins (free runs).
    Wait = 2,
    /// An uncaught exception; text = type, 0x1f, message, 0x1f, traceback.
    Uncaught = 3,
    /// An uncontrolled call; text = what.
    Uncontrolled = 4,
}

/// In [`EventRow::result`]: the interpreter could not switch before this step.
pub const HELD_BIT: u8 = 1 << 4;

/// In [`EventRow::result`]: the operation had a timeout.
pub const TIMED_BIT: u8 = 1 << 5;

/// In [`EventRow::result`]: the task of the step before could have gone on only by its timeout.
pub const LEFT_BIT: u8 = 1 << 6;

/// One event: 56 bytes.
#[repr(C)]
pub struct EventRow {
    /// A [`RowKind`], written last; 0 while the row is being written.
    pub kind: AtomicU8,
    /// 0 done, 1 timed out, 2 would block; and [`HELD_BIT`], [`TIMED_BIT`], [`LEFT_BIT`].
    pub result: AtomicU8,
    /// The operation's kind.
    pub op: AtomicU16,
    /// The task.
    pub task: AtomicU16,
    /// The operation's target task.
    pub target: AtomicU16,
    /// The operation's object.
    pub object: AtomicU32,
    /// Its second object.
    pub also: AtomicU32,
    /// File.
    pub file: AtomicU32,
    /// Line; 0 unknown.
    pub line: AtomicU32,
    /// When.
    pub at: AtomicU64,
    /// Enabled tasks, bits 0..128.
    pub enabled: [AtomicU64; 2],
    /// Text: output, message.
    pub text_at: AtomicU32,
    /// Length of it; the top bit marks standard error.
    pub text_len: AtomicU32,
}

/// What happens: written by the agents.
#[repr(C)]
pub struct State {
    /// Counters and words.
    pub header: Header,
    /// Processes.
    pub processes: [ProcessRow; capacity::PROCESSES],
    /// Tasks.
    pub tasks: [TaskRow; capacity::TASKS],
    /// Objects.
    pub objects: [ObjectRow; capacity::OBJECTS],
    /// Events.
    pub events: [EventRow; capacity::EVENTS],
    /// Names, output, messages.
    pub text: [AtomicU8; capacity::TEXT],
    /// Snapshots.
    pub snapshot: [AtomicU8; capacity::SNAPSHOT],
}

const _: () = assert!(size_of::<EventRow>() == 56);
