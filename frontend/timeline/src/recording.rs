//! A trace and its lanes, growing together.

mod ending;

use std::collections::BTreeMap;

use heddle_trace::{
    Event, Finding, ObjectId, ObjectKind, Op, OpKind, Outcome, TaskId, TaskSet, Trace, TraceChunk,
    What,
};

use crate::holds::{Held, Holds};
use crate::layout::{Layout, RowKind};
use crate::mask::Mask;
use crate::points::category;
use crate::task_lane::{TaskLane, has_lane, takes_hold};
use crate::track::Place;
use crate::view::Axis;

/// Something that went wrong, at an event of a task. Never hidden by the level of detail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flag {
    /// The event, as an index.
    pub event: u32,
    /// Its column; one past the last for what is wrong at the end.
    pub column: u32,
    /// What.
    pub kind: FlagKind,
}

/// What a flag says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FlagKind {
    /// Part of a race or of a lost update.
    Race,
    /// A lock taken in the other order elsewhere, or still held at the end.
    Lock,
    /// An uncaught exception.
    Exception,
    /// Stuck in a deadlock or a livelock.
    Stuck,
}

/// A trace and what a timeline shows of it. Takes in chunks while a program runs.
///
/// The step axis has a column for each step of a controlled execution, and for each event of a
/// free run. The time axis is the events' own time, made to never go back: events of different
/// tasks may reach a trace a little out of order.
#[derive(Debug, Clone)]
pub struct Recording {
    trace: Trace,
    findings: Vec<Finding>,
    lanes: Vec<TaskLane>,
    /// Column of each event.
    columns: Vec<u32>,
    /// Time of each event, never decreasing.
    times: Vec<u64>,
    /// The event in each column.
    steps: Vec<u32>,
    holds: Holds,
    colours: BTreeMap<ObjectId, u8>,
    /// Controlled executions: tasks that were started and have not ended.
    alive: TaskSet,
    /// Those of them that could not go at some step since their last one.
    missed: TaskSet,
    finished: bool,
}

/// Numbers of colours for objects.
const COLOURS: usize = 6;

impl Default for Recording {
    /// A free run of which nothing is known yet.
    fn default() -> Self {
        Recording::empty(Trace {
            granularity: None,
            timeouts: heddle_trace::Timeouts::Respect,
            processes: Vec::new(),
            tasks: Vec::new(),
            objects: Vec::new(),
            events: Vec::new(),
            pending: Vec::new(),
            outcome: Outcome::Stopped,
        })
    }
}

impl Recording {
    /// A whole trace.
    pub fn new(mut trace: Trace, findings: Vec<Finding>) -> Self {
        let events = std::mem::take(&mut trace.events);
        let (pending, outcome) = (std::mem::take(&mut trace.pending), trace.outcome.clone());
        let mut recording = Recording::empty(trace);
        recording.take_in(events);
        recording.trace.pending = pending;
        recording.end(outcome, findings);
        recording
    }

    fn empty(trace: Trace) -> Self {
        Recording {
            trace,
            findings: Vec::new(),
            lanes: Vec::new(),
            columns: Vec::new(),
            times: Vec::new(),
            steps: Vec::new(),
            holds: Holds::default(),
            colours: BTreeMap::new(),
            alive: TaskSet::EMPTY,
            missed: TaskSet::EMPTY,
            finished: false,
        }
    }

    /// Adds what a running program has reported.
    pub fn append(&mut self, mut chunk: TraceChunk) {
        let events = std::mem::take(&mut chunk.events);
        self.trace.extend(chunk);
        self.take_in(events);
    }

    /// The program has ended. `last` says how; its events are not looked at, they came in chunks.
    /// Rows of it that are new are taken over.
    pub fn finish(&mut self, last: &Trace, findings: Vec<Finding>) {
        fn rest<T: Clone>(known: &mut Vec<T>, all: &[T]) {
            known.extend_from_slice(all.get(known.len()..).unwrap_or_default());
        }
        rest(&mut self.trace.processes, &last.processes);
        rest(&mut self.trace.tasks, &last.tasks);
        rest(&mut self.trace.objects, &last.objects);
        self.trace.pending.clone_from(&last.pending);
        self.end(last.outcome.clone(), findings);
    }

    /// The trace so far.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// What is wrong with it.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// A lane for each task, by id.
    pub fn lanes(&self) -> &[TaskLane] {
        &self.lanes
    }

    /// Who holds what at the end.
    pub fn holds(&self) -> &Holds {
        &self.holds
    }

    /// Whether it has ended.
    pub fn is_finished(&self) -> bool {
        self.finished
    }

    /// Whether this is a controlled execution, where a step is one task's one operation.
    pub fn is_controlled(&self) -> bool {
        self.trace.granularity.is_some()
    }

    /// Number of columns of the step axis.
    pub fn columns(&self) -> usize {
        self.steps.len()
    }

    /// Column of an event.
    pub fn column(&self, event: usize) -> Option<usize> {
        self.columns.get(event).map(|c| *c as usize)
    }

    /// Nanoseconds of an event on the time axis.
    pub fn time(&self, event: usize) -> Option<u64> {
        self.times.get(event).copied()
    }

    /// Number of columns up to and with this event; 0 for `None`, the state before the first.
    pub fn steps_at(&self, event: Option<usize>) -> usize {
        event.and_then(|e| self.column(e)).map_or(0, |c| c + 1)
    }

    /// The event in the `step`th column, counted from 1; `None` for 0 and beyond the end.
    pub fn event_of_step(&self, step: usize) -> Option<usize> {
        self.steps.get(step.checked_sub(1)?).map(|e| *e as usize)
    }

    /// The next (or previous) column, from a state, in which another task goes on.
    pub fn next_switch(&self, step: usize, forward: bool) -> usize {
        let task = |step: usize| Some(self.trace.events[self.event_of_step(step)?].task);
        let last = self.columns();
        let mut at = step.min(last);
        let from = if forward { task(at + 1) } else { task(at) };
        while at != if forward { last } else { 0 } {
            at = if forward { at + 1 } else { at - 1 };
            if task(if forward { at + 1 } else { at }) != from {
                break;
            }
        }
        at
    }

    /// Length of an axis: columns, or nanoseconds. There is room at the end for what goes on.
    pub fn extent(&self, axis: Axis) -> f64 {
        match axis {
            Axis::Steps => (self.columns() + 1) as f64,
            Axis::Time => self.times.last().map_or(1.0, |t| *t as f64 * 1.03 + 1.0),
        }
    }

    /// The number of the colour of an object that can be held or waited for, below 6.
    pub fn colour(&self, object: ObjectId) -> u8 {
        self.colours.get(&object).copied().unwrap_or(0)
    }

    /// The event nearest to this one in the lane below or above, in the order of the layout.
    pub fn beside(&self, event: usize, down: bool, system: bool) -> Option<usize> {
        let task = self.trace.events.get(event)?.task;
        let rows = Layout::new(self, system).rows;
        let tasks = rows.iter().filter_map(|r| match r.kind {
            RowKind::Task(task) => Some(task),
            _ => None,
        });
        let mut order: Vec<TaskId> = tasks.collect();
        if !down {
            order.reverse();
        }
        let after = order.iter().skip_while(|t| **t != task).skip(1);
        after
            .filter_map(|t| self.lanes.get(usize::from(t.0)))
            .find_map(|lane| nearest(lane, event as u32))
    }

    /// What a task waited for, by the event that ended the wait; `None` for the wait in which it
    /// is at the end.
    pub fn waited_for(&self, task: TaskId, until: Option<usize>) -> Option<Op> {
        let ended_by = until.and_then(|e| self.trace.events.get(e)?.op().copied());
        let pending = || {
            let mut all = self.trace.pending.iter();
            all.find(|p| p.task == task).map(|p| p.op)
        };
        let announced = || {
            let own = self.trace.events.iter().rev().find(|e| e.task == task)?;
            match &own.what {
                What::Wait { op } => Some(*op),
                _ => own.op().copied(),
            }
        };
        ended_by.or_else(pending).or_else(announced)
    }

    /// The event to look at for why a task waited: with which the holder took the lock, the last
    /// one of the task it waited for, or what ended the wait. `until` is the event that ended it.
    pub fn reason_of_wait(&self, task: TaskId, until: Option<usize>) -> Option<usize> {
        let op = self.waited_for(task, until)?;
        if let Some(target) = op.target {
            let lane = self.lanes.get(usize::from(target.0))?;
            return last_event(lane).map(|e| e as usize).or(until);
        }
        let end = until.unwrap_or(self.trace.events.len());
        let held = op.object.and_then(|o| self.last_holder(o, task, end));
        held.map(|h| h.since as usize).or(until)
    }

    /// The last one, other than `task`, who held an object before an event.
    fn last_holder(&self, object: ObjectId, task: TaskId, event: usize) -> Option<Held> {
        let mut holds = Holds::default();
        let mut last = None;
        for (i, e) in (0..).zip(self.trace.events.iter().take(event)) {
            if let What::Op { op, result, .. } = &e.what {
                holds.apply(i, e.task, op, *result);
                let other = holds.of(object).iter().rev().find(|h| h.task != task);
                last = other.copied().or(last);
            }
        }
        last
    }

    pub(crate) fn columns_of_events(&self) -> &[u32] {
        &self.columns
    }

    pub(crate) fn times_of_events(&self) -> &[u64] {
        &self.times
    }

    fn take_in(&mut self, events: Vec<Event>) {
        self.columns.reserve(events.len());
        self.times.reserve(events.len());
        for event in &events {
            self.take(event);
        }
        if self.trace.events.is_empty() {
            self.trace.events = events;
        } else {
            self.trace.events.extend(events);
        }
    }

    fn take(&mut self, event: &Event) {
        let here = self.place(event);
        let lane = self.lane_of(event.task);
        let mark = category(&event.what);
        if !mark.is_empty() {
            lane.points.push(here.event, mark);
        }
        match &event.what {
            What::Op {
                op,
                result,
                enabled,
                ..
            } => {
                if self.is_controlled() {
                    self.step(here, event.task, op, enabled);
                } else {
                    self.go_on(here, event.task, op);
                }
                let change = self.holds.follow(here.event, event.task, op, *result);
                if takes_hold(op.kind) {
                    self.lane_for(event.task, op.object);
                }
                if let Some(change) = change {
                    self.hold(here, change.task, change.object, change.holds);
                }
            }
            What::Wait { op } => {
                let object = self.lane_for_wait(event.task, op);
                self.lane_of(event.task).wait(here, object);
            }
            What::Uncaught { .. } => self.flag(here.event, event.task, FlagKind::Exception),
            What::Uncontrolled { .. } => {}
        }
    }

    /// Where the next event goes, and a new column if it gets one.
    fn place(&mut self, event: &Event) -> Place {
        let number = self.columns.len() as u32;
        let own_column = !self.is_controlled() || event.op().is_some() || self.steps.is_empty();
        if own_column {
            self.steps.push(number);
        }
        let column = self.steps.len() as u32 - 1;
        let time = self.times.last().map_or(event.at.0, |t| event.at.0.max(*t));
        self.columns.push(column);
        self.times.push(time);
        Place {
            column,
            event: number,
        }
    }

    fn step(&mut self, here: Place, task: TaskId, op: &Op, enabled: &[TaskId]) {
        if !enabled.is_empty() {
            let could: TaskSet = enabled.iter().copied().collect();
            let stopped = self.alive.without(could);
            self.missed = TaskSet::from_bits(self.missed.bits() | stopped.bits());
        }
        let waited = self.missed.contains(task) || op.kind == OpKind::ConditionWake;
        let object = if waited {
            self.lane_for_wait(task, op)
        } else {
            None
        };
        self.missed.remove(task);
        self.alive.insert(task);
        if op.kind == OpKind::TaskEnd {
            self.alive.remove(task);
        }
        self.lanes[usize::from(task.0)].step(here, waited, object);
        if let Some(target) = op.target.filter(|_| op.kind == OpKind::Start) {
            self.born(target, here);
        }
    }

    /// A task is started: from the next column on it could go, or waits.
    fn born(&mut self, task: TaskId, here: Place) {
        let lane = self.lane_of(task);
        if lane.last.is_none() {
            lane.last = Some(here.next_column());
            self.alive.insert(task);
        }
    }

    fn lane_of(&mut self, task: TaskId) -> &mut TaskLane {
        let lane = usize::from(task.0);
        if self.lanes.len() <= lane {
            self.lanes.resize_with(lane + 1, TaskLane::default);
        }
        &mut self.lanes[lane]
    }

    fn go_on(&mut self, here: Place, task: TaskId, op: &Op) {
        let lane = &mut self.lanes[usize::from(task.0)];
        lane.go_on(here);
        lane.state.set(Mask::RUN, here);
        match op.kind {
            OpKind::TaskEnd => lane.state.set(Mask::NONE, here.next_column()),
            // The wait for the notification needs no event of its own.
            OpKind::ConditionWait => {
                let object = self.lane_for_wait(task, op);
                self.lanes[usize::from(task.0)].wait(here.next_column(), object);
            }
            _ => {}
        }
    }

    fn hold(&mut self, here: Place, task: TaskId, object: ObjectId, holds: bool) {
        let lane = &mut self.lanes[usize::from(task.0)];
        let track = lane.object_mut(object);
        if holds {
            track.add(Mask::HOLD, here);
        } else {
            track.remove(Mask::HOLD, here.next_column());
        }
    }

    /// The object for whose sake a task waits, if that gets a lane; sees to it that it has one.
    fn lane_for_wait(&mut self, task: TaskId, op: &Op) -> Option<ObjectId> {
        let info = self.trace.objects.get(op.object?.0 as usize);
        let kind = info.map_or(ObjectKind::Lock, |o| o.kind);
        self.lane_for(task, op.object.filter(|_| has_lane(kind)))
    }

    fn lane_for(&mut self, task: TaskId, object: Option<ObjectId>) -> Option<ObjectId> {
        let object = object?;
        self.lanes[usize::from(task.0)].object_mut(object);
        let next = (self.colours.len() % COLOURS) as u8;
        self.colours.entry(object).or_insert(next);
        Some(object)
    }
}

fn nearest(lane: &TaskLane, event: u32) -> Option<usize> {
    let events = &lane.points.event;
    let next = events.partition_point(|e| *e < event);
    let candidates = events.get(next.saturating_sub(1)..)?.iter().take(2);
    let nearest = candidates.min_by_key(|e| e.abs_diff(event))?;
    Some(*nearest as usize)
}

fn last_event(lane: &TaskLane) -> Option<u32> {
    lane.points.event.last().copied()
}
