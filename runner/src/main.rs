//! `heddle-runner`: speaks the protocol of `heddle_trace::protocol` on standard input and output.
//! Ends when its input ends.

use std::io::{BufReader, stdin, stdout};
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use anyhow::{Context, Result, bail};
use heddle_runner::host::{Host, Trust};
use heddle_runner::jobs::{Jobs, Output};
use heddle_runner::{frame, pool::Pool};
use heddle_trace::protocol::{FromRunner, ToRunner, VERSION};

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("heddle-runner: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn serve() -> Result<()> {
    let trust = match std::env::args().nth(1).as_deref() {
        None => Trust::Jailed,
        Some("--trust") => Trust::Trusted,
        Some(other) => bail!("unknown argument {other:?}; the only one is --trust"),
    };
    let host = Host::probe(trust)?;
    let output: Output = Arc::new(Mutex::new(stdout()));
    let hello = FromRunner::Hello {
        protocol: VERSION,
        host: host.info(),
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let pool = Pool::new(host, cores.min(4));
    let jobs = Jobs::new(&pool, Arc::clone(&output), cores);
    match output.lock() {
        Ok(mut out) => frame::write(&mut *out, &hello).context("cannot say hello")?,
        Err(_) => bail!("cannot say hello"),
    }
    let mut input = BufReader::new(stdin());
    while let Some(message) =
        frame::read::<ToRunner>(&mut input).context("cannot read a request")?
    {
        jobs.handle(message);
    }
    // The jails watch this process and end with it.
    Ok(())
}
