//! The steps of an execution that its interleavings are counted by.

use std::collections::BTreeMap;

use heddle_trace::{OpKind, OpResult, TaskId, TaskSet};

use crate::Executed;

/// The task that the program begins with.
const MAIN: TaskId = TaskId(0);

/// How many steps each task took, without the final joins of the main task and what it did after
/// them.
///
/// Joins are *final* when the main task joins all others with nothing in between. Whenever such a
/// join comes, it finds the same and leaves the others the same to do, so its place makes no
/// interleaving; and once the last is done only the main task is left, which has no choice. An
/// order of the steps that are counted here is therefore all there is to know of an execution.
pub(crate) fn free_steps(executed: &Executed<'_>) -> BTreeMap<TaskId, u32> {
    let mut steps: BTreeMap<TaskId, u32> = BTreeMap::new();
    for step in executed.steps() {
        *steps.entry(step.task).or_default() += 1;
    }
    if let Some(before) = before_final_joins(executed) {
        steps.insert(MAIN, before);
    }
    steps
}

/// The steps that the main task takes before its final joins; `None` when it has none.
fn before_final_joins(executed: &Executed<'_>) -> Option<u32> {
    let steps = executed.steps();
    let others = steps.iter().map(|step| step.task);
    let mut unjoined: TaskSet = others.filter(|task| *task != MAIN).collect();
    let mut before = 0;
    let mut joins = false;
    for step in steps.iter().filter(|step| step.task == MAIN) {
        let joined = step
            .op
            .target
            .filter(|_| step.op.kind == OpKind::Join && step.result == OpResult::Done);
        match joined {
            Some(task) => {
                joins = true;
                unjoined = unjoined.without(TaskSet::from_iter([task]));
            }
            None if joins => break,
            None => before += 1,
        }
    }
    (joins && unjoined.is_empty()).then_some(before)
}
