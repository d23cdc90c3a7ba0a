//! A small number for every task.

use heddle_trace::{TaskId, TaskSet};

/// A number for each task that a controlled execution can have; 0 at first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PerTask([u16; TaskSet::CAPACITY as usize]);

impl PerTask {
    /// Words of 64 bits that it takes.
    pub const WORDS: usize = TaskSet::CAPACITY as usize / 4;

    /// Nought for everybody.
    pub const ZERO: PerTask = PerTask([0; TaskSet::CAPACITY as usize]);

    /// A task's number; 0 for ids beyond the capacity.
    pub fn get(&self, task: TaskId) -> u16 {
        self.0.get(usize::from(task.0)).copied().unwrap_or(0)
    }

    /// Changes a task's number; ids beyond the capacity are ignored.
    pub fn set(&mut self, task: TaskId, number: u16) {
        if let Some(place) = self.0.get_mut(usize::from(task.0)) {
            *place = number;
        }
    }

    /// As words.
    pub fn to_words(self) -> [u64; Self::WORDS] {
        let mut words = [0; Self::WORDS];
        for (word, four) in words.iter_mut().zip(self.0.chunks_exact(4)) {
            let halves = four.iter().rev();
            *word = halves.fold(0, |word, half| word << 16 | u64::from(*half));
        }
        words
    }

    /// The inverse of [`PerTask::to_words`]; all words are accepted.
    pub fn from_words(words: [u64; Self::WORDS]) -> Self {
        let mut numbers = [0; TaskSet::CAPACITY as usize];
        for (four, word) in numbers.chunks_exact_mut(4).zip(words) {
            for (nth, number) in four.iter_mut().enumerate() {
                *number = (word >> (16 * nth)) as u16;
            }
        }
        PerTask(numbers)
    }
}

impl Default for PerTask {
    fn default() -> Self {
        PerTask::ZERO
    }
}

impl FromIterator<(TaskId, u16)> for PerTask {
    fn from_iter<I: IntoIterator<Item = (TaskId, u16)>>(numbers: I) -> Self {
        let mut all = PerTask::ZERO;
        for (task, number) in numbers {
            all.set(task, number);
        }
        all
    }
}
