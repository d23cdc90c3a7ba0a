//! The kinds of findings, each with the evidence that a page can show: tasks, objects, lines and
//! events. `docs/findings.md` says when each is reported.

use serde::{Deserialize, Serialize};

use crate::{Location, ObjectId, Op, Severity, TaskId, Waiting};

/// One operation as evidence.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct AccessSite {
    /// Who.
    pub task: TaskId,
    /// What.
    pub op: Op,
    /// Where.
    pub location: Option<Location>,
    /// Index into the trace's events.
    pub event: u32,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum FindingKind {
    /// Tasks wait for each other, or for something that never comes.
    Deadlock {
        /// The tasks on the cycle; empty without one.
        cycle: Vec<TaskId>,
        /// Who waits for what, where, and who could end it.
        #[serde(default)]
        waiting: Vec<Waiting>,
        /// Tasks that had ended before: not everybody is stuck.
        #[serde(default)]
        ended: Vec<TaskId>,
    },
    /// A task waits for a signal that came before it waited.
    LostWakeup {
        /// The condition or event.
        object: ObjectId,
        /// The notify, or the setting of the event.
        signal: AccessSite,
        /// Events: what took the signal back.
        cleared: Option<AccessSite>,
        /// Who waits, and where.
        waiting: Waiting,
    },
    /// Two unordered accesses to one variable, at least one of them a write.
    Race {
        /// The variable.
        object: ObjectId,
        /// The earlier access in this trace.
        first: AccessSite,
        /// The later one.
        second: AccessSite,
    },
    /// A task wrote a value it had computed from an older one: another task's write is gone.
    LostUpdate {
        /// The variable.
        object: ObjectId,
        /// The read of the old value.
        read: AccessSite,
        /// The other task's read, if it read before it wrote.
        #[serde(default)]
        other_read: Option<AccessSite>,
        /// The write that was lost.
        lost: AccessSite,
        /// The write that overwrote it.
        overwrite: AccessSite,
    },
    /// A task decided by a value that another task had changed by the time it acted.
    CheckThenAct {
        /// The variable.
        object: ObjectId,
        /// The read that decided.
        check: AccessSite,
        /// The other task's write in between.
        change: AccessSite,
        /// What the first task did because of its check.
        act: AccessSite,
    },
    /// Two tasks hold locks for one variable, but not the same lock.
    WrongLock {
        /// The variable.
        object: ObjectId,
        /// The earlier access in this trace.
        first: AccessSite,
        /// The locks held there.
        first_locks: Vec<ObjectId>,
        /// The later access.
        second: AccessSite,
        /// The locks held there.
        second_locks: Vec<ObjectId>,
    },
    /// Locks taken in both orders: a deadlock that did not bite this time.
    LockOrder {
        /// The locks of the cycle.
        locks: Vec<ObjectId>,
        /// Where each next one was taken while the one before was held.
        sites: Vec<AccessSite>,
    },
    /// An uncaught exception.
    Exception {
        /// The task.
        task: TaskId,
        /// Its type.
        exception: String,
        /// Where it was raised.
        #[serde(default)]
        location: Option<Location>,
        /// Index into the trace's events, if it is one.
        #[serde(default)]
        event: Option<u32>,
    },
    /// Tasks that only repeat themselves.
    Livelock {
        /// These.
        tasks: Vec<TaskId>,
        /// What each of them did last.
        #[serde(default)]
        sites: Vec<AccessSite>,
    },
    /// A task still held a lock when it ended.
    HeldAtExit {
        /// The task.
        task: TaskId,
        /// The lock.
        object: ObjectId,
        /// Where it took the lock.
        #[serde(default)]
        taken: Option<AccessSite>,
    },
    /// A task that nobody joined was cut off in the middle of its work by the program's end.
    Unjoined {
        /// The task.
        task: TaskId,
        /// The lock it held, or the queue whose item it had not finished.
        object: ObjectId,
        /// Where it took that.
        taken: AccessSite,
    },
    /// A notify that nobody was waiting for and that nothing remembers.
    NotifyWithoutWaiter {
        /// The condition.
        object: ObjectId,
        /// The notify.
        notify: AccessSite,
        /// A later wait that does not look whether there is anything to wait for.
        wait: AccessSite,
    },
}

impl FindingKind {
    /// A short stable name: `deadlock`, `race`, `lost_update` …
    pub const fn name(&self) -> &'static str {
        match self {
            FindingKind::Deadlock { .. } => "deadlock",
            FindingKind::LostWakeup { .. } => "lost_wakeup",
            FindingKind::Race { .. } => "race",
            FindingKind::LostUpdate { .. } => "lost_update",
            FindingKind::CheckThenAct { .. } => "check_then_act",
            FindingKind::WrongLock { .. } => "wrong_lock",
            FindingKind::LockOrder { .. } => "lock_order",
            FindingKind::Exception { .. } => "exception",
            FindingKind::Livelock { .. } => "livelock",
            FindingKind::HeldAtExit { .. } => "held_at_exit",
            FindingKind::Unjoined { .. } => "unjoined",
            FindingKind::NotifyWithoutWaiter { .. } => "notify_without_waiter",
        }
    }

    /// Names of the kinds that are warnings, see [`FindingKind::severity`].
    pub const WARNINGS: [&str; 8] = [
        "race",
        "lost_update",
        "check_then_act",
        "wrong_lock",
        "lock_order",
        "held_at_exit",
        "unjoined",
        "notify_without_waiter",
    ];

    /// How bad it is.
    pub const fn severity(&self) -> Severity {
        match self {
            FindingKind::Deadlock { .. }
            | FindingKind::LostWakeup { .. }
            | FindingKind::Exception { .. }
            | FindingKind::Livelock { .. } => Severity::Failure,
            FindingKind::Race { .. }
            | FindingKind::LostUpdate { .. }
            | FindingKind::CheckThenAct { .. }
            | FindingKind::WrongLock { .. }
            | FindingKind::LockOrder { .. }
            | FindingKind::HeldAtExit { .. }
            | FindingKind::Unjoined { .. }
            | FindingKind::NotifyWithoutWaiter { .. } => Severity::Warning,
        }
    }

    /// Whether it is a race, or what follows from one: a lost update, accesses under different locks.
    pub fn is_race(&self) -> bool {
        matches!(
            self,
            FindingKind::Race { .. }
                | FindingKind::LostUpdate { .. }
                | FindingKind::WrongLock { .. }
        )
    }

    /// The objects that it is about.
    pub fn objects(&self) -> Vec<ObjectId> {
        match self {
            FindingKind::Deadlock { waiting, .. } => {
                let mut objects: Vec<_> = waiting.iter().filter_map(|w| w.object).collect();
                objects.sort();
                objects.dedup();
                objects
            }
            FindingKind::LostWakeup { object, .. }
            | FindingKind::Race { object, .. }
            | FindingKind::LostUpdate { object, .. }
            | FindingKind::CheckThenAct { object, .. }
            | FindingKind::WrongLock { object, .. }
            | FindingKind::HeldAtExit { object, .. }
            | FindingKind::Unjoined { object, .. }
            | FindingKind::NotifyWithoutWaiter { object, .. } => vec![*object],
            FindingKind::LockOrder { locks, .. } => locks.clone(),
            FindingKind::Exception { .. } | FindingKind::Livelock { .. } => Vec::new(),
        }
    }

    /// The operations that are its evidence, in the order in which the story needs them.
    pub fn sites(&self) -> Vec<&AccessSite> {
        match self {
            FindingKind::Deadlock { .. } | FindingKind::Exception { .. } => Vec::new(),
            FindingKind::LostWakeup {
                signal, cleared, ..
            } => [signal].into_iter().chain(cleared).collect(),
            FindingKind::Race { first, second, .. }
            | FindingKind::WrongLock { first, second, .. } => vec![first, second],
            FindingKind::LostUpdate {
                read,
                other_read,
                lost,
                overwrite,
                ..
            } => [read]
                .into_iter()
                .chain(other_read)
                .chain([lost, overwrite])
                .collect(),
            FindingKind::CheckThenAct {
                check, change, act, ..
            } => vec![check, change, act],
            FindingKind::LockOrder { sites, .. } | FindingKind::Livelock { sites, .. } => {
                sites.iter().collect()
            }
            FindingKind::HeldAtExit { taken, .. } => taken.iter().collect(),
            FindingKind::Unjoined { taken, .. } => vec![taken],
            FindingKind::NotifyWithoutWaiter { notify, wait, .. } => vec![notify, wait],
        }
    }
}
