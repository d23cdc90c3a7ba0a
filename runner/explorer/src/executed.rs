//! An execution as strategies see it.

use std::ops::Range;

use heddle_policy::{Attempt, Touch, normalised};
use heddle_trace::{Op, OpKind, OpResult, Outcome, TaskId, TaskSet, Trace, What};

/// One step of an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Who took it.
    pub task: TaskId,
    /// What it did.
    pub op: Op,
    /// How that ended.
    pub result: OpResult,
    /// Who could have taken it, `task` among them.
    pub enabled: TaskSet,
    /// It was no choice: its task went on where the interpreter could not switch.
    pub held: bool,
    /// It had a timeout.
    pub timed: bool,
    /// The task of the step before was waiting, and could only have gone on by its timeout.
    pub left_waiting: bool,
}

/// A step together with those after it that were no choice: in granularity `language` always one
/// step, in `gil` what a task does up to the next place where the interpreter can switch. Nobody
/// else takes a step between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// The first step: who, what, and who else could have gone.
    pub first: Taken,
    /// Its steps.
    pub steps: Range<usize>,
    /// What they touch, as a range of [`Executed::touches`].
    touches: Range<usize>,
}

/// The steps of a controlled execution, and what its tasks were about to do at its end.
#[derive(Debug, Clone)]
pub struct Executed<'a> {
    trace: &'a Trace,
    steps: Vec<Taken>,
    moves: Vec<Move>,
    touches: Vec<Touch>,
}

impl<'a> Executed<'a> {
    /// Reads a trace. Whatever it says is taken as it is: a forged one can only spoil the search of
    /// the program that forged it.
    pub fn new(trace: &'a Trace) -> Self {
        let steps = trace.events.iter().filter_map(|event| match &event.what {
            What::Op {
                op,
                result,
                enabled,
                held,
                timed,
                left_waiting,
                ..
            } => {
                let mut enabled: TaskSet = enabled.iter().copied().collect();
                enabled.insert(event.task);
                Some(Taken {
                    task: event.task,
                    op: normalised(event.task, *op),
                    result: *result,
                    enabled,
                    held: *held,
                    timed: *timed,
                    left_waiting: *left_waiting,
                })
            }
            What::Wait { .. } | What::Uncaught { .. } | What::Uncontrolled { .. } => None,
        });
        let mut steps: Vec<Taken> = steps.collect();
        if let Some(last) = steps.len().checked_sub(1)
            && ends_others(trace, &steps)
        {
            steps[last].op = Op {
                kind: OpKind::TaskEnd,
                target: Some(TaskId(0)),
                ..steps[last].op
            };
        }
        let mut executed = Executed {
            trace,
            moves: Vec::with_capacity(steps.len()),
            touches: Vec::with_capacity(2 * steps.len()),
            steps,
        };
        executed.find_moves();
        executed
    }

    fn find_moves(&mut self) {
        for (place, step) in self.steps.iter().enumerate() {
            let began = self.touches.len();
            self.touches.extend(attempt(self.trace, step).touches());
            let now = self.touches.len();
            match self.moves.last_mut() {
                Some(last) if step.held && last.first.task == step.task => {
                    last.steps.end = place + 1;
                    last.touches.end = now;
                }
                _ => self.moves.push(Move {
                    first: *step,
                    steps: place..place + 1,
                    touches: began..now,
                }),
            }
        }
    }

    /// The trace it was read from.
    pub fn trace(&self) -> &'a Trace {
        self.trace
    }

    /// Its steps.
    pub fn steps(&self) -> &[Taken] {
        &self.steps
    }

    /// Its steps, those together that were one choice.
    pub fn moves(&self) -> &[Move] {
        &self.moves
    }

    /// What a step was.
    pub fn attempt(&self, step: &Taken) -> Attempt {
        attempt(self.trace, step)
    }

    /// Everything that a move touches.
    pub fn touches(&self, moved: &Move) -> &[Touch] {
        &self.touches[moved.touches.clone()]
    }

    /// Whether a timeout fires only when nobody else can go.
    pub fn respects_timeouts(&self) -> bool {
        self.trace.timeouts.are_respected()
    }

    /// Whether this step came after all others before it, and before all after it: a timeout that
    /// fired because nobody else could go.
    pub fn is_last_resort(&self, step: &Taken) -> bool {
        self.respects_timeouts() && step.result == OpResult::TimedOut
    }

    /// The number of steps before a move; of the moves' number, all steps.
    pub fn steps_before(&self, place: usize) -> usize {
        self.moves
            .get(place)
            .map_or(self.steps.len(), |next| next.steps.start)
    }

    /// Who took each step.
    pub fn choices(&self) -> Vec<TaskId> {
        self.steps.iter().map(|step| step.task).collect()
    }

    /// Whether it took the steps it was asked for.
    pub fn follows(&self, prefix: &[TaskId]) -> bool {
        let diverged = matches!(self.trace.outcome, Outcome::Diverged { .. });
        let mut asked = prefix.iter().zip(&self.steps);
        !diverged
            && self.steps.len() >= prefix.len()
            && asked.all(|(task, step)| *task == step.task)
    }

    /// Whether it came to an end of its own: to one of the program's ends, not to one of ours.
    pub fn is_complete(&self) -> bool {
        self.trace.outcome == Outcome::Finished || self.trace.outcome.is_failure()
    }

    /// Whether it was stopped because everything that could follow is executed elsewhere.
    pub fn is_redundant(&self) -> bool {
        self.trace.outcome == Outcome::Stopped
    }

    /// The number of forced switches before each step, and after the last one.
    pub fn forced_switches(&self) -> Vec<u32> {
        let mut sum = 0;
        let mut sums = vec![0];
        for (place, step) in self.steps.iter().enumerate() {
            let last = place.checked_sub(1).map(|before| self.steps[before].task);
            sum += u32::from(is_forced(last, step, step.task));
            sums.push(sum);
        }
        sums
    }
}

fn attempt(trace: &Trace, step: &Taken) -> Attempt {
    Attempt {
        op: step.op,
        fires: step.result == OpResult::TimedOut && !trace.timeouts.are_respected(),
    }
}

/// Whether the program ended with the last step of its main task while there were, or could have
/// been, daemons at work: tasks that nobody has joined. That step then takes from all of them what
/// they have not done, so it commutes with nothing, like the end of the main task that follows it
/// without a scheduling point.
fn ends_others(trace: &Trace, steps: &[Taken]) -> bool {
    let by_itself = matches!(
        trace.outcome,
        Outcome::Finished | Outcome::Failed { .. } | Outcome::Exited { .. }
    );
    let of_main = steps.last().is_some_and(|step| step.task == TaskId(0));
    if !by_itself || !of_main {
        return false;
    }
    let targets = |kind: OpKind| -> TaskSet {
        let of_kind = steps.iter().filter(|step| step.op.kind == kind);
        of_kind.filter_map(|step| step.op.target).collect()
    };
    let unjoined = targets(OpKind::TaskEnd).without(targets(OpKind::Join));
    !trace.pending.is_empty() || !unjoined.is_empty()
}

/// Whether choosing `task` instead of this step's takes the turn from a task that could have gone on.
pub(crate) fn is_forced(last: Option<TaskId>, step: &Taken, task: TaskId) -> bool {
    last.is_some_and(|last| last != task && step.enabled.contains(last)) && !step.left_waiting
}
