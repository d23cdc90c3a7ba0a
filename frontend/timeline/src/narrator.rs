//! One plain sentence for every event, for what a task is about to do, and for the end.

use heddle_trace::{
    Event, ObjectId, Op, OpKind, OpResult, Outcome, Pending, Stream, TaskId, Trace, Waiting, What,
};

use crate::holds::Holds;
use crate::words;

/// Tells a trace. Sentences depend on who holds what, so asking for events in order is cheap;
/// going back starts again from the beginning.
#[derive(Debug, Clone)]
pub struct Narrator<'a> {
    trace: &'a Trace,
    files: &'a [String],
    holds: Holds,
    /// Events that `holds` has seen.
    seen: usize,
}

/// The sentence of one event: "t1 takes lock a.lock (line 9)". Empty when there is no such event.
pub fn sentence(trace: &Trace, event: usize) -> String {
    Narrator::new(trace).sentence(event)
}

/// What a task does next: "t1 waits for lock b, which t2 holds (line 12)", or "t1 is about to
/// take lock b (line 12)".
pub fn pending_sentence(trace: &Trace, pending: &Pending) -> String {
    Narrator::new(trace).pending(pending)
}

/// How the execution ended: "Deadlock: t1 holds lock a and waits for lock b; …".
pub fn outcome_sentence(trace: &Trace) -> String {
    Narrator::new(trace).outcome()
}

impl<'a> Narrator<'a> {
    /// A narrator at the beginning.
    pub fn new(trace: &'a Trace) -> Self {
        Narrator {
            trace,
            files: &[],
            holds: Holds::default(),
            seen: 0,
        }
    }

    /// Names of the program's files, to say in which one a line is.
    #[must_use]
    pub fn files(self, files: &'a [String]) -> Self {
        Narrator { files, ..self }
    }

    /// The sentence of one event; empty when there is no such event.
    pub fn sentence(&mut self, event: usize) -> String {
        let Some(it) = self.trace.events.get(event) else {
            return String::new();
        };
        self.go_to(event);
        let who = words::task(self.trace, it.task);
        let what = self.what(it);
        format!("{who} {what}{}", words::place(it.location, self.files))
    }

    /// What a task does after the last event of the trace.
    pub fn pending(&mut self, pending: &Pending) -> String {
        self.go_to(self.trace.events.len());
        let who = words::task(self.trace, pending.task);
        let place = words::place(pending.location, self.files);
        if pending.enabled {
            let intent = words::intent(self.trace, &pending.op);
            return format!("{who} is about to {intent}{place}");
        }
        let wait = self.wait(pending.task, &pending.op);
        let until = if pending.timed {
            " or until its time is up"
        } else {
            ""
        };
        format!("{who} {wait}{until}{place}")
    }

    /// What it means that a task waits for an operation, at the moment before an event.
    pub fn waiting(&mut self, task: TaskId, op: &Op, event: usize) -> String {
        self.go_to(event.min(self.trace.events.len()));
        let wait = self.wait(task, op);
        format!("{} {wait}", self.task(task))
    }

    /// What it means that a task holds an object.
    pub fn holding(&self, task: TaskId, object: ObjectId) -> String {
        let what = words::object(self.trace, object);
        format!("{} holds {what}", self.task(task))
    }

    /// A task's name.
    pub fn name(&self, task: TaskId) -> String {
        self.task(task)
    }

    /// How the execution ended.
    pub fn outcome(&mut self) -> String {
        match &self.trace.outcome {
            Outcome::Finished => "The program finished".into(),
            Outcome::Failed { task, error } => {
                let who = words::task(self.trace, *task);
                let place = words::place(error.location, self.files);
                format!("{who} {}{place}", died(&error.exception, &error.message))
            }
            Outcome::Exited { code } => format!("The program ended with exit code {code}"),
            Outcome::Killed { signal } => {
                format!("A process of the program was ended by signal {signal}")
            }
            Outcome::Deadlock { waiting, cycle } => self.deadlock(waiting, cycle),
            Outcome::Livelock { tasks } => {
                let names: Vec<String> =
                    tasks.iter().map(|t| words::task(self.trace, *t)).collect();
                format!("Livelock: {} only repeat themselves", words::list(&names))
            }
            Outcome::Limit { limit } => {
                format!(
                    "The {} struck, here is what happened before",
                    limit_name(*limit)
                )
            }
            Outcome::Stopped => "The program can go on".into(),
            Outcome::Cancelled => "The run was stopped".into(),
            Outcome::Diverged { step } => format!(
                "After {step} steps the program went another way than the schedule says: it is \
                 not deterministic, or the schedule is another program's"
            ),
            Outcome::Lost { reason } => format!("The run was lost: {reason}"),
        }
    }

    /// Makes `holds` the state just before an event.
    fn go_to(&mut self, event: usize) {
        if event < self.seen {
            self.holds = Holds::default();
            self.seen = 0;
        }
        for (i, e) in (self.seen as u32..).zip(&self.trace.events[self.seen..event]) {
            if let What::Op { op, result, .. } = &e.what {
                self.holds.apply(i, e.task, op, *result);
            }
        }
        self.seen = event;
    }

    fn what(&self, event: &Event) -> String {
        match &event.what {
            What::Op {
                op, result, output, ..
            } => match result {
                OpResult::TimedOut => self.timed_out(event.task, op),
                OpResult::WouldBlock => self.in_vain(event.task, op),
                OpResult::Done => self.done(event.task, op, output.as_ref()),
            },
            What::Wait { op } => self.wait(event.task, op),
            What::Uncaught {
                exception, message, ..
            } => died(exception, message),
            What::Uncontrolled { call } => {
                format!("calls {call}, which Heddle does not control")
            }
        }
    }

    fn done(&self, task: TaskId, op: &Op, output: Option<&(Stream, String)>) -> String {
        let plain = || words::present(&words::intent(self.trace, op));
        let held = op.object.and_then(|o| self.holds.by(task, o));
        match (op.kind, held) {
            (OpKind::Join, _) => match op.target {
                Some(other) => format!("joins {}, which has ended", self.task(other)),
                None => plain(),
            },
            (OpKind::Acquire | OpKind::TryAcquire, Some(held)) => {
                format!("{} again ({} times now)", self.takes(op), held.times + 1)
            }
            (OpKind::TryAcquire, None) => format!("{}, which was free", self.takes(op)),
            (OpKind::Release, Some(held)) if held.times > 1 => {
                let left = match held.times - 1 {
                    1 => "once".to_owned(),
                    n => format!("{n} times"),
                };
                format!("{} and still holds it {left}", plain())
            }
            (OpKind::Release, None) => match op.object.map(|o| self.holders(task, o)) {
                Some(others) if !others.is_empty() => {
                    format!("{}, which {} had taken", plain(), words::list(&others))
                }
                _ => plain(),
            },
            (OpKind::Output, _) => match output {
                Some((stream, text)) => prints(*stream, text),
                None => plain(),
            },
            (OpKind::TaskEnd, _) => {
                let kept: Vec<String> = self.held_locks(task);
                if kept.is_empty() {
                    return plain();
                }
                format!("ends and still holds {}", words::list(&kept))
            }
            _ => plain(),
        }
    }

    fn takes(&self, op: &Op) -> String {
        let kind = OpKind::Acquire;
        words::present(&words::intent(self.trace, &Op { kind, ..*op }))
    }

    fn timed_out(&self, task: TaskId, op: &Op) -> String {
        let wait = self.wait(task, op);
        let waiting = wait.replacen("waits", "waiting", 1);
        match (op.kind, op.also) {
            (OpKind::ConditionWake, Some(lock)) => format!(
                "stops {waiting}, its time is up, and takes {} again",
                words::object(self.trace, lock)
            ),
            _ if waiting == wait => format!("{wait}, and its time is up"),
            _ => format!("stops {waiting}: its time is up"),
        }
    }

    fn in_vain(&self, task: TaskId, op: &Op) -> String {
        let intent = words::intent(self.trace, op);
        let intent = intent.strip_prefix("try to ").unwrap_or(&intent);
        let why = self.which_held(task, op);
        format!("tries in vain to {intent}{why}")
    }

    fn wait(&self, task: TaskId, op: &Op) -> String {
        let why = self.which_held(task, op);
        format!("{}{why}", words::waiting(self.trace, op))
    }

    /// `, which t2 holds`, for locks and semaphores that somebody holds.
    fn which_held(&self, task: TaskId, op: &Op) -> String {
        let Some(object) = op.object else {
            return String::new();
        };
        let others = self.holders(task, object);
        match (others.as_slice(), self.holds.by(task, object)) {
            ([], None) => String::new(),
            ([], Some(_)) => ", which it holds itself".into(),
            ([one], _) => format!(", which {one} holds"),
            (several, _) => format!(", which {} hold", words::list(several)),
        }
    }

    fn holders(&self, except: TaskId, object: ObjectId) -> Vec<String> {
        let held = self.holds.of(object).iter();
        held.filter(|h| h.task != except)
            .map(|h| self.task(h.task))
            .collect()
    }

    fn held_locks(&self, task: TaskId) -> Vec<String> {
        let held = self.holds.all().filter(|(_, held)| held.task == task);
        held.map(|(object, _)| words::object(self.trace, object))
            .collect()
    }

    fn task(&self, id: TaskId) -> String {
        words::task(self.trace, id)
    }

    fn deadlock(&mut self, waiting: &[Waiting], cycle: &[TaskId]) -> String {
        self.go_to(self.trace.events.len());
        let on_cycle = |w: &&Waiting| cycle.is_empty() || cycle.contains(&w.task);
        let clauses: Vec<String> = waiting
            .iter()
            .filter(on_cycle)
            .map(|w| self.stuck(w))
            .collect();
        let end = match cycle.is_empty() {
            true => ". Nobody is left who could end the wait",
            false => "",
        };
        format!("Deadlock: {}{end}", clauses.join("; "))
    }

    /// `t1 holds lock a and waits for lock b`.
    fn stuck(&self, waiting: &Waiting) -> String {
        let who = self.task(waiting.task);
        let pending = self.trace.pending.iter().find(|p| p.task == waiting.task);
        let wait = match (pending, waiting.object, waiting.for_tasks.as_slice()) {
            (Some(pending), ..) => words::waiting(self.trace, &pending.op),
            (None, Some(object), _) => format!("waits for {}", words::object(self.trace, object)),
            (None, None, [other, ..]) => format!("waits for {}", self.task(*other)),
            (None, None, []) => "waits".into(),
        };
        let own = self.held_locks(waiting.task);
        if own.is_empty() {
            return format!("{who} {wait}");
        }
        format!("{who} holds {} and {wait}", words::list(&own))
    }
}

fn died(exception: &str, message: &str) -> String {
    if message.is_empty() {
        return format!("ends with an uncaught {exception}");
    }
    format!("ends with an uncaught {exception}: {}", shorten(message))
}

fn prints(stream: Stream, text: &str) -> String {
    let text = shorten(text.trim_end_matches('\n'));
    match stream {
        Stream::Out => format!("prints “{text}”"),
        Stream::Err => format!("prints “{text}” to standard error"),
    }
}

/// At most 60 characters, on one line.
fn shorten(text: &str) -> String {
    let one_line = text.replace('\n', " ⏎ ");
    match one_line.char_indices().nth(60) {
        Some((cut, _)) => format!("{}…", &one_line[..cut]),
        None => one_line,
    }
}

const fn limit_name(limit: heddle_trace::Limit) -> &'static str {
    use heddle_trace::Limit;
    match limit {
        Limit::Wall => "time limit",
        Limit::Cpu => "limit of CPU time",
        Limit::Memory => "memory limit",
        Limit::Processes => "limit of processes and threads",
        Limit::Output => "output limit",
        Limit::Events => "limit of events",
    }
}
