//! The owner of the runner's process.

use std::ffi::OsString;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use heddle_trace::protocol::{FromRunner, HostInfo, JobEvent, JobResult, ToRunner, VERSION};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::frame::{self, FrameError};
use super::{Link, Shared};

/// From the start of the process to its first message.
const HELLO_PATIENCE: Duration = Duration::from_secs(25);
/// From closing its input to its end, before it is killed.
const END_PATIENCE: Duration = Duration::from_secs(3);
/// From its end to the end of its output, which a child of its own might hold open.
const DRAIN_PATIENCE: Duration = Duration::from_millis(500);
/// A runner that lived so long is started again at once.
const HEALTHY: Duration = Duration::from_secs(2);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(10);

/// How the runner is started.
#[derive(Debug, Clone)]
pub(crate) struct RunnerCommand {
    /// The program.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) args: Vec<OsString>,
    /// The interpreter; else the runner finds one.
    pub(crate) python: Option<PathBuf>,
}

/// Keeps a runner alive until `stop` says so.
pub(super) async fn own(
    shared: Arc<Shared>,
    command: RunnerCommand,
    mut stop: watch::Receiver<bool>,
) {
    let mut back_off = Duration::ZERO;
    loop {
        shared.link.send_replace(Link::Starting);
        let began = Instant::now();
        let end = live(&shared, &command, &mut stop).await;
        let healthy = matches!(end, End::Died(_)) && began.elapsed() >= HEALTHY;
        back_off = if healthy {
            Duration::ZERO
        } else {
            (back_off * 2).clamp(Duration::from_millis(100), LONGEST_BACK_OFF)
        };
        match end {
            End::Asked => break,
            End::Died(how) => tracing::warn!("the runner stopped: {how}"),
            End::NotStarted(reason) => {
                tracing::error!("the runner did not start: {reason}");
                let reason = format!("the runner did not start: {reason}").into();
                shared.link.send_replace(Link::Down { reason });
            }
        }
        tokio::select! {
            () = sleep(back_off) => {}
            () = asked_to_stop(&mut stop) => break,
        }
    }
    shared.link.send_replace(Link::Closed);
    // Dropping their senders ends the jobs.
    shared.jobs().clear();
}

async fn asked_to_stop(stop: &mut watch::Receiver<bool>) {
    // Without a sender nobody waits for this runner any more either.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// How one life of the runner ended.
enum End {
    /// We asked for it.
    Asked,
    /// Before its first message.
    NotStarted(String),
    /// After it.
    Died(String),
}

async fn live(shared: &Shared, command: &RunnerCommand, stop: &mut watch::Receiver<bool>) -> End {
    let (to, outbox) = mpsc::unbounded_channel();
    let (mut process, mut from) = match Process::spawn(command, outbox) {
        Ok(spawned) => spawned,
        Err(error) => {
            let program = command.program.display();
            return End::NotStarted(format!("cannot start {program}: {error}"));
        }
    };
    let greeted = tokio::select! {
        greeted = timeout(HELLO_PATIENCE, hello(&mut from)) => greeted,
        () = asked_to_stop(stop) => {
            process.end().await;
            return End::Asked;
        }
    };
    let host = match greeted {
        Ok(Ok(host)) => host,
        Ok(Err(reason)) => return End::NotStarted(process.last_words(reason).await),
        Err(_) => {
            let reason = format!("it said nothing for {} s", HELLO_PATIENCE.as_secs());
            return End::NotStarted(process.last_words(reason).await);
        }
    };
    tracing::info!(jail = ?host.jail, python = host.python, "the runner is up");
    let host = Arc::new(host);
    shared.link.send_replace(Link::Up { host, to });
    let how = tokio::select! {
        how = process.serve(shared, from) => how,
        () = asked_to_stop(stop) => {
            process.end().await;
            return End::Asked;
        }
    };
    // New jobs wait for the next life before the old ones are swept.
    shared.link.send_replace(Link::Starting);
    break_jobs(shared, &how);
    End::Died(how)
}

/// The running process; killed when dropped.
struct Process {
    child: Child,
    writer: JoinHandle<()>,
    /// Ends with the last line of its log.
    log: JoinHandle<String>,
}

impl Process {
    fn spawn(
        command: &RunnerCommand,
        outbox: mpsc::UnboundedReceiver<ToRunner>,
    ) -> std::io::Result<(Process, BufReader<ChildStdout>)> {
        let python = command.python.iter();
        let mut child = Command::new(&command.program)
            .args(&command.args)
            .envs(python.map(|python| ("HEDDLE_PYTHON", python)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C in the terminal is for us; the runner ends when its input does.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let missing = || std::io::Error::other("its pipes are missing");
        let to = child.stdin.take().ok_or_else(missing)?;
        let from = child.stdout.take().ok_or_else(missing)?;
        let log = child.stderr.take().ok_or_else(missing)?;
        let process = Process {
            child,
            writer: tokio::spawn(write(to, outbox)),
            log: tokio::spawn(pass_log(log)),
        };
        Ok((process, BufReader::with_capacity(1 << 16, from)))
    }

    /// Delivers its messages until it has gone, and says how it went.
    async fn serve(&mut self, shared: &Shared, from: BufReader<ChildStdout>) -> String {
        let delivered = {
            let mut deliver = pin!(deliver(shared, from));
            tokio::select! {
                delivered = &mut deliver => delivered,
                _ = self.child.wait() => match timeout(DRAIN_PATIENCE, &mut deliver).await {
                    Ok(delivered) => delivered,
                    Err(_) => Ok(()),
                },
            }
        };
        let status = self.end().await;
        match (delivered, status) {
            (Err(error), _) if !matches!(error, FrameError::Io(_)) => error.to_string(),
            (_, Some(status)) => how_it_ended(status),
            (_, None) => "it closed its output".into(),
        }
    }

    /// Closes its input, waits a little, kills it.
    async fn end(&mut self) -> Option<ExitStatus> {
        self.writer.abort();
        if let Ok(Ok(status)) = timeout(END_PATIENCE, self.child.wait()).await {
            return Some(status);
        }
        self.child.kill().await.ok()?;
        self.child.wait().await.ok()
    }

    /// What it said last on its log, else `reason` and how it ended.
    async fn last_words(mut self, reason: String) -> String {
        let status = self.end().await;
        match timeout(DRAIN_PATIENCE, &mut self.log).await {
            Ok(Ok(words)) if !words.is_empty() => words,
            _ => match status {
                Some(status) => format!("{reason}; {}", how_it_ended(status)),
                None => reason,
            },
        }
    }
}

fn how_it_ended(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("it ended with exit code {code}"),
        (None, Some(signal)) => format!("it was killed by signal {signal}"),
        (None, None) => "it ended".into(),
    }
}

async fn write(mut to: ChildStdin, mut outbox: mpsc::UnboundedReceiver<ToRunner>) {
    while let Some(message) = outbox.recv().await {
        if let Err(error) = frame::write(&mut to, &message).await {
            // The reader sees the end of the process and says so to the jobs.
            tracing::debug!("cannot write to the runner: {error}");
            return;
        }
    }
}

async fn hello(from: &mut BufReader<ChildStdout>) -> Result<HostInfo, String> {
    match frame::read(from).await {
        Ok(Some(FromRunner::Hello { protocol, host })) if protocol == VERSION => Ok(host),
        Ok(Some(FromRunner::Hello { protocol, .. })) => Err(format!(
            "it speaks version {protocol} of the protocol, this server version {VERSION}: build both anew with `cargo xtask build`"
        )),
        Ok(Some(FromRunner::Job { .. })) => Err("its first message was no greeting".into()),
        Ok(None) => Err("it closed its output".into()),
        Err(error) => Err(error.to_string()),
    }
}

async fn deliver(shared: &Shared, mut from: BufReader<ChildStdout>) -> Result<(), FrameError> {
    while let Some(message) = frame::read(&mut from).await? {
        let FromRunner::Job { job, event } = message else {
            tracing::warn!("the runner greeted twice");
            continue;
        };
        let ended = matches!(event, JobEvent::Ended { .. });
        let mut jobs = shared.jobs();
        if let Some(inbox) = jobs.get(&job) {
            // A job that nobody follows any more is cancelled by its owner's drop.
            let _ = inbox.send(event);
        }
        if ended {
            jobs.remove(&job);
        }
    }
    Ok(())
}

fn break_jobs(shared: &Shared, how: &str) {
    for (_, inbox) in shared.jobs().drain() {
        let reason = format!(
            "The runner stopped while it worked on this program: {how}. It is being started again; run the program once more."
        );
        let result = JobResult::Broken { reason };
        // A job that nobody follows any more needs no end.
        let _ = inbox.send(JobEvent::Ended { result });
    }
}

async fn pass_log(log: ChildStderr) -> String {
    let mut last = String::new();
    let mut lines = BufReader::new(log).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        if !line.trim().is_empty() {
            tracing::info!(target: "heddle_runner", "{line}");
            line.trim().clone_into(&mut last);
        }
    }
    last
}
