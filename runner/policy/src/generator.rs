//! Random numbers without a state that could be lost.

use heddle_trace::{TaskId, TaskSet};

/// SplitMix64 (Steele, Lea, Flood, *Fast Splittable Pseudorandom Number Generators*, 2014): one
/// word of state, and every seed is good.
pub(crate) fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    scramble(*state)
}

/// A random number that belongs to these three: the same ones always get the same.
pub(crate) fn number_of(seed: u64, first: u64, second: u64) -> u64 {
    let mut state = seed ^ scramble(first.wrapping_mul(0xd134_2543_de82_ef95) ^ second << 32);
    draw(&mut state)
}

/// A number below `end`, which is not 0. The high half of a product spreads the draws evenly when
/// `end` is small.
pub(crate) fn below(number: u64, end: u64) -> u64 {
    ((u128::from(number) * u128::from(end)) >> 64) as u64
}

/// One of the tasks, each with the same chance.
pub(crate) fn draw_from(state: &mut u64, tasks: TaskSet) -> Option<TaskId> {
    let nth = below(draw(state), u64::from(tasks.len()));
    tasks.iter().nth(nth as usize)
}

fn scramble(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
