//! The map of interleavings: the tree of executions as it is told to those who watch a search.
//!
//! An execution has a place on the map when it was the first to show its behaviour, or came to no end
//! of its own; all others only count. It is told as a branch of the execution that it follows longest.
//! Which one that is needs no tree: of all sequences of choices, the one that shares the most first
//! steps with a given one is its neighbour in lexicographic order.
//!
//! The map has room for [`MOST_BRANCHES`] executions and [`MOST_STEPS`] steps, and for
//! [`MOST_FAILURES`] failing executions after that, so that a long search makes no endless log.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound::{Excluded, Included, Unbounded};

use heddle_trace::{Finding, MapBranch, MapChunk, MapStub, TaskId, Trace, choices_text, words};

use crate::{BehaviourId, Queue};

const MOST_BRANCHES: usize = 2_000;
const MOST_FAILURES: usize = 200;
const MOST_STEPS: usize = 1_000_000;

/// An execution that was run.
#[derive(Debug, Clone, Copy)]
pub struct Passed<'a> {
    /// Its number, from 1.
    pub number: u64,
    /// What it showed; `None` when it came to no end of its own.
    pub behaviour: Option<BehaviourId>,
    /// What it did.
    pub trace: &'a Trace,
    /// Whether it fails.
    pub fails: bool,
    /// What is wrong with it.
    pub findings: &'a [Finding],
}

/// The map, and what of it has not been told yet.
#[derive(Debug)]
pub struct Map {
    files: Vec<String>,
    /// The executions on the map by their choices.
    placed: BTreeMap<Vec<TaskId>, u64>,
    steps: usize,
    /// The execution that showed a behaviour first; `None`: it found no place.
    first: HashMap<BehaviourId, Option<u64>>,
    /// Names of tasks, each with the number of tasks of the trace that it is from: names that are
    /// not unique get longer when a namesake turns up.
    names: HashMap<TaskId, (String, usize)>,
    again: BTreeMap<u64, u64>,
    /// What is new.
    news: MapChunk,
    has_news: bool,
}

impl Map {
    /// An empty one. The names of files are for the words; none where there is only one file.
    pub fn new(files: Vec<String>) -> Self {
        Map {
            files,
            placed: BTreeMap::new(),
            steps: 0,
            first: HashMap::new(),
            names: HashMap::new(),
            again: BTreeMap::new(),
            news: MapChunk::default(),
            has_news: false,
        }
    }

    /// An empty one for a search that begins anew: what this one told does not count.
    #[must_use]
    pub fn anew(self) -> Self {
        let mut map = Map::new(self.files);
        map.news.anew = true;
        map.has_news = true;
        map
    }

    /// Adds an execution.
    pub fn add(&mut self, passed: &Passed<'_>) {
        self.has_news = true;
        let known = passed.behaviour.and_then(|shown| self.first.get(&shown));
        match known {
            Some(Some(first)) => *self.again.entry(*first).or_default() += 1,
            Some(None) => {}
            None => {
                let place = self.place(passed);
                if let Some(behaviour) = passed.behaviour {
                    self.first.insert(behaviour, place);
                }
            }
        }
    }

    /// An execution that was stopped, because all that could follow is executed elsewhere.
    pub fn add_nothing_new(&mut self) {
        self.has_news = true;
        self.news.nothing_new += 1;
    }

    /// The number under which an execution stands on the map, if it has found a place.
    fn place(&mut self, passed: &Passed<'_>) -> Option<u64> {
        let choices = passed.trace.choices();
        if let Some(same) = self.placed.get(&choices) {
            *self.again.entry(*same).or_default() += 1;
            return Some(*same);
        }
        let extra = if passed.fails { MOST_FAILURES } else { 0 };
        let is_full =
            self.placed.len() >= MOST_BRANCHES + extra || self.steps + choices.len() > MOST_STEPS;
        if is_full {
            self.news.left_out += 1;
            return None;
        }
        self.learn_names(passed.trace);
        let branch = self.branch(passed, &choices);
        self.news.branches.push(branch);
        self.steps += choices.len();
        self.placed.insert(choices, passed.number);
        Some(passed.number)
    }

    fn branch(&self, passed: &Passed<'_>, choices: &[TaskId]) -> MapBranch {
        let nearest = self.nearest(choices);
        let shared = nearest.map_or(0, |(_, shared)| shared);
        let kinds = passed.findings.iter().map(|finding| finding.what.name());
        let mut findings: Vec<String> = Vec::new();
        for kind in kinds {
            if !findings.iter().any(|known| known == kind) {
                findings.push(kind.to_owned());
            }
        }
        MapBranch {
            execution: passed.number,
            from: nearest.map(|(execution, _)| execution),
            shared: u32::try_from(shared).unwrap_or(u32::MAX),
            rest: choices_text(&choices[shared..]),
            does: self.words(passed.trace, shared),
            outcome: passed.trace.outcome.kind(),
            fails: passed.fails,
            findings,
        }
    }

    /// What a step does.
    fn words(&self, trace: &Trace, step: usize) -> String {
        let Some((_, event, op)) = trace.steps().nth(step) else {
            return String::new();
        };
        let does = words::present(&words::intent(trace, op));
        format!("{does}{}", words::place(event.location, &self.files))
    }

    /// The execution on the map that begins longest as these choices do, and how many steps.
    fn nearest(&self, choices: &[TaskId]) -> Option<(u64, usize)> {
        let before = (Unbounded, Included(choices));
        let after = (Excluded(choices), Unbounded);
        let neighbours = [
            self.placed.range::<[TaskId], _>(before).next_back(),
            self.placed.range::<[TaskId], _>(after).next(),
        ];
        let shared = |(other, execution): (&Vec<TaskId>, &u64)| {
            let same = other.iter().zip(choices).take_while(|(a, b)| a == b);
            (*execution, same.count())
        };
        let found = neighbours.into_iter().flatten().map(shared);
        found.max_by_key(|(execution, shared)| (*shared, std::cmp::Reverse(*execution)))
    }

    fn learn_names(&mut self, trace: &Trace) {
        let many = trace.tasks.len();
        for number in 0..many {
            let Ok(task) = u16::try_from(number).map(TaskId) else {
                return;
            };
            let known = self.names.get(&task);
            if known.is_some_and(|(_, among)| *among >= many) {
                continue;
            }
            let name = words::task(trace, task);
            if known.is_none_or(|(known, _)| *known != name) {
                self.news.tasks.push((task, name.clone()));
            }
            self.names.insert(task, (name, many));
        }
    }

    /// What is new since the last time, if anything is. `queue`: what is still to run.
    pub fn news(&mut self, queue: &Queue) -> Option<MapChunk> {
        if !self.has_news {
            return None;
        }
        self.has_news = false;
        let mut news = std::mem::take(&mut self.news);
        news.again = std::mem::take(&mut self.again).into_iter().collect();
        news.waiting = queue.count;
        news.stubs = self.stubs(queue);
        self.news.nothing_new = news.nothing_new;
        self.news.left_out = news.left_out;
        Some(news)
    }

    fn stubs(&self, queue: &Queue) -> Vec<MapStub> {
        let mut counts: BTreeMap<(u64, usize), u32> = BTreeMap::new();
        for place in queue
            .prefixes
            .iter()
            .filter_map(|steps| self.nearest(steps))
        {
            *counts.entry(place).or_default() += 1;
        }
        let stub = |((execution, step), count)| MapStub {
            execution,
            step: u32::try_from(step).unwrap_or(u32::MAX),
            count,
        };
        counts.into_iter().map(stub).collect()
    }
}
