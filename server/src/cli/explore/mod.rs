//! `heddle explore`: search a program's interleavings.

mod args;
mod progress;
mod result;
mod text;

use heddle_trace::protocol::{ExploreOptions, JobResult, Work};
use heddle_trace::{Program, Schedule};

pub(crate) use args::Args;
use args::FailOn;

use super::accepted::Accepted;
use super::exit::{Exit, Stop};
use super::shown::Shown;
use super::terminal::{Terminal, no_result};
use super::{files, out, words};
use progress::Progress;
pub(crate) use result::Explored;

/// Whether to execute something once more, to show it.
enum Show {
    Never,
    /// A finding, or a program all of whose executions came to an end: another one would only hit
    /// the same limit again.
    WhatEnded,
    Always,
}

/// Searches.
pub(crate) async fn explore(args: Args) -> Result<Exit, Stop> {
    let options = args.options();
    let (reports, export) = (args.reports.wanted()?, args.export.wanted()?);
    let program = args.program.read()?;
    let accepted = Accepted::read(&program, &args.program.folder())?;
    let terminal = Terminal::open(args.program.trust, args.program.python.as_deref()).await?;
    let show = match (&export, args.json) {
        (Some(_), _) => Show::Always,
        (None, true) => Show::Never,
        (None, false) => Show::WhatEnded,
    };
    let done = search(&args, options, &program, &accepted, &terminal, show).await;
    let host = terminal.host.clone();
    terminal.close().await;
    let (explored, shown) = done?;
    if args.json {
        out::line(words::json(&explored));
    } else {
        out::print(text::text(&args.program, &explored, shown.as_ref(), &host));
    }
    for report in &reports {
        report.write(&args.program, &explored)?;
    }
    if let (Some(file), Some(shown)) = (&export, &shown) {
        files::export(file, &shown.trace)?;
    }
    Ok(explored.exit())
}

/// Searches; then, if it shall be shown, executes the first finding once more, or the program
/// without forced switches when there is none.
async fn search(
    args: &Args,
    options: ExploreOptions,
    program: &Program,
    accepted: &Accepted,
    terminal: &Terminal,
    show: Show,
) -> Result<(Explored, Option<Shown>), Stop> {
    let progress = Progress::new();
    let races = args.fail_on.map(|FailOn::Race| accepted.rules());
    let work = Work::Explore { options, races };
    let job = terminal.job(program.clone(), work, args.limits(), |event| {
        progress.take(event);
    });
    let report = match job.await? {
        JobResult::Explored { report } => report,
        other => return Err(no_result(&args.program, program, &other)),
    };
    let granularity = options.granularity;
    let (host, fail_on) = (&terminal.host, args.fail_on);
    let explored = Explored::new(report, program, options, host, accepted, fail_on);
    let is_shown = match show {
        Show::Never => false,
        Show::WhatEnded => !explored.findings.is_empty() || explored.complete,
        Show::Always => true,
    };
    if !is_shown {
        return Ok((explored, None));
    }
    let (schedule, id) = match explored.findings.first() {
        Some(first) => (first.schedule.clone(), Some(first.id.as_str())),
        None => (Schedule::new(&program.hash(), granularity, vec![]), None),
    };
    let work = Work::Replay { schedule };
    let mut shown = Shown::fetch(terminal, program, work).await.ok();
    if let Some(shown) = &mut shown
        && !args.json
        && id.is_some()
    {
        shown.look_up(terminal, program, id).await;
    }
    Ok((explored, shown))
}
