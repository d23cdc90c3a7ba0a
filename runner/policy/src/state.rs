//! A policy as plain data, for shared memory.

use heddle_trace::TaskSet;

use crate::{Choice, NonPreemptive, Point, Policy, Random, SleepSet, Stop};

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
}

impl PolicyKind {
    fn from_code(code: u32) -> Option<Self> {
        [Self::Stop, Self::NonPreemptive, Self::Random, Self::Free]
            .into_iter()
            .find(|kind| *kind as u32 == code)
    }
}

/// Any policy with its state, as 64 bytes that can lie in shared memory.
///
/// Every bit pattern is a valid value: an unknown kind stops. So a process may find one in memory
/// that a hostile program could have written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct PolicyState {
    kind: u32,
    reserved: u32,
    /// The sleep set's low and high half.
    sleep: [u64; 2],
    /// What the policy remembers: for [`Random`] the generator's state.
    memory: [u64; 5],
}

impl PolicyState {
    /// Number of words of [`PolicyState::to_words`].
    pub const WORDS: usize = 8;

    const fn new(kind: PolicyKind, first: u64) -> Self {
        PolicyState {
            kind: kind as u32,
            reserved: 0,
            sleep: [0; 2],
            memory: [first, 0, 0, 0, 0],
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

    /// Go on at random.
    pub const fn random(seed: u64) -> Self {
        Self::new(PolicyKind::Random, seed)
    }

    /// No control.
    pub const fn free() -> Self {
        Self::new(PolicyKind::Free, 0)
    }

    /// The same policy, which must not choose these tasks until a dependent step wakes them. The
    /// set is the one that holds after the prefix's last step.
    #[must_use]
    pub const fn with_sleep(mut self, tasks: TaskSet) -> Self {
        let bits = tasks.bits();
        self.sleep = [bits as u64, (bits >> 64) as u64];
        self
    }

    /// Which policy it is; `None` for an unknown number.
    pub fn kind(&self) -> Option<PolicyKind> {
        PolicyKind::from_code(self.kind)
    }

    /// The tasks that sleep.
    pub fn sleep(&self) -> TaskSet {
        TaskSet::from_bits(u128::from(self.sleep[0]) | u128::from(self.sleep[1]) << 64)
    }

    /// As words, for a copy through atomics or a file.
    pub const fn to_words(self) -> [u64; Self::WORDS] {
        let [s0, s1] = self.sleep;
        let [m0, m1, m2, m3, m4] = self.memory;
        let head = self.kind as u64 | (self.reserved as u64) << 32;
        [head, s0, s1, m0, m1, m2, m3, m4]
    }

    /// The inverse of [`PolicyState::to_words`]; all words are accepted.
    pub const fn from_words(words: [u64; Self::WORDS]) -> Self {
        let [head, s0, s1, m0, m1, m2, m3, m4] = words;
        PolicyState {
            kind: head as u32,
            reserved: (head >> 32) as u32,
            sleep: [s0, s1],
            memory: [m0, m1, m2, m3, m4],
        }
    }
}

impl Policy for PolicyState {
    fn choose(&mut self, point: &Point<'_>) -> Choice {
        let sleep = SleepSet(self.sleep());
        match self.kind() {
            Some(PolicyKind::NonPreemptive) => {
                let mut policy = NonPreemptive { sleep };
                let choice = policy.choose(point);
                *self = self.with_sleep(policy.sleep.0);
                choice
            }
            Some(PolicyKind::Random) => {
                let state = self.memory[0];
                let mut policy = Random { sleep, state };
                let choice = policy.choose(point);
                *self = self.with_sleep(policy.sleep.0);
                self.memory[0] = policy.state;
                choice
            }
            Some(PolicyKind::Stop | PolicyKind::Free) | None => Stop.choose(point),
        }
    }
}
