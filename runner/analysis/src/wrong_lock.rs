//! One variable, different locks.
//!
//! Eraser (Savage, Burrows, Nelson, Sobalvarro and Anderson, *Eraser: A Dynamic Data Race Detector
//! for Multithreaded Programs*, 1997) asks that one lock is held at every access to a variable, and
//! blames programs that order their accesses in other ways. Here its idea explains a race instead of
//! finding one: the two accesses are unordered, so the program is wrong, and both tasks hold locks
//! for it, so its author meant to protect it. No ordered accesses are ever blamed.

use std::collections::{BTreeMap, HashSet};

use heddle_trace::{AccessSite, Finding, FindingKind, ObjectId, Trace};

use crate::{Holds, Source, Words, finding};
use heddle_trace::words::list;

/// The races whose two sides hold locks, each variable once.
pub(crate) fn wrong_locks(trace: &Trace, source: &Source, races: &[Finding]) -> Vec<Finding> {
    let pairs: Vec<Pair<'_>> = races.iter().filter_map(Pair::of).collect();
    let held = held_at(trace, &pairs);
    let mut blamed = HashSet::new();
    let mut found = Vec::new();
    for Pair {
        object,
        first,
        second,
    } in pairs
    {
        let locks = |site: &AccessSite| held.get(&site.event).cloned().unwrap_or_default();
        let (first_locks, second_locks) = (locks(first), locks(second));
        // None in common: a lock that both held would have ordered the accesses.
        if first_locks.is_empty() || second_locks.is_empty() {
            continue;
        }
        if blamed.insert(object) {
            let message = sentence(
                trace,
                source,
                object,
                (first, &first_locks),
                (second, &second_locks),
            );
            let what = FindingKind::WrongLock {
                object,
                first: first.clone(),
                first_locks,
                second: second.clone(),
                second_locks,
            };
            found.push(finding(trace, what, message));
        }
    }
    found
}

/// The two accesses of a race.
struct Pair<'a> {
    object: ObjectId,
    first: &'a AccessSite,
    second: &'a AccessSite,
}

impl<'a> Pair<'a> {
    fn of(race: &'a Finding) -> Option<Self> {
        match &race.what {
            FindingKind::Race {
                object,
                first,
                second,
            } => Some(Pair {
                object: *object,
                first,
                second,
            }),
            _ => None,
        }
    }
}

/// The locks that each access's task holds at it.
fn held_at(trace: &Trace, pairs: &[Pair<'_>]) -> BTreeMap<u32, Vec<ObjectId>> {
    let sites = pairs.iter().flat_map(|pair| [pair.first, pair.second]);
    let mut held: BTreeMap<u32, Vec<ObjectId>> =
        sites.map(|site| (site.event, Vec::new())).collect();
    if held.is_empty() {
        return held;
    }
    let mut holds = Holds::default();
    for (index, event) in trace.events.iter().enumerate() {
        let wanted = u32::try_from(index)
            .ok()
            .and_then(|index| held.get_mut(&index));
        if let Some(locks) = wanted {
            *locks = holds.of(event.task).to_vec();
        }
        holds.step(index, event);
    }
    held
}

fn sentence(
    trace: &Trace,
    source: &Source,
    object: ObjectId,
    (first, first_locks): (&AccessSite, &[ObjectId]),
    (second, second_locks): (&AccessSite, &[ObjectId]),
) -> String {
    let words = Words::in_source(trace, source);
    let names = |locks: &[ObjectId]| {
        let names: Vec<String> = locks.iter().map(|lock| words.object(*lock)).collect();
        list(&names)
    };
    let clause = |site: &AccessSite, locks: &str| {
        let (task, line) = (words.task(site.task), words.in_brackets(site.location));
        format!("{task} holds {locks}{line}")
    };
    let (one, mut other) = (names(first_locks), names(second_locks));
    if one == other {
        other = format!("another {other}");
    }
    format!(
        "Different locks for {}: {}, {}. They do not keep each other out.",
        words.object(object),
        clause(first, &one),
        clause(second, &other),
    )
}
