//! Executions that follow each other in one process do what forked ones do.

use std::fmt::Debug;

use heddle_policy::PolicyState;
use heddle_runner::host::{Host, Trust};
use heddle_runner::zygote::Zygote;
use heddle_trace::{Limits, Outcome, Trace};

use crate::fixtures::{complain, controlled, execution, fixtures};

#[test]
fn sound_programs_do_the_same_without_a_fork() {
    let host = Host::probe(Trust::Jailed).unwrap();
    let (mut complaints, mut sound) = (Vec::new(), 0);
    for fixture in fixtures("pass").into_iter().chain(fixtures("fail")) {
        let mut zygote = Zygote::spawn(&host, Limits::default()).unwrap();
        if !zygote.load(&fixture.program).unwrap().unwrap().goes_round {
            continue;
        }
        sound += 1;
        let policies: Vec<_> = (0..6).map(PolicyState::random).collect();
        let forked: Vec<_> = policies
            .iter()
            .map(|policy| controlled(&mut zygote, vec![], *policy))
            .collect();
        for (policy, forked) in policies.into_iter().zip(forked) {
            let round = execution(&mut zygote, vec![], policy, true);
            if round != forked {
                let name = fixture.name();
                complaints.push(format!("{name}: {}", difference(&round, &forked)));
            }
        }
    }
    complain(&complaints);
    assert!(sound >= 80, "only {sound} programs go round");
}

/// The first thing in which two traces differ.
fn difference(one: &Trace, other: &Trace) -> String {
    fn first<T: PartialEq + Debug>(one: &[T], other: &[T]) -> Option<String> {
        let mut pairs = one.iter().zip(other);
        let (one, other) = pairs.find(|(one, other)| one != other)?;
        Some(format!("{one:?} instead of {other:?}"))
    }
    first(&one.events, &other.events)
        .or_else(|| first(&one.tasks, &other.tasks))
        .or_else(|| first(&one.objects, &other.objects))
        .unwrap_or_else(|| {
            let (so_many, others) = (one.events.len(), other.events.len());
            let ends = (&one.outcome, &other.outcome);
            format!("{so_many} events instead of {others}: {ends:?}")
        })
}

/// Each of these programs fails, or prints something else, where it sees that it has been here before.
#[test]
fn no_execution_sees_what_another_one_left() {
    let host = Host::probe(Trust::Jailed).unwrap();
    let mut complaints = Vec::new();
    for fixture in fixtures("leaks") {
        let mut zygote = Zygote::spawn(&host, Limits::default()).unwrap();
        let goes_round = zygote.load(&fixture.program).unwrap().unwrap().goes_round;
        let policy = PolicyState::non_preemptive();
        let first = controlled(&mut zygote, vec![], policy);
        for _ in 0..4 {
            let next = execution(&mut zygote, vec![], policy, goes_round);
            if next != first || next.outcome != Outcome::Finished {
                let name = fixture.name();
                complaints.push(format!("{name}: {}", difference(&next, &first)));
            }
        }
    }
    complain(&complaints);
}
