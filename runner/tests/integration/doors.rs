//! What Heddle does not control is named, and nothing is said to be proved about it.

use heddle_trace::protocol::ExploreOptions;
use heddle_trace::{Claim, Program, Verdict};

use crate::client::Client;

/// (what is named, a program that uses it and never fails)
const USES: [(&str, &str); 8] = [
    ("the file '/tmp/a'", "open('/tmp/a', 'w').write('1')"),
    (
        "the file '/tmp/b'",
        "import pathlib; pathlib.Path('/tmp/b').write_text('1')",
    ),
    (
        "a change to files",
        "import os; os.mkdir('/tmp/c'); os.rmdir('/tmp/c')",
    ),
    (
        "the database ':memory:'",
        "import sqlite3; sqlite3.connect(':memory:').close()",
    ),
    ("a socket", "import socket; socket.socket().close()"),
    (
        "the program 'true'",
        "import subprocess; subprocess.run(['true'])",
    ),
    ("a shell", "import os; os.system('true')"),
    ("signals", "import os; os.kill(os.getpid(), 0)"),
];

#[test]
fn what_is_not_controlled_is_named_and_forbids_a_proof() {
    let mut client = Client::start();
    let programs = USES.map(|(_, source)| Program::python(source));
    let reports = client.explore_all(&programs, ExploreOptions::default());
    for ((name, source), report) in USES.iter().zip(reports) {
        assert_eq!(report.verdict, Verdict::Unfinished, "{source}: {report:?}");
        let is_proved = matches!(report.claim, Claim::Proved { .. });
        assert!(!is_proved, "{source}: {report:?}");
        let named = report.weakened_by.iter().any(|why| why.contains(name));
        assert!(named, "{source}: {:?}", report.weakened_by);
    }
}

#[test]
fn what_is_only_read_weakens_nothing() {
    let mut client = Client::start();
    let source = "import json\nwith open(json.__file__) as file: file.read()\n";
    let programs = [Program::python(source)];
    let reports = client.explore_all(&programs, ExploreOptions::default());
    assert_eq!(reports[0].verdict, Verdict::Pass, "{:?}", reports[0]);
}
