//! A policy as plain data, for shared memory.

use heddle_trace::TaskSet;

use crate::{
    Choice, NonPreemptive, Pct, PerTask, Point, Policy, Pos, Random, RoundRobin, SleepSet, Stop,
    Urw,
};

/// Which policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum PolicyKind {
    /// [`Stop`].
    Stop = 0,
    /// [`NonPreemptive`].
    NonPreemptive = 1,
    /// [`Random`].
    Random = 2,
    /// No control at all: the operating system schedules. Nothing is ever asked; if it is, the
    /// answer is [`Choice::Stop`].
    Free = 3,
    /// [`RoundRobin`].
    RoundRobin = 4,
    /// [`Pct`].
    Pct = 5,
    /// [`Pos`].
    Pos = 6,
    /// [`Urw`].
    Urw = 7,
}

impl PolicyKind {
    /// All of them, in the order of their numbers.
    pub const ALL: [PolicyKind; 8] = [
        Self::Stop,
        Self::NonPreemptive,
        Self::Random,
        Self::Free,
        Self::RoundRobin,
        Self::Pct,
        Self::Pos,
        Self::Urw,
    ];

    fn from_code(code: u32) -> Option<Self> {
        Self::ALL.get(code as usize).copied()
    }
}

/// Any policy with its state, as words that can lie in shared memory.
///
/// Every bit pattern is a valid value: an unknown kind stops. So a process may find one in memory
/// that a hostile program could have written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PolicyState {
    kind: u32,
    /// The sleep set.
    sleep: TaskSet,
    /// What the policy remembers: the seed, or the state of its generator.
    seed: u64,
    /// Two small numbers.
    small: [u32; 2],
    /// And a number for every task.
    tasks: PerTask,
}

impl PolicyState {
    /// Number of words of [`PolicyState::to_words`].
    pub const WORDS: usize = 5 + PerTask::WORDS;

    const fn new(kind: PolicyKind, seed: u64) -> Self {
        PolicyState {
            kind: kind as u32,
            sleep: TaskSet::EMPTY,
            seed,
            small: [0; 2],
            tasks: PerTask::ZERO,
        }
    }

    /// Stop at the end of the prefix.
    pub const fn stop() -> Self {
        Self::new(PolicyKind::Stop, 0)
    }

    /// Go on without forced switches.
    pub const fn non_preemptive() -> Self {
        Self::new(PolicyKind::NonPreemptive, 0)
    }

    /// Go on in turn.
    pub const fn round_robin() -> Self {
        Self::new(PolicyKind::RoundRobin, 0)
    }

    /// Go on at random.
    pub const fn random(seed: u64) -> Self {
        Self::new(PolicyKind::Random, seed)
    }

    /// Go on by priorities that change at `depth - 1` of the first `length` steps: see [`Pct`].
    pub const fn pct(seed: u64, depth: u32, length: u32) -> Self {
        let mut state = Self::new(PolicyKind::Pct, seed);
        state.small = [depth, length];
        state
    }

    /// Go on by priorities of operations: see [`Pos`].
    pub const fn pos(seed: u64) -> Self {
        Self::new(PolicyKind::Pos, seed)
    }

    /// Go on by what everybody has left to do: see [`Urw`]. `tasks`: how many there are when the
    /// execution begins.
    pub const fn urw(seed: u64, left: PerTask, tasks: u16) -> Self {
        let mut state = Self::new(PolicyKind::Urw, seed);
        state.small = [tasks as u32, 0];
        state.tasks = left;
        state
    }

    /// No control.
    pub const fn free() -> Self {
        Self::new(PolicyKind::Free, 0)
    }

    /// The same policy, which must not choose these tasks until a dependent step wakes them. The
    /// set is the one that holds after the prefix's last step.
    #[must_use]
    pub const fn with_sleep(mut self, tasks: TaskSet) -> Self {
        self.sleep = tasks;
        self
    }

    /// Which policy it is; `None` for an unknown number.
    pub fn kind(&self) -> Option<PolicyKind> {
        PolicyKind::from_code(self.kind)
    }

    /// The tasks that sleep.
    pub fn sleep(&self) -> TaskSet {
        self.sleep
    }

    /// As words, for a copy through atomics or a file.
    pub fn to_words(self) -> [u64; Self::WORDS] {
        let PolicyState {
            kind,
            sleep,
            seed,
            small: [first, second],
            tasks,
        } = self;
        let mut words = [0; Self::WORDS];
        let (own, rest) = words.split_at_mut(5);
        own.copy_from_slice(&[
            u64::from(kind),
            sleep.bits() as u64,
            (sleep.bits() >> 64) as u64,
            seed,
            u64::from(first) | u64::from(second) << 32,
        ]);
        rest.copy_from_slice(&tasks.to_words());
        words
    }

    /// The inverse of [`PolicyState::to_words`]; all words are accepted.
    pub fn from_words(words: [u64; Self::WORDS]) -> Self {
        let [kind, low, high, seed, small, tasks @ ..] = words;
        PolicyState {
            kind: u32::try_from(kind).unwrap_or(u32::MAX),
            sleep: TaskSet::from_bits(u128::from(low) | u128::from(high) << 64),
            seed,
            small: [small as u32, (small >> 32) as u32],
            tasks: PerTask::from_words(tasks),
        }
    }

    fn pct_policy(&self) -> Pct {
        let [depth, length] = self.small;
        Pct {
            sleep: SleepSet(self.sleep),
            seed: self.seed,
            depth,
            length,
            fallen: self.tasks,
        }
    }

    fn urw_policy(&self) -> Urw {
        Urw {
            sleep: SleepSet(self.sleep),
            state: self.seed,
            next_task: u16::try_from(self.small[0]).unwrap_or(u16::MAX),
            left: self.tasks,
        }
    }
}

impl Policy for PolicyState {
    fn choose(&mut self, point: &Point<'_>) -> Choice {
        let sleep = SleepSet(self.sleep);
        match self.kind() {
            Some(PolicyKind::NonPreemptive) => {
                let mut policy = NonPreemptive { sleep };
                let choice = policy.choose(point);
                self.sleep = policy.sleep.0;
                choice
            }
            Some(PolicyKind::RoundRobin) => {
                let mut policy = RoundRobin { sleep };
                let choice = policy.choose(point);
                self.sleep = policy.sleep.0;
                choice
            }
            Some(PolicyKind::Random) => {
                let state = self.seed;
                let mut policy = Random { sleep, state };
                let choice = policy.choose(point);
                (self.sleep, self.seed) = (policy.sleep.0, policy.state);
                choice
            }
            Some(PolicyKind::Pct) => {
                let mut policy = self.pct_policy();
                let choice = policy.choose(point);
                (self.sleep, self.tasks) = (policy.sleep.0, policy.fallen);
                choice
            }
            Some(PolicyKind::Pos) => {
                let (seed, drawn) = (self.seed, self.tasks);
                let mut policy = Pos { sleep, seed, drawn };
                let choice = policy.choose(point);
                (self.sleep, self.tasks) = (policy.sleep.0, policy.drawn);
                choice
            }
            Some(PolicyKind::Urw) => {
                let mut policy = self.urw_policy();
                let choice = policy.choose(point);
                (self.sleep, self.seed) = (policy.sleep.0, policy.state);
                (self.small[0], self.tasks) = (u32::from(policy.next_task), policy.left);
                choice
            }
            Some(PolicyKind::Stop | PolicyKind::Free) | None => Stop.choose(point),
        }
    }
}
