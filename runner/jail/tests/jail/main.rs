//! Real jails around a real Python. As root every test runs at L3, and once more at L2 as an
//! ordinary user; as an ordinary user at L2. None is skipped.

mod support;

use support::{Program, at_each_level, the_next_run_works};

#[test]
fn the_probe_finds_the_level_of_this_machine() {
    at_each_level("the_probe_finds_the_level_of_this_machine", |level| {
        let probe = heddle_jail::probe();
        assert_eq!(probe.level, level, "{}", probe.note);
    });
}

#[test]
fn a_program_prints() {
    at_each_level("a_program_prints", |level| {
        the_next_run_works(level);
        Program::new(
            "import os, sys; print(os.getpid(), os.getcwd(), sys.version_info[:2] >= (3, 11))",
        )
        .run(level)
        .expect("2 /work True");
    });
}
