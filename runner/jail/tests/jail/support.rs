//! What the tests share: levels, a Python in a jail, and its output.

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use heddle_jail::{Jail, JailLimits, Level, Spec, Usage};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
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

/// The text of a program in tests/works.
macro_rules! works {
    ($name:literal) => {
        include_str!(concat!("../works/", $name, ".py"))
    };
}
pub(crate) use works;

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

    /// As [`Program::new`], but run from a file, which children under `spawn` need.
    pub(crate) fn script(text: &str) -> Program {
        let start = "import os, sys\n\
                     with open('/work/main.py', 'w') as file: file.write(sys.argv.pop(1))\n\
                     os.execv(sys.executable, [sys.executable, '-I', 'main.py', *sys.argv[1:]])";
        Program::new(start).arg(text)
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

/// A process of the host, told apart from a later one of the same number.
#[derive(Debug)]
pub(crate) struct Process {
    pid: i32,
    started: String,
    pidfd: OwnedFd,
}

impl Process {
    pub(crate) fn wait_for_end(&self) {
        let mut fds = [PollFd::new(self.pidfd.as_fd(), PollFlags::POLLIN)];
        while poll(&mut fds, PollTimeout::NONE) == Err(nix::errno::Errno::EINTR) {}
    }
}

/// None when there is no such process.
pub(crate) fn process(pid: i32) -> Option<Process> {
    // SAFETY: touches no memory.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    // SAFETY: the kernel has just made it for us.
    let pidfd = (fd >= 0).then(|| unsafe { OwnedFd::from_raw_fd(fd as i32) })?;
    Some(Process {
        pid,
        started: started(pid)?,
        pidfd,
    })
}

/// All processes below one of the host.
pub(crate) fn descendants(pid: i32) -> Vec<Process> {
    let threads = std::fs::read_dir(format!("/proc/{pid}/task"))
        .into_iter()
        .flatten()
        .flatten();
    let lists =
        threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let children: Vec<i32> = lists
        .flat_map(|list| {
            list.split_whitespace()
                .map(|pid| pid.parse().unwrap())
                .collect::<Vec<_>>()
        })
        .collect();
    let below: Vec<Process> = children
        .iter()
        .flat_map(|child| descendants(*child))
        .collect();
    children
        .into_iter()
        .filter_map(process)
        .chain(below)
        .collect()
}

/// Whether it is still there and not just a zombie that somebody else has to reap.
pub(crate) fn is_alive(process: &Process) -> bool {
    started(process.pid).is_some_and(|started| started == process.started)
}

/// The time at which the process of this number started; None for zombies.
fn started(pid: i32) -> Option<String> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let state = fields.next()?;
    (state != "Z").then_some(())?;
    fields.nth(18).map(str::to_owned)
}

/// The folders of a runner in every hierarchy of cgroups.
pub(crate) fn cgroups_of(runner: u32) -> Vec<PathBuf> {
    fn search(dir: &Path, name: &str, depth: u32, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                continue;
            }
            if entry.file_name() == *name {
                found.push(entry.path());
            } else if depth > 0 {
                search(&entry.path(), name, depth - 1, found);
            }
        }
    }
    let mut found = Vec::new();
    search(
        Path::new("/sys/fs/cgroup"),
        &format!("heddle-{runner}"),
        4,
        &mut found,
    );
    found
}
