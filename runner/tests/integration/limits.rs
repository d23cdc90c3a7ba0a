//! Limits, hostile programs, and what comes after them.

use heddle_trace::protocol::{JailLevel, JobEvent, JobResult, ToRunner, Work};
use heddle_trace::{Limit, Limits, Outcome, Program, Stream, Trace};

use crate::client::Client;

/// Runs freely with short limits; returns the outcome and what was printed.
fn run(client: &mut Client, source: &str) -> (Outcome, Trace) {
    // A busy machine gives a program little CPU time in much wall time.
    let wall_ms = if source.contains("time.sleep(1000)") {
        1_500
    } else {
        120_000
    };
    // Filling the memory costs CPU time itself; for the rest a little is enough.
    let cpu_ms = if source.contains("bytearray") {
        10_000
    } else {
        300
    };
    let limits = Limits {
        wall_ms,
        cpu_ms,
        ..Limits::default()
    };
    let job = client.begin(&Program::python(source), Work::Run, limits);
    let mut whole = None::<Trace>;
    let mut chunks = Vec::new();
    let result = client.finish(job, |event| {
        if let JobEvent::Trace { chunk } = event {
            chunks.push(chunk);
        }
    });
    let JobResult::Run { trace, .. } = result else {
        panic!("{source}: {result:?}")
    };
    let outcome = trace.outcome.clone();
    let empty = Trace {
        processes: vec![],
        tasks: vec![],
        objects: vec![],
        ..*trace
    };
    let whole = whole.get_or_insert(empty);
    chunks.into_iter().for_each(|chunk| whole.extend(chunk));
    (outcome, whole.clone())
}

fn next_run_is_unharmed(client: &mut Client) {
    let (outcome, trace) = run(client, "print('unharmed')\n");
    assert_eq!(outcome, Outcome::Finished);
    assert_eq!(trace.output(Stream::Out), "unharmed\n");
}

#[test]
fn every_limit_is_named_and_the_next_run_is_unharmed() {
    let mut client = Client::start();
    assert!(client.host.jail >= JailLevel::L2, "{:?}", client.host);
    let cases = [
        (Limit::Wall, "import time\ntime.sleep(1000)\n"),
        (Limit::Cpu, "while True: pass\n"),
        (Limit::Output, "while True: print('x' * 1000)\n"),
        (
            Limit::Memory,
            "data = []\nwhile True: data.append(bytearray(10_000_000))\n",
        ),
        (Limit::Memory, "bytearray(10**11)\n"),
        (Limit::Processes, "import os\nwhile True: os.fork()\n"),
        (
            Limit::Events,
            "import threading\nlock = threading.Lock()\nwhile True:\n    with lock: pass\n",
        ),
    ];
    for (limit, source) in cases {
        let (outcome, trace) = run(&mut client, source);
        assert_eq!(outcome, Outcome::Limit { limit }, "{source}");
        assert!(!trace.tasks.is_empty(), "{source}: the trace up to there");
        next_run_is_unharmed(&mut client);
    }
}

#[test]
fn a_program_that_kills_everything_kills_only_itself() {
    let mut client = Client::start();
    let (outcome, _) = run(
        &mut client,
        "import os, signal\nos.kill(-1, signal.SIGKILL)\nprint('left')\n",
    );
    // In its own domain there is nobody else to kill.
    assert!(
        matches!(
            outcome,
            Outcome::Finished | Outcome::Killed { .. } | Outcome::Failed { .. }
        ),
        "{outcome:?}"
    );
    next_run_is_unharmed(&mut client);
}

#[test]
fn a_daemon_that_outlives_its_parent_is_gone_with_the_run() {
    let mut client = Client::start();
    let source = "import os, time\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        time.sleep(1000)\n    os._exit(0)\n";
    let (outcome, _) = run(&mut client, source);
    assert_eq!(outcome, Outcome::Finished);
    next_run_is_unharmed(&mut client);
}

#[test]
fn a_crash_in_c_is_a_signal() {
    let (outcome, _) = run(&mut Client::start(), "import ctypes\nctypes.string_at(0)\n");
    assert_eq!(outcome, Outcome::Killed { signal: 11 });
}

#[test]
fn a_run_can_be_cancelled_while_it_runs() {
    let mut client = Client::start();
    let program = Program::python("import time\nprint('on its way')\ntime.sleep(1000)\n");
    let job = client.begin(&program, Work::Run, Limits::default());
    loop {
        if let (_, JobEvent::Trace { .. }) = client.receive() {
            break;
        }
    }
    client.send(&ToRunner::Cancel { job });
    let JobResult::Run { trace, .. } = client.finish(job, |_| {}) else {
        panic!()
    };
    assert_eq!(trace.outcome, Outcome::Cancelled);
    next_run_is_unharmed(&mut client);
}
