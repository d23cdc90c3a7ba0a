//! Short labels inside the picture.

use heddle_trace::{OpKind, Trace, What};

use crate::words;

/// A word or two for a step's box.
pub(crate) fn mark(trace: &Trace, event: u32) -> String {
    let Some(event) = trace.events.get(event as usize) else {
        return String::new();
    };
    match &event.what {
        What::Op { op, .. } | What::Wait { op } => match (op.kind, op.object, op.target) {
            (OpKind::Read | OpKind::Write, Some(object), _) => {
                format!("{} {}", verb(op.kind), words::object_name(trace, object))
            }
            (OpKind::Start | OpKind::Join, _, Some(task)) => {
                format!("{} {}", verb(op.kind), words::task(trace, task))
            }
            _ => verb(op.kind).into(),
        },
        What::Uncaught { exception, .. } => exception.clone(),
        What::Uncontrolled { call } => call.clone(),
    }
}

const fn verb(kind: OpKind) -> &'static str {
    match kind {
        OpKind::TaskBegin => "begin",
        OpKind::TaskEnd => "end",
        OpKind::Start => "start",
        OpKind::Join | OpKind::QueueJoin => "join",
        OpKind::Acquire | OpKind::SemaphoreAcquire => "acquire",
        OpKind::TryAcquire | OpKind::SemaphoreTryAcquire => "try",
        OpKind::Release | OpKind::SemaphoreRelease => "release",
        OpKind::ConditionWait | OpKind::EventWait => "wait",
        OpKind::ConditionWake => "wake",
        OpKind::ConditionNotify => "notify",
        OpKind::EventSet | OpKind::FutureSet => "set",
        OpKind::EventClear => "clear",
        OpKind::EventIsSet => "is set?",
        OpKind::BarrierArrive => "arrive",
        OpKind::BarrierPass => "pass",
        OpKind::BarrierBreak => "break",
        OpKind::QueuePut => "put",
        OpKind::QueueGet => "get",
        OpKind::QueueTaskDone => "done",
        OpKind::QueueQuery | OpKind::FutureQuery | OpKind::Poll => "ask",
        OpKind::Send => "send",
        OpKind::Receive => "receive",
        OpKind::Close => "close",
        OpKind::ExecutorSubmit => "submit",
        OpKind::ExecutorShutdown => "shutdown",
        OpKind::FutureWait => "result",
        OpKind::Sleep => "sleep",
        OpKind::ClockRead => "clock",
        OpKind::Read => "read",
        OpKind::Write => "write",
        OpKind::Output => "print",
        OpKind::ProcessExit => "exit",
        OpKind::External => "call",
    }
}

/// A round distance between two lines of the ruler: 1, 2 or 5 times a power of ten, at least
/// `least`.
pub(crate) fn round_distance(least: f64) -> f64 {
    let mut power = 1e-9;
    loop {
        let fits = |step: &f64| *step >= least * (1.0 - 1e-9);
        let steps = [1.0, 2.0, 5.0].map(|m| m * power);
        match steps.into_iter().find(fits) {
            Some(step) => return step,
            None if power > 1e30 => return power,
            None => power *= 10.0,
        }
    }
}

/// A time on the ruler, in the unit that suits the distance between two lines.
pub(crate) fn time(nanos: f64, distance: f64) -> String {
    let (unit, name) = match distance {
        d if d < 1e3 => (1.0, "ns"),
        d if d < 1e6 => (1e3, "µs"),
        d if d < 1e9 => (1e6, "ms"),
        _ => (1e9, "s"),
    };
    format!("{} {name}", (nanos / unit).round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ruler_has_round_numbers() {
        for (least, wanted) in [(0.4, 0.5), (1.0, 1.0), (3.0, 5.0), (70.0, 100.0)] {
            let got = round_distance(least);
            assert!((got - wanted).abs() < 1e-9, "{least} gives {got}");
        }
        assert_eq!(time(2_500_000.0, 500_000.0), "2500 µs");
        assert_eq!(time(3e9, 1e9), "3 s");
    }
}
