//! What can be wrong before the server is up is one clear message, and what ends it is clean.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::harness::{Server, ends_with, free_run, in_tests, page, real_runner, serve, text};

fn complaint(command: &mut Command) -> String {
    let output = ends_with(command, 2);
    assert!(output.stdout.is_empty(), "{output:?}");
    let stderr = text(&output.stderr);
    assert!(!stderr.contains("panicked"), "{stderr}");
    stderr
}

#[test]
fn a_port_in_use_is_named_with_the_remedy() {
    let folder = TempDir::new().unwrap();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut command = serve(&real_runner(), folder.path());
    let stderr = complaint(command.args(["--port", &port]));
    assert!(
        stderr.contains(&port) && stderr.contains("--port"),
        "{stderr}"
    );
}

#[test]
fn a_missing_or_broken_course_is_named_with_its_lines() {
    let folder = TempDir::new().unwrap();
    let course = folder.path().join("course");
    let with_course = |course: &Path| {
        complaint(
            serve(&real_runner(), folder.path())
                .arg("--course")
                .arg(course),
        )
    };
    let stderr = with_course(&course);
    assert!(stderr.contains("course.toml"), "{stderr}");
    std::fs::create_dir(&course).unwrap();
    std::fs::write(course.join("course.toml"), "format = 1\ntitel = 'x'\n").unwrap();
    let stderr = with_course(&course);
    assert!(stderr.contains("course.toml:2: "), "{stderr}");
}

#[test]
fn a_missing_page_and_a_missing_runner_say_how_to_build_them() {
    let folder = TempDir::new().unwrap();
    let mut command = serve(&real_runner(), folder.path());
    let stderr = complaint(command.arg("--dist").arg(folder.path()));
    assert!(stderr.contains("cargo xtask build"), "{stderr}");
    let stderr = complaint(&mut serve(
        Path::new("/nowhere/heddle-runner"),
        folder.path(),
    ));
    assert!(stderr.contains("cargo xtask build"), "{stderr}");
    assert!(stderr.contains("/nowhere/heddle-runner"), "{stderr}");
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    let folder = TempDir::new().unwrap();
    page(folder.path());
    let inside_a_file = folder.path().join("index.html").join("data");
    let mut command = serve(&real_runner(), folder.path());
    let stderr = complaint(command.arg("--data").arg(inside_a_file));
    assert!(stderr.contains("--data"), "{stderr}");
}

#[test]
fn the_server_ends_cleanly_while_a_program_runs_and_somebody_watches() {
    let folder = TempDir::new().unwrap();
    let mut server = Server::start(&real_runner(), &folder);
    let source = "import threading\nthreading.Event().wait()\n";
    let run = server.visitor().start("/api/runs", &free_run(source));
    let mut events = server.visitor().events(&run, None);
    events.next().expect("it has started");
    server.signal("TERM");
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn the_course_of_the_tests_is_a_good_one() {
    let mut command = crate::harness::heddle(&real_runner());
    ends_with(
        command
            .args(["course", "check"])
            .arg(in_tests("small-course")),
        0,
    );
}
