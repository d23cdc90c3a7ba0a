//! After all the hostile programs, everything on the host is as it was.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::PathBuf;

use crate::support::{Program, alone_at_each_level, cgroups_of, descendants, hostile};

/// What may leak, of this process and of the machine.
#[derive(Debug, PartialEq)]
struct State {
    descriptors: BTreeSet<String>,
    mounts: String,
    children: usize,
    cgroups: Vec<PathBuf>,
    temporary: BTreeSet<String>,
}

impl State {
    fn now() -> State {
        let names = |path: &str, keep: &dyn Fn(&str) -> bool| -> BTreeSet<String> {
            let entries = fs::read_dir(path).into_iter().flatten().flatten();
            entries
                .map(|entry| entry.file_name().to_string_lossy().into_owned())
                .filter(|name| keep(name))
                .collect()
        };
        State {
            descriptors: names("/proc/self/fd", &|_| true),
            mounts: fs::read_to_string("/proc/self/mountinfo").unwrap(),
            children: descendants(std::process::id() as i32).len(),
            cgroups: cgroups_of(std::process::id()),
            temporary: names("/tmp", &|name| name.contains("heddle-jail")),
        }
    }
}

#[test]
fn nothing_is_left_after_hostile_programs() {
    alone_at_each_level("leaks::nothing_is_left_after_hostile_programs", |level| {
        // What is made once (the compiled filters) is made before the count.
        Program::new("").run(level).expect("");
        let before = State::now();
        assert!(before.cgroups.is_empty());
        for text in [
            hostile!("memory_bomb"),
            hostile!("daemon"),
            hostile!("kill_everyone"),
            hostile!("fill_shm"),
            hostile!("refused_calls"),
        ] {
            Program::new(text)
                .limits(|limits| limits.memory = 96 << 20)
                .run(level);
        }
        for text in [
            hostile!("fork_bomb"),
            hostile!("endless_output"),
            hostile!("sleep_for_ever"),
        ] {
            let (jail, output) = Program::new(text).start(level);
            output.unwrap().read_exact(&mut [0]).unwrap();
            drop(jail);
        }
        let mut broken = Program::silent("");
        broken.spec.program = "/usr/bin/no-such-program".into();
        assert!(heddle_jail::Jail::spawn(broken.spec, level).is_err());
        assert_eq!(State::now(), before);
    });
}

#[test]
fn the_mounts_of_a_running_jail_cannot_be_seen_on_the_host() {
    let name = "leaks::the_mounts_of_a_running_jail_cannot_be_seen_on_the_host";
    alone_at_each_level(name, |level| {
        let before = State::now().mounts;
        let (_jail, output) = Program::new(hostile!("sleep_for_ever")).start(level);
        output.unwrap().read_exact(&mut [0]).unwrap();
        assert_eq!(State::now().mounts, before);
    });
}
