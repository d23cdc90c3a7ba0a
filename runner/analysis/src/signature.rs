//! When two findings of different executions are the same.

use std::collections::HashSet;

use heddle_trace::{AccessSite, Finding, FindingKind, Trace};

use crate::Words;

/// What a finding is about, in words that mean the same in every execution of one program: its
/// kind, the names of its objects and the lines, but not the tasks. Ten workers that race on one
/// line are one mistake.
pub fn signature(trace: &Trace, finding: &Finding) -> String {
    let words = Words::new(trace);
    let name = finding.what.name();
    match &finding.what {
        FindingKind::Deadlock { cycle } => {
            let on_cycle = |task| cycle.is_empty() || cycle.contains(&task);
            let waits = (trace.pending.iter())
                .filter(|pending| !pending.enabled && on_cycle(pending.task))
                .map(|pending| {
                    let object = pending.op.object.map(|object| words.object(object));
                    let line = pending.location.map_or(0, |at| at.line);
                    format!("{}@{line}", object.unwrap_or_default())
                });
            sorted(name, waits.collect())
        }
        FindingKind::Race {
            object,
            first,
            second,
        } => {
            let lines = sorted("", vec![line(first), line(second)]);
            format!("{name} {}{lines}", words.object(*object))
        }
        FindingKind::LostUpdate {
            object,
            read,
            lost,
            overwrite,
        } => {
            let lines = [read, lost, overwrite].map(line).join(" ");
            format!("{name} {} {lines}", words.object(*object))
        }
        FindingKind::LockOrder { locks, sites } => {
            let locks = locks.iter().map(|lock| words.object(*lock));
            let locks = sorted(name, locks.collect());
            format!("{locks}{}", sorted("", sites.iter().map(line).collect()))
        }
        FindingKind::Exception { exception, .. } => format!("{name} {exception}"),
        FindingKind::Livelock { .. } => name.into(),
        FindingKind::HeldAtExit { object, .. } => format!("{name} {}", words.object(*object)),
    }
}

/// Adds an execution's findings to those of others, each once.
pub fn merge(
    all: &mut Vec<Finding>,
    seen: &mut HashSet<String>,
    trace: &Trace,
    new: impl IntoIterator<Item = Finding>,
) {
    for finding in new {
        if seen.insert(signature(trace, &finding)) {
            all.push(finding);
        }
    }
}

fn line(site: &AccessSite) -> String {
    site.location.map_or(0, |at| at.line).to_string()
}

fn sorted(start: &str, mut parts: Vec<String>) -> String {
    parts.sort();
    format!("{start} {}", parts.join(" "))
}
