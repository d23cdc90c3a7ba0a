//! Programs of more than one file, with arguments, as modules, as tests, with installed packages.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::harness::{ends_with, heddle, real_runner, text};

const COUNTER: &str = "\
hits = 0

def hit():
    global hits
    hits += 1
";

const MAIN: &str = "\
import sys
import threading
from . import counter

ts = [threading.Thread(target=counter.hit) for _ in range(int(sys.argv[1]))]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert counter.hits == len(ts)
";

const TESTS: &str = "\
import threading
from pkg import counter

def test_hits():
    counter.hits = 0
    ts = [threading.Thread(target=counter.hit) for _ in range(2)]
    for t in ts:
        t.start()
    for t in ts:
        t.join()
    assert counter.hits == 2

def test_fixture(tmp_path):
    pass
";

/// A project: a package, a module beside the program, and tests.
fn project() -> TempDir {
    let folder = TempDir::new().unwrap();
    let write = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    };
    write("pkg/__init__.py", "");
    write("pkg/counter.py", COUNTER);
    write("pkg/main.py", MAIN);
    write("tests/test_counter.py", TESTS);
    write(
        "beside.py",
        "from pkg.counter import hit\nword = 'beside'\n",
    );
    write(
        "program.py",
        "import sys\nimport beside\nprint(beside.word, sys.argv[1:])\n",
    );
    folder
}

fn heddle_in(folder: &Path, args: &[&str]) -> Command {
    let mut command = heddle(&real_runner());
    command.current_dir(folder).args(args);
    command.env_remove("VIRTUAL_ENV");
    command
}

#[test]
fn a_program_gets_its_arguments_and_the_files_that_it_imports() {
    let project = project();
    let args = ["run", "program.py", "--", "-x", "a b"];
    let output = ends_with(&mut heddle_in(project.path(), &args), 0);
    assert_eq!(text(&output.stdout), "beside ['-x', 'a b']\n");
}

#[test]
fn a_module_of_a_package_fails_in_the_package_and_its_replay_is_copied_as_it_is() {
    let project = project();
    let args = ["explore", "-m", "pkg.main", "--", "2"];
    let output = ends_with(&mut heddle_in(project.path(), &args), 1);
    let said = text(&output.stdout);
    assert!(
        said.contains("reads pkg.counter.hits (pkg/counter.py:5)"),
        "{said}"
    );
    assert!(said.contains("on line 5 of pkg/counter.py"), "{said}");
    assert!(said.contains("pkg/counter.py:5\n"), "{said}");
    let replay = said
        .lines()
        .find_map(|line| line.strip_prefix("replay: heddle "));
    let words: Vec<&str> = replay.unwrap().split(' ').collect();
    ends_with(&mut heddle_in(project.path(), &words), 1);
    // One thread loses nothing, and is another program: the schedule of the first is refused.
    let args = ["explore", "-m", "pkg.main", "--", "1"];
    ends_with(&mut heddle_in(project.path(), &args), 0);
    let mut other = words.clone();
    *other.last_mut().unwrap() = "1";
    let output = ends_with(&mut heddle_in(project.path(), &other), 2);
    assert!(
        text(&output.stderr).contains("another program"),
        "{output:?}"
    );
}

#[test]
fn a_test_is_explored_and_one_with_fixtures_is_refused() {
    let project = project();
    let node = "tests/test_counter.py::test_hits";
    let output = ends_with(
        &mut heddle_in(project.path(), &["explore", "--pytest", node]),
        1,
    );
    assert!(
        text(&output.stdout).contains("pkg.counter.hits"),
        "{output:?}"
    );
    for (node, why) in [
        ("tests/test_counter.py::test_fixture", "asks for tmp_path"),
        ("tests/test_counter.py::test_none", "there is no test"),
        ("tests/none.py::test_none", "there is no such file"),
        ("tests/test_counter.py", "expected tests/"),
    ] {
        let args = ["explore", "--pytest", node];
        let output = ends_with(&mut heddle_in(project.path(), &args), 2);
        assert!(text(&output.stderr).contains(why), "{output:?}");
    }
}

#[test]
fn packages_of_a_virtual_environment_are_there_in_the_jail() {
    let project = project();
    let folder = project.path();
    let python = std::env::var_os("HEDDLE_PYTHON").unwrap_or_else(|| "python3".into());
    let made = Command::new(python)
        .args(["-m", "venv", "--without-pip", "venv"])
        .current_dir(folder)
        .status();
    assert!(made.unwrap().success());
    let packages = "import sysconfig; print(sysconfig.get_path('purelib'))";
    let asked = Command::new(folder.join("venv/bin/python"))
        .args(["-c", packages])
        .output();
    let packages = text(&asked.unwrap().stdout);
    std::fs::write(
        Path::new(packages.trim()).join("installed.py"),
        "word = 42\n",
    )
    .unwrap();
    std::fs::write(
        folder.join("uses.py"),
        "import installed\nprint(installed.word)\n",
    )
    .unwrap();
    let args = ["run", "uses.py", "--python", "venv/bin/python"];
    let output = ends_with(&mut heddle_in(folder, &args), 0);
    assert_eq!(text(&output.stdout), "42\n");
    let mut active = heddle_in(folder, &["run", "uses.py"]);
    active.env_remove("HEDDLE_PYTHON");
    let output = ends_with(active.env("VIRTUAL_ENV", folder.join("venv")), 0);
    assert_eq!(text(&output.stdout), "42\n");
    let output = ends_with(&mut heddle_in(folder, &["run", "uses.py"]), 1);
    assert!(
        text(&output.stderr).contains("ModuleNotFoundError"),
        "{output:?}"
    );
    ends_with(
        &mut heddle_in(folder, &["run", "uses.py", "--python", "none"]),
        2,
    );
}
