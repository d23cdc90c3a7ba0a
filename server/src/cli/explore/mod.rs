//! `heddle explore`: search a program's interleavings.

mod args;
mod progress;
mod result;
mod text;

use heddle_trace::protocol::{JobResult, Work};

pub(crate) use args::Args;

use super::exit::{Exit, Stop};
use super::terminal::{Terminal, no_result};
use super::{out, words};
use progress::Progress;
use result::Explored;

/// Searches.
pub(crate) async fn explore(args: Args) -> Result<Exit, Stop> {
    let options = args.options()?;
    let program = args.program.read()?;
    let terminal = Terminal::open(args.program.trust).await?;
    let progress = Progress::new();
    let work = Work::Explore { options };
    let result = terminal
        .job(program.clone(), work, args.limits(), |event| {
            progress.take(event);
        })
        .await;
    let host = terminal.host.clone();
    terminal.close().await;
    let report = match result? {
        JobResult::Explored { report } => report,
        other => return Err(no_result(&args.program, &other)),
    };
    let explored = Explored::new(report, &program, options.granularity, &host, args.fail_on);
    if args.json {
        out::line(words::json(&explored));
    } else {
        out::print(text::text(&args.program, &explored, &host));
    }
    Ok(explored.exit())
}
