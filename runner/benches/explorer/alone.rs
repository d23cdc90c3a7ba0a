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
            "Programs of `runner/tests/programs/fail` that do not fail in the first, plain execution: \
             executions to the first failure, mean (worst) of {SEEDS} seeds, at most {MOST} executions; \
             `!n`: not found in n of them; dpor draws nothing: one search. *Made short*: the failing \
             schedule, until it has no forced switch too many, median (longest) over all searches of the \
             row; the limit is 500 ms."
        ),
        &columns,
    );
    let (mut plain, mut longest) = (0, 0);
    for fixture in fixtures("fail") {
        let first = heddle::explore(client, &fixture.program, heddle::search(Strategy::Auto));
        longest = longest.max(first.minimise_ms);
        if first.failed_at == Some(1) {
            plain += 1;
            continue;
        }
        let mut cells = vec![name(&fixture)];
        let mut short = Vec::new();
        for (_, strategy, seeds) in STRATEGIES {
            let reports = heddle::draw(client, &fixture.program, strategy, seeds);
            short.extend(
                reports
                    .iter()
                    .filter(|one| one.failure.is_some())
                    .map(|one| one.minimise_ms),
            );
            cells.push(heddle::first_failures(&reports));
        }
        let most = short.iter().max().copied().unwrap_or(0);
        longest = longest.max(most);
        cells.push(
            first
                .failure
                .map_or("-".into(), |failure| failure.preemptions.to_string()),
        );
        cells.push(format!("{} ms ({most})", median(&mut short).unwrap_or(0)));
        table.row(&cells);
    }
    println!(
        "\nThe other {plain} fail at once. The longest time to make a failure short was {longest} ms."
    );
}

fn name(fixture: &Fixture) -> String {
    fixture.name().trim_end_matches(".py").replace('_', " ")
}
