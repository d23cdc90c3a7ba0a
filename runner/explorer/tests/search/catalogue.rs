//! Small programs, most of them from the literature: right and wrong ones over every primitive.

use crate::simulator::Do::*;
use crate::simulator::{Do, Program};

/// A program of the catalogue.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) program: Program,
    /// Some of its behaviours fail.
    pub(crate) fails: bool,
}

impl Entry {
    /// It reads in a loop. How often it does so in vain makes behaviours different, and depends on
    /// writes that have nothing to do with it: a search need not show every number.
    pub(crate) fn loops(&self) -> bool {
        let mut all = self.program.tasks.iter().flatten();
        all.any(|what| matches!(what, SpinUntil(_) | PollUntil(_)))
    }
}

fn right(name: &'static str, program: Program) -> Entry {
    Entry {
        name,
        program,
        fails: false,
    }
}

fn wrong(name: &'static str, program: Program) -> Entry {
    Entry {
        name,
        program,
        fails: true,
    }
}

pub(crate) const INCREMENT: &[Do] = &[Read(0), Write(0)];
const SAFE: &[Do] = &[Acquire(0), Read(0), Write(0), Release(0)];

/// n philosophers who take the left fork, then the right.
pub(crate) fn philosophers(n: u8) -> Program {
    let eats = |seat: u8| {
        let (left, right) = (seat, (seat + 1) % n);
        vec![Acquire(left), Acquire(right), Release(right), Release(left)]
    };
    let tasks = std::iter::once(Vec::new()).chain((0..n).map(eats));
    Program {
        tasks: tasks.collect(),
        ..Program::default()
    }
}

/// The same, but the last one takes the right fork first.
fn ordered_philosophers(n: u8) -> Program {
    let mut program = philosophers(n);
    if let Some(last) = program.tasks.last_mut() {
        last.swap(0, 1);
    }
    program
}

/// n tasks that each do this.
pub(crate) fn times(n: usize, task: &[Do]) -> Program {
    Program::beside(&vec![task; n])
}

/// Starts the others, joins them, and does that.
fn started(tasks: &[&[Do]], then: &[Do]) -> Program {
    let numbers = 1..=tasks.len() as u8;
    let starts = numbers.clone().map(Start);
    let main: Vec<Do> = starts
        .chain(numbers.map(Join))
        .chain(then.to_vec())
        .collect();
    let mut program = Program::beside(tasks);
    program.tasks[0] = main;
    program
}

/// Three puts and three gets.
pub(crate) fn producer_and_consumer() -> Program {
    Program::beside(&[&[Put(0), Put(0), Put(0)], &[Get(0), Get(0), Get(0)]])
}

fn memory() -> Vec<Entry> {
    vec![
        wrong(
            "lost update",
            started(&[INCREMENT; 2], &[Read(0), Check(2)]),
        ),
        wrong(
            "three lost updates",
            started(&[INCREMENT; 3], &[Read(0), Check(3)]),
        ),
        right(
            "increments with a lock",
            started(&[SAFE; 2], &[Read(0), Check(2)]),
        ),
        right(
            "three with a lock",
            started(&[SAFE; 3], &[Read(0), Check(3)]),
        ),
        wrong(
            "only one locks",
            started(&[SAFE, INCREMENT], &[Read(0), Check(2)]),
        ),
        wrong(
            "two locks for one variable",
            started(
                &[SAFE, &[Acquire(1), Read(0), Write(0), Release(1)]],
                &[Read(0), Check(2)],
            ),
        ),
        wrong(
            "store buffering, the other way round",
            started(&[&[Set(0, 1), Read(1), Check(1)], &[Set(1, 1)]], &[]),
        ),
        wrong(
            "read before join",
            started(&[&[Set(0, 1)]], &[]).reading_early(),
        ),
        wrong(
            "published too early",
            Program::beside(&[
                &[Set(1, 1), Set(0, 1)],
                &[Read(1), UnlessZero, Read(0), Check(1)],
            ]),
        ),
        right("indexed readers", {
            let reader = |n| vec![Read(n), Read(9)];
            let mut program = times(3, &[]);
            program.tasks = vec![vec![], reader(1), reader(2), reader(3), vec![Set(9, 1)]];
            program
        }),
        right("two prints", times(2, &[Print])),
        right(
            "everybody writes for himself",
            Program::beside(&[&[Write(1); 3], &[Write(2); 3]]),
        ),
        right("a task starts a task", {
            Program::new(&[
                &[Start(1), Join(1)],
                &[Write(0), Start(2), Write(0), Join(2)],
                &[Write(0)],
            ])
        }),
    ]
}

fn locks() -> Vec<Entry> {
    let both: &[Do] = &[Acquire(0), Acquire(1), Release(1), Release(0)];
    let other: &[Do] = &[Acquire(1), Acquire(0), Release(0), Release(1)];
    let gate = |inner: &[Do]| [&[Acquire(2)], inner, &[Release(2)]].concat();
    vec![
        right("same order", times(2, both)),
        wrong("opposite order", Program::beside(&[both, other])),
        right(
            "opposite order behind a gate",
            Program::beside(&[&gate(both), &gate(other)]),
        ),
        wrong("two philosophers", philosophers(2)),
        wrong("three philosophers", philosophers(3)),
        wrong("four philosophers", philosophers(4)),
        right("three ordered philosophers", ordered_philosophers(3)),
        right(
            "a lock taken twice by its owner",
            times(
                2,
                &[Reacquire(0), Reacquire(0), Write(0), Release(0), Release(0)],
            ),
        ),
        wrong(
            "taken twice, given back once",
            times(2, &[Reacquire(0), Reacquire(0), Release(0)]),
        ),
        wrong(
            "release forgotten",
            Program::beside(&[&[Acquire(0), Write(0)], SAFE]),
        ),
        right(
            "handed over",
            Program::beside(&[&[Acquire(0), Write(0)], &[Write(1), Release(0)]]),
        ),
        right(
            "tried once",
            times(2, &[TryAcquire(0), UnlessZero, Release(0), Write(1)]),
        ),
        wrong(
            "both give up",
            started(
                &[
                    &[
                        Acquire(0),
                        TryAcquire(1),
                        Check(1),
                        UnlessZero,
                        Release(1),
                        Release(0),
                    ],
                    &[
                        Acquire(1),
                        TryAcquire(0),
                        Check(1),
                        UnlessZero,
                        Release(0),
                        Release(1),
                    ],
                ],
                &[],
            ),
        ),
        right(
            "a timeout breaks the cycle",
            Program::beside(&[
                &[
                    Acquire(0),
                    TimedAcquire(1),
                    UnlessZero,
                    Release(1),
                    Release(0),
                ],
                &[Acquire(1), Acquire(0), Release(0), Release(1)],
            ]),
        ),
        right(
            "two timeouts",
            times(
                2,
                &[
                    TimedAcquire(0),
                    UnlessZero,
                    Write(0),
                    TimedAcquire(1),
                    UnlessZero,
                    Release(0),
                ],
            ),
        ),
        wrong(
            "joined with the lock held",
            Program::new(&[&[Start(1), Acquire(0), Join(1), Release(0)], SAFE]),
        ),
    ]
}

fn conditions() -> Vec<Entry> {
    let waits: &[Do] = &[Acquire(0), Wait(0), Release(0)];
    vec![
        wrong(
            "lost wake-up",
            Program::beside(&[waits, &[Acquire(0), Notify(0), Release(0)]]),
        ),
        wrong(
            "one notify for two",
            Program::beside(&[waits, waits, &[Acquire(0), Notify(0), Release(0)]]),
        ),
        wrong(
            "notify all, but late",
            Program::beside(&[waits, waits, &[NotifyAll(0)]]),
        ),
        right(
            "asks under the lock",
            Program::beside(&[
                &[Acquire(0), Read(0), UnlessZero, Print, Release(0)],
                &[Acquire(0), Set(0, 1), Notify(0), Release(0)],
            ]),
        ),
        right(
            "hand-over with a timeout",
            Program::beside(&[&[TimedAwait(0), UnlessZero, Read(0)], &[Write(0), Raise(0)]]),
        ),
        wrong(
            "events wait for each other",
            Program::beside(&[&[Await(0), Raise(1)], &[Await(1), Raise(0)]]),
        ),
        right(
            "an event publishes",
            Program::beside(&[&[Set(0, 1), Raise(0)], &[Await(0), Read(0), Check(1)]]),
        ),
        wrong(
            "an event cleared too early",
            Program::beside(&[&[Raise(0), Lower(0)], &[Await(0)]]),
        ),
        wrong(
            "asks for an event once",
            Program::beside(&[&[Raise(0)], &[IsSet(0), Check(1)]]),
        ),
        right(
            "a barrier separates phases",
            Program::beside(&[&[Write(0), Meet(0), Read(1)], &[Write(1), Meet(0), Read(0)]]),
        ),
        right("a barrier twice", times(2, &[Meet(0), Write(0), Meet(0)])),
        right(
            "a barrier for three",
            times(3, &[Meet(0), Write(0)]).with_parties(3),
        ),
        wrong(
            "a barrier misses a party",
            times(2, &[Meet(0)]).with_parties(3),
        ),
        wrong(
            "a barrier with the lock held",
            times(2, &[Acquire(0), Meet(0), Release(0)]),
        ),
    ]
}

fn counted() -> Vec<Entry> {
    vec![
        right(
            "a semaphore as mutex",
            times(3, &[Down(0), Write(0), Up(0)]),
        ),
        right(
            "a semaphore of two",
            times(3, &[Down(0), Write(0), Up(0)]).with_units(2),
        ),
        right(
            "a semaphore signals",
            Program::beside(&[&[Write(0), Up(0)], &[Down(0), Read(0)]]).with_units(0),
        ),
        wrong(
            "a semaphore of two is no mutex",
            started(
                &[&[Down(0), Read(0), Write(0), Up(0)] as &[Do]; 2],
                &[Read(0), Check(2)],
            )
            .with_units(2),
        ),
        right(
            "a semaphore tried",
            times(2, &[TryDown(0), UnlessZero, Up(0)]),
        ),
        wrong("a semaphore never given back", times(2, &[Down(0)])),
        right("producer and consumer", producer_and_consumer()),
        right("room for one", producer_and_consumer().with_room(1)),
        right("room for two", producer_and_consumer().with_room(2)),
        right(
            "two producers",
            Program::beside(&[&[Put(0), Put(0)], &[Put(0)], &[Get(0), Get(0), Get(0)]])
                .with_room(1),
        ),
        wrong(
            "two consumers, one pill",
            Program::beside(&[&[Put(0)], &[Get(0)], &[Get(0)]]),
        ),
        wrong(
            "queue full and nobody gets",
            Program::beside(&[&[Put(0), Put(0)], &[Read(0)]]).with_room(1),
        ),
        right(
            "get with a timeout",
            Program::beside(&[
                &[Write(0), Put(0)],
                &[TimedGet(0), UnlessZero, Read(0)],
                &[TimedGet(0)],
            ]),
        ),
        right(
            "queue joined",
            Program::beside(&[
                &[Put(0), JoinQueue(0), Read(0)],
                &[Get(0), Write(0), TaskDone(0)],
            ]),
        ),
        right(
            "waits in a loop",
            Program::beside(&[&[SpinUntil(0), Read(1)], &[Write(1), Set(0, 1)]]),
        ),
        wrong(
            "waits in a loop for ever",
            Program::beside(&[&[SpinUntil(0)], &[Write(1)]]),
        ),
        right(
            "polls",
            Program::beside(&[&[PollUntil(0), Read(1)], &[Write(1), Set(0, 1)]]),
        ),
        wrong(
            "polls for ever",
            Program::beside(&[&[PollUntil(0)], &[Write(1), Write(1)]]),
        ),
        right(
            "two poll",
            Program::beside(&[&[PollUntil(0), Set(1, 1)], &[Set(0, 1), PollUntil(1)]]),
        ),
        right(
            "two wait in loops",
            Program::beside(&[&[SpinUntil(0), Set(1, 1)], &[Set(0, 1), SpinUntil(1)]]),
        ),
        right(
            "sleeps order nothing",
            Program::beside(&[&[Sleep, Write(0)], &[Sleep, Now, Write(1)]]),
        ),
    ]
}

/// All of them.
pub(crate) fn catalogue() -> Vec<Entry> {
    [memory(), locks(), conditions(), counted()]
        .into_iter()
        .flatten()
        .collect()
}

impl Program {
    /// Main looks at what the others do before it joins them.
    fn reading_early(mut self) -> Self {
        self.tasks[0] = vec![Start(1), Read(0), Check(1), Join(1)];
        self
    }
}
