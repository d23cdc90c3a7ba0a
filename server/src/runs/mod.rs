//! Runs: something that executes programs. The server and the command line start a [`Job`] here
//! and read its events; where the runner lives and how it is reached is nobody else's business.
//!
//! The runner is a process of its own. One task owns it: it starts it, checks the handshake, hands
//! its messages to the jobs they are about, and starts it again when it has died. Jobs that were
//! running then end with [`JobResult::Broken`].

mod frame;
mod process;

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use heddle_trace::protocol::{HostInfo, JobEvent, JobId, JobResult, ToRunner, Work};
use heddle_trace::{Limits, Program};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

pub(crate) use process::RunnerCommand;

/// How long a new job waits for a runner that is being started.
const START_PATIENCE: Duration = Duration::from_secs(30);

/// No runner is there, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(crate) struct NoRunner(pub(crate) String);

/// The connection to the runner.
#[derive(Debug, Clone)]
enum Link {
    /// It is being started.
    Starting,
    /// It works.
    Up {
        host: Arc<HostInfo>,
        to: mpsc::UnboundedSender<ToRunner>,
    },
    /// It did not start; another try follows.
    Down { reason: Arc<str> },
    /// The end.
    Closed,
}

/// What the owner of the process and the jobs share.
#[derive(Debug)]
struct Shared {
    link: watch::Sender<Link>,
    jobs: Mutex<HashMap<JobId, mpsc::UnboundedSender<JobEvent>>>,
    next_job: AtomicU64,
}

impl Shared {
    fn jobs(&self) -> MutexGuard<'_, HashMap<JobId, mpsc::UnboundedSender<JobEvent>>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Executes programs.
#[derive(Debug)]
pub(crate) struct Runs {
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    owner: Mutex<Option<JoinHandle<()>>>,
}

impl Runs {
    /// Starts the runner in the background.
    pub(crate) fn start(command: RunnerCommand) -> Runs {
        let shared = Arc::new(Shared {
            link: watch::Sender::new(Link::Starting),
            jobs: Mutex::default(),
            next_job: AtomicU64::new(1),
        });
        let stop = watch::Sender::new(false);
        let owner = tokio::spawn(process::own(shared.clone(), command, stop.subscribe()));
        Runs {
            shared,
            stop,
            owner: Mutex::new(Some(owner)),
        }
    }

    /// Waits until the runner is there.
    ///
    /// # Errors
    /// Why it is not.
    pub(crate) async fn ready(&self) -> Result<Arc<HostInfo>, NoRunner> {
        self.link().await.map(|(host, _)| host)
    }

    /// The runner's machine, if the runner is there now.
    pub(crate) fn host(&self) -> Option<Arc<HostInfo>> {
        match &*self.shared.link.borrow() {
            Link::Up { host, .. } => Some(host.clone()),
            Link::Starting | Link::Down { .. } | Link::Closed => None,
        }
    }

    /// Starts a job; waits for a runner that is being started.
    ///
    /// # Errors
    /// No runner is there.
    pub(crate) async fn job(
        &self,
        program: Program,
        work: Work,
        limits: Limits,
    ) -> Result<Job, NoRunner> {
        let (_, to) = self.link().await?;
        let job = JobId(self.shared.next_job.fetch_add(1, Ordering::Relaxed));
        let (events, inbox) = mpsc::unbounded_channel();
        self.shared.jobs().insert(job, events);
        let start = ToRunner::Start {
            job,
            program,
            work,
            limits,
        };
        if to.send(start).is_err() {
            // It died this moment: the owner may have swept the jobs before this one came in.
            self.shared.jobs().remove(&job);
            return Err(NoRunner(
                "the runner stopped just now and is being started again; try once more".into(),
            ));
        }
        Ok(Job {
            id: job,
            inbox,
            canceller: Canceller { job, to },
            ended: false,
        })
    }

    async fn link(&self) -> Result<(Arc<HostInfo>, mpsc::UnboundedSender<ToRunner>), NoRunner> {
        let mut link = self.shared.link.subscribe();
        let settled = link.wait_for(|link| !matches!(link, Link::Starting));
        let Ok(Ok(settled)) = timeout(START_PATIENCE, settled).await else {
            let seconds = START_PATIENCE.as_secs();
            return Err(NoRunner(format!(
                "the runner did not come up within {seconds} s; see the server's log"
            )));
        };
        match &*settled {
            Link::Up { host, to } => Ok((host.clone(), to.clone())),
            Link::Down { reason } => Err(NoRunner(reason.to_string())),
            Link::Starting | Link::Closed => Err(NoRunner("the server is shutting down".into())),
        }
    }

    /// Ends the runner and waits until it is gone.
    pub(crate) async fn shut_down(&self) {
        self.stop.send_replace(true);
        let owner = self
            .owner
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(owner) = owner {
            // The owner only fails by a panic, which has been reported by then.
            let _ = owner.await;
        }
    }
}

/// Stops a job.
#[derive(Debug, Clone)]
pub(crate) struct Canceller {
    job: JobId,
    to: mpsc::UnboundedSender<ToRunner>,
}

impl Canceller {
    /// Asks the runner to stop the job; it then ends as cancelled. Harmless when it has ended.
    pub(crate) fn cancel(&self) {
        // A dead runner has ended the job already.
        let _ = self.to.send(ToRunner::Cancel { job: self.job });
    }
}

/// A job of the runner. Dropping it before its end cancels it.
#[derive(Debug)]
pub(crate) struct Job {
    id: JobId,
    inbox: mpsc::UnboundedReceiver<JobEvent>,
    canceller: Canceller,
    ended: bool,
}

impl Job {
    /// The next event; `None` after [`JobEvent::Ended`].
    pub(crate) async fn next(&mut self) -> Option<JobEvent> {
        if self.ended {
            return None;
        }
        let event = self.inbox.recv().await.unwrap_or_else(|| JobEvent::Ended {
            result: JobResult::Broken {
                reason: "The server is shutting down.".into(),
            },
        });
        self.ended = matches!(event, JobEvent::Ended { .. });
        Some(event)
    }

    /// A handle that stops it.
    pub(crate) fn canceller(&self) -> Canceller {
        self.canceller.clone()
    }

    /// Waits for its end and drops what comes before.
    pub(crate) async fn result(&mut self) -> JobResult {
        while let Some(event) = self.next().await {
            if let JobEvent::Ended { result } = event {
                return result;
            }
        }
        JobResult::Broken {
            reason: format!("Job {} was asked for its result twice.", self.id.0),
        }
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        if !self.ended {
            self.canceller.cancel();
        }
    }
}
