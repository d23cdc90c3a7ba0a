//! Fewer forced switches, the same failure.

use heddle_explorer::{Executed, Minimiser, Sampler, Sampling, Strategy as _};
use heddle_trace::{Outcome, Stream, Trace};
use proptest::prelude::*;

use crate::simulator::Do::{Acquire, Join, Print, Read, Release, Start, Write};
use crate::simulator::{Do, Program, execute};

fn minimised(program: &Program, trace: &Trace, same: impl Fn(&Trace) -> bool) -> Minimiser {
    let mut minimiser = Minimiser::new(trace);
    let mut proposals = 0;
    while let Some(proposal) = minimiser.propose() {
        let trace = execute(program, &proposal);
        minimiser.record(&proposal, &trace, same(&trace));
        proposals += 1;
        assert!(proposals < 10_000, "it ends");
    }
    minimiser
}

/// The random execution with the most forced switches that fails.
fn worst(program: &Program, seed: u64, fails: impl Fn(&Trace) -> bool) -> Option<Trace> {
    let mut random = Sampling::new(&[Sampler::Random], seed);
    let traces = (0..60).map(|_| execute(program, &random.next().unwrap()));
    traces.filter(fails).max_by_key(forced)
}

fn forced(trace: &Trace) -> u32 {
    *Executed::new(trace).forced_switches().last().unwrap()
}

fn deadlocks(trace: &Trace) -> bool {
    matches!(trace.outcome, Outcome::Deadlock { .. })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn a_deadlock_of_two_locks_needs_one_forced_switch(seed in any::<u64>()) {
        let program = Program::new(&[
            &[Start(1), Start(2), Join(1), Join(2)],
            &[Read(5), Read(5), Acquire(0), Read(6), Acquire(1), Release(1), Release(0)],
            &[Read(5), Read(5), Acquire(1), Read(6), Acquire(0), Release(0), Release(1)],
        ]);
        if let Some(trace) = worst(&program, seed, deadlocks) {
            let minimiser = minimised(&program, &trace, deadlocks);
            prop_assert_eq!(minimiser.forced_switches(), 1);
        }
    }

    #[test]
    fn a_lost_update_needs_two(seed in any::<u64>()) {
        let increment: &[Do] = &[Read(5), Read(0), Write(0), Read(5)];
        let program = Program::new(&[
            &[Start(1), Start(2), Join(1), Join(2), Read(0), Print],
            increment,
            increment,
        ]);
        let loses = |trace: &Trace| trace.output(Stream::Out) == "1 ";
        if let Some(trace) = worst(&program, seed, loses) {
            let minimiser = minimised(&program, &trace, loses);
            // One takes the turn between read and write; it comes back when that task ends.
            prop_assert!(minimiser.forced_switches() <= 2, "{:?}", minimiser);
        }
    }

    #[test]
    fn the_best_schedule_still_fails_and_never_has_more(seed in any::<u64>()) {
        let program = Program::new(&[
            &[],
            &[Acquire(0), Read(0), Acquire(1), Release(1), Release(0)],
            &[Acquire(1), Write(0), Acquire(2), Release(2), Release(1)],
            &[Acquire(2), Read(0), Acquire(0), Release(0), Release(2)],
        ]);
        if let Some(trace) = worst(&program, seed, deadlocks) {
            let minimiser = minimised(&program, &trace, deadlocks);
            prop_assert!(minimiser.forced_switches() <= forced(&trace));
            let again = execute(&program, &heddle_explorer::Proposal {
                number: 0,
                prefix: minimiser.choices().to_vec(),
                policy: heddle_policy::PolicyState::stop(),
            });
            prop_assert!(deadlocks(&again));
            prop_assert_eq!(forced(&again), minimiser.forced_switches());
        }
    }
}
