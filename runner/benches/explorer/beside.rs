//! Heddle and frontrun on the same programs, on one core.

use heddle_trace::protocol::{ExploreOptions, Strategy};
use heddle_trace::{Claim, ExploreReport, Verdict};

use crate::client::Client;
use crate::frontrun::Frontrun;
use crate::heddle::{self, MOST, SEEDS};
use crate::programs::Shared;
use crate::table::{Table, median, seconds};

/// How long executions are counted, milliseconds.
const COUNTED: u64 = 2_000;
/// How often; the tools take turns, so that what else the machine does hits all of them.
const TURNS: usize = 3;

/// Executions a second.
pub(crate) fn rates(
    one_core: &mut Client,
    everywhere: &mut Client,
    frontrun: Option<&Frontrun>,
    programs: &[Shared],
) {
    let table = Table::begin(
        "Executions a second",
        "Random executions of programs that never block for good, one core, the check at the end left \
         out; median of three turns. *One process*: executions follow each other without a fork; numbers \
         2, 4, 8 … are repeated in a fork and compared.",
        &[
            "program",
            "Heddle, one process",
            "Heddle, a fork each",
            "one process, all cores",
            "frontrun",
            "one process / frontrun",
        ],
    );
    let counted = [
        "two_increments",
        "three_increments_each",
        "four_locked_increments",
        "four_ordered_philosophers",
    ];
    for program in programs.iter().filter(|one| {
        counted
            .iter()
            .any(|name| one.path.ends_with(format!("{name}.py")))
    }) {
        let text = program.unchecked();
        let mut turns = [const { Vec::new() }; 4];
        for _ in 0..TURNS {
            turns[0].push(heddle::rate(one_core, &text, false, COUNTED));
            turns[1].push(heddle::rate(one_core, &text, true, COUNTED));
            turns[2].push(heddle::rate(everywhere, &text, false, COUNTED));
            let other = frontrun.and_then(|one| one.rate(&program.path, COUNTED / 1000));
            turns[3].extend(other);
        }
        let middles = turns.each_mut().map(|turns| median(turns));
        let shown = |rate: Option<f64>| rate.map_or("-".into(), |rate| format!("{rate:.0}"));
        let ratio = middles[0].zip(middles[3]).map(|(own, other)| own / other);
        let mut row = vec![program.name.clone()];
        row.extend(middles.map(shown));
        row.push(ratio.map_or("-".into(), |ratio| format!("{ratio:.1}")));
        table.row(&row);
    }
}

/// Executions to the first failure.
pub(crate) fn first_failures(
    one_core: &mut Client,
    everywhere: &mut Client,
    frontrun: Option<&Frontrun>,
    programs: &[Shared],
) {
    let table = Table::begin(
        "Executions to the first failure",
        &format!(
            "Mean (worst) of {SEEDS} seeds, at most {MOST} executions each; `!n`: not found in n of them. \
             Heddle's dpor draws nothing: one search; time is auto's, median of 5, on one core. frontrun's \
             search is called as it is by default (at most 2 forced switches): what it says, after so many \
             executions, in that time. What is inconclusive is asked again with its virtual clock; \
             its random searches end after 20 s in all, so `none in n` names the seeds there was time for."
        ),
        &[
            "program",
            "auto",
            "time",
            "dpor",
            "random",
            "frontrun's search",
            "frontrun, random",
        ],
    );
    for program in programs.iter().filter(|one| one.fails) {
        let text = program.whole();
        let mut at = |strategy, seeds| {
            heddle::first_failures(&heddle::draw(everywhere, &text, strategy, seeds))
        };
        let (auto, dpor) = (at(Strategy::Auto, SEEDS), at(Strategy::Dpor, 1));
        let random = at(Strategy::Random, SEEDS);
        let timed = heddle::repeated(one_core, &text, heddle::search(Strategy::Auto), 5);
        let time = seconds(heddle::median_time(&timed));
        let none = || ["-".into(), "-".into()];
        let [search, drawn] = frontrun.map_or_else(none, |one| one.first(&program.path));
        table.row(&[
            program.name.clone(),
            auto,
            time,
            dpor,
            random,
            search,
            drawn,
        ]);
    }
}

/// Everything there is, failures or not.
pub(crate) fn whole_searches(
    client: &mut Client,
    frontrun: Option<&Frontrun>,
    programs: &[Shared],
) {
    let table = Table::begin(
        "The whole search",
        "Every behaviour, going on after failures, no bound on forced switches: what is said at the end, \
         executions, time (Heddle: median of 5, without making the first failure short). Heddle's executions \
         are its behaviours where only one number is given. What is said is copied, not judged: the second \
         column says whether the program can fail.",
        &["program", "can fail", "Heddle, dpor", "frontrun's search"],
    );
    let options = ExploreOptions {
        keep_going: true,
        ..heddle::search(Strategy::Dpor)
    };
    for program in programs {
        let reports = heddle::repeated(client, &program.whole(), options, 5);
        let time = heddle::median_time(&reports);
        let told = format!(
            "{}: {}, {}",
            said(&reports[0]),
            counts(&reports[0]),
            seconds(time)
        );
        let other = frontrun.map_or("-".into(), |frontrun| frontrun.whole(&program.path));
        let fails = if program.fails { "yes" } else { "no" };
        table.row(&[program.name.clone(), fails.into(), told, other]);
    }
}

fn said(report: &ExploreReport) -> String {
    match (&report.claim, report.verdict) {
        (Claim::Proved { .. }, _) => "proved".into(),
        (_, Verdict::Fail) if report.complete => "fails, all seen".into(),
        (_, Verdict::Fail) => "fails".into(),
        (_, Verdict::Pass) => "pass".into(),
        (_, Verdict::Unfinished) => format!("unfinished ({})", report.weakened_by.join("; ")),
    }
}

/// Executions and behaviours.
fn counts(report: &ExploreReport) -> String {
    match report.executions == report.behaviours {
        true => report.executions.to_string(),
        false => format!("{} ({} behaviours)", report.executions, report.behaviours),
    }
}
