//! `heddle step` and `heddle replay`: one controlled execution along a schedule.

use heddle_trace::protocol::Work;
use heddle_trace::{Granularity, Outcome, Pending, Program, Schedule, Snapshot, Stream, Variable};
use serde_json::json;

use super::accepted::Accepted;
use super::exit::{Exit, Stop};
use super::files::{self, ExportArgs};
use super::finding::Noticed;
use super::paint::Paint;
use super::run::exit;
use super::shown::Shown;
use super::terminal::{Terminal, no_result};
use super::{finding, out, program, words};

/// Arguments of `heddle step` and `heddle replay`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    program: program::ProgramArgs,
    /// The schedule, as `heddle explore` prints it; without one, step 0
    #[arg(long, value_name = "S")]
    schedule: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    export: ExportArgs,
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
    let schedule = args.read_schedule(&program)?;
    let export = args.export.wanted()?;
    let accepted = Accepted::read(&program, &args.program.folder())?;
    let terminal = Terminal::open(args.program.trust, args.program.python.as_deref()).await?;
    let mut shown = Shown::fetch(&terminal, &program, work(schedule)).await;
    if let Ok(shown) = &mut shown
        && !args.json
    {
        shown.look_up(&terminal, &program, None).await;
    }
    terminal.close().await;
    let shown = match shown {
        Ok(shown) => shown,
        Err(other) => return Err(no_result(&args.program, &program, &other?)),
    };
    if let Outcome::Diverged { step } = shown.trace.outcome {
        return Err(Stop::bad_input(format!(
            "the program cannot follow this schedule: after {} the next task cannot go. The \
             schedule was changed, or the program does not do the same every time",
            words::counted(step.into(), "step")
        )));
    }
    let findings = finding::noticed(&shown.findings, &shown.trace, &program, &accepted);
    if args.json {
        let object = json!({
            "program": program.hash(),
            "schedule": shown.schedule,
            "trace": shown.trace,
            "snapshot": shown.snapshot,
            "findings": findings,
            "stories": shown.stories,
        });
        out::line(object.to_string());
    } else {
        out::print(text(&args, &program, &shown, &findings, Paint::new()));
    }
    if let Some(file) = &export {
        files::export(file, &shown.trace)?;
    }
    Ok(exit(&shown.trace.outcome))
}

impl Args {
    fn read_schedule(&self, program: &Program) -> Result<Schedule, Stop> {
        let hash = program.hash();
        let Some(text) = &self.schedule else {
            return Ok(Schedule::new(&hash, Granularity::default(), Vec::new()));
        };
        let read = text.parse::<Schedule>();
        read.and_then(|schedule| schedule.check_program(&hash).map(|()| schedule))
            .map_err(|error| Stop::bad_input(error.to_string()))
    }
}

fn text(
    args: &Args,
    program: &Program,
    shown: &Shown,
    findings: &[Noticed],
    paint: Paint,
) -> String {
    let trace = &shown.trace;
    let mut text = shown.table(None).text(paint);
    for line in trace.output(Stream::Out).lines() {
        text += &format!("| {line}\n");
    }
    text += &paint.bold(&format!(
        "\nafter {}: {}",
        words::counted(shown.schedule.choices.len() as u64, "step"),
        words::ended(trace)
    ));
    text += "\n";
    if let Outcome::Failed { error, .. } = &trace.outcome
        && !error.traceback.is_empty()
    {
        text += &format!("{}\n", error.traceback.trim_end());
    }
    let is_stopped = matches!(trace.outcome, Outcome::Stopped);
    for pending in &trace.pending {
        text += &pending_line(shown, pending);
        text += &stack(program, shown.snapshot.as_ref(), pending);
    }
    if let Some(state) = shown.snapshot.as_ref().filter(|_| is_stopped) {
        text += &variables("  ", &state.globals);
        text += &variables("  ", &state.shared);
    }
    for (finding, story) in findings.iter().zip(&shown.stories) {
        text += &format!("\n{}", finding.text());
        text += &words::story(story);
    }
    if is_stopped {
        text += "\n";
        for pending in trace.pending.iter().filter(|pending| pending.enabled) {
            let mut next = shown.schedule.clone();
            next.choices.push(pending.task);
            text += &format!(
                "to let {} go: {}\n",
                words::task(trace, pending.task),
                args.program.command("step", next)
            );
        }
    }
    text
}

fn pending_line(shown: &Shown, pending: &Pending) -> String {
    let trace = &shown.trace;
    let next = match (pending.enabled, pending.timed) {
        (true, _) => format!("can {}", heddle_trace::words::intent(trace, &pending.op)),
        (false, true) => format!(
            "{}, with a timeout",
            heddle_trace::words::waiting(trace, &pending.op)
        ),
        (false, false) => heddle_trace::words::waiting(trace, &pending.op),
    };
    // One file needs no name.
    let files = match shown.files.as_slice() {
        [_] => &[],
        several => several,
    };
    let line = heddle_trace::words::place(pending.location, files);
    format!("  {}: {next}{line}\n", words::task(trace, pending.task))
}

/// The functions that a task is in, with their variables.
fn stack(program: &Program, state: Option<&Snapshot>, pending: &Pending) -> String {
    let tasks = state.into_iter().flat_map(|state| &state.tasks);
    let mut own = tasks.filter(|task| task.task == pending.task);
    let frames = own.next().map_or(&[][..], |task| &task.stack);
    let mut text = String::new();
    for frame in frames {
        let file = program.files.get(usize::from(frame.location.file));
        let file = file.map_or("?", |file| file.name.as_str());
        let (function, line) = (&frame.function, frame.location.line);
        text += &format!("      in {function} ({file}:{line})\n");
        text += &variables("        ", &frame.locals);
    }
    text
}

fn variables(indent: &str, variables: &[Variable]) -> String {
    let line = |one: &Variable| format!("{indent}{} = {}\n", one.name, one.value);
    variables.iter().map(line).collect()
}
