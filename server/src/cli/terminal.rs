//! One job in a terminal: a runner of its own, Ctrl-C, and the end of both.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use heddle_trace::protocol::{HostInfo, JailLevel, JobEvent, JobResult, Work};
use heddle_trace::{Limits, Program};
use tokio::signal::ctrl_c;
use tokio::time::timeout;

use super::exit::{Exit, Stop};
use super::program::{ProgramArgs, not_compiled};
use crate::places;
use crate::runs::{Job, Runs};

/// From Ctrl-C to the end of the job.
const CANCEL_PATIENCE: Duration = Duration::from_secs(5);

/// A runner for one command.
#[derive(Debug)]
pub(crate) struct Terminal {
    runs: Runs,
    pub(crate) host: Arc<HostInfo>,
}

impl Terminal {
    /// Starts the runner; `trust` lets programs run without a jail, `python` is the interpreter
    /// that the user asks for.
    pub(crate) async fn open(trust: bool, python: Option<&Path>) -> Result<Terminal, Stop> {
        let mut command = places::runner(trust).map_err(Stop::bad_input)?;
        command.python = interpreter(python)?;
        let runs = Runs::start(command);
        let host = match runs.ready().await {
            Ok(host) => host,
            Err(error) => {
                runs.shut_down().await;
                return Err(Stop::bad_input(error.to_string()));
            }
        };
        if host.jail == JailLevel::L0 {
            runs.shut_down().await;
            return Err(Stop {
                exit: Exit::NoJail,
                message: format!(
                    "programs cannot be locked in on this machine: {} To run a program of your own without a jail, add --trust",
                    host.jail_note
                ),
            });
        }
        Ok(Terminal { runs, host })
    }

    /// Does one job; Ctrl-C cancels it.
    pub(crate) async fn job(
        &self,
        program: Program,
        work: Work,
        limits: Limits,
        mut on_event: impl FnMut(&JobEvent),
    ) -> Result<JobResult, Stop> {
        let job = self.runs.job(program, work, limits).await;
        let mut job = job.map_err(|error| Stop::bad_input(error.to_string()))?;
        tokio::select! {
            result = end_of(&mut job, &mut on_event) => return Ok(result),
            _ = ctrl_c() => job.canceller().cancel(),
        }
        let ended = timeout(CANCEL_PATIENCE, end_of(&mut job, &mut on_event)).await;
        Ok(ended.unwrap_or(JobResult::Cancelled))
    }

    /// Ends the runner.
    pub(crate) async fn close(self) {
        self.runs.shut_down().await;
    }
}

/// What the user asks for, else the active virtual environment's. `HEDDLE_PYTHON` is for the runner.
fn interpreter(asked: Option<&Path>) -> Result<Option<PathBuf>, Stop> {
    if let Some(python) = asked {
        let path = std::path::absolute(python).unwrap_or_else(|_| python.to_owned());
        return match path.is_file() {
            true => Ok(Some(path)),
            false => Err(Stop::bad_input(format!(
                "--python {}: there is no such file; name the interpreter, as .venv/bin/python",
                python.display()
            ))),
        };
    }
    let chosen = std::env::var_os("HEDDLE_PYTHON").is_some();
    let active = std::env::var_os("VIRTUAL_ENV").filter(|_| !chosen);
    let python = active.map(|folder| PathBuf::from(folder).join("bin/python"));
    Ok(python.filter(|python| python.is_file()))
}

async fn end_of(job: &mut Job, on_event: &mut impl FnMut(&JobEvent)) -> JobResult {
    while let Some(event) = job.next().await {
        on_event(&event);
        if let JobEvent::Ended { result } = event {
            return result;
        }
    }
    JobResult::Cancelled
}

/// The message for a result that says nothing about the program's behaviour.
pub(crate) fn no_result(args: &ProgramArgs, program: &Program, result: &JobResult) -> Stop {
    let (exit, message) = match result {
        JobResult::NotCompiled { error } => return not_compiled(args, program, error),
        JobResult::Cancelled => (Exit::Unfinished, "stopped".to_owned()),
        JobResult::Refused { reason } => (Exit::BadInput, reason.clone()),
        JobResult::Broken { reason } => (Exit::Unfinished, reason.clone()),
        JobResult::Run { .. }
        | JobResult::Execution { .. }
        | JobResult::Explored { .. }
        | JobResult::Judged { .. } => (
            Exit::Unfinished,
            "the runner answered with another kind of result; build heddle and heddle-runner anew"
                .to_owned(),
        ),
    };
    Stop { exit, message }
}
