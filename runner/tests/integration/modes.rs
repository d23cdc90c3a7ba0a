//! Granularity `gil`: what CPython 3.11 can really do with a program. And timeouts that fire at any
//! turn.

use heddle_trace::protocol::{ExploreOptions, JobResult, Strategy, Work};
use heddle_trace::{
    Claim, ExploreReport, Granularity, OpResult, Outcome, Program, Schedule, TaskId, Timeouts,
    UnderGil, Verdict, What,
};

use crate::client::Client;

/// Two threads that do this once each; then the counter must be so much.
fn counting(definitions: &str, work: &str, expected: u32) -> Program {
    let work = work.lines().map(|line| format!("    {line}\n"));
    Program::python(format!(
        "\
import threading
from fractions import Fraction


class Counter:
    def get(self):
        return self.n


c = Counter()
c.n = 0
{definitions}

def work():
{}

threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert c.n == {expected}, c.n
",
        work.collect::<String>()
    ))
}

fn explored(program: &Program, options: ExploreOptions) -> ExploreReport {
    Client::start()
        .explore_all(std::slice::from_ref(program), options)
        .remove(0)
}

const GIL: ExploreOptions = ExploreOptions {
    granularity: Granularity::Gil,
    timeouts: Timeouts::Respect,
    strategy: Strategy::Auto,
    preemptions: None,
    max_executions: 100_000,
    seed: 1,
    keep_going: false,
    accept: heddle_trace::protocol::Accept::Proof,
};

/// (definitions, what each thread does, the right sum, whether CPython 3.11 can get it wrong)
const KNOWN: [(&str, &str, u32, bool); 24] = [
    ("", "c.n += 1", 2, false),
    ("", "t = c.n\nt += 1\nc.n = t", 2, false),
    ("", "for _ in range(2):\n    c.n += 1", 4, false),
    (
        "",
        "for _ in range(2):\n    t = c.n\n    c.n = t + 1",
        4,
        false,
    ),
    ("", "c.n = int(c.n) + 1", 2, true),
    ("def f(x):\n    return x + 1", "c.n = f(c.n)", 2, true),
    // A function looks when it is entered, not when it returns.
    ("def f():\n    return c.n", "c.n = f() + 1", 2, false),
    ("", "c.n = c.get() + 1", 2, false),
    ("", "c.n = getattr(c, 'n') + 1", 2, true),
    ("def f(*x):\n    return c.n", "c.n = f(*()) + 1", 2, true),
    // Python code that an operator, an attribute or a generator runs.
    (
        "c.n = Fraction(0)\nONE = Fraction(1)",
        "c.n = c.n + ONE",
        2,
        true,
    ),
    (
        "class P:\n    @property\n    def one(self):\n        return 1\np = P()",
        "c.n = c.n + p.one",
        2,
        true,
    ),
    (
        "t = threading.current_thread()",
        "c.n = c.n + bool(t.name)",
        2,
        true,
    ),
    (
        "class D:\n    def __del__(self):\n        pass\n",
        "d = D()\nt = c.n\nd = None\nc.n = t + 1",
        2,
        true,
    ),
    (
        "def g():\n    yield 1\n    yield 1",
        "one = g()\nt = c.n\nc.n = t + next(one)",
        2,
        true,
    ),
    // Jumps back: between the rounds of a loop.
    (
        "",
        "t = 0\nfor i in range(2):\n    if i == 0:\n        t = c.n\n    else:\n        c.n = t + 1",
        2,
        true,
    ),
    ("", "[0 for _ in [1, 2]]\nc.n += 1", 2, false),
    ("", "t = c.n\n[0 for _ in ()]\nc.n = t + 1", 2, true),
    // The test of a loop stands at its end, too, and the jump back comes after it.
    ("", "while c.n < 2:\n    c.n += 1", 2, true),
    ("c.n = 1", "while c.n < 2:\n    c.n += 1", 2, false),
    // Leaving a `with` calls `__exit__`.
    (
        "class W:\n    def __enter__(self):\n        return self\n    __exit__ = print",
        "with W():\n    t = c.n\nc.n = t + 1",
        2,
        true,
    ),
    (
        "lock = threading.Lock()",
        "with lock:\n    c.n = int(c.n) + 1",
        2,
        false,
    ),
    (
        "lock = threading.Lock()",
        "with lock:\n    t = c.n\nc.n = t + 1",
        2,
        true,
    ),
    ("class K:\n    pass", "t = c.n\nK()\nc.n = t + 1", 2, true),
];

#[test]
fn under_a_gil_the_interpreter_switches_where_it_really_does() {
    let programs: Vec<Program> = KNOWN
        .iter()
        .map(|(definitions, work, expected, _)| counting(definitions, work, *expected))
        .collect();
    let reports = Client::start().explore_all(&programs, GIL);
    for ((definitions, work, _, fails), report) in KNOWN.iter().zip(reports) {
        let verdict = if *fails { Verdict::Fail } else { Verdict::Pass };
        let text = format!("{definitions}\n{work}\n{}", report.claim_text);
        assert_eq!(report.verdict, verdict, "{text} {:?}", report.weakened_by);
        let under_gil = report.findings.iter().map(|finding| finding.under_gil);
        assert!(
            under_gil.into_iter().all(|it| it == UnderGil::Yes),
            "{text}"
        );
    }
}

#[test]
fn all_of_them_fail_where_any_access_is_a_place_to_switch() {
    let work = ["c.n += 1", "t = c.n\nt += 1\nc.n = t", "c.n = c.get() + 1"];
    let programs = work.map(|work| counting("", work, 2));
    for report in Client::start().explore_all(&programs, ExploreOptions::default()) {
        assert_eq!(report.verdict, Verdict::Fail);
    }
}

#[test]
fn a_claim_names_the_interpreter_whose_switches_it_is_about() {
    let report = explored(&counting("", "c.n += 1", 2), GIL);
    assert_eq!(report.claim, Claim::Proved { behaviours: 2 });
    assert!(
        report.claim_text.contains("as CPython 3") && report.claim_text.contains("GIL"),
        "{}",
        report.claim_text
    );
}

#[test]
fn each_execution_without_a_fork_is_what_a_forked_one_is() {
    // A twin that differs would show up as executions that begin anew: forks are much slower, but the
    // counts would be the same, so look at a program with many.
    let options = ExploreOptions {
        strategy: Strategy::Dpor,
        ..GIL
    };
    let program = counting("", "for _ in range(3):\n    c.n += 1", 6);
    let report = explored(&program, options);
    assert_eq!(report.claim, Claim::Proved { behaviours: 20 });
}

/// Steps of the program with this schedule: what can go next.
fn step(program: &Program, granularity: Granularity, choices: &[u16]) -> Vec<u16> {
    let choices = choices.iter().copied().map(TaskId).collect();
    let schedule = Schedule::new(&program.hash(), granularity, choices);
    let result = Client::start().work(program, Work::Step { schedule });
    let JobResult::Execution { trace, .. } = result else {
        panic!("{result:?}")
    };
    let enabled = trace.pending.iter().filter(|pending| pending.enabled);
    enabled.map(|pending| pending.task.0).collect()
}

#[test]
fn in_the_middle_of_a_row_of_accesses_only_its_task_can_go() {
    let program = counting("", "c.n += 1", 2);
    // Main starts both, and goes on where it waits; T1 reads.
    assert_eq!(step(&program, Granularity::Language, &[0, 0, 1]), [1, 2]);
    assert_eq!(step(&program, Granularity::Gil, &[0, 0, 1]), [1]);
    assert_eq!(step(&program, Granularity::Gil, &[0, 0, 1, 1]), [1, 2]);
}

#[test]
fn each_process_has_a_gil_of_its_own() {
    let program = Program::python(
        "\
import multiprocessing

value = multiprocessing.Value('i', 0)


def work():
    value.value += 1


if __name__ == '__main__':
    both = [multiprocessing.Process(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert value.value == 2
",
    );
    assert_eq!(explored(&program, GIL).verdict, Verdict::Fail);
}

const TRIES: &str = "\
import queue
import threading

box = queue.Queue()


def put():
    box.put(1)


threading.Thread(target=put).start()
try:
    print(box.get(timeout=5))
except queue.Empty:
    assert False, 'too late'
";

fn any(strategy: Strategy) -> ExploreOptions {
    ExploreOptions {
        granularity: Granularity::Language,
        timeouts: Timeouts::Any,
        strategy,
        ..GIL
    }
}

#[test]
fn a_timeout_that_fires_too_early_is_found_and_replayed() {
    let program = Program::python(TRIES);
    let report = explored(&program, ExploreOptions::default());
    assert_eq!(report.verdict, Verdict::Pass);
    let report = explored(&program, any(Strategy::Auto));
    assert_eq!(report.verdict, Verdict::Fail);
    let schedule = report.failure.unwrap().schedule;
    let result = Client::start().work(&program, Work::Replay { schedule });
    let JobResult::Execution { trace, .. } = result else {
        panic!("{result:?}")
    };
    assert!(matches!(trace.outcome, Outcome::Failed { .. }));
    let fired = |event: &heddle_trace::Event| {
        let What::Op { result, .. } = &event.what else {
            return false;
        };
        *result == OpResult::TimedOut
    };
    assert!(trace.events.iter().any(fired));
}

/// Programs with timeouts of all kinds.
const TIMED: [&str; 7] = [
    "\
lock = threading.Lock()
def a():
    with lock:
        print('a')
def b():
    if lock.acquire(timeout=1):
        print('b')
        lock.release()
    else:
        print('gave up')
",
    "\
event = threading.Event()
def a():
    event.set()
def b():
    print(event.wait(1))
",
    "\
cond = threading.Condition()
def a():
    with cond:
        cond.notify()
def b():
    with cond:
        print(cond.wait(1))
",
    "\
units = threading.Semaphore(0)
def a():
    units.release()
def b():
    print(units.acquire(timeout=1))
",
    "\
box = queue.Queue(1)
def a():
    box.put(1)
    box.get()
def b():
    try:
        box.put(2, timeout=1)
        print(box.get(timeout=1))
    except (queue.Full, queue.Empty) as error:
        print(type(error))
",
    "\
barrier = threading.Barrier(2)
def a():
    try:
        print(barrier.wait(1))
    except threading.BrokenBarrierError:
        print('broken')
b = a
",
    "\
inner = threading.Thread(target=lambda: print('inner'))
inner.start()
def a():
    inner.join(1)
    print(inner.is_alive())
def b():
    import time
    print(time.monotonic() > 5)
",
];

fn timed(text: &str) -> Program {
    Program::python(format!(
        "\
import queue
import threading
import time

{text}
t1 = threading.Thread(target=a)
t2 = threading.Thread(target=b)
t1.start()
t2.start()
t1.join()
t2.join()
"
    ))
}

#[test]
fn timeouts_at_any_turn_are_searched_as_depth_first() {
    let programs: Vec<Program> = TIMED.iter().map(|text| timed(text)).collect();
    for granularity in [Granularity::Language, Granularity::Gil] {
        let shown = |strategy| {
            let options = ExploreOptions {
                granularity,
                keep_going: true,
                ..any(strategy)
            };
            let reports = Client::start().explore_all(&programs, options).into_iter();
            let facts = reports.map(|report| (report.behaviours, report.complete, report.verdict));
            facts.collect::<Vec<_>>()
        };
        let (reduced, every) = (shown(Strategy::Dpor), shown(Strategy::Dfs));
        assert_eq!(reduced, every);
        assert!(
            reduced.iter().all(|(behaviours, ..)| *behaviours > 1),
            "{reduced:?}"
        );
    }
}

#[test]
fn loops_around_timeouts_come_to_an_end() {
    let program = timed(
        "\
box = queue.Queue()
def a():
    box.put(1)
def b():
    while True:
        try:
            print(box.get(timeout=1))
            break
        except queue.Empty:
            pass
",
    );
    let report = explored(&program, any(Strategy::Dpor));
    assert_eq!(report.verdict, Verdict::Pass, "{}", report.claim_text);
    let waits = timed(
        "\
stop = threading.Event()
def a():
    stop.set()
def b():
    while not stop.wait(1):
        print('still there')
",
    );
    let report = explored(&waits, any(Strategy::Auto));
    // It could go round for ever: that is said.
    assert_eq!(report.verdict, Verdict::Unfinished, "{}", report.claim_text);
    assert!(report.claim_text.contains("loop"), "{}", report.claim_text);
}

#[test]
fn a_search_that_fails_on_races_stops_at_the_first_one() {
    let racy = Program::python(
        "\
import threading

hits = 0


def count():
    global hits
    hits += 1


threads = [threading.Thread(target=count) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
",
    );
    let failing = |options: ExploreOptions, accepted: &[&str]| {
        let accepted = accepted
            .iter()
            .map(|kind| ((*kind).to_owned(), "hits".to_owned()));
        let work = Work::Explore {
            options,
            races: Some(accepted.collect()),
        };
        match Client::start().work(&racy, work) {
            JobResult::Explored { report } => report,
            other => panic!("{other:?}"),
        }
    };
    let options = ExploreOptions::default();
    let report = failing(options, &[]);
    assert_eq!((report.verdict, report.executions), (Verdict::Fail, 1));
    let failure = report.failure.unwrap();
    assert!(failure.findings.iter().any(|one| one.what.is_race()));
    let all = ExploreOptions {
        keep_going: true,
        ..options
    };
    assert!(failing(all, &[]).executions > 10);
    // What is accepted is no failure.
    let report = failing(options, &["race", "lost-update"]);
    assert_eq!(report.verdict, Verdict::Pass, "{:?}", report.findings);
}
