//! Searches that leave executions out see all the behaviours that a search without reduction sees.

use std::collections::BTreeSet;

use heddle_explorer::{BehaviourId, Coverage, DepthFirst, Dpor, Executed, Strategy};
use heddle_runner::host::{Host, Trust};
use heddle_runner::zygote::Zygote;
use heddle_trace::Limits;

use crate::fixtures::{Fixture, complain, execution, fixtures};

/// Programs with more interleavings than this are left to the simulator's tests.
const MOST: usize = 400;

/// What a search has shown.
struct Shown {
    behaviours: BTreeSet<BehaviourId>,
    executions: usize,
    /// Executions that were stopped, because others show what they would.
    redundant: usize,
    complete: bool,
}

fn search(zygote: &mut Zygote, goes_round: bool, strategy: &mut dyn Strategy) -> Shown {
    let mut shown = Shown {
        behaviours: BTreeSet::new(),
        executions: 0,
        redundant: 0,
        complete: false,
    };
    while shown.executions < MOST {
        let Some(proposal) = strategy.next() else {
            break;
        };
        let prefix = proposal.prefix.clone();
        let trace = execution(zygote, prefix, proposal.policy, goes_round);
        let executed = Executed::new(&trace);
        strategy.record(&proposal, &executed);
        shown.executions += 1;
        if executed.is_complete() {
            shown.behaviours.insert(BehaviourId::of(&executed));
        } else {
            shown.redundant += 1;
        }
    }
    shown.complete = strategy.coverage() == Coverage::Complete;
    shown
}

fn compare(host: &Host, fixture: &Fixture) -> Option<Result<(), String>> {
    let mut zygote = Zygote::spawn(host, Limits::default()).unwrap();
    let goes_round = zygote.load(&fixture.program).unwrap().unwrap().goes_round;
    let all = search(&mut zygote, goes_round, &mut DepthFirst::new());
    if !all.complete {
        return None;
    }
    let reduced = search(&mut zygote, goes_round, &mut Dpor::new());
    let (name, behaviours) = (fixture.name(), all.behaviours.len());
    Some(if !reduced.complete {
        Err(format!("{name}: not complete after {MOST} executions"))
    } else if reduced.behaviours != all.behaviours {
        let others = reduced.behaviours.len();
        Err(format!(
            "{name}: {others} behaviours instead of {behaviours}"
        ))
    } else if reduced.executions > all.executions {
        let (more, fewer) = (reduced.executions, all.executions);
        Err(format!("{name}: {more} executions, depth first {fewer}"))
    } else {
        println!(
            "{name}: {behaviours} behaviours, {} executions ({} redundant), depth first {}",
            reduced.executions, reduced.redundant, all.executions
        );
        Ok(())
    })
}

#[test]
fn partial_order_reduction_loses_no_behaviour() {
    let host = Host::probe(Trust::Jailed).unwrap();
    let programs = fixtures("pass").into_iter().chain(fixtures("fail"));
    let compared: Vec<_> = programs
        .filter_map(|fixture| compare(&host, &fixture))
        .collect();
    let complaints: Vec<String> = compared.iter().filter_map(|c| c.clone().err()).collect();
    complain(&complaints);
    assert!(compared.len() >= 60, "only {} programs", compared.len());
}
