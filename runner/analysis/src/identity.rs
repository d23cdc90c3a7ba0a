//! When two findings of different executions are the same.
//!
//! Tasks and rows of objects differ from execution to execution: who touches a lock first gives it
//! its key. What stays is the source: a finding is identified by its kind, the names of its objects
//! and the places in the program. Ten workers that race on one line are one mistake.

use std::collections::HashSet;

use heddle_trace::{
    AccessSite, Finding, FindingId, FindingKind, Location, ObjectId, TaskId, Trace, UnderGil,
    Waiting,
};

use crate::Words;
use heddle_trace::words::noun;

/// The id of a finding of this trace.
pub(crate) fn id(trace: &Trace, what: &FindingKind) -> FindingId {
    let names = Names { trace };
    let name = what.name();
    let words = match what {
        FindingKind::Deadlock { cycle, waiting, .. } => names.deadlock(cycle, waiting),
        FindingKind::LostWakeup {
            object,
            signal,
            waiting,
            ..
        } => vec![names.object(*object), line(signal), place(waiting.location)],
        FindingKind::Race {
            object,
            first,
            second,
        } => names.with(*object, sorted(vec![line(first), line(second)])),
        FindingKind::LostUpdate {
            object,
            read,
            lost,
            overwrite,
            ..
        } => names.with(*object, [read, lost, overwrite].map(line)),
        FindingKind::CheckThenAct {
            object,
            check,
            change,
            act,
        } => names.with(*object, [check, change, act].map(line)),
        FindingKind::WrongLock {
            object,
            first,
            first_locks,
            second,
            second_locks,
        } => {
            let side = |site, locks: &[ObjectId]| format!("{} {}", line(site), names.all(locks));
            let sides = vec![side(first, first_locks), side(second, second_locks)];
            names.with(*object, sorted(sides))
        }
        FindingKind::LockOrder { locks, sites } => {
            vec![
                names.all(locks),
                sorted(sites.iter().map(line).collect()).join(" "),
            ]
        }
        FindingKind::Exception {
            exception,
            location,
            ..
        } => vec![exception.clone(), place(*location)],
        FindingKind::Livelock { tasks, sites } => {
            let places = sites.iter().filter(|site| tasks.contains(&site.task));
            distinct(places.map(line).collect())
        }
        FindingKind::HeldAtExit { object, taken, .. } => {
            names.with(*object, taken.iter().map(line))
        }
        FindingKind::Unjoined { object, taken, .. } => names.with(*object, [line(taken)]),
        FindingKind::NotifyWithoutWaiter {
            object,
            notify,
            wait,
        } => names.with(*object, [notify, wait].map(line)),
    };
    FindingId::of(&format!("{name}\n{}", words.join("\n")))
}

/// Adds an execution's findings to those of others, each once. One execution in which it happens
/// under a GIL is enough to know that it does.
pub fn merge(
    all: &mut Vec<Finding>,
    seen: &mut HashSet<FindingId>,
    new: impl IntoIterator<Item = Finding>,
) {
    for finding in new {
        if seen.insert(finding.id.clone()) {
            all.push(finding);
        } else if finding.under_gil != UnderGil::No
            && let Some(known) = all.iter_mut().find(|known| known.id == finding.id)
            && known.under_gil != UnderGil::Yes
        {
            known.under_gil = finding.under_gil;
        }
    }
}

struct Names<'a> {
    trace: &'a Trace,
}

impl Names<'_> {
    /// The name in the source; `lock 2` is only the second lock that was touched, so that is a lock.
    fn object(&self, object: ObjectId) -> String {
        let words = Words::new(self.trace);
        let name = words.object(object);
        let kind = words.kind(object).map_or("", noun);
        let number = name
            .strip_prefix(kind)
            .and_then(|rest| rest.strip_prefix(' '));
        match number {
            Some(number) if number.bytes().all(|b| b.is_ascii_digit()) => kind.to_owned(),
            _ => name,
        }
    }

    fn all(&self, objects: &[ObjectId]) -> String {
        sorted(objects.iter().map(|object| self.object(*object)).collect()).join(" ")
    }

    fn with(&self, object: ObjectId, lines: impl IntoIterator<Item = String>) -> Vec<String> {
        std::iter::once(self.object(object)).chain(lines).collect()
    }

    /// The waits on the cycle; without one, those that nobody could end, and not the joins that
    /// only follow from them.
    fn deadlock(&self, cycle: &[TaskId], waiting: &[Waiting]) -> Vec<String> {
        let is_cause = |wait: &&Waiting| match cycle {
            [] => wait.for_tasks.is_empty(),
            _ => cycle.contains(&wait.task),
        };
        let causes = waiting.iter().filter(is_cause).map(|wait| {
            let object = wait.object.map(|object| self.object(object));
            format!("{}@{}", object.unwrap_or_default(), place(wait.location))
        });
        distinct(causes.collect())
    }
}

fn line(site: &AccessSite) -> String {
    place(site.location)
}

fn place(location: Option<Location>) -> String {
    location.map_or_else(String::new, |at| format!("{}:{}", at.file, at.line))
}

fn sorted(mut parts: Vec<String>) -> Vec<String> {
    parts.sort();
    parts
}

fn distinct(parts: Vec<String>) -> Vec<String> {
    let mut parts = sorted(parts);
    parts.dedup();
    parts
}
