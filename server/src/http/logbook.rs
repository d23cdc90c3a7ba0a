//! All runs: those that go on, and the last ones that have ended.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::log::RunLog;
use tokio::sync::watch;

use crate::runs::Canceller;
use crate::store::Learner;

/// A learner's jobs at a time that leave room for one more run.
const RUNS_PER_LEARNER: usize = 4;
/// The same for a step: steps are short, and must be possible beside runs.
const STEPS_PER_LEARNER: usize = 8;
/// Ended runs that are kept, for viewers that come late or again.
const KEPT_RUNS: usize = 256;
const KEPT_BYTES: usize = 128 << 20;

/// One run.
#[derive(Debug)]
pub(crate) struct Run {
    /// Random; whoever has it may look and cancel.
    pub(crate) id: String,
    pub(crate) log: RunLog,
    pub(crate) canceller: Canceller,
}

/// All runs.
#[derive(Debug, Default)]
pub(crate) struct Logbook {
    shelf: Mutex<Shelf>,
    /// Number of runs that go on.
    open: watch::Sender<usize>,
}

#[derive(Debug, Default)]
struct Shelf {
    runs: HashMap<String, Arc<Run>>,
    /// Ended runs, the oldest first.
    ended: VecDeque<Arc<Run>>,
    ended_bytes: usize,
    running: HashMap<Learner, usize>,
}

/// What a permit is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Run,
    Step,
}

/// A learner has as many jobs as allowed; the number of these.
#[derive(Debug)]
pub(crate) struct TooManyJobs(pub(crate) usize);

/// The right to one job; given back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    book: Arc<Logbook>,
    learner: Learner,
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut shelf = self.book.shelf();
        if let Some(running) = shelf.running.get_mut(&self.learner) {
            *running -= 1;
            if *running == 0 {
                shelf.running.remove(&self.learner);
            }
        }
    }
}

impl Logbook {
    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes one of the learner's permits.
    pub(crate) fn permit(
        self: &Arc<Self>,
        learner: &Learner,
        purpose: Purpose,
    ) -> Result<Permit, TooManyJobs> {
        let most = match purpose {
            Purpose::Run => RUNS_PER_LEARNER,
            Purpose::Step => STEPS_PER_LEARNER,
        };
        let mut shelf = self.shelf();
        let running = shelf.running.entry(learner.clone()).or_default();
        if *running >= most {
            return Err(TooManyJobs(*running));
        }
        *running += 1;
        Ok(Permit {
            book: self.clone(),
            learner: learner.clone(),
        })
    }

    /// Opens the log of a new run.
    pub(crate) fn open(&self, id: String, canceller: Canceller) -> Arc<Run> {
        let run = Arc::new(Run {
            id: id.clone(),
            log: RunLog::new(),
            canceller,
        });
        self.shelf().runs.insert(id, run.clone());
        self.open.send_modify(|open| *open += 1);
        run
    }

    /// Ends a run's log; the oldest ended ones make room.
    pub(crate) fn end(&self, run: &Arc<Run>) {
        run.log.end();
        self.open.send_modify(|open| *open -= 1);
        let mut shelf = self.shelf();
        shelf.ended_bytes += run.log.bytes();
        shelf.ended.push_back(run.clone());
        while shelf.ended.len() > KEPT_RUNS
            || (shelf.ended_bytes > KEPT_BYTES && shelf.ended.len() > 1)
        {
            let Some(oldest) = shelf.ended.pop_front() else {
                break;
            };
            shelf.ended_bytes -= oldest.log.bytes();
            shelf.runs.remove(&oldest.id);
        }
    }

    /// The run with this id.
    pub(crate) fn run(&self, id: &str) -> Option<Arc<Run>> {
        self.shelf().runs.get(id).cloned()
    }

    /// Waits until no run goes on.
    pub(crate) async fn all_ended(&self) {
        // The sender is ours, so that this cannot fail.
        let _ = self.open.subscribe().wait_for(|open| *open == 0).await;
    }

    /// Asks all runs that go on to stop.
    pub(crate) fn cancel_all(&self) {
        for run in self.shelf().runs.values() {
            if !run.log.has_ended() {
                run.canceller.cancel();
            }
        }
    }
}
