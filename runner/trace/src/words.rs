//! Tasks, objects, places and operations in words: one wording for the page, the stories of findings
//! and the command line.

use crate::{Location, ObjectId, ObjectKind, Op, OpKind, TaskId, Trace};

/// What a task is called: the name that the program gave it, or its number where that name is not
/// unique.
pub fn task(trace: &Trace, id: TaskId) -> String {
    let Some(info) = trace.tasks.get(usize::from(id.0)) else {
        return id.to_string();
    };
    let same = trace.tasks.iter().filter(|t| t.name == info.name).count();
    match (info.name.as_str(), same) {
        ("", _) => id.to_string(),
        ("MainThread", 0 | 1) => "main".into(),
        (name, 0 | 1) => name.into(),
        (name, _) => format!("{name} ({id})"),
    }
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`.
pub fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [front @ .., last] => format!("{} and {last}", front.join(", ")),
    }
}

/// An object's name alone.
pub fn object_name(trace: &Trace, id: ObjectId) -> String {
    match trace.objects.get(id.0 as usize) {
        Some(info) if !info.name.is_empty() => info.name.clone(),
        Some(info) => format!("{} {}", noun(info.kind), id.0),
        None => format!("object {}", id.0),
    }
}

/// An object with what it is: `lock a.lock`.
pub fn object(trace: &Trace, id: ObjectId) -> String {
    let name = object_name(trace, id);
    let Some(info) = trace.objects.get(id.0 as usize) else {
        return name;
    };
    let noun = noun(info.kind);
    match info.kind {
        ObjectKind::Stdout | ObjectKind::Clock => format!("the {noun}"),
        ObjectKind::Task | ObjectKind::Variable => name,
        ObjectKind::RLock if name.starts_with("rlock") => name,
        _ if name.to_ascii_lowercase().starts_with(noun) => name,
        _ => format!("{noun} {name}"),
    }
}

/// What a kind of object is called.
pub const fn noun(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Lock | ObjectKind::RLock => "lock",
        ObjectKind::Semaphore => "semaphore",
        ObjectKind::Condition => "condition",
        ObjectKind::Event => "event",
        ObjectKind::Barrier => "barrier",
        ObjectKind::Queue => "queue",
        ObjectKind::Future => "future",
        ObjectKind::Executor => "executor",
        ObjectKind::Pipe => "pipe",
        ObjectKind::Task => "task",
        ObjectKind::Variable => "variable",
        ObjectKind::Stdout => "standard output",
        ObjectKind::Clock => "clock",
    }
}

/// ` (line 9 of main.py)`, or nothing. The file is left out where its name is not known.
pub fn place(location: Option<Location>, files: &[String]) -> String {
    let Some(Location { file, line }) = location else {
        return String::new();
    };
    match files.get(usize::from(file)) {
        Some(name) => format!(" (line {line} of {name})"),
        None => format!(" (line {line})"),
    }
}

/// What an operation does, in the infinitive: `take lock a`.
pub fn intent(trace: &Trace, op: &Op) -> String {
    let it = op
        .object
        .map_or_else(|| unnamed(op.kind).to_owned(), |o| object(trace, o));
    let other = op
        .target
        .map_or_else(|| "a task".to_owned(), |t| task(trace, t));
    match op.kind {
        OpKind::TaskBegin => "begin".into(),
        OpKind::TaskEnd => "end".into(),
        OpKind::Start => format!("start {other}"),
        OpKind::Join => format!("join {other}"),
        OpKind::Acquire => format!("take {it}"),
        OpKind::TryAcquire => format!("try to take {it}"),
        OpKind::Release => format!("release {it}"),
        OpKind::SemaphoreAcquire => format!("take a unit of {it}"),
        OpKind::SemaphoreTryAcquire => format!("try to take a unit of {it}"),
        OpKind::SemaphoreRelease => format!("give a unit back to {it}"),
        OpKind::ConditionWait => match op.also {
            Some(lock) => format!(
                "release {} and wait for a notification of {it}",
                object(trace, lock)
            ),
            None => format!("wait for a notification of {it}"),
        },
        OpKind::ConditionWake => match op.also {
            Some(lock) => format!("wake up from {it} and take {} again", object(trace, lock)),
            None => format!("wake up from {it}"),
        },
        OpKind::ConditionNotify => format!("notify {it}"),
        OpKind::EventWait => format!("pass {it}, which is set"),
        OpKind::EventSet => format!("set {it}"),
        OpKind::EventClear => format!("clear {it}"),
        OpKind::EventIsSet => format!("ask whether {it} is set"),
        OpKind::BarrierArrive => format!("arrive at {it}"),
        OpKind::BarrierPass => format!("pass {it}"),
        OpKind::BarrierBreak => format!("break {it}"),
        OpKind::QueuePut => format!("put an item into {it}"),
        OpKind::QueueGet => format!("get an item from {it}"),
        OpKind::QueueTaskDone => format!("mark an item of {it} as done"),
        OpKind::QueueJoin => format!("join {it}, whose items are all done"),
        OpKind::QueueQuery => format!("ask {it} how full it is"),
        OpKind::ExecutorSubmit => format!("hand a job to {it}"),
        OpKind::ExecutorShutdown => format!("shut {it} down"),
        OpKind::FutureWait => format!("get the result of {it}"),
        OpKind::FutureSet => format!("set the result of {it}"),
        OpKind::FutureQuery => format!("ask for the state of {it}"),
        OpKind::Sleep => "sleep".into(),
        OpKind::ClockRead => "read the clock".into(),
        OpKind::Read => format!("read {it}"),
        OpKind::Write => format!("write {it}"),
        OpKind::Output => "print".into(),
        OpKind::ProcessExit => "end its process".into(),
        OpKind::Send => format!("send through {it}"),
        OpKind::Receive => format!("receive from {it}"),
        OpKind::Poll => format!("ask {it} what can be received"),
        OpKind::Close => format!("close an end of {it}"),
        OpKind::External => "make a call that Heddle does not control".into(),
    }
}

const fn unnamed(kind: OpKind) -> &'static str {
    match kind {
        OpKind::Acquire | OpKind::TryAcquire | OpKind::Release => "a lock",
        OpKind::Read | OpKind::Write => "a variable",
        _ => "something",
    }
}

/// The same with the verb in the third person: `takes lock a`.
pub fn present(intent: &str) -> String {
    let (verb, rest) = intent.split_at(intent.find(' ').unwrap_or(intent.len()));
    let rest = rest
        .replace(" and wait ", " and waits ")
        .replace(" and take ", " and takes ");
    match verb {
        "try" => format!("tries{rest}"),
        "notify" => format!("notifies{rest}"),
        _ if verb.ends_with("ss") || verb.ends_with("sh") => format!("{verb}es{rest}"),
        _ => format!("{verb}s{rest}"),
    }
}

/// What waiting for an operation means: `waits for lock b`.
pub fn waiting(trace: &Trace, op: &Op) -> String {
    let it = op
        .object
        .map_or_else(|| unnamed(op.kind).to_owned(), |o| object(trace, o));
    match op.kind {
        OpKind::Acquire | OpKind::TryAcquire => format!("waits for {it}"),
        OpKind::SemaphoreAcquire | OpKind::SemaphoreTryAcquire => {
            format!("waits for a unit of {it}")
        }
        OpKind::Join => match op.target {
            Some(other) => format!("waits for {} to end", task(trace, other)),
            None => "waits for a task to end".into(),
        },
        OpKind::ConditionWait | OpKind::ConditionWake => {
            format!("waits for a notification of {it}")
        }
        OpKind::EventWait => format!("waits until {it} is set"),
        OpKind::BarrierPass => format!("waits at {it} for the others"),
        OpKind::QueuePut => format!("waits for room in {it}"),
        OpKind::QueueGet => format!("waits for an item in {it}"),
        OpKind::Send => format!("waits for room in {it}"),
        OpKind::Receive | OpKind::Poll => format!("waits for somebody to send through {it}"),
        OpKind::QueueJoin => format!("waits until every item of {it} is done"),
        OpKind::FutureWait => format!("waits for the result of {it}"),
        OpKind::ExecutorShutdown => format!("waits until the jobs of {it} are done"),
        OpKind::Sleep => "sleeps".into(),
        _ => format!("waits to {}", intent(trace, op)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_get_their_third_person() {
        for (intent, wanted) in [
            ("take lock a", "takes lock a"),
            ("try to take lock a", "tries to take lock a"),
            ("pass barrier b", "passes barrier b"),
            ("notify condition c", "notifies condition c"),
            ("end", "ends"),
            (
                "release lock l and wait for a notification of condition c",
                "releases lock l and waits for a notification of condition c",
            ),
        ] {
            assert_eq!(present(intent), wanted);
        }
    }
}
