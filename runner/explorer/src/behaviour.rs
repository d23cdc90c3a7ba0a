//! Which behaviour an execution shows.
//!
//! Executions that differ only in the order of neighbouring independent operations are one
//! behaviour (Mazurkiewicz 1977). Its identity is the hash of the *Foata normal form*: every
//! operation gets a level, one more than the highest level among the operations before it that it
//! depends on, its own task's among them; equivalent executions give each operation the same level.
//! Within a level all operations are independent and of different tasks, so sorting them by task
//! makes the form unique.
//!
//! Operations are named by what is the same in every execution: path of the task, kind, line, and
//! the object's identity, which is the smallest (path of a task, number of the step in that task)
//! that touched it. (A table row would not do: it depends on who came first, which two readers may
//! decide either way. Nor would the name, which the agent chooses at the first touch.)
//!
//! Time: linear in the number of steps, and sorting. Which operations depend on each other is said
//! by [`heddle_policy::touches`] alone.

use std::collections::HashMap;
use std::fmt;

use heddle_policy::{Resource, Touching};
use heddle_trace::{Location, ObjectId, Op, TaskId, Trace, What};
use sha2::{Digest, Sha256};

use crate::Executed;

/// A behaviour's identity, the same in every execution that shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BehaviourId(pub [u8; 16]);

impl fmt::Display for BehaviourId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl BehaviourId {
    /// The behaviour that an execution shows.
    pub fn of(executed: &Executed<'_>) -> Self {
        let levels = levels(executed);
        let names = Names::new(executed);
        let mut steps: Vec<usize> = (0..levels.len()).collect();
        let task = |step: &usize| executed.steps()[*step].task;
        steps.sort_by_key(|step| (levels[*step], names.path(task(step)), task(step)));
        let mut hash = Sha256::new();
        for step in steps {
            hash.update(levels[step].to_le_bytes());
            names.hash(
                &mut hash,
                task(&step),
                &executed.steps()[step].op,
                names.lines[step],
            );
        }
        let mut id = [0; 16];
        id.copy_from_slice(&hash.finalize()[..16]);
        BehaviourId(id)
    }
}

/// The highest level so far at which a resource was touched, for each way to touch it. 0: never.
type Highest = [u32; Touching::ALL.len()];

fn levels(executed: &Executed<'_>) -> Vec<u32> {
    let mut of_task: HashMap<TaskId, u32> = HashMap::new();
    let mut of_resource: HashMap<Resource, Highest> = HashMap::new();
    // The last operation that depends on everything, and the highest level of all.
    let (mut floor, mut top) = (0, 0);
    let mut levels = Vec::with_capacity(executed.steps().len());
    for step in executed.steps() {
        let mut below = floor.max(of_task.get(&step.task).copied().unwrap_or(0));
        for touch in executed.attempt(step).touches() {
            if touch.what == Resource::Everything {
                below = top;
            } else if let Some(highest) = of_resource.get(&touch.what) {
                let conflicting = Touching::ALL
                    .into_iter()
                    .filter(|how| touch.how.conflicts(*how));
                below = conflicting.fold(below, |below, how| below.max(highest[how as usize]));
            }
        }
        let level = below + 1;
        top = top.max(level);
        of_task.insert(step.task, level);
        for touch in executed.attempt(step).touches() {
            if touch.what == Resource::Everything {
                floor = level;
            }
            let highest = of_resource.entry(touch.what).or_default();
            let entry = &mut highest[touch.how as usize];
            *entry = level.max(*entry);
        }
        levels.push(level);
    }
    levels
}

/// What tasks, objects and lines are called in every execution.
struct Names<'a> {
    trace: &'a Trace,
    /// The smallest (path, step of that task) that touched each object.
    objects: HashMap<ObjectId, (&'a str, u32)>,
    lines: Vec<Option<Location>>,
}

impl<'a> Names<'a> {
    fn new(executed: &Executed<'a>) -> Self {
        let trace = executed.trace();
        let mut names = Names {
            trace,
            objects: HashMap::new(),
            lines: Vec::with_capacity(executed.steps().len()),
        };
        let mut taken: HashMap<TaskId, u32> = HashMap::new();
        for event in &trace.events {
            let What::Op { op, .. } = &event.what else {
                continue;
            };
            names.lines.push(event.location);
            let number = taken.entry(event.task).or_default();
            for object in [op.object, op.also].into_iter().flatten() {
                let identity = (names.path(event.task), *number);
                let smallest = names.objects.entry(object).or_insert(identity);
                *smallest = identity.min(*smallest);
            }
            *number += 1;
        }
        names
    }

    fn path(&self, task: TaskId) -> &'a str {
        let info = self.trace.tasks.get(usize::from(task.0));
        info.map_or("?", |info| info.path.as_str())
    }

    fn hash(&self, hash: &mut Sha256, task: TaskId, op: &Op, line: Option<Location>) {
        let Op {
            kind,
            object,
            also,
            target,
        } = *op;
        text(hash, self.path(task));
        hash.update(kind.code().to_le_bytes());
        for object in [object, also] {
            let identity = object.and_then(|object| self.objects.get(&object).copied());
            let (path, number) = identity.unwrap_or(("", 0));
            text(hash, path);
            hash.update(number.to_le_bytes());
        }
        text(hash, target.map_or("", |target| self.path(target)));
        let Location { file, line } = line.unwrap_or(Location { file: 0, line: 0 });
        hash.update(file.to_le_bytes());
        hash.update(line.to_le_bytes());
    }
}

fn text(hash: &mut Sha256, text: &str) {
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
}
