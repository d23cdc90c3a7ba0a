//! No claim says more than was shown.

use heddle_explorer::Exploration;
use heddle_trace::protocol::{Accept, ExploreOptions, Strategy};
use heddle_trace::{Claim, Limit, OpResult, Outcome, TaskId, Verdict, What};

use crate::simulator::Do::{Acquire, Read, Release, Write};
use crate::simulator::{Do, Program, execute, explore, told};

const INCREMENT: &[Do] = &[Read(0), Write(0)];

fn increments() -> Program {
    Program::new(&[&[], INCREMENT, INCREMENT])
}

fn opposite_locks() -> Program {
    Program::new(&[
        &[],
        &[Acquire(0), Acquire(1), Release(1), Release(0)],
        &[Acquire(1), Acquire(0), Release(0), Release(1)],
    ])
}

fn options(strategy: Strategy, max_executions: u64) -> ExploreOptions {
    ExploreOptions {
        strategy,
        max_executions,
        ..ExploreOptions::default()
    }
}

fn explored(program: &Program, options: ExploreOptions) -> Exploration {
    let mut exploration = Exploration::new(options);
    explore(program, &mut exploration);
    exploration
}

#[test]
fn a_complete_search_proves_all_behaviours() {
    let (verdict, text, executions, behaviours) =
        told(explored(&increments(), ExploreOptions::default()));
    assert_eq!(verdict, Verdict::Pass);
    assert_eq!(text, "Proved: none of the 4 different behaviours fails.");
    assert_eq!(behaviours, 4);
    assert!(executions < 10, "{executions}");
}

#[test]
fn a_deadlock_is_found_and_refutes() {
    let exploration = explored(&opposite_locks(), ExploreOptions::default());
    let report = exploration.report(Vec::new(), 0);
    assert_eq!(
        (report.verdict, report.claim),
        (Verdict::Fail, Claim::Refuted)
    );
    let failure = report.failure.unwrap();
    assert_eq!(failure.schedule.choices.len(), 2, "each has its first lock");
}

#[test]
fn keeping_going_counts_all_behaviours_and_still_fails() {
    let all = ExploreOptions {
        keep_going: true,
        ..options(Strategy::Dpor, 100)
    };
    let exploration = explored(&opposite_locks(), all);
    assert_eq!(exploration.failures(), 1);
    let (verdict, _, _, behaviours) = told(exploration);
    assert_eq!((verdict, behaviours), (Verdict::Fail, 3));
}

#[test]
fn a_budget_cut_is_never_a_pass() {
    let cut = options(Strategy::Dfs, 2);
    let (verdict, text, executions, _) = told(explored(&increments(), cut));
    assert_eq!((verdict, executions), (Verdict::Unfinished, 2));
    assert_eq!(
        text,
        "No failure in 2 executions, which showed 2 different behaviours. Not finished: the limit \
         of 2 executions was reached."
    );
}

#[test]
fn a_time_cut_is_never_a_pass() {
    let mut exploration = Exploration::new(ExploreOptions::default());
    let proposal = exploration.propose().unwrap();
    exploration.record(&proposal, &execute(&increments(), &proposal), None);
    exploration.forbid_proof("the time of 20 s was up");
    let (verdict, text, ..) = told(exploration);
    assert_eq!(verdict, Verdict::Unfinished);
    assert!(
        text.ends_with("Not finished: the time of 20 s was up."),
        "{text}"
    );
}

#[test]
fn a_budget_that_is_just_enough_is_a_proof() {
    let needed = told(explored(&increments(), ExploreOptions::default())).2;
    let exact = options(Strategy::Dfs, needed);
    assert_eq!(told(explored(&increments(), exact)).0, Verdict::Pass);
}

#[test]
fn a_bounded_search_says_its_bound_and_passes_only_when_that_was_said_to_be_enough() {
    let bounded = ExploreOptions {
        preemptions: Some(0),
        ..ExploreOptions::default()
    };
    let report = explored(&increments(), bounded).report(Vec::new(), 0);
    assert_eq!(report.verdict, Verdict::Unfinished);
    assert!(
        report
            .claim_text
            .starts_with("Proved for at most 0 forced switches: none of 2 behaviours"),
        "{}",
        report.claim_text
    );
    for (accept, verdict) in [
        (Accept::Bound(0), Verdict::Pass),
        (Accept::Bound(1), Verdict::Unfinished),
        (Accept::Samples(9), Verdict::Unfinished),
    ] {
        let mut exploration = Exploration::new(ExploreOptions { accept, ..bounded });
        explore(&increments(), &mut exploration);
        assert_eq!(told(exploration).0, verdict, "{accept:?}");
    }
}

#[test]
fn sampling_estimates_how_much_is_missing() {
    let sampled = explored(&increments(), options(Strategy::Random, 400));
    let report = sampled.report(Vec::new(), 0);
    let Claim::Sampled {
        executions,
        behaviours,
        new_per_million,
    } = report.claim
    else {
        panic!("{:?}", report.claim);
    };
    assert_eq!((executions, behaviours, new_per_million), (400, 4, 0));
    assert_eq!(report.verdict, Verdict::Unfinished);
    assert!(
        report.claim_text.contains("a chance of about 0.0 %"),
        "{}",
        report.claim_text
    );

    let few = explored(&increments(), options(Strategy::Random, 1)).report(Vec::new(), 0);
    assert!(
        few.claim_text.contains("a chance of about 100.0 %"),
        "{}",
        few.claim_text
    );
}

#[test]
fn samples_pass_when_that_was_said_to_be_enough() {
    let mut exploration = Exploration::new(ExploreOptions {
        accept: Accept::Samples(50),
        ..options(Strategy::Random, 500)
    });
    explore(&increments(), &mut exploration);
    let (verdict, text, ..) = told(exploration);
    assert_eq!(verdict, Verdict::Pass);
    assert!(!text.contains("Not finished"), "{text}");
}

#[test]
fn one_execution_without_forced_switches_proves_nothing() {
    let (verdict, text, executions, _) =
        told(explored(&increments(), options(Strategy::NonPreemptive, 9)));
    assert_eq!((verdict, executions), (Verdict::Unfinished, 1));
    assert!(
        text.starts_with("No failure in 1 execution, which"),
        "{text}"
    );
}

/// Explores with every trace changed on its way.
fn spoilt(change: impl Fn(u64, &mut heddle_trace::Trace)) -> heddle_trace::ExploreReport {
    let mut exploration = Exploration::new(ExploreOptions::default());
    while let Some(proposal) = exploration.propose() {
        let mut trace = execute(&increments(), &proposal);
        change(proposal.number, &mut trace);
        exploration.record(&proposal, &trace, None);
    }
    exploration.report(Vec::new(), 0)
}

#[test]
fn a_limit_an_uncontrolled_call_or_a_lost_execution_forbids_proof() {
    let limit = spoilt(|number, trace| {
        if number == 1 {
            trace.outcome = Outcome::Limit {
                limit: Limit::Events,
            };
        }
    });
    assert_eq!(limit.verdict, Verdict::Unfinished);
    assert_eq!(limit.weakened_by, ["an execution hit the limit of events"]);

    let external = spoilt(|_, trace| {
        let mut event = trace.events[0].clone();
        event.what = What::Uncontrolled {
            call: "input()".into(),
        };
        trace.events.push(event);
    });
    assert_eq!(external.verdict, Verdict::Unfinished);
    assert!(
        external.claim_text.contains("input()"),
        "{}",
        external.claim_text
    );

    let lost = spoilt(|_, trace| {
        trace.outcome = Outcome::Lost {
            reason: "gone".into(),
        }
    });
    assert!(matches!(lost.claim, Claim::Nothing { .. }));
    assert_eq!(lost.verdict, Verdict::Unfinished);
}

#[test]
fn a_program_that_does_not_repeat_its_steps_is_called_not_deterministic() {
    let report = spoilt(|number, trace| {
        if number == 2 {
            trace.events[0].task = TaskId(9);
        }
    });
    assert_eq!(report.verdict, Verdict::Unfinished);
    assert!(
        report.weakened_by[0].contains("not deterministic"),
        "{report:?}"
    );
}

#[test]
fn a_timeout_that_fired_is_noted_and_does_not_forbid_proof() {
    let report = spoilt(|_, trace| {
        if let What::Op { result, .. } = &mut trace.events[0].what {
            *result = OpResult::TimedOut;
        }
    });
    assert_eq!(report.verdict, Verdict::Pass);
    assert_eq!(
        report.weakened_by,
        ["Timeouts fire only when nothing else can go on."]
    );
}
