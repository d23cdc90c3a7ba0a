//! The map of interleavings: the executions of a search as a tree that grows while it runs.
//!
//! [`Map`] takes in what the search tells. [`Plan`] lays it out: a row for each behaviour, steps from
//! left to right, a branch where an execution leaves the one that it follows longest. [`Spot`] names
//! a place on it in a way that stays true while it grows.

mod fold;
mod plan;
mod rows;
mod scale;
mod spot;
mod svg;
mod tree;
mod way;
mod words;

use heddle_trace::{MapBranch, MapChunk, MapStub, OutcomeKind, TaskId, choices_from_text};

pub use fold::Unfolded;
pub use plan::{End, Label, Line, Plan, PlannedRow};
pub use spot::{Move, Spot};
pub use svg::mark_svg;
pub use way::Way;
pub use words::{Search, finding_words, outcome_words};

use tree::Tree;

/// An execution on the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// Its number in the search, from 1.
    pub number: u64,
    /// Who took each of its steps.
    pub choices: Vec<TaskId>,
    /// The number of the execution that it follows longest.
    pub from: Option<u64>,
    /// How many steps.
    pub shared: usize,
    /// What its first step of its own was, in words.
    pub does: String,
    /// How it ended.
    pub outcome: OutcomeKind,
    /// Whether it fails.
    pub fails: bool,
    /// Kinds of its findings, by name.
    pub findings: Vec<String>,
    /// How many more executions have shown the same.
    pub again: u64,
}

/// The executions of one search.
#[derive(Debug, Clone, Default)]
pub struct Map {
    /// In the order of their numbers.
    executions: Vec<Execution>,
    /// By the numbers of the tasks.
    names: Vec<Option<String>>,
    tree: Tree,
    stubs: Vec<MapStub>,
    waiting: u64,
    nothing_new: u64,
    left_out: u64,
}

impl Map {
    /// Takes in news. A branch that cannot be right is left out: the page does not trust the wire.
    pub fn take(&mut self, news: MapChunk) {
        let MapChunk {
            anew,
            tasks,
            branches,
            again,
            nothing_new,
            left_out,
            waiting,
            stubs,
        } = news;
        if anew {
            *self = Map::default();
        }
        for (task, name) in tasks {
            let place = usize::from(task.0);
            if self.names.len() <= place {
                self.names.resize(place + 1, None);
            }
            self.names[place] = Some(name);
        }
        for branch in branches {
            self.grow(branch);
        }
        for (number, times) in again {
            if let Some(place) = self.place(number) {
                self.executions[place].again += times;
            }
        }
        (self.nothing_new, self.left_out) = (nothing_new, left_out);
        (self.waiting, self.stubs) = (waiting, stubs);
    }

    fn grow(&mut self, branch: MapBranch) {
        let MapBranch {
            execution: number,
            from,
            shared,
            rest,
            does,
            outcome,
            fails,
            findings,
        } = branch;
        if self
            .executions
            .last()
            .is_some_and(|last| last.number >= number)
        {
            return;
        }
        let parent = from.and_then(|from| self.place(from));
        let before = parent.map_or(&[][..], |parent| &self.executions[parent].choices);
        let shared = (shared as usize).min(before.len());
        let Ok(rest) = choices_from_text(&rest) else {
            return;
        };
        let choices = [&before[..shared], &rest].concat();
        let place = self.executions.len();
        self.tree.grow(place, parent, shared, choices.len(), fails);
        self.executions.push(Execution {
            number,
            choices,
            from,
            shared,
            does,
            outcome,
            fails,
            findings,
            again: 0,
        });
    }

    /// Whether there is nothing on it.
    pub fn is_empty(&self) -> bool {
        self.executions.is_empty()
    }

    /// The executions on it, in the order of their numbers.
    pub fn executions(&self) -> &[Execution] {
        &self.executions
    }

    /// An execution by its number.
    pub fn execution(&self, number: u64) -> Option<&Execution> {
        self.place(number).map(|place| &self.executions[place])
    }

    fn place(&self, number: u64) -> Option<usize> {
        let found = self
            .executions
            .binary_search_by_key(&number, |one| one.number);
        found.ok()
    }

    /// Executions that are known to be still to run.
    pub fn waiting(&self) -> u64 {
        self.waiting
    }

    /// Branches that found no place on it.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// How many of its executions fail.
    pub fn failing(&self) -> usize {
        self.executions.iter().filter(|one| one.fails).count()
    }

    /// A task's name.
    pub fn name(&self, task: TaskId) -> String {
        let known = self.names.get(usize::from(task.0)).cloned().flatten();
        known.unwrap_or_else(|| task.to_string())
    }
}
