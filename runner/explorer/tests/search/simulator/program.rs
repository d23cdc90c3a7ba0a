//! Programs for the simulator.

use heddle_trace::{Granularity, Timeouts};

/// One instruction. Each is one step, but for those that say otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Do {
    Acquire(u8),
    TryAcquire(u8),
    /// Gives up when nobody can go on: register = 1 or 0.
    TimedAcquire(u8),
    /// The owner may take it again.
    Reacquire(u8),
    Release(u8),
    /// Register = variable.
    Read(u8),
    /// Variable = register + 1.
    Write(u8),
    /// Variable = number.
    Set(u8, u32),
    /// Reads the variable until it is not 0, each time a step.
    SpinUntil(u8),
    /// As `SpinUntil`, and sleeps after each vain read: two steps.
    PollUntil(u8),
    Put(u8),
    Get(u8),
    /// As `TimedAcquire`.
    TimedGet(u8),
    /// As `TimedGet`, again and again until there is something.
    RetryGet(u8),
    TaskDone(u8),
    JoinQueue(u8),
    /// Takes a unit of a semaphore.
    Down(u8),
    TryDown(u8),
    Up(u8),
    /// Two steps: gives lock n back and waits on condition n; is awake and takes it again.
    Wait(u8),
    Notify(u8),
    NotifyAll(u8),
    Await(u8),
    /// As `TimedAcquire`.
    TimedAwait(u8),
    Raise(u8),
    Lower(u8),
    /// Register = whether the event is set.
    IsSet(u8),
    /// Two steps: arrives at the barrier; goes on.
    Meet(u8),
    Sleep,
    /// Register = how many slept.
    Now,
    Start(u8),
    Join(u8),
    /// Prints the register.
    Print,
    /// Skips the next instruction when the register is 0. (A failed try gives 0.) No step.
    UnlessZero,
    /// Granularity `gil`: the interpreter can switch here. No step.
    Mark,
    /// The program fails when the register is not this number. No step.
    Check(u32),
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Program {
    pub(crate) tasks: Vec<Vec<Do>>,
    /// Room in every queue; `None` is unbounded.
    pub(crate) room: Option<usize>,
    /// Units of every semaphore at first.
    pub(crate) units: u32,
    /// How many meet at a barrier.
    pub(crate) parties: usize,
    /// In `gil` nobody else goes between accesses without a mark between them.
    pub(crate) granularity: Granularity,
    pub(crate) timeouts: Timeouts,
    /// The end of main is the end of everybody.
    pub(crate) daemons: bool,
}

impl Default for Program {
    fn default() -> Self {
        Program {
            tasks: Vec::new(),
            granularity: Granularity::Language,
            timeouts: Timeouts::Respect,
            room: None,
            units: 1,
            parties: 2,
            daemons: false,
        }
    }
}

impl Program {
    pub(crate) fn new(tasks: &[&[Do]]) -> Self {
        Program {
            tasks: tasks.iter().map(|task| task.to_vec()).collect(),
            ..Program::default()
        }
    }

    /// Main does nothing; the others do that.
    pub(crate) fn beside(tasks: &[&[Do]]) -> Self {
        Program::new(&[&[&[] as &[Do]], tasks].concat())
    }

    pub(crate) fn with_room(self, room: usize) -> Self {
        Program {
            room: Some(room),
            ..self
        }
    }

    pub(crate) fn with_units(self, units: u32) -> Self {
        Program { units, ..self }
    }

    pub(crate) fn with_daemons(self) -> Self {
        Program {
            daemons: true,
            ..self
        }
    }

    pub(crate) fn under_a_gil(self) -> Self {
        Program {
            granularity: Granularity::Gil,
            ..self
        }
    }

    pub(crate) fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Program { timeouts, ..self }
    }

    pub(crate) fn with_parties(self, parties: usize) -> Self {
        Program { parties, ..self }
    }
}
