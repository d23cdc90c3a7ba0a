//! What must come before what in one execution.
//!
//! Vector clocks (Mattern, *Virtual Time and Global States of Distributed Systems*, 1989): for every
//! step the number of steps of each task that come before it whatever the order, itself among them.
//! A step comes after the step of its task before it, after the start of its task, and after every
//! earlier step that it depends on. (A step is a [`crate::Move`] here: in `gil` several accesses
//! that nobody can come between are one.) Besides:
//!
//! - A timeout that fires only when nobody else can go comes after everything before it, and
//!   everything after it comes after it.
//! - A task that repeats itself in vain is hidden until somebody writes: its next step comes after
//!   the last step at which it was hidden. (An operation that never has to wait, of a task that is
//!   not shown as enabled, is hidden.)
//! - Starts come after each other: tasks are numbered in the order of their starts, and a prefix
//!   names tasks by number. (They are not [`dependent`](heddle_policy::dependent): this only keeps
//!   prefixes meaningful.)

use std::collections::HashMap;

use heddle_policy::{Resource, Touch, Touching};
use heddle_trace::{OpKind, TaskId};

use super::enabling::can_wait;
use crate::{Executed, Taken};

/// For each task, how many of its steps.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Clock(Vec<u32>);

impl Clock {
    pub(crate) fn join(&mut self, other: &Clock) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine = (*mine).max(*theirs);
        }
    }

    fn of(&self, task: TaskId) -> u32 {
        self.0.get(usize::from(task.0)).copied().unwrap_or(0)
    }

    fn set(&mut self, task: TaskId, steps: u32) {
        let row = usize::from(task.0);
        if self.0.len() <= row {
            self.0.resize(row + 1, 0);
        }
        self.0[row] = steps;
    }
}

/// The order of an execution's steps.
pub(crate) struct Order {
    tasks: Vec<TaskId>,
    /// Number of each step among those of its task, from 1.
    numbers: Vec<u32>,
    clocks: Vec<Clock>,
    /// For each step, since when its task stood before it.
    ready: Vec<Ready>,
    last_of_task: HashMap<TaskId, usize>,
    started: HashMap<TaskId, usize>,
    touched: HashMap<Resource, Vec<(usize, Touching)>>,
    everything: Vec<usize>,
}

/// Since when a task has stood before its next operation, free to perform it as far as it goes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ready {
    /// The step after which: its last one, its start, or the last at which it was hidden. `None`:
    /// from the beginning.
    pub(crate) since: Option<usize>,
    /// What must come before the operation, whatever it is.
    pub(crate) past: Clock,
}

impl Order {
    pub(crate) fn new(executed: &Executed<'_>) -> Self {
        let length = executed.moves().len();
        let mut order = Order {
            tasks: Vec::with_capacity(length),
            numbers: Vec::with_capacity(length),
            clocks: Vec::with_capacity(length),
            ready: Vec::with_capacity(length),
            last_of_task: HashMap::new(),
            started: HashMap::new(),
            touched: HashMap::new(),
            everything: Vec::new(),
        };
        let (mut floor, mut last_start, mut top) = (None, None, Clock::default());
        for (place, moved) in executed.moves().iter().enumerate() {
            let (step, touches) = (&moved.first, executed.touches(moved));
            let ready = order.ready(executed, step.task, step.op.kind);
            let mut clock = ready.past.clone();
            let before = [floor, last_start.filter(|_| step.op.kind == OpKind::Start)];
            for earlier in before.into_iter().flatten() {
                clock.join(&order.clocks[earlier]);
            }
            if executed.is_last_resort(step) {
                clock.join(&top);
                floor = Some(place);
            }
            for earlier in order.conflicting(touches, &Clock::default()) {
                if !order.is_in(earlier, &clock) {
                    clock.join(&order.clocks[earlier]);
                }
            }
            if step.op.kind == OpKind::Start {
                last_start = Some(place);
                order
                    .started
                    .extend(step.op.target.map(|task| (task, place)));
            }
            order.push(place, step, touches, clock, ready);
            top.join(&order.clocks[place]);
        }
        order
    }

    fn push(
        &mut self,
        place: usize,
        step: &Taken,
        touches: &[Touch],
        mut clock: Clock,
        ready: Ready,
    ) {
        let task = step.task;
        let number = clock.of(task) + 1;
        clock.set(task, number);
        self.tasks.push(task);
        self.numbers.push(number);
        self.clocks.push(clock);
        self.ready.push(ready);
        self.last_of_task.insert(task, place);
        for touch in touches {
            match touch.what {
                Resource::Everything => self.everything.push(place),
                what => self
                    .touched
                    .entry(what)
                    .or_default()
                    .push((place, touch.how)),
            }
        }
    }

    /// Since when a task has stood before its next operation, which is of this kind.
    pub(crate) fn ready(&self, executed: &Executed<'_>, task: TaskId, kind: OpKind) -> Ready {
        let last = self.last_of_task.get(&task).copied();
        let came = last.or_else(|| self.started.get(&task).copied());
        let hidden = match can_wait(kind) {
            true => None,
            false => self.last_hidden(executed, task, came),
        };
        let mut past = self.after(came);
        past.join(&self.after(hidden));
        Ready {
            since: hidden.max(came),
            past,
        }
    }

    /// The last step at which a task was there and not shown as enabled.
    fn last_hidden(
        &self,
        executed: &Executed<'_>,
        task: TaskId,
        came: Option<usize>,
    ) -> Option<usize> {
        let first = came.map_or(0, |came| came + 1);
        let there = first..self.tasks.len();
        let moves = executed.moves();
        there
            .rev()
            .find(|place| !moves[*place].first.enabled.contains(task))
    }

    /// As [`Order::ready`], for the task of this step just before it.
    pub(crate) fn ready_before(&self, place: usize) -> &Ready {
        &self.ready[place]
    }

    /// What comes before whatever follows this step.
    fn after(&self, place: Option<usize>) -> Clock {
        place.map_or_else(Clock::default, |place| self.clocks[place].clone())
    }

    /// Whether the step is among those that a clock counts.
    pub(crate) fn is_in(&self, place: usize, clock: &Clock) -> bool {
        self.numbers[place] <= clock.of(self.tasks[place])
    }

    /// Whether the first step comes before the second whatever the order.
    pub(crate) fn is_before(&self, first: usize, second: usize) -> bool {
        self.is_in(first, &self.clocks[second])
    }

    pub(crate) fn clock(&self, place: usize) -> &Clock {
        &self.clocks[place]
    }

    /// The steps that conflict with one that touches this, the latest first, as far as they may lie outside
    /// of `past` (those in it may be missing).
    pub(crate) fn conflicting(&self, touches: &[Touch], past: &Clock) -> Vec<usize> {
        let mut found = Vec::new();
        for touch in touches {
            if touch.what == Resource::Everything {
                return (0..self.tasks.len()).rev().collect();
            }
            let touched = self.touched.get(&touch.what).into_iter().flatten();
            for (place, how) in touched.rev() {
                if touch.how.conflicts(*how) {
                    found.push(*place);
                    // Whatever touched it before comes before this write.
                    if *how == Touching::Write && self.is_in(*place, past) {
                        break;
                    }
                }
            }
        }
        found.extend(&self.everything);
        found.sort_unstable_by(|a, b| b.cmp(a));
        found.dedup();
        found
    }
}
