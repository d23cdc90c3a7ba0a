use heddle_timeline::{WaitGraph, WaitKind, waits, waits_at};
use heddle_trace::{ObjectKind, OpKind};

use crate::script::{Script, op, two_locks};

/// Edges as `from -> to`, with a star when on the cycle.
fn edges(graph: &WaitGraph) -> Vec<String> {
    let name = |i: usize| graph.nodes[i].label.as_str();
    let told = graph.edges.iter().map(|e| {
        let arrow = match e.kind {
            WaitKind::WaitsFor => "waits for",
            WaitKind::HeldBy => "held by",
        };
        let star = if e.in_cycle { " *" } else { "" };
        format!("{} {arrow} {}{star}", name(e.from), name(e.to))
    });
    let mut told: Vec<String> = told.collect();
    told.sort();
    told
}

#[test]
fn the_classic_deadlock_is_a_cycle_of_four() {
    let graph = waits(&two_locks());
    let wanted = [
        "lock a held by t1 *",
        "lock b held by t2 *",
        "main waits for t1",
        "t1 waits for lock b *",
        "t2 waits for lock a *",
    ];
    assert_eq!(edges(&graph), wanted);
    assert_eq!(graph.cycle.len(), 4);
    let told = "A cycle: t1 holds lock a and waits for lock b; \
                t2 holds lock b and waits for lock a";
    assert_eq!(graph.sentence, told);
}

#[test]
fn before_the_last_step_nobody_is_stuck() {
    let graph = waits_at(&two_locks(), 5);
    assert_eq!(edges(&graph), ["lock a held by t1", "main waits for t1"]);
    assert!(graph.cycle.is_empty());
    assert!(waits_at(&two_locks(), 0).is_empty());
}

#[test]
fn inside_an_execution_a_task_waits_for_its_next_operation() {
    let (take, give) = (op(OpKind::Acquire, 0), op(OpKind::Release, 0));
    let trace = Script::controlled(&["main", "t1"], &[(ObjectKind::Lock, "a")])
        .step(1, op(OpKind::Sleep, 0), &[0, 1])
        .step(0, take, &[0, 1])
        .step(0, give, &[0])
        .step(1, take, &[1])
        .trace;
    let wanted = ["lock a held by main", "t1 waits for lock a"];
    assert_eq!(edges(&waits_at(&trace, 2)), wanted);
    assert!(waits_at(&trace, 3).is_empty());
}

#[test]
fn a_free_run_that_is_stuck_says_so_by_its_waits() {
    let (a, b) = (op(OpKind::Acquire, 0), op(OpKind::Acquire, 1));
    let locks = [(ObjectKind::Lock, "a"), (ObjectKind::Lock, "b")];
    let trace = Script::free(&["t0", "t1"], &locks)
        .done(0, a)
        .done(1, b)
        .wait(0, b)
        .wait(1, a)
        .trace;
    assert_eq!(waits(&trace).cycle.len(), 4);
}

#[test]
fn a_task_that_takes_its_own_lock_again_waits_for_itself() {
    let take = op(OpKind::Acquire, 0);
    let trace = Script::controlled(&["main"], &[(ObjectKind::Lock, "a")])
        .step(0, take, &[0])
        .pending(0, take, false)
        .trace;
    let graph = waits(&trace);
    assert_eq!(graph.cycle.len(), 2);
    assert!(
        graph
            .sentence
            .contains("main holds lock a and waits for lock a")
    );
}
