//! `heddle run`: one free run, output passed through.

use heddle_trace::protocol::{JobEvent, JobResult, Work};
use heddle_trace::{Limits, Outcome, Stream, Trace, TraceChunk, What};
use serde_json::json;

use super::accepted::Accepted;
use super::exit::{Exit, Stop};
use super::files::{self, ExportArgs};
use super::finding::Noticed;
use super::terminal::{Terminal, no_result};
use super::{finding, out, program, words};

/// Arguments of `heddle run`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    program: program::ProgramArgs,
    /// Print one JSON object instead of the program's output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    export: ExportArgs,
}

/// Runs the program.
pub(crate) async fn run(args: Args) -> Result<Exit, Stop> {
    let Args {
        program: args,
        json,
        export,
    } = args;
    let export = export.wanted()?;
    let program = args.read()?;
    let accepted = Accepted::read(&program, &args.folder())?;
    let terminal = Terminal::open(args.trust, args.python.as_deref()).await?;
    let mut output = Output {
        pass_through: !json,
        stdout: String::new(),
        stderr: String::new(),
    };
    let mut chunks = Vec::new();
    let result = terminal
        .job(program.clone(), Work::Run, Limits::default(), |event| {
            if let JobEvent::Trace { chunk } = event {
                output.take(chunk);
                if export.is_some() {
                    chunks.push(chunk.clone());
                }
            }
        })
        .await;
    let host = terminal.host.clone();
    terminal.close().await;
    let (trace, findings) = match result? {
        JobResult::Run { trace, findings } => (trace, findings),
        other => return Err(no_result(&args, &program, &other)),
    };
    let findings = finding::noticed(&findings, &trace, &program, &accepted);
    if json {
        let object = json!({
            "program": program.hash(),
            "outcome": trace.outcome,
            "findings": findings,
            "stdout": output.stdout,
            "stderr": output.stderr,
            "jail": host.jail,
            "python": host.python,
        });
        out::line(object.to_string());
    } else {
        report(&trace, &findings);
        out::note(format!("{}\n", words::host(&host)));
    }
    if let Some(file) = &export {
        files::export(file, &whole(&trace, chunks))?;
    }
    Ok(exit(&trace.outcome))
}

/// The execution as one trace.
fn whole(end: &Trace, chunks: Vec<TraceChunk>) -> Trace {
    let mut trace = Trace {
        processes: vec![],
        tasks: vec![],
        objects: vec![],
        events: vec![],
        ..end.clone()
    };
    chunks.into_iter().for_each(|chunk| trace.extend(chunk));
    trace
}

fn report(trace: &Trace, findings: &[Noticed]) {
    out::note(format!("-- {}\n", words::ended(trace)));
    out::note(words::findings(findings));
}

/// The exit code for how an execution ended.
pub(crate) fn exit(outcome: &Outcome) -> Exit {
    match outcome {
        Outcome::Finished | Outcome::Stopped => Exit::Pass,
        outcome if outcome.is_failure() => Exit::Fail,
        Outcome::Diverged { .. } => Exit::BadInput,
        _ => Exit::Unfinished,
    }
}

struct Output {
    pass_through: bool,
    stdout: String,
    stderr: String,
}

impl Output {
    fn take(&mut self, chunk: &TraceChunk) {
        for event in &chunk.events {
            let What::Op {
                output: Some((stream, text)),
                ..
            } = &event.what
            else {
                continue;
            };
            match stream {
                Stream::Out => self.stdout += text,
                Stream::Err => self.stderr += text,
            }
            if self.pass_through {
                pass(*stream, text);
            }
        }
    }
}

fn pass(stream: Stream, text: &str) {
    match stream {
        Stream::Out => out::print(text),
        Stream::Err => out::note(text),
    }
}
