//! Heddle alone, on the fixtures of its tests, on all cores.

use heddle_trace::Claim;
use heddle_trace::protocol::Strategy;

use crate::client::Client;
use crate::fixtures::{Fixture, fixtures};
use crate::heddle::{self, MOST, SEEDS};
use crate::table::{Table, median, seconds};

/// Programs with fewer behaviours are not worth a row.
const LEAST: u64 = 4;

const STRATEGIES: [(&str, Strategy, u64); 6] = [
    ("auto", Strategy::Auto, SEEDS),
    ("dpor", Strategy::Dpor, 1),
    ("urw", Strategy::Urw, SEEDS),
    ("pos", Strategy::Pos, SEEDS),
    ("pct", Strategy::Pct, SEEDS),
    ("random", Strategy::Random, SEEDS),
];

/// Those that fail; none of them does in a plain execution.
const WRONG: [&str; 16] = [
    "as_completed_is_not_submitted",
    "check_then_act",
    "empty_then_get",
    "event_cleared_too_early",
    "get_nowait_too_early",
    "if_instead_of_while",
    "lost_update_attribute",
    "lost_wakeup_on_condition",
    "notify_wakes_only_one",
    "one_pill_for_two_workers",
    "only_one_side_locks",
    "processes_two_locks_opposite_order",
    "semaphore_of_two_is_no_mutex",
    "three_philosophers",
    "trylock_both_give_up",
    "two_locks_opposite_order",
];

/// Time to a proof.
pub(crate) fn right_programs(client: &mut Client) {
    let table = Table::begin(
        "Proofs",
        &format!(
            "Right programs of `runner/tests/programs/pass` with {LEAST} behaviours or more, all cores, \
             median time of 5. `auto` is what is used by default."
        ),
        &[
            "program",
            "behaviours",
            "auto: executions",
            "time",
            "dpor: executions",
            "time",
        ],
    );
    let (mut small, mut slowest) = (0, 0);
    for fixture in fixtures("pass") {
        let once = heddle::explore(client, &fixture.program, heddle::search(Strategy::Auto));
        if once.behaviours < LEAST {
            small += 1;
            slowest = slowest.max(once.wall_ms);
            continue;
        }
        let mut row = vec![name(&fixture)];
        row.push(match once.claim {
            Claim::Proved { behaviours } => behaviours.to_string(),
            _ => once.claim_text,
        });
        for strategy in [Strategy::Auto, Strategy::Dpor] {
            let reports = heddle::repeated(client, &fixture.program, heddle::search(strategy), 5);
            row.push(reports[0].executions.to_string());
            row.push(seconds(heddle::median_time(&reports)));
        }
        table.row(&row);
    }
    println!(
        "\nThe other {small} have fewer behaviours; the slowest of them took {slowest} ms, once."
    );
}

/// Executions to the first failure, and time to make it short.
pub(crate) fn wrong_programs(client: &mut Client) {
    let mut columns = vec!["program"];
    columns.extend(STRATEGIES.iter().map(|(name, ..)| *name));
    columns.extend(["switches left", "made short in"]);
    let table = Table::begin(
        "Failures",
        &format!(
            "Some programs of `runner/tests/programs/fail` that do not fail in a plain execution: \
             executions to the first failure, mean (worst) of {SEEDS} seeds, at most {MOST} executions; \
             `!n`: not found in n of them; dpor draws nothing: one search. *Switches left*: in the \
             shortest failing schedule. *Made short*: how long that takes, median (longest) over all searches \
             of the row, two of them beside each other; tries end after 500 ms."
        ),
        &columns,
    );
    let wrong = fixtures("fail").into_iter();
    for fixture in wrong.filter(|one| WRONG.contains(&one.name().trim_end_matches(".py"))) {
        let mut cells = vec![name(&fixture)];
        let mut failing = Vec::new();
        for (_, strategy, seeds) in STRATEGIES {
            let reports = heddle::draw(client, &fixture.program, strategy, seeds);
            cells.push(heddle::first_failures(&reports));
            failing.extend(
                reports
                    .into_iter()
                    .filter_map(|one| Some((one.failure?, one.minimise_ms))),
            );
        }
        let least = failing.iter().map(|(failure, _)| failure.preemptions).min();
        cells.push(least.map_or("-".into(), |least| least.to_string()));
        let mut short: Vec<u64> = failing
            .iter()
            .map(|(_, milliseconds)| *milliseconds)
            .collect();
        let middle = median(&mut short).unwrap_or(0);
        cells.push(format!("{middle} ms ({})", short.last().unwrap_or(&0)));
        table.row(&cells);
    }
}

fn name(fixture: &Fixture) -> String {
    fixture.name().trim_end_matches(".py").replace('_', " ")
}
