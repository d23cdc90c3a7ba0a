//! The command line.

mod accepted;
mod course;
mod course_test;
mod execution;
mod exit;
mod explore;
mod files;
mod finding;
mod out;
mod paint;
mod program;
mod run;
mod serve;
mod shown;
mod table;
mod terminal;
mod words;

use std::future::Future;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use exit::{Exit, Stop};

/// Write real Python with threads and processes, hold the threads, and check every interleaving.
#[derive(Debug, Parser)]
#[command(name = "heddle", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the course and the playground on this machine
    Serve(serve::Args),
    /// Runs a program once, freely, and says how it ended
    Run(run::Args),
    /// Searches a program's interleavings for failures
    Explore(explore::Args),
    /// Shows the state of a program after a schedule
    Step(execution::Args),
    /// Runs a schedule, then goes on to the program's end
    Replay(execution::Args),
    /// Checks a course folder
    Course(course::Args),
}

/// Runs the command and returns its exit code: 0 pass, 1 fail, 2 bad input, 3 unfinished, 4 no
/// usable jail.
pub(crate) fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    start_log(&command);
    let done = match command {
        Command::Serve(args) => block_on(serve::serve(args)),
        Command::Run(args) => block_on(run::run(args)),
        Command::Explore(args) => block_on(explore::explore(args)),
        Command::Step(args) => block_on(execution::step(args)),
        Command::Replay(args) => block_on(execution::replay(args)),
        Command::Course(args) => block_on(course::course(args)),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(Stop { exit, message }) => {
            out::note(format!("heddle: {message}\n"));
            exit.into()
        }
    }
}

fn start_log(command: &Command) {
    let default = match command {
        Command::Serve(_) => "heddle=info,heddle_runner=info",
        // What goes wrong is said once, as the command's own message.
        _ => "off",
    };
    let filter = EnvFilter::try_from_env("HEDDLE_LOG").unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
}

fn block_on(work: impl Future<Output = Result<Exit, Stop>>) -> Result<Exit, Stop> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| {
            Stop::bad_input(format!("cannot start the threads of the server: {error}"))
        })?;
    runtime.block_on(work)
}
