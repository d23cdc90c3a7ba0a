//! `heddle explore`: search a program's interleavings.

mod args;
mod progress;
mod result;
mod text;

use heddle_trace::Program;
use heddle_trace::protocol::{ExploreOptions, JobResult, Work};

pub(crate) use args::Args;

use super::exit::{Exit, Stop};
use super::shown::Shown;
use super::terminal::{Terminal, no_result};
use super::{out, words};
use progress::Progress;
use result::Explored;

/// Searches.
pub(crate) async fn explore(args: Args) -> Result<Exit, Stop> {
    let options = args.options()?;
    let program = args.program.read()?;
    let terminal = Terminal::open(args.program.trust).await?;
    let done = search(&args, options, &program, &terminal).await;
    let host = terminal.host.clone();
    terminal.close().await;
    let (explored, shown) = done?;
    if args.json {
        out::line(words::json(&explored));
    } else {
        out::print(text::text(&args.program, &explored, shown.as_ref(), &host));
    }
    Ok(explored.exit())
}

/// Searches, and executes the first finding once more for showing it.
async fn search(
    args: &Args,
    options: ExploreOptions,
    program: &Program,
    terminal: &Terminal,
) -> Result<(Explored, Option<Shown>), Stop> {
    let progress = Progress::new();
    let work = Work::Explore { options };
    let job = terminal.job(program.clone(), work, args.limits(), |event| {
        progress.take(event);
    });
    let report = match job.await? {
        JobResult::Explored { report } => report,
        other => return Err(no_result(&args.program, &other)),
    };
    let granularity = options.granularity;
    let explored = Explored::new(report, program, granularity, &terminal.host, args.fail_on);
    let first = explored.findings.first().filter(|_| !args.json);
    let Some(first) = first else {
        return Ok((explored, None));
    };
    let schedule = first.schedule.clone();
    let work = Work::Replay { schedule };
    let mut shown = Shown::fetch(terminal, program, work).await.ok();
    if let Some(shown) = &mut shown {
        shown.look_up(terminal, program, Some(&first.id)).await;
    }
    Ok((explored, shown))
}
