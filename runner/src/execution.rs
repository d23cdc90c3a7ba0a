//! One execution: prepare the stage, start, watch the limits, read the trace.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed, Ordering::Release};
use std::time::{Duration, Instant};

use heddle_policy::PolicyState;
use heddle_stage::{CONTROL_VERSION, End, Mode, NONE32, Reader};
use heddle_trace::{Granularity, Limit, Limits, Outcome, TaskId, Timeouts, Trace, TraceChunk};

use crate::outcome::{self, Facts};
use crate::zygote::{Heard, Zygote, ZygoteError};

/// How often a running program is looked at: limits, cancellation, new events.
const TICK: Duration = Duration::from_millis(20);

/// How long the fork server may take to clear away a program that it was told to kill.
const KILL_LIMIT: Duration = Duration::from_secs(5);

/// What to execute.
#[derive(Debug, Clone)]
pub struct Plan {
    /// `None`: free.
    pub control: Option<Controlled>,
    /// Limits of this execution.
    pub limits: Limits,
    /// May follow another execution in its process, and be followed by one: see [`Controlled`].
    pub goes_round: bool,
}

/// How to control it.
#[derive(Debug, Clone)]
pub struct Controlled {
    /// Which accesses are points.
    pub granularity: Granularity,
    /// When timeouts fire.
    pub timeouts: Timeouts,
    /// First these choices.
    pub prefix: Vec<TaskId>,
    /// Then this policy.
    pub policy: PolicyState,
    /// The prefix may ask only for tasks that a policy would be shown.
    pub strict: bool,
    /// Report stacks and variables at the end.
    pub snapshot: bool,
    /// For tests: the process that is about to take this step kills itself.
    pub kill_at_step: Option<u32>,
}

/// What came out.
#[derive(Debug)]
pub struct Execution {
    /// The trace. When events were handed to the watcher, only rows and outcome are in it.
    pub trace: Trace,
    /// What each process said about its state (JSON).
    pub snapshots: Vec<String>,
    /// The first task that was passed over because it only repeated its reads, after so many steps.
    pub passed_over: Option<(usize, TaskId)>,
}

/// Looks on while a program runs.
pub trait Watcher {
    /// New rows and events.
    fn chunk(&mut self, chunk: TraceChunk);
}

/// Executes. `watcher` gets the events of a free run as they come; without one they are in the
/// trace.
///
/// # Errors
/// When the fork server is gone for no reason that the program could have given it.
pub fn execute(
    zygote: &mut Zygote,
    plan: &Plan,
    cancelled: &AtomicBool,
    watcher: Option<&mut dyn Watcher>,
) -> Result<Execution, ZygoteError> {
    if !plan.goes_round {
        zygote.end_waiting()?;
    }
    zygote.state.reset();
    write_control(zygote, plan);
    if zygote.start().is_err() {
        return Err(zygote.gone("has ended"));
    }
    let mut run = Run {
        reader: Reader::new(),
        rows: TraceChunk::default(),
        watcher,
        started: Instant::now(),
        cpu_before: None,
    };
    let facts = run.watch(zygote, &plan.limits, cancelled);
    Ok(run.finish(zygote, plan, facts))
}

fn write_control(zygote: &Zygote, plan: &Plan) {
    let control = &zygote.control;
    let mode = if plan.control.is_some() {
        Mode::Controlled
    } else {
        Mode::Free
    };
    control.mode.store(mode as u32, Relaxed);
    control.max_events.store(plan.limits.events, Relaxed);
    control.max_output.store(plan.limits.output, Relaxed);
    control.kill_at_step.store(NONE32, Relaxed);
    control.snapshot.store(0, Relaxed);
    control.granularity.store(0, Relaxed);
    control.timeouts.store(0, Relaxed);
    control.strict.store(0, Relaxed);
    control.again.store(u32::from(plan.goes_round), Relaxed);
    control.prefix_len.store(0, Relaxed);
    if let Some(controlled) = &plan.control {
        let granularity = u32::from(controlled.granularity == Granularity::Gil);
        control.granularity.store(granularity, Relaxed);
        let timeouts = u32::from(controlled.timeouts == Timeouts::Any);
        control.timeouts.store(timeouts, Relaxed);
        control.strict.store(u32::from(controlled.strict), Relaxed);
        control
            .snapshot
            .store(u32::from(controlled.snapshot), Relaxed);
        control
            .kill_at_step
            .store(controlled.kill_at_step.unwrap_or(NONE32), Relaxed);
        for (to, from) in control.policy.iter().zip(controlled.policy.to_words()) {
            to.store(from, Relaxed);
        }
        for (to, from) in control.prefix.iter().zip(&controlled.prefix) {
            to.store(from.0.min(u16::from(u8::MAX)) as u8, Relaxed);
        }
        let length = controlled.prefix.len().min(control.prefix.len());
        control.prefix_len.store(length as u32, Relaxed);
    }
    control.version.store(CONTROL_VERSION, Release);
}

struct Run<'a> {
    reader: Reader,
    rows: TraceChunk,
    watcher: Option<&'a mut dyn Watcher>,
    started: Instant,
    /// CPU time of the jail when this execution was first looked at.
    cpu_before: Option<Duration>,
}

impl Run<'_> {
    /// Until the program and everything it started are gone.
    fn watch(&mut self, zygote: &mut Zygote, limits: &Limits, cancelled: &AtomicBool) -> Facts {
        let mut facts = Facts::default();
        let mut told_to_kill: Option<Instant> = None;
        loop {
            match zygote.listen(TICK) {
                Ok(Heard::Message(message)) if message.letter == b'D' => {
                    facts.read_end(&message.body);
                    break;
                }
                Ok(Heard::RoundOver) if Reader::end(&zygote.state) == End::Finished => {
                    zygote.waiting = true;
                    return facts;
                }
                Ok(_) => {}
                Err(_) => {
                    // The fork server is gone: killed from inside, or by a limit of the jail.
                    facts.fork_server_gone = true;
                    break;
                }
            }
            self.hand_out(zygote, false);
            if facts.cut_short.is_none() {
                facts.cut_short = self.reason_to_stop(zygote, limits, cancelled);
            }
            match told_to_kill {
                None if facts.cut_short.is_some() => {
                    told_to_kill = Some(Instant::now());
                    // If it cannot be told, the next poll says so.
                    let _ = zygote.send(b'Q', b"");
                }
                Some(since) if since.elapsed() > KILL_LIMIT => {
                    zygote.jail.kill();
                    facts.fork_server_gone = true;
                    break;
                }
                _ => {}
            }
        }
        zygote.is_gone |= facts.fork_server_gone;
        let usage = zygote.jail.usage();
        facts.out_of_memory = usage.oom_killed;
        facts.processes_denied = usage.processes_denied;
        facts.raw_output = zygote.raw_output();
        facts
    }

    fn reason_to_stop(
        &mut self,
        zygote: &Zygote,
        limits: &Limits,
        cancelled: &AtomicBool,
    ) -> Option<Outcome> {
        if cancelled.load(Relaxed) {
            return Some(Outcome::Cancelled);
        }
        if self.started.elapsed() > Duration::from_millis(limits.wall_ms) {
            return Some(Outcome::Limit { limit: Limit::Wall });
        }
        let used = zygote.jail.usage().cpu;
        let cpu = used.saturating_sub(*self.cpu_before.get_or_insert(used));
        (cpu > Duration::from_millis(limits.cpu_ms)).then_some(Outcome::Limit { limit: Limit::Cpu })
    }

    fn hand_out(&mut self, zygote: &Zygote, at_end: bool) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        let chunk = self.reader.chunk(&zygote.state, at_end);
        if chunk.is_empty() {
            return;
        }
        self.rows.processes.extend(chunk.processes.iter().cloned());
        self.rows.tasks.extend(chunk.tasks.iter().cloned());
        self.rows.objects.extend(chunk.objects.iter().cloned());
        watcher.chunk(chunk);
    }

    fn finish(mut self, zygote: &Zygote, plan: &Plan, facts: Facts) -> Execution {
        self.hand_out(zygote, true);
        if self.watcher.is_none() {
            self.rows = self.reader.chunk(&zygote.state, true);
        }
        let TraceChunk {
            processes,
            tasks,
            objects,
            events,
        } = self.rows;
        let mut trace = Trace {
            granularity: plan.control.as_ref().map(|c| c.granularity),
            timeouts: plan
                .control
                .as_ref()
                .map(|c| c.timeouts)
                .unwrap_or_default(),
            processes,
            tasks,
            objects,
            events,
            pending: Vec::new(),
            outcome: Outcome::Stopped,
        };
        if plan.control.is_some() {
            trace.pending = self.reader.pending(&zygote.state);
        }
        let said = outcome::Said {
            end: Reader::end(&zygote.state),
            exit_code: zygote.state.header.exit_code.load(Relaxed),
            uncaught: self.reader.first_uncaught(&zygote.state),
        };
        trace.outcome = outcome::decide(&trace, &said, &facts);
        Execution {
            trace,
            passed_over: passed_over(zygote.state.header.passed_over.load(Relaxed)),
            snapshots: Reader::snapshots(&zygote.state),
        }
    }
}

fn passed_over(word: u64) -> Option<(usize, TaskId)> {
    let task = u16::try_from((word & u64::from(u32::MAX)).checked_sub(1)?).ok()?;
    Some(((word >> 32) as usize, TaskId(task)))
}
