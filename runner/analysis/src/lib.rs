//! From a trace to what is wrong with it, and from checks to a result.
//!
//! [`analyse`] reads one trace and finds races, lost updates, lock orders that can deadlock, locks
//! that were never given back, exceptions, deadlocks and livelocks, each with evidence and one
//! sentence for the learner. [`deadlock`] explains who waits for whom when nobody can go on.
//! [`Judge`] looks at one execution after the other and says what a submission gets.
//!
//! What a trace says is the program's report about itself and may be forged: every id is looked up,
//! never trusted, and the work is bounded by a small factor times the number of events.
//!
//! Invariant: pure. No I/O, no clock, no threads; the same trace gives the same findings.

mod check;
mod check_then_act;
mod clock;
mod deadlock;
mod exceptions;
mod explanation;
mod gil;
mod held_at_exit;
mod holds;
mod identity;
mod judge;
mod lock_order;
mod lost_update;
mod race;
mod signals;
mod source;
mod story;
mod stuck;
mod unjoined;
mod words;
mod wrong_lock;

use heddle_trace::{Finding, FindingKind, Granularity, Trace, UnderGil};

use gil::Gil;

pub use check::check;
pub use clock::{Clock, HappensBefore, Orders};
pub use deadlock::deadlock;
pub(crate) use deadlock::deadlock_sentence;
pub use holds::Holds;
pub use identity::merge;
pub use judge::{Failure, Judge};
pub use source::Source;
pub use story::story;
pub use words::Words;

/// Findings of one kind that one trace can have: a program that does the same wrong thing at every
/// line would otherwise bury the learner.
const MAX_FINDINGS: usize = 64;

/// Everything that is wrong with an execution, the worst first: exceptions, deadlock, livelock,
/// lost updates, races, lock order, locks held at exit.
///
/// Lost updates and races need a trace with accesses to variables, so a free run has none; and a
/// trace with more than [`Clock::MAX_TASKS`] tasks is not searched for races and lock orders.
///
/// Without the program's text: see [`analyse_with`].
pub fn analyse(trace: &Trace) -> Vec<Finding> {
    analyse_with(trace, &Source::unknown())
}

/// The same with the program's text, which also tells checks from updates and what a GIL allows.
pub fn analyse_with(trace: &Trace, source: &Source) -> Vec<Finding> {
    let mut findings = exceptions::exceptions(trace, source);
    findings.extend(stuck::stuck(trace, source));
    let lost_wakeups = signals::lost_wakeups(trace, source);
    let unheard = signals::notifies_without_waiter(trace, source, &lost_wakeups);
    let lost_updates = lost_update::lost_updates(trace, source);
    let checks = check_then_act::checks_then_acts(trace, source, &lost_updates);
    let races = race::races(trace, source);
    let wrong_locks = wrong_lock::wrong_locks(trace, source, &races);
    findings.extend(lost_wakeups);
    findings.extend(lost_updates);
    findings.extend(checks);
    findings.extend(wrong_locks);
    findings.extend(races);
    findings.extend(lock_order::lock_orders(trace, source));
    findings.extend(unheard);
    findings.extend(held_at_exit::held_at_exit(trace, source));
    findings.extend(unjoined::unjoined(trace, source));
    let gil = Gil::new(trace, source);
    for finding in &mut findings {
        finding.under_gil = gil.shows(&finding.what);
    }
    if trace.granularity == Some(Granularity::Gil) {
        seen_under_a_gil(&mut findings);
    }
    findings
}

/// What an execution shows that switched only where a GIL does happens under one, whatever the
/// source says. Races whose accesses are whole there are none.
fn seen_under_a_gil(findings: &mut Vec<Finding>) {
    findings.retain(|finding| {
        let could_happen = matches!(
            finding.what,
            FindingKind::Race { .. } | FindingKind::WrongLock { .. }
        );
        !could_happen || finding.under_gil != UnderGil::No
    });
    for finding in findings {
        finding.under_gil = UnderGil::Yes;
    }
}

fn finding(trace: &Trace, what: FindingKind, message: String) -> Finding {
    Finding {
        id: identity::id(trace, &what),
        severity: what.severity(),
        explanation: explanation::explanation(trace, &what),
        what,
        message,
        under_gil: UnderGil::Unknown,
        granularity: trace.granularity,
    }
}
