//! `heddle run`: one free run, output passed through.

use std::io::Write;
use std::path::PathBuf;

use heddle_trace::protocol::{JobEvent, JobResult, Work};
use heddle_trace::{Finding, Limits, Outcome, Stream, Trace, TraceChunk, What};
use serde_json::json;

use super::exit::{Exit, Stop};
use super::terminal::{Terminal, no_result};
use super::{program, words};

/// Arguments of `heddle run`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The program
    file: PathBuf,
    /// Run it without a jail: only for programs of your own
    #[arg(long)]
    trust: bool,
    /// Print one JSON object instead of the program's output
    #[arg(long)]
    json: bool,
}

/// Runs the program.
pub(crate) async fn run(args: Args) -> Result<Exit, Stop> {
    let Args { file, trust, json } = args;
    let program = program::read(&file)?;
    let hash = program.hash();
    let terminal = Terminal::open(trust).await?;
    let mut output = Output {
        pass_through: !json,
        stdout: String::new(),
        stderr: String::new(),
    };
    let result = terminal
        .job(program, Work::Run, Limits::default(), |event| {
            if let JobEvent::Trace { chunk } = event {
                output.take(chunk);
            }
        })
        .await;
    let host = terminal.host.clone();
    terminal.close().await;
    let (trace, findings) = match result? {
        JobResult::Run { trace, findings } => (trace, findings),
        other => return Err(no_result(&file, &other)),
    };
    if json {
        let object = json!({
            "program": hash,
            "outcome": trace.outcome,
            "findings": findings,
            "stdout": output.stdout,
            "stderr": output.stderr,
            "jail": host.jail,
            "python": host.python,
        });
        println!("{object}");
    } else {
        report(&trace, &findings);
        eprintln!("{}", words::host(&host));
    }
    Ok(exit(&trace.outcome))
}

fn report(trace: &Trace, findings: &[Finding]) {
    if let Outcome::Failed { error, .. } = &trace.outcome
        && !error.traceback.is_empty()
    {
        eprintln!("{}", error.traceback.trim_end());
    }
    eprintln!("-- {}", words::outcome(&trace.outcome));
    eprint!("{}", words::findings(findings));
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

/// A reader that has gone away (`heddle run x.py | head`) is no reason to stop.
fn pass(stream: Stream, text: &str) {
    let _ = match stream {
        Stream::Out => {
            let mut out = std::io::stdout().lock();
            out.write_all(text.as_bytes()).and_then(|()| out.flush())
        }
        Stream::Err => std::io::stderr().lock().write_all(text.as_bytes()),
    };
}
