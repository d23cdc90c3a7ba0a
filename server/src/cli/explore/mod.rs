//! `heddle explore`: search a program's interleavings.

mod args;
mod progress;
mod result;
mod text;

use heddle_trace::protocol::{ExploreOptions, JobResult, Work};
use heddle_trace::{Program, Schedule};

pub(crate) use args::Args;

use super::exit::{Exit, Stop};
use super::finding::Listed;
use super::shown::Shown;
use super::terminal::{Terminal, no_result};
use super::{files, out, words};
use progress::Progress;
pub(crate) use result::Explored;

/// Searches.
pub(crate) async fn explore(args: Args) -> Result<Exit, Stop> {
    let options = args.options()?;
    let (reports, export) = (args.reports.wanted()?, args.export.wanted()?);
    let program = args.program.read()?;
    let terminal = Terminal::open(args.program.trust, args.program.python.as_deref()).await?;
    let is_shown = !args.json || export.is_some();
    let done = search(&args, options, &program, &terminal, is_shown).await;
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
    terminal: &Terminal,
    is_shown: bool,
) -> Result<(Explored, Option<Shown>), Stop> {
    let progress = Progress::new();
    let work = Work::Explore { options };
    let job = terminal.job(program.clone(), work, args.limits(), |event| {
        progress.take(event);
    });
    let report = match job.await? {
        JobResult::Explored { report } => report,
        other => return Err(no_result(&args.program, program, &other)),
    };
    let granularity = options.granularity;
    let explored = Explored::new(report, program, granularity, &terminal.host, args.fail_on);
    if !is_shown {
        return Ok((explored, None));
    }
    // A race alone says little: what it leads to is the better story.
    let plain = |one: &&Listed| (one.severity, one.accepted, one.kind == "race");
    let (schedule, id) = match explored.findings.iter().min_by_key(plain) {
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
