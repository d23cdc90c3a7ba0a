//! An execution as strategies see it.

use heddle_policy::normalised;
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
}

/// The steps of a controlled execution, and what its tasks were about to do at its end.
#[derive(Debug, Clone)]
pub struct Executed<'a> {
    trace: &'a Trace,
    steps: Vec<Taken>,
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
                ..
            } => {
                let mut enabled: TaskSet = enabled.iter().copied().collect();
                enabled.insert(event.task);
                Some(Taken {
                    task: event.task,
                    op: normalised(event.task, *op),
                    result: *result,
                    enabled,
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
        Executed { trace, steps }
    }

    /// The trace it was read from.
    pub fn trace(&self) -> &'a Trace {
        self.trace
    }

    /// Its steps.
    pub fn steps(&self) -> &[Taken] {
        &self.steps
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
            sum += u32::from(is_forced(last, step.enabled, step.task));
            sums.push(sum);
        }
        sums
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

/// Whether choosing `task` takes the turn from a task that could have gone on.
pub(crate) fn is_forced(last: Option<TaskId>, enabled: TaskSet, task: TaskId) -> bool {
    last.is_some_and(|last| last != task && enabled.contains(last))
}
