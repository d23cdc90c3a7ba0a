//! Checks of a challenge on one execution.

use std::collections::HashMap;

use heddle_trace::{
    Check, CheckKind, Event, Finding, FindingKind, Judged, ObjectId, ObjectKind, Outcome,
    StdoutRule, Stream, TaskId, Trace, What,
};

use crate::{Holds, analyse};

/// What one execution says about one check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    /// The execution does what the check asks for.
    Holds,
    /// It does not.
    Broken,
    /// It ended too early to tell.
    Nothing,
}

/// How an execution has to do with a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// It must hold in every execution.
    Every,
    /// It must hold in at least one: a rule about what the program does at all. A failing execution
    /// may never get there.
    Some,
}

pub(crate) const fn scope(what: &CheckKind) -> Scope {
    match what {
        CheckKind::NoDeadlock
        | CheckKind::NoRace
        | CheckKind::NoException
        | CheckKind::Stdout { .. } => Scope::Every,
        CheckKind::TasksStarted { .. }
        | CheckKind::SharedObjects { .. }
        | CheckKind::HoldsTogether { .. } => Scope::Some,
    }
}

/// Evaluates the checks on one execution alone.
pub fn check(checks: &[Check], trace: &Trace) -> Vec<Judged> {
    let findings = analyse(trace);
    (checks.iter().zip(0..))
        .map(|(one, number)| {
            let passed = says(&one.what, trace, &findings) == Says::Holds;
            Judged {
                check: number,
                passed,
                message: sentence(one, passed),
            }
        })
        .collect()
}

/// The author's message for a check that does not hold, else what is checked.
pub(crate) fn sentence(check: &Check, passed: bool) -> String {
    if passed || check.message.is_empty() {
        requirement(&check.what)
    } else {
        check.message.clone()
    }
}

/// What one execution says about a check. `findings` are the ones of this trace.
pub(crate) fn says(what: &CheckKind, trace: &Trace, findings: &[Finding]) -> Says {
    let has = |wanted: fn(&FindingKind) -> bool| findings.iter().any(|f| wanted(&f.what));
    let finished = trace.outcome == Outcome::Finished;
    let unless = |broken: bool| match (broken, finished) {
        (true, _) => Says::Broken,
        (false, true) => Says::Holds,
        (false, false) => Says::Nothing,
    };
    let when = |holds: bool| if holds { Says::Holds } else { Says::Broken };
    match what {
        CheckKind::NoDeadlock => unless(matches!(trace.outcome, Outcome::Deadlock { .. })),
        CheckKind::NoRace => unless(has(|what| matches!(what, FindingKind::Race { .. }))),
        CheckKind::NoException => {
            let uncaught = has(|what| matches!(what, FindingKind::Exception { .. }));
            let ended = matches!(
                trace.outcome,
                Outcome::Failed { .. } | Outcome::Exited { .. } | Outcome::Killed { .. }
            );
            unless(uncaught || ended)
        }
        CheckKind::Stdout { rule } => unless(finished && !prints(rule, &trace.output(Stream::Out))),
        CheckKind::TasksStarted { at_least } => when(tasks_started(trace) >= *at_least as usize),
        CheckKind::SharedObjects { object, at_least } => {
            when(shared_objects(trace, *object) >= *at_least as usize)
        }
        CheckKind::HoldsTogether { at_least } => when(most_held(trace) >= *at_least as usize),
    }
}

fn prints(rule: &StdoutRule, printed: &str) -> bool {
    match rule {
        StdoutRule::Equals(text) => printed == text,
        StdoutRule::Lines(lines) => {
            let mut printed: Vec<&str> = printed.lines().collect();
            let mut wanted: Vec<&str> = lines.iter().map(String::as_str).collect();
            printed.sort_unstable();
            wanted.sort_unstable();
            printed == wanted
        }
    }
}

fn tasks_started(trace: &Trace) -> usize {
    let besides_main = trace.tasks.iter().filter(|task| task.id != TaskId(0));
    besides_main.filter(|task| !task.system).count()
}

fn shared_objects(trace: &Trace, kind: ObjectKind) -> usize {
    let mut users: HashMap<ObjectId, (TaskId, bool)> = HashMap::new();
    let used = |event: &Event| event.op().map(|op| [op.object, op.also]);
    for event in &trace.events {
        for object in used(event).into_iter().flatten().flatten() {
            let (first, shared) = users.entry(object).or_insert((event.task, false));
            *shared |= *first != event.task;
        }
    }
    let is_kind = |object: &ObjectId| {
        let info = trace.objects.get(object.0 as usize);
        info.is_some_and(|info| info.kind == kind)
    };
    let shared = users.iter().filter(|(_, (_, shared))| *shared);
    shared.filter(|(object, _)| is_kind(object)).count()
}

/// The most locks that one task held at the same time.
fn most_held(trace: &Trace) -> usize {
    let mut holds = Holds::default();
    let mut most = 0;
    for (index, event) in trace.events.iter().enumerate() {
        holds.step(index, event);
        if let What::Op { .. } = event.what {
            most = most.max(holds.of(event.task).len());
        }
    }
    most
}

/// What a check asks for, as a sentence.
fn requirement(what: &CheckKind) -> String {
    match what {
        CheckKind::NoDeadlock => "No order of steps ends in a deadlock.".into(),
        CheckKind::NoRace => {
            "No two tasks touch a variable at the same time if one of them writes it.".into()
        }
        CheckKind::NoException => "No task ends with an exception.".into(),
        CheckKind::Stdout { .. } => "The program prints what the task asks for.".into(),
        CheckKind::TasksStarted { at_least: 1 } => {
            "The program starts at least one task besides the main one.".into()
        }
        CheckKind::TasksStarted { at_least } => {
            format!("The program starts at least {at_least} tasks besides the main one.")
        }
        CheckKind::SharedObjects { object, at_least } => {
            let kind = heddle_trace::words::noun(*object);
            format!("More than one task uses it, for at least {at_least} of this kind: {kind}.")
        }
        CheckKind::HoldsTogether { at_least } => {
            format!("At some moment a task holds at least {at_least} locks at the same time.")
        }
    }
}
