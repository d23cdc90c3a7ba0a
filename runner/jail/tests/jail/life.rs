//! How jails begin and end.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use heddle_jail::{Jail, Level, SpawnError, Step};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::geteuid;

use crate::support::{
    Program, at_each_level, cgroups_of, descendants, hostile, is_alive, process,
    the_next_run_works, this_test,
};

fn is_readable(fd: BorrowedFd<'_>, timeout: PollTimeout) -> bool {
    poll(&mut [PollFd::new(fd, PollFlags::POLLIN)], timeout) == Ok(1)
}

#[test]
fn the_exit_status_is_the_programs_own() {
    at_each_level("life::the_exit_status_is_the_programs_own", |level| {
        assert_eq!(
            Program::new("raise SystemExit(7)").run(level).status.code(),
            Some(7)
        );
        let crash = "import os; os.abort()";
        assert_eq!(
            Program::new(crash).run(level).status.signal(),
            Some(libc::SIGABRT)
        );
    });
}

#[test]
fn the_pidfd_is_readable_when_the_jail_is_gone_and_not_before() {
    at_each_level(
        "life::the_pidfd_is_readable_when_the_jail_is_gone_and_not_before",
        |level| {
            let (mut jail, output) = Program::new(hostile!("sleep_for_ever")).start(level);
            output.unwrap().read_exact(&mut [0; 6]).unwrap();
            assert!(!is_readable(jail.pidfd(), PollTimeout::ZERO));
            jail.kill();
            assert!(is_readable(jail.pidfd(), PollTimeout::ZERO));
        },
    );
}

#[test]
fn the_first_process_ends_before_nobody_and_with_its_program() {
    at_each_level(
        "life::the_first_process_ends_before_nobody_and_with_its_program",
        |level| {
            let (mut jail, output) = Program::new("input_closed = input()").start(level);
            let mut text = String::new();
            output.unwrap().read_to_string(&mut text).unwrap();
            assert!(text.contains("EOFError"), "{text}");
            assert!(is_readable(jail.pidfd(), PollTimeout::NONE));
            assert_eq!(jail.wait().code(), Some(1));
        },
    );
}

#[test]
fn a_missing_program_is_an_error_that_names_it() {
    at_each_level(
        "life::a_missing_program_is_an_error_that_names_it",
        |level| {
            let mut program = Program::silent("");
            program.spec.program = "/usr/bin/no-such-program".into();
            let error = Jail::spawn(program.spec, level).unwrap_err();
            assert!(
                matches!(
                    error,
                    SpawnError::SetUp {
                        step: Step::Exec,
                        ..
                    }
                ),
                "{error}"
            );
            assert!(
                error.to_string().contains("/usr/bin/no-such-program"),
                "{error}"
            );
        },
    );
}

#[test]
fn a_missing_host_path_is_an_error_that_names_it() {
    at_each_level(
        "life::a_missing_host_path_is_an_error_that_names_it",
        |level| {
            let mut program = Program::silent("");
            program.spec.read_only.push("/no/such/path".into());
            let error = Jail::spawn(program.spec, level).unwrap_err();
            assert!(error.to_string().contains("/no/such/path"), "{error}");
        },
    );
}

#[test]
fn without_a_jail_nothing_runs() {
    let error = Jail::spawn(Program::silent("").spec, Level::L0).unwrap_err();
    assert!(matches!(error, SpawnError::Refused), "{error}");
}

/// A jail is a place without user namespaces, so this test goes into one.
#[test]
fn a_place_that_offers_no_jail_is_refused_with_the_remedy() {
    if std::env::var_os("HEDDLE_TEST_INSIDE").is_some() {
        let probe = heddle_jail::probe();
        println!("\n{}: {}", probe.level, probe.note);
        return;
    }
    let level = if geteuid().is_root() {
        Level::L3
    } else {
        Level::L2
    };
    let mut program = Program::new("");
    program.spec.program = std::env::current_exe().unwrap();
    program.spec.read_only.push(program.spec.program.clone());
    program
        .spec
        .env
        .push(("HEDDLE_TEST_INSIDE".into(), "1".into()));
    let name = "life::a_place_that_offers_no_jail_is_refused_with_the_remedy";
    program.spec.args = ["--exact", name, "--nocapture"].map(Into::into).to_vec();
    let ended = program.run(level);
    let said = ended
        .output
        .lines()
        .find(|line| line.starts_with("L0: "))
        .unwrap_or_default();
    assert!(said.contains("user namespaces"), "{}", ended.output);
}

#[test]
fn jails_of_a_burst_outlive_the_threads_that_made_them() {
    at_each_level(
        "life::jails_of_a_burst_outlive_the_threads_that_made_them",
        |level| {
            let (read, write) = nix::unistd::pipe().unwrap();
            let start = || {
                let text = "import os; print('up', flush=True); os.read(9, 1)";
                let program = Program::new(text).file(read.try_clone().unwrap(), 9);
                let (jail, output) = program.start(level);
                let mut output = output.unwrap();
                output.read_exact(&mut [0; 3]).unwrap();
                (jail, output)
            };
            let jails: Vec<_> = std::thread::scope(|threads| {
                let all: Vec<_> = (0..8).map(|_| threads.spawn(start)).collect();
                all.into_iter()
                    .map(|thread| thread.join().unwrap())
                    .collect()
            });
            drop(write);
            for (mut jail, _output) in jails {
                assert!(jail.wait().success());
            }
        },
    );
}

/// In a process of its own: starts a program that sleeps for ever, and waits to be killed.
fn be_the_runner(level: Level) {
    let mut program = Program::new(hostile!("sleep_for_ever"));
    if level == Level::Trusted {
        program.spec.work_dir = "/tmp".into();
    }
    let (jail, output) = program.start(level);
    output.unwrap().read_exact(&mut [0; 6]).unwrap();
    println!("\njail {}", jail.init_pid());
    std::io::stdout().flush().unwrap();
    std::io::stdin().read_exact(&mut [0]).unwrap();
}

/// Kills a runner; its pid. `test` is the test that calls this, which then is the runner.
fn a_killed_runner_leaves_nobody(test: &str, level: Level) -> u32 {
    let mut command = this_test(test, None);
    command
        .env("HEDDLE_TEST_RUNNER", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut runner = command.spawn().unwrap();
    let lines = BufReader::new(runner.stdout.take().unwrap()).lines();
    let pid = lines
        .map_while(Result::ok)
        .find_map(|line| line.strip_prefix("jail ")?.parse().ok())
        .expect("the runner should have started a jail");
    let program = descendants(pid);
    assert_eq!(program.len(), 1, "at {level}");
    let init = process(pid).unwrap();
    runner.kill().unwrap();
    runner.wait().unwrap();
    for gone in program.iter().chain([&init]) {
        gone.wait_for_end();
        assert!(!is_alive(gone));
    }
    runner.id()
}

fn is_the_runner() -> bool {
    std::env::var_os("HEDDLE_TEST_RUNNER").is_some()
}

#[test]
fn a_jail_ends_with_its_runner_and_the_next_probe_sweeps() {
    let name = "life::a_jail_ends_with_its_runner_and_the_next_probe_sweeps";
    if is_the_runner() {
        return be_the_runner(if geteuid().is_root() {
            Level::L3
        } else {
            Level::L2
        });
    }
    at_each_level(name, |level| {
        let runner = a_killed_runner_leaves_nobody(name, level);
        assert_eq!(cgroups_of(runner).is_empty(), level != Level::L3);
        heddle_jail::probe();
        assert!(cgroups_of(runner).is_empty());
    });
}

#[test]
fn a_trusted_program_ends_with_its_runner() {
    if is_the_runner() {
        return be_the_runner(Level::Trusted);
    }
    let name = "life::a_trusted_program_ends_with_its_runner";
    a_killed_runner_leaves_nobody(name, Level::Trusted);
}

fn trusted(text: &str) -> Program {
    let mut program = Program::new(text);
    program.spec.work_dir = "/tmp".into();
    program
}

#[test]
fn a_trusted_program_is_not_locked_in() {
    let text = "import os; print(os.getcwd(), os.path.exists('/proc/self'), os.getuid())";
    let expected = format!("/tmp True {}", geteuid());
    trusted(text).run(Level::Trusted).expect(&expected);
}

#[test]
fn a_trusted_program_leaves_no_daemon() {
    trusted(hostile!("daemon"))
        .run(Level::Trusted)
        .expect("parent ends");
}

#[test]
fn a_trusted_program_can_be_killed_with_all_its_children() {
    let text = "import os, time\nfor _ in range(3):\n  if os.fork() == 0:\n    os.setsid()\n    \
                os.fork()\n    os.write(1, b'x')\n    time.sleep(1000)\ntime.sleep(1000)";
    let (mut jail, output) = trusted(text).start(Level::Trusted);
    output.unwrap().read_exact(&mut [0; 6]).unwrap();
    let all = descendants(jail.init_pid().as_raw());
    assert_eq!(all.len(), 7);
    jail.kill();
    assert!(!all.iter().any(is_alive));
    assert_eq!(jail.wait().signal(), Some(libc::SIGKILL));
}

#[test]
fn dropping_a_jail_kills_it() {
    at_each_level("life::dropping_a_jail_kills_it", |level| {
        let (jail, output) = Program::new(hostile!("sleep_for_ever")).start(level);
        output.unwrap().read_exact(&mut [0; 6]).unwrap();
        let all = descendants(jail.init_pid().as_raw());
        let pidfd = jail.pidfd().try_clone_to_owned().unwrap();
        drop(jail);
        assert!(is_readable(pidfd.as_fd(), PollTimeout::ZERO));
        assert!(!all.iter().any(is_alive));
        the_next_run_works(level);
    });
}
