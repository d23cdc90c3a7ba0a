//! Check, then act: a task decided by a value that was another one's by the time it acted.
//!
//! The read that decides, another task's write, then the write that the decision led to: a violation
//! of atomicity that no lock order and no happens-before shows, because each access may well be
//! under the lock (Flanagan and Qadeer, *A Type and Effect System for Atomicity*, 2003; Lu, Tucek,
//! Qin and Zhou, *AVIO: Detecting Atomicity Violations via Access Interleaving Invariants*, 2006).
//! AVIO learns from many good runs which pairs of accesses belong together; here the program's text
//! says it: the read is in an `if` or a `while`, and the write is where that leads. Without the text
//! nothing is reported.
//!
//! Who looks again before acting (double-checked locking) is not blamed: the last look counts.

use std::collections::{HashMap, HashSet, VecDeque};

use heddle_trace::{Finding, FindingKind, Location, ObjectId, Op, OpKind, TaskId, Trace};

use crate::race::site;
use crate::{Clock, MAX_FINDINGS, Source, Words, finding};

/// Checks of one task that are remembered.
const MAX_CHECKS: usize = 16;

/// A read that decides something.
#[derive(Debug, Clone, Copy)]
struct Check {
    object: ObjectId,
    /// The container of an item.
    container: Option<ObjectId>,
    at: Location,
    event: usize,
    /// The last write of another task since.
    change: Option<usize>,
}

/// All of them, one for each variable and place of the check. `lost` are the lost updates: who
/// overwrites what it has not seen needs no second finding.
pub(crate) fn checks_then_acts(trace: &Trace, source: &Source, lost: &[Finding]) -> Vec<Finding> {
    if !source.is_known() {
        return Vec::new();
    }
    let mut search = Search {
        source,
        is_check: HashMap::new(),
        checks: HashMap::new(),
        last_item: HashMap::new(),
        last_step: HashMap::new(),
    };
    let mut reported = HashSet::new();
    let mut found = Vec::new();
    for (index, event) in trace.events.iter().enumerate() {
        let Some(op) = event.op() else { continue };
        if usize::from(event.task.0) >= Clock::MAX_TASKS || found.len() >= MAX_FINDINGS {
            continue;
        }
        let acted = search.step(index, event.task, op, event.location);
        if let Some(check) = acted
            && let Some(change) = check.change
            && !overwrites(lost, index)
            && reported.insert((check.object, check.at))
        {
            found.extend(report(trace, source, check, change, index));
        }
    }
    found
}

fn overwrites(lost: &[Finding], event: usize) -> bool {
    lost.iter().any(|lost| match &lost.what {
        FindingKind::LostUpdate { overwrite, .. } => overwrite.event as usize == event,
        _ => false,
    })
}

struct Search<'a> {
    source: &'a Source,
    is_check: HashMap<Location, bool>,
    checks: HashMap<TaskId, VecDeque<Check>>,
    /// The item of each container that a task read last: the one that its next write of the
    /// container is about.
    last_item: HashMap<(TaskId, ObjectId), ObjectId>,
    last_step: HashMap<TaskId, usize>,
}

impl Search<'_> {
    /// A step of a task; the check that led to it, if it acts on one.
    fn step(&mut self, index: usize, task: TaskId, op: &Op, at: Option<Location>) -> Option<Check> {
        let before = self.last_step.insert(task, index);
        let object = op.object.filter(|_| op.kind.is_plain_access())?;
        if op.kind == OpKind::Read {
            if let Some(container) = op.also {
                self.last_item.insert((task, container), object);
            }
            self.reads(index, task, object, op.also, at?);
            return None;
        }
        let item = self.last_item.get(&(task, object)).copied();
        self.changes(index, task, op, item);
        let at = at?;
        let own = self.checks.get(&task)?.iter().rev();
        let source = self.source;
        let led = |check: &&Check| {
            let next = before == Some(check.event);
            concerns(check, op)
                && (source.decides(check.at, at) || (next && source.is_behind_loop(check.at, at)))
        };
        own.clone().find(led).copied()
    }

    fn reads(
        &mut self,
        event: usize,
        task: TaskId,
        object: ObjectId,
        container: Option<ObjectId>,
        at: Location,
    ) {
        let source = self.source;
        let is_check = self.is_check.entry(at);
        if !*is_check.or_insert_with(|| source.is_check(at)) {
            return;
        }
        let own = self.checks.entry(task).or_default();
        own.retain(|check| (check.object, check.at) != (object, at));
        if own.len() >= MAX_CHECKS {
            own.pop_front();
        }
        own.push_back(Check {
            object,
            container,
            at,
            event,
            change: None,
        });
    }

    /// Another task's write makes the checks of what it writes stale. A write of a whole container
    /// does so for an item only if its task had looked at the same item.
    fn changes(&mut self, event: usize, task: TaskId, op: &Op, item: Option<ObjectId>) {
        for (other, checks) in &mut self.checks {
            if *other == task {
                continue;
            }
            for check in checks.iter_mut() {
                let same = op.object == Some(check.object);
                let whole = check.container.is_some() && op.object == check.container;
                if same || (whole && item == Some(check.object)) {
                    check.change = Some(event);
                }
            }
        }
    }
}

/// Whether a write acts on what was checked: the same variable, its container, or one of its items.
fn concerns(check: &Check, op: &Op) -> bool {
    let object = op.object;
    object == Some(check.object)
        || (check.container.is_some() && object == check.container)
        || op.also == Some(check.object)
}

fn report(
    trace: &Trace,
    source: &Source,
    check: Check,
    change: usize,
    act: usize,
) -> Option<Finding> {
    let (checked, change, act) = (
        site(trace, check.event)?,
        site(trace, change)?,
        site(trace, act)?,
    );
    let words = Words::in_source(trace, source);
    let message = format!(
        "Check, then act on {}: {} looked at it{}, then {} changed it{}, then {} acted{} as if it \
         were still the same.",
        words.object(check.object),
        words.task(checked.task),
        words.on_line(checked.location),
        words.task(change.task),
        words.on_line(change.location),
        words.task(act.task),
        words.on_line(act.location),
    );
    let what = FindingKind::CheckThenAct {
        object: check.object,
        check: checked,
        change,
        act,
    };
    Some(finding(trace, what, message))
}
