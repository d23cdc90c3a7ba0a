//! What a forged trace cannot do.

use heddle_analysis::{Judge, Source, analyse, analyse_with, deadlock, merge, story};
use heddle_trace::{
    Check, CheckKind, ErrorReport, Event, Location, Nanos, ObjectId, ObjectInfo, ObjectKind, Op,
    OpKind, OpResult, Outcome, Pending, Program, TaskId, Trace, What,
};
use proptest::prelude::*;

use crate::story::{MAIN, Story};

fn any_op() -> impl Strategy<Value = Op> {
    let object = || prop_oneof![3 => 0..5_u32, 1 => any::<u32>()].prop_map(ObjectId);
    (
        0..OpKind::ALL.len(),
        prop::option::of(object()),
        prop::option::of(object()),
        prop::option::of(any_task()),
    )
        .prop_map(|(kind, object, also, target)| Op {
            kind: OpKind::ALL[kind],
            object,
            also,
            target,
        })
}

fn any_task() -> impl Strategy<Value = TaskId> {
    prop_oneof![5 => 0..4_u16, 1 => any::<u16>()].prop_map(TaskId)
}

fn any_event() -> impl Strategy<Value = Event> {
    let result = prop_oneof![
        Just(OpResult::Done),
        Just(OpResult::TimedOut),
        Just(OpResult::WouldBlock)
    ];
    let op = (any_op(), result).prop_map(|(op, result)| What::Op {
        op,
        result,
        enabled: Vec::new(),
        held: false,
        timed: false,
        left_waiting: false,
        output: None,
    });
    let what = prop_oneof![
        10 => op,
        1 => any_op().prop_map(|op| What::Wait { op }),
        1 => ".*".prop_map(|text| What::Uncaught {
            exception: text.clone(),
            message: text,
            traceback: String::new(),
        }),
    ];
    (
        any_task(),
        any::<u64>(),
        prop::option::of(any::<u32>()),
        what,
    )
        .prop_map(|(task, at, line, what)| Event {
            task,
            at: Nanos(at),
            location: line.map(|line| Location {
                file: if line % 7 == 0 { 9 } else { 0 },
                line: if line % 5 == 0 { line } else { line % 9 },
            }),
            what,
        })
}

fn any_outcome() -> impl Strategy<Value = Outcome> {
    let error = ErrorReport {
        exception: String::new(),
        message: String::new(),
        location: None,
        column: None,
        traceback: String::new(),
    };
    prop_oneof![
        Just(Outcome::Finished),
        any_task().prop_map(move |task| Outcome::Failed {
            task,
            error: error.clone()
        }),
        prop::collection::vec(any_task(), 0..4).prop_map(|cycle| Outcome::Deadlock {
            waiting: Vec::new(),
            cycle
        }),
        prop::collection::vec(any_task(), 0..4).prop_map(|tasks| Outcome::Livelock { tasks }),
    ]
}

fn any_trace() -> impl Strategy<Value = Trace> {
    let pending = (any_task(), any_op(), any::<bool>()).prop_map(|(task, op, enabled)| Pending {
        task,
        op,
        location: None,
        enabled,
        timed: false,
    });
    let name = prop::collection::vec(".{0,200}", 0..4);
    (
        prop::collection::vec(any_event(), 0..60),
        prop::collection::vec(pending, 0..8),
        any_outcome(),
        name,
    )
        .prop_map(|(events, pending, outcome, names)| {
            let mut trace = Story::new().trace;
            let object = |(n, name): (usize, String)| ObjectInfo {
                id: ObjectId(n as u32),
                kind: ObjectKind::Lock,
                name,
                key: String::new(),
            };
            trace.objects = names.into_iter().enumerate().map(object).collect();
            (trace.events, trace.pending, trace.outcome) = (events, pending, outcome);
            trace
        })
}

proptest! {
    #[test]
    fn no_trace_makes_analysis_panic(trace in any_trace()) {
        let findings = analyse(&trace);
        let _ = deadlock(&trace);
        for finding in &findings {
            prop_assert!(!finding.message.chars().any(char::is_control));
        }
        let kinds = [CheckKind::NoRace, CheckKind::HoldsTogether { at_least: 2 }];
        let checks = kinds.map(|what| Check { what, weight: u32::MAX, message: String::new() });
        Judge::new(checks.to_vec()).observe(&trace, &findings);
        let source = Source::new(&Program::python("if a:\n    b = f(a)\nb += 1\n"));
        for finding in analyse_with(&trace, &source) {
            for step in story(&trace, &source, &finding) {
                prop_assert!(!step.sentence.chars().any(char::is_control));
            }
        }
        merge(&mut Vec::new(), &mut Default::default(), findings);
    }
}

#[test]
fn a_hundred_thousand_nested_locks_are_bounded_work() {
    let mut story = Story::new();
    for n in 0..300 {
        story.lock(&format!("l{n}"));
    }
    for n in 0..100_000_u32 {
        let task = TaskId(1 + (n % 100) as u16);
        let kind = if n % 200 < 150 {
            OpKind::Acquire
        } else {
            OpKind::Release
        };
        story.does(task, kind, ObjectId(n.wrapping_mul(7) % 300), n);
    }
    assert!(story.findings().len() < 1_000);
}

#[test]
fn a_hundred_thousand_racing_tasks_are_bounded_work() {
    let mut story = Story::new();
    let n = story.variable("n");
    for step in 0..100_000_u32 {
        story.does(TaskId((step % 60_000) as u16), OpKind::Write, n, step);
    }
    assert!(story.findings().len() < 1_000);
}

#[test]
fn a_name_of_a_megabyte_is_cut() {
    let mut story = Story::new();
    let t1 = story.task("t1");
    let lock = story.lock(&"x".repeat(1 << 20));
    story.does(t1, OpKind::Acquire, lock, 1);
    story.ends(t1);
    story.does(MAIN, OpKind::Acquire, lock, 1);
    story.trace.outcome = Outcome::Finished;
    assert!(
        story
            .findings()
            .iter()
            .all(|finding| finding.message.len() < 400)
    );
}
