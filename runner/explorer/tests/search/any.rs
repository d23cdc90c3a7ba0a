//! Random small programs over every kind of operation.

use proptest::prelude::*;

use crate::simulator::{Do, Program};

/// A few instructions that belong together.
fn phrase() -> impl Strategy<Value = Vec<Do>> {
    let n = || 0..2_u8;
    prop_oneof![
        4 => n().prop_map(|n| vec![Do::Read(n)]),
        4 => n().prop_map(|n| vec![Do::Write(n)]),
        1 => Just(vec![Do::Print]),
        2 => n().prop_map(|n| vec![Do::Acquire(n)]),
        2 => n().prop_map(|n| vec![Do::Release(n)]),
        2 => (n(), n()).prop_map(|(n, v)| vec![Do::Acquire(n), Do::Write(v), Do::Release(n)]),
        1 => n().prop_map(|n| vec![Do::Reacquire(n), Do::Reacquire(n), Do::Release(n)]),
        1 => n().prop_map(|n| vec![Do::TryAcquire(n), Do::UnlessZero, Do::Release(n)]),
        1 => n().prop_map(|n| vec![Do::TimedAcquire(n), Do::UnlessZero, Do::Release(n)]),
        1 => n().prop_map(|n| vec![Do::Acquire(n), Do::Wait(n), Do::Release(n)]),
        1 => n().prop_map(|n| vec![Do::Acquire(n), Do::Notify(n), Do::Release(n)]),
        1 => n().prop_map(|n| vec![Do::NotifyAll(n)]),
        1 => n().prop_map(|n| vec![Do::Down(n)]),
        1 => n().prop_map(|n| vec![Do::TryDown(n)]),
        1 => n().prop_map(|n| vec![Do::Up(n)]),
        1 => n().prop_map(|n| vec![Do::Await(n)]),
        1 => n().prop_map(|n| vec![Do::TimedAwait(n)]),
        1 => n().prop_map(|n| vec![Do::Raise(n)]),
        1 => n().prop_map(|n| vec![Do::Lower(n)]),
        1 => n().prop_map(|n| vec![Do::IsSet(n), Do::UnlessZero, Do::Print]),
        2 => n().prop_map(|n| vec![Do::Meet(n)]),
        1 => n().prop_map(|n| vec![Do::Put(n)]),
        1 => n().prop_map(|n| vec![Do::Get(n)]),
        1 => n().prop_map(|n| vec![Do::TimedGet(n)]),
        1 => n().prop_map(|n| vec![Do::TaskDone(n)]),
        1 => n().prop_map(|n| vec![Do::JoinQueue(n)]),
        1 => Just(vec![Do::Sleep]),
        1 => Just(vec![Do::Now]),
    ]
}

/// Two to four tasks with so many instructions together, and a main task.
pub(crate) fn any_program(steps: usize) -> impl Strategy<Value = Program> {
    let task = prop::collection::vec(phrase(), 0..5).prop_map(|phrases| phrases.concat());
    let tasks = prop::collection::vec(task, 2..5);
    let room = prop_oneof![Just(None), Just(Some(1)), Just(Some(2))];
    (tasks, room, 0..3_u32).prop_map(move |(mut tasks, room, units)| {
        for task in &mut tasks {
            // Something to skip.
            if task.last() == Some(&Do::UnlessZero) {
                task.push(Do::Read(0));
            }
        }
        let mut left = steps;
        for task in &mut tasks {
            task.truncate(left);
            if task.last() == Some(&Do::UnlessZero) {
                task.pop();
            }
            left -= task.len();
        }
        // Task 0 is the main one: it does nothing, or starts the second last and joins it.
        let started = tasks.len() as u8;
        let main = match units {
            0 if tasks.len() > 1 => vec![Do::Start(started), Do::Write(0), Do::Join(started)],
            _ => Vec::new(),
        };
        tasks.insert(0, main);
        Program {
            tasks,
            room,
            units,
            ..Program::default()
        }
    })
}
