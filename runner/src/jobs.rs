//! Jobs: each in a thread of its own lane, each answer with the job's number.

use std::collections::HashMap;
use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use heddle_analysis::Source;
use heddle_jail::Level;
use heddle_trace::protocol::{
    ExploreOptions, FromRunner, JobEvent, JobId, JobResult, ToRunner, Work,
};
use heddle_trace::{Check, Limits, Program, Schedule, TraceChunk};

use crate::execution::Watcher;
use crate::frame;
use crate::pool::Pool;
use crate::search::{Search, Tell, Zygotes};
use crate::single::{self, Then};
use crate::zygote::{Loaded, Zygote, ZygoteError};

/// Threads for runs and steps, which somebody waits for.
const QUICK_THREADS: usize = 4;

/// Where messages go.
pub type Output = Arc<Mutex<dyn Write + Send>>;

/// All jobs of this runner.
pub struct Jobs {
    quick: mpsc::Sender<Job>,
    long: mpsc::Sender<Job>,
    cancels: Arc<Mutex<HashMap<JobId, Arc<AtomicBool>>>>,
    output: Output,
}

struct Job {
    id: JobId,
    program: Program,
    work: Work,
    limits: Limits,
    cancelled: Arc<AtomicBool>,
}

impl Jobs {
    /// Starts the lanes. `long_threads` explorations run beside each other.
    pub fn new(pool: &Pool, output: Output, long_threads: usize) -> Self {
        let cancels = Arc::default();
        let lane = |threads| start_lane(pool, &output, &cancels, threads);
        Jobs {
            quick: lane(QUICK_THREADS),
            long: lane(long_threads),
            cancels,
            output,
        }
    }

    /// Takes a message.
    pub fn handle(&self, message: ToRunner) {
        match message {
            ToRunner::Start {
                job,
                program,
                work,
                limits,
            } => {
                let cancelled = Arc::new(AtomicBool::new(false));
                lock(&self.cancels).insert(job, Arc::clone(&cancelled));
                let lane = match work {
                    Work::Run | Work::Step { .. } | Work::Replay { .. } => &self.quick,
                    Work::Explore { .. } | Work::Judge { .. } => &self.long,
                };
                if lane
                    .send(Job {
                        id: job,
                        program,
                        work,
                        limits,
                        cancelled,
                    })
                    .is_err()
                {
                    let reason = "the runner is shutting down".to_owned();
                    end(&self.output, job, JobResult::Broken { reason });
                }
            }
            ToRunner::Cancel { job } => {
                if let Some(cancelled) = lock(&self.cancels).get(&job) {
                    cancelled.store(true, Relaxed);
                }
            }
        }
    }
}

fn start_lane(
    pool: &Pool,
    output: &Output,
    cancels: &Arc<Mutex<HashMap<JobId, Arc<AtomicBool>>>>,
    threads: usize,
) -> mpsc::Sender<Job> {
    let (sender, receiver) = mpsc::channel::<Job>();
    let receiver = Arc::new(Mutex::new(receiver));
    for _ in 0..threads {
        let (pool, output) = (pool.clone(), Arc::clone(output));
        let (cancels, receiver) = (Arc::clone(cancels), Arc::clone(&receiver));
        std::thread::spawn(move || {
            loop {
                let next = lock(&receiver).recv();
                let Ok(job) = next else { return };
                let id = job.id;
                let result = perform(&pool, &output, job);
                lock(&cancels).remove(&id);
                end(&output, id, result);
            }
        });
    }
    sender
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tell(output: &Output, job: JobId, event: JobEvent) {
    if let Err(error) = frame::write(&mut *lock(output), &FromRunner::Job { job, event }) {
        tracing::error!("cannot answer about job {}: {error}", job.0);
    }
}

fn end(output: &Output, job: JobId, result: JobResult) {
    tell(output, job, JobEvent::Ended { result });
}

fn perform(pool: &Pool, output: &Output, job: Job) -> JobResult {
    if job.cancelled.load(Relaxed) {
        return JobResult::Cancelled;
    }
    tell(output, job.id, JobEvent::Started);
    if let Err(reason) = check(pool, &job) {
        return JobResult::Refused { reason };
    }
    match attempt(pool, output, &job) {
        Ok(result) => result,
        Err(error) => JobResult::Broken {
            reason: error.to_string(),
        },
    }
}

fn check(pool: &Pool, job: &Job) -> Result<(), String> {
    let host = pool.host();
    if host.level == Level::L0 {
        return Err(format!(
            "There is no usable jail here, so nothing runs: {}",
            host.note
        ));
    }
    job.program.check().map_err(|error| error.to_string())?;
    match &job.work {
        Work::Step { schedule } | Work::Replay { schedule } => schedule
            .check_program(&job.program.hash())
            .map_err(|error| error.to_string()),
        Work::Run | Work::Explore { .. } | Work::Judge { .. } => Ok(()),
    }
}

/// Streams the events of a free run.
struct Stream<'a> {
    output: &'a Output,
    job: JobId,
}

impl Watcher for Stream<'_> {
    fn chunk(&mut self, chunk: TraceChunk) {
        tell(self.output, self.job, JobEvent::Trace { chunk });
    }
}

struct Fresh<'a> {
    pool: &'a Pool,
    job: &'a Job,
}

impl Zygotes for Fresh<'_> {
    fn fresh(&self) -> Result<Zygote, ZygoteError> {
        let mut zygote = self.pool.take(self.job.limits)?;
        // It compiled before.
        let _ = zygote.load(&self.job.program)?;
        Ok(zygote)
    }
}

fn attempt(pool: &Pool, output: &Output, job: &Job) -> Result<JobResult, ZygoteError> {
    match &job.work {
        Work::Step { schedule } => follow(pool, job, schedule, Then::Stop),
        Work::Replay { schedule } => follow(pool, job, schedule, Then::GoOn),
        Work::Run => match start(pool, job)? {
            Ok((mut zygote, _)) => {
                let mut stream = Stream {
                    output,
                    job: job.id,
                };
                single::run(
                    &mut zygote,
                    &job.program,
                    job.limits,
                    &job.cancelled,
                    &mut stream,
                )
            }
            Err(not_compiled) => Ok(not_compiled),
        },
        Work::Explore { options, races } => {
            explore(pool, output, job, *options, races.clone(), None)
        }
        Work::Judge { checks, options } => explore(pool, output, job, *options, None, Some(checks)),
    }
}

/// A fork server that has served nobody, with the program loaded; or how the job ends when the
/// program does not compile.
fn start(pool: &Pool, job: &Job) -> Result<Result<(Zygote, Loaded), JobResult>, ZygoteError> {
    let mut zygote = pool.take(job.limits)?;
    let loaded = zygote.load(&job.program)?;
    Ok(loaded
        .map(|loaded| (zygote, loaded))
        .map_err(|error| JobResult::NotCompiled { error }))
}

fn follow(
    pool: &Pool,
    job: &Job,
    schedule: &Schedule,
    then: Then,
) -> Result<JobResult, ZygoteError> {
    let program = job.program.hash();
    let mut zygote = match pool.take_loaded(&program, &job.limits) {
        Some(zygote) => zygote,
        None => match start(pool, job)? {
            Ok((zygote, _)) => zygote,
            Err(not_compiled) => return Ok(not_compiled),
        },
    };
    let result = single::follow(
        &mut zygote,
        &job.program,
        schedule,
        then,
        job.limits,
        &job.cancelled,
    )?;
    pool.keep_loaded(program, zygote);
    Ok(result)
}

fn explore(
    pool: &Pool,
    output: &Output,
    job: &Job,
    options: ExploreOptions,
    races: Option<Vec<(String, String)>>,
    checks: Option<&Vec<Check>>,
) -> Result<JobResult, ZygoteError> {
    let (zygote, loaded) = match start(pool, job)? {
        Ok(started) => started,
        Err(not_compiled) => return Ok(not_compiled),
    };
    let search = Search {
        zygotes: &Fresh { pool, job },
        program: &job.program,
        source: Source::new(&job.program),
        options,
        limits: job.limits,
        cancelled: &job.cancelled,
        loaded,
        races,
        interpreter: pool.host().info().python,
    };
    let tell: Tell<'_> = &mut |event| tell(output, job.id, event);
    match checks {
        None => search.explore(zygote, tell),
        Some(checks) => search.judge(zygote, checks.clone(), tell),
    }
}
