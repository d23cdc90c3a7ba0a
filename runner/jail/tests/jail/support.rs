//! What the tests share: levels, a Python in a jail, and its output.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};

use heddle_jail::{Jail, JailLimits, Level, Spec, Usage};
use nix::unistd::geteuid;

/// The user of the tests' ordinary half, where they start as root.
const NOBODY: u32 = 65_534;

/// Runs `body` at each level to be had: as root, L3 here and L2 in a process of an ordinary user;
/// as an ordinary user, L2. `name` is the test's full name.
pub(crate) fn at_each_level(name: &str, body: impl Fn(Level)) {
    if geteuid().is_root() {
        body(Level::L3);
        again(name, Some(NOBODY));
    } else {
        body(Level::L2);
    }
}

/// As [`at_each_level`], each time in a process that runs nothing else.
pub(crate) fn alone_at_each_level(name: &str, body: impl Fn(Level)) {
    if std::env::var_os("HEDDLE_TEST_AGAIN").is_some() {
        body(if geteuid().is_root() {
            Level::L3
        } else {
            Level::L2
        });
        return;
    }
    again(name, None);
    if geteuid().is_root() {
        again(name, Some(NOBODY));
    }
}

/// One test of this binary in a new process.
fn again(name: &str, uid: Option<u32>) {
    let output = this_test(name, uid).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "in another process (uid {uid:?}):\n{text}"
    );
    assert!(
        text.contains("1 passed"),
        "{name} is not the name of a test:\n{text}"
    );
}

/// The command that runs one test of this binary.
pub(crate) fn this_test(name: &str, uid: Option<u32>) -> Command {
    // By this path, because an ordinary user may not be able to walk to the build folder.
    let mut command = Command::new("/proc/self/exe");
    command.args(["--exact", name, "--nocapture", "--test-threads=1"]);
    command
        .env("HEDDLE_TEST_AGAIN", "1")
        .env("TMPDIR", "/tmp")
        .current_dir("/");
    if let Some(id) = uid {
        command.uid(id).gid(id);
    }
    command
}

/// A program with a Python and nothing else.
pub(crate) struct Program {
    pub(crate) spec: Spec,
    output: Option<File>,
}

/// How a program ended.
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) output: String,
    pub(crate) usage: Usage,
}

/// The text of a program in tests/hostile.
macro_rules! hostile {
    ($name:literal) => {
        include_str!(concat!("../hostile/", $name, ".py"))
    };
}
pub(crate) use hostile;

impl Program {
    /// Python text, with its standard output and error going to the test.
    pub(crate) fn new(text: &str) -> Program {
        let (read, write) = nix::unistd::pipe().unwrap();
        let copy = write.try_clone().unwrap();
        let mut program = Program::silent(text);
        program.spec.fds.extend([(write, 1), (copy, 2)]);
        program.output = Some(File::from(read));
        program
    }

    /// Python text, with its output going nowhere.
    pub(crate) fn silent(text: &str) -> Program {
        let spec = Spec {
            program: python(),
            args: ["-I", "-S", "-c", text].map(OsString::from).to_vec(),
            env: vec![("PYTHONDONTWRITEBYTECODE".into(), "1".into())],
            read_only: ["/usr", "/lib", "/lib64"]
                .iter()
                .map(PathBuf::from)
                .filter(|path| path.exists())
                .collect(),
            work_dir: "/work".into(),
            fds: Vec::new(),
            limits: JailLimits::default(),
        };
        Program { spec, output: None }
    }

    pub(crate) fn limits(mut self, change: impl FnOnce(&mut JailLimits)) -> Program {
        change(&mut self.spec.limits);
        self
    }

    /// An argument, `sys.argv[1]` and so on.
    pub(crate) fn arg(mut self, arg: impl Into<OsString>) -> Program {
        self.spec.args.push(arg.into());
        self
    }

    pub(crate) fn file(mut self, file: OwnedFd, number: i32) -> Program {
        self.spec.fds.push((file, number));
        self
    }

    pub(crate) fn start(self, level: Level) -> (Jail, Option<File>) {
        (Jail::spawn(self.spec, level).unwrap(), self.output)
    }

    /// Runs it to its end.
    pub(crate) fn run(self, level: Level) -> Ended {
        let (mut jail, output) = self.start(level);
        let mut text = Vec::new();
        if let Some(mut output) = output {
            output.read_to_end(&mut text).unwrap();
        }
        let status = jail.wait();
        let output = String::from_utf8_lossy(&text).into_owned();
        Ended {
            status,
            output,
            usage: jail.usage(),
        }
    }
}

impl Ended {
    /// The output of a program that ended well.
    #[track_caller]
    pub(crate) fn expect(self, output: &str) {
        assert_eq!(self.output.trim(), output);
        assert!(self.status.success(), "{:?}", self.status);
    }
}

/// The next run is unharmed.
#[track_caller]
pub(crate) fn the_next_run_works(level: Level) {
    Program::new("print('fine')").run(level).expect("fine");
}

/// The system's Python: the one that an ordinary user can use too.
fn python() -> PathBuf {
    let path = PathBuf::from("/usr/bin/python3");
    assert!(
        path.exists(),
        "these tests need /usr/bin/python3 (apt install python3)"
    );
    path
}
