//! `heddle step` and `heddle replay`: one controlled execution along a schedule.

use heddle_trace::protocol::{JobResult, Work};
use heddle_trace::{Granularity, Limits, Outcome, Pending, Schedule, Stream, Trace};
use serde_json::json;

use super::exit::{Exit, Stop};
use super::run::exit;
use super::terminal::{Terminal, no_result};
use super::{out, program, words};

/// Arguments of `heddle step` and `heddle replay`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    program: program::ProgramArgs,
    /// The schedule; without one, step 0
    #[arg(long, value_name = "S")]
    schedule: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Stops at the schedule's end.
pub(crate) async fn step(args: Args) -> Result<Exit, Stop> {
    execute(args, |schedule| Work::Step { schedule }).await
}

/// Goes on to the program's end.
pub(crate) async fn replay(args: Args) -> Result<Exit, Stop> {
    execute(args, |schedule| Work::Replay { schedule }).await
}

async fn execute(args: Args, work: impl FnOnce(Schedule) -> Work) -> Result<Exit, Stop> {
    let program = args.program.read()?;
    let hash = program.hash();
    let schedule = match &args.schedule {
        None => Schedule::new(&hash, Granularity::default(), Vec::new()),
        Some(text) => text
            .parse::<Schedule>()
            .and_then(|schedule| schedule.check_program(&hash).map(|()| schedule))
            .map_err(|error| Stop::bad_input(error.to_string()))?,
    };
    let terminal = Terminal::open(args.program.trust).await?;
    let result = terminal
        .job(program, work(schedule), Limits::default(), |_| {})
        .await;
    terminal.close().await;
    let JobResult::Execution {
        trace,
        schedule,
        snapshot,
        findings,
        stories,
    } = (match result? {
        execution @ JobResult::Execution { .. } => execution,
        other => return Err(no_result(&args.program, &other)),
    })
    else {
        return Ok(Exit::Unfinished);
    };
    if args.json {
        let object = json!({
            "program": hash,
            "schedule": schedule,
            "trace": trace,
            "snapshot": snapshot,
            "findings": findings,
            "stories": stories,
        });
        out::line(object.to_string());
    } else {
        out::print(text(&trace, &schedule));
        out::print(words::findings(&findings));
    }
    Ok(exit(&trace.outcome))
}

fn text(trace: &Trace, schedule: &Schedule) -> String {
    let output = trace.output(Stream::Out);
    let mut text = String::new();
    for line in output.lines() {
        text += &format!("| {line}\n");
    }
    text += &format!(
        "step {}: {}\n",
        schedule.choices.len(),
        words::outcome(&trace.outcome)
    );
    for pending in &trace.pending {
        text += &pending_line(trace, pending);
    }
    if matches!(trace.outcome, Outcome::Stopped) {
        for pending in trace.pending.iter().filter(|pending| pending.enabled) {
            let mut next = schedule.clone();
            next.choices.push(pending.task);
            text += &format!("to let {} go: --schedule {next}\n", pending.task);
        }
    }
    text
}

fn pending_line(trace: &Trace, pending: &Pending) -> String {
    let state = match (pending.enabled, pending.timed) {
        (true, _) => "can go",
        (false, true) => "waits (with a timeout)",
        (false, false) => "waits",
    };
    let object = pending
        .op
        .object
        .and_then(|id| trace.objects.iter().find(|info| info.id == id))
        .map_or(String::new(), |info| format!(" {}", info.name));
    let line = pending
        .location
        .map_or(String::new(), |at| format!(" (line {})", at.line));
    format!(
        "  {}: {state}: {}{object}{line}\n",
        words::task(trace, pending.task),
        words::word(&pending.op.kind),
    )
}
