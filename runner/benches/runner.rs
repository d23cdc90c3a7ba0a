//! Figures of the engine on this machine: executions a second, latency of a step, time to the first
//! event of a free run, cost of an event. Prints a table; asserts nothing.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used)] // A bench that cannot go on says where.

use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use heddle_policy::PolicyState;
use heddle_runner::execution::{Controlled, Plan, Watcher, execute};
use heddle_runner::host::{Host, Trust};
use heddle_runner::zygote::Zygote;
use heddle_trace::{Granularity, Limits, Program, Stream, TaskId, Timeouts, Trace, TraceChunk};

const INCREMENTS: &str = "\
import threading

class Counter:
    def __init__(self):
        self.n = 0

c = Counter()

def work():
    c.n += 1

threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads: t.start()
for t in threads: t.join()
";

/// Prints nanoseconds for one acquire and release: of our lock, traced.
const LOCK_COST: &str = "\
import threading, time
lock = threading.Lock()
N = 40_000
start = time.perf_counter_ns()
for _ in range(N):
    lock.acquire()
    lock.release()
traced = time.perf_counter_ns() - start
start = time.perf_counter_ns()
for _ in range(N):
    pass
empty = time.perf_counter_ns() - start
print((traced - empty) / N)
";

/// One of the measurements.
type Part = fn(&Host);

/// Arguments are names of parts; without any, all are measured.
fn main() {
    let host = Host::probe(Trust::Jailed).unwrap();
    println!("jail {}, CPython {}", host.level, host.version);
    let parts: [(&str, Part); 5] = [
        ("forks", forked_executions),
        ("rounds", rounds),
        ("steps", steps),
        ("first-event", first_event),
        ("events", event_cost),
    ];
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    for (name, part) in parts {
        if wanted.iter().all(|w| w.starts_with('-')) || wanted.iter().any(|w| w == name) {
            part(&host);
        }
    }
}

fn zygote(host: &Host, source: &str) -> Zygote {
    let mut zygote = Zygote::spawn(host, Limits::default()).unwrap();
    zygote.load(&Program::python(source)).unwrap().unwrap();
    zygote
}

fn plan(prefix: Vec<TaskId>, policy: PolicyState, snapshot: bool) -> Plan {
    let control = Controlled {
        granularity: Granularity::Language,
        timeouts: Timeouts::Respect,
        prefix,
        policy,
        strict: false,
        snapshot,
        kill_at_step: None,
    };
    Plan {
        control: Some(control),
        limits: Limits::default(),
        goes_round: false,
    }
}

fn run(zygote: &mut Zygote, plan: &Plan) -> Trace {
    execute(zygote, plan, &AtomicBool::new(false), None)
        .unwrap()
        .trace
}

fn forked_executions(host: &Host) {
    let mut zygote = zygote(host, INCREMENTS);
    let count = 1_000;
    let started = Instant::now();
    for seed in 0..count {
        run(&mut zygote, &plan(vec![], PolicyState::random(seed), false));
    }
    let rate = count as f64 / started.elapsed().as_secs_f64();
    println!("executions, 2 threads x 1 increment, fork for each: {rate:.0}/s");
}

fn rounds(host: &Host) {
    let mut zygote = zygote(host, INCREMENTS);
    let count = 10_000;
    let started = Instant::now();
    for seed in 0..count {
        let mut plan = plan(vec![], PolicyState::random(seed), false);
        plan.goes_round = true;
        run(&mut zygote, &plan);
    }
    let rate = count as f64 / started.elapsed().as_secs_f64();
    println!("executions, 2 threads x 1 increment, all in one process: {rate:.0}/s");
}

fn steps(host: &Host) {
    let mut zygote = zygote(host, INCREMENTS);
    let whole = run(
        &mut zygote,
        &plan(vec![], PolicyState::non_preemptive(), false),
    )
    .choices();
    let mut times: Vec<Duration> = (0..300)
        .map(|i| {
            let prefix = whole[..i % whole.len()].to_vec();
            let started = Instant::now();
            run(&mut zygote, &plan(prefix, PolicyState::stop(), true));
            started.elapsed()
        })
        .collect();
    report("one step, with stacks and variables", &mut times);
}

struct FirstEvent {
    started: Instant,
    seen: Option<Duration>,
}

impl Watcher for FirstEvent {
    fn chunk(&mut self, chunk: TraceChunk) {
        if !chunk.events.is_empty() {
            self.seen.get_or_insert(self.started.elapsed());
        }
    }
}

fn first_event(host: &Host) {
    let mut times: Vec<Duration> = (0..30)
        .map(|_| {
            let mut zygote = Zygote::spawn(host, Limits::default()).unwrap();
            let mut watcher = FirstEvent {
                started: Instant::now(),
                seen: None,
            };
            zygote.load(&Program::python(INCREMENTS)).unwrap().unwrap();
            let plan = Plan {
                control: None,
                limits: Limits::default(),
                goes_round: false,
            };
            execute(
                &mut zygote,
                &plan,
                &AtomicBool::new(false),
                Some(&mut watcher),
            )
            .unwrap();
            watcher.seen.unwrap()
        })
        .collect();
    report(
        "free run on a warm jail, compile to first event",
        &mut times,
    );
}

fn event_cost(host: &Host) {
    let traced: f64 = printed(host, LOCK_COST);
    // The same without Heddle: the interpreter's own lock.
    let plain = std::process::Command::new(&host.python)
        .args(["-I", "-S", "-c", LOCK_COST])
        .output()
        .unwrap();
    let plain: f64 = String::from_utf8_lossy(&plain.stdout)
        .trim()
        .parse()
        .unwrap();
    println!(
        "acquire + release in a free run: {traced:.0} ns traced, {plain:.0} ns plain, {:.0} ns for each event",
        (traced - plain) / 2.0
    );
}

fn printed(host: &Host, source: &str) -> f64 {
    struct Keep(Trace);
    impl Watcher for Keep {
        fn chunk(&mut self, chunk: TraceChunk) {
            self.0.extend(chunk);
        }
    }
    let mut zygote = zygote(host, source);
    let empty = run(&mut zygote, &plan(vec![], PolicyState::stop(), false));
    let mut keep = Keep(Trace {
        processes: vec![],
        tasks: vec![],
        objects: vec![],
        events: vec![],
        ..empty
    });
    let plan = Plan {
        control: None,
        limits: Limits::default(),
        goes_round: false,
    };
    execute(&mut zygote, &plan, &AtomicBool::new(false), Some(&mut keep)).unwrap();
    keep.0.output(Stream::Out).trim().parse().unwrap()
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    let at = |quantile: usize| times[(times.len() - 1) * quantile / 100].as_secs_f64() * 1e3;
    println!("{what}: median {:.1} ms, p95 {:.1} ms", at(50), at(95));
}
