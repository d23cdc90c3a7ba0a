//! What a learner may do works.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use heddle_jail::Level;

use crate::support::{Program, at_each_level, works};

#[test]
fn the_probe_finds_the_level_of_this_machine() {
    at_each_level(
        "works::the_probe_finds_the_level_of_this_machine",
        |level| {
            let probe = heddle_jail::probe();
            assert_eq!(probe.level, level, "{}", probe.note);
            assert_eq!(probe.note.is_empty(), level == Level::L3, "{}", probe.note);
        },
    );
}

#[test]
fn a_program_runs_as_nobody_in_its_work_folder() {
    at_each_level(
        "works::a_program_runs_as_nobody_in_its_work_folder",
        |level| {
            let text = "import os; print(os.getpid(), os.getcwd(), os.getuid() >= 60000, os.getgroups(), \
                    sorted(os.environ))";
            let ended = Program::new(text).run(level);
            // At L2 the caller's other groups cannot be left; tests drop them before.
            ended.expect("2 /work True [] ['LC_CTYPE', 'PYTHONDONTWRITEBYTECODE']");
        },
    );
}

#[test]
fn every_layer_can_be_felt_from_inside() {
    at_each_level("works::every_layer_can_be_felt_from_inside", |level| {
        let felt = "landlock\nno_new_privs 1\ncapabilities []\nhost heddle processes 1 2";
        Program::new(works!("layers")).run(level).expect(felt);
    });
}

#[test]
fn an_execution_can_be_kept_from_signalling_its_fork_server() {
    at_each_level(
        "works::an_execution_can_be_kept_from_signalling_its_fork_server",
        |level| {
            let program = Program::new(works!("nested_domain"));
            program
                .run(level)
                .expect("0\nown child: 9\nchild of the server: 0");
        },
    );
}

#[test]
fn multiprocessing_works_by_every_start_method() {
    at_each_level(
        "works::multiprocessing_works_by_every_start_method",
        |level| {
            for method in ["fork", "spawn", "forkserver"] {
                let program = Program::script(works!("multiprocessing_works")).arg(method);
                program.run(level).expect("3 3 [0, 1, 4, 9] 42 [0, 0, 0]");
            }
        },
    );
}

#[test]
fn threads_sockets_asyncio_and_children_work() {
    at_each_level(
        "works::threads_sockets_asyncio_and_children_work",
        |level| {
            let program = Program::script(works!("threads_and_files_work"));
            program
                .run(level)
                .expect("20000 b'hello' ['a', 'b'] child text");
        },
    );
}

#[test]
fn exactly_the_given_files_are_open_under_their_numbers() {
    at_each_level(
        "works::exactly_the_given_files_are_open_under_their_numbers",
        |level| {
            let file = |text: &str| -> OwnedFd {
                let mut file = tempfile::tempfile().unwrap();
                file.write_all(text.as_bytes()).unwrap();
                file.into()
            };
            let (one, two) = (file("one"), file("two"));
            // Each wants the other's number.
            let (to_one, to_two) = (two.as_raw_fd(), one.as_raw_fd());
            let mut expected = [(to_one, "one"), (to_two, "two")];
            expected.sort_unstable();
            let [(first, text), (second, other)] = expected;
            let program = Program::new(works!("open_descriptors"))
                .file(one, to_one)
                .file(two, to_two);
            program
                .run(level)
                .expect(&format!("[0, 1, 2, {first}, {second}] {text} {other}"));
        },
    );
}

#[test]
fn the_limit_of_processes_counts_threads_exactly() {
    at_each_level(
        "works::the_limit_of_processes_counts_threads_exactly",
        |level| {
            let program = Program::new(works!("count_threads"));
            let program = program.limits(|limits| limits.processes = 20);
            program.run(level).expect("20");
        },
    );
}

#[test]
fn cpu_time_is_counted() {
    at_each_level("works::cpu_time_is_counted", |level| {
        let ended = Program::new(works!("spin")).arg("0.3").run(level);
        assert!(ended.status.success());
        assert!(
            ended.usage.cpu >= Duration::from_millis(280),
            "{:?}",
            ended.usage
        );
    });
}

#[test]
fn a_limit_of_cpu_time_ends_the_process() {
    at_each_level("works::a_limit_of_cpu_time_ends_the_process", |level| {
        let program = Program::new(works!("spin")).arg("30");
        let ended = program
            .limits(|limits| limits.cpu_seconds = Some(1))
            .run(level);
        assert_eq!(
            ended.status.signal(),
            Some(libc::SIGXCPU),
            "{:?}",
            ended.status
        );
    });
}

/// As root the folder above can be entered by root only, as an interpreter in root's home is.
#[test]
fn what_lies_below_a_private_folder_can_be_shown_and_nothing_beside_it() {
    let name = "works::what_lies_below_a_private_folder_can_be_shown_and_nothing_beside_it";
    at_each_level(name, |level| {
        let private = tempfile::tempdir().unwrap();
        let (shown, secret) = (private.path().join("shown"), private.path().join("secret"));
        fs::create_dir(&shown).unwrap();
        fs::write(&secret, "").unwrap();
        fs::write(shown.join("module.py"), "text = 'imported'").unwrap();
        fs::write(shown.join("private"), "").unwrap();
        let mode = |path, bits| fs::set_permissions(path, fs::Permissions::from_mode(bits));
        mode(shown.join("private"), 0o600).unwrap();
        mode(secret.clone(), 0o644).unwrap();
        mode(private.path().to_owned(), 0o700).unwrap();
        let text = "import os, sys; sys.path.append(sys.argv[1]); import module\n\
                    print(module.text, os.path.exists(sys.argv[2]), os.access(sys.argv[3], os.R_OK))";
        let mut program = Program::new(text)
            .arg(&shown)
            .arg(&secret)
            .arg(shown.join("private"));
        program.spec.read_only.push(shown.clone());
        // At L2 the jail's user is the caller, whose file it is.
        let own = if level == Level::L3 { "False" } else { "True" };
        program.run(level).expect(&format!("imported False {own}"));
    });
}

#[test]
fn a_jail_can_have_an_empty_environment_and_arguments_with_any_bytes() {
    at_each_level(
        "works::a_jail_can_have_an_empty_environment_and_arguments_with_any_bytes",
        |level| {
            use std::os::unix::ffi::OsStringExt;
            let odd = OsString::from_vec(b"\xff \n".to_vec());
            let mut program =
                Program::new("import os, sys; print(os.fsencode(sys.argv[1]))").arg(odd);
            program.spec.env.clear();
            program.run(level).expect(r"b'\xff \n'");
        },
    );
}
