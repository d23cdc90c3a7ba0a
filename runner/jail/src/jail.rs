//! A running jail, seen from the runner.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use nix::errno::Errno;
use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::{Pid, geteuid, pipe2};

use crate::cgroup::Cgroup;
use crate::child::{self, Failure, HOLES, Wires};
use crate::descendants;
use crate::error::{SpawnError, Step};
use crate::plan::{Goal, Plan};
use crate::spec::{Level, Spec};
use crate::sys;
use crate::user::UserId;

/// What a jail has used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    /// CPU time of all its processes. At L3 exact; otherwise of those that the kernel still
    /// knows of, in clock ticks while they run.
    pub cpu: Duration,
    /// The most memory at one time, in bytes; only L3 knows.
    pub memory_peak: Option<u64>,
    /// Whether the kernel killed a process because the memory limit was reached; only at L3.
    pub oom_killed: bool,
    /// Whether a fork or a new thread was denied by the limit of processes; only at L3.
    pub processes_denied: bool,
}

/// A program in its jail. Dropping it kills all that is in it, waits for that, and leaves nothing
/// behind. It may be dropped or used by another thread than the one that made it; the jail ends
/// with the runner's process, not with a thread.
#[derive(Debug)]
pub struct Jail {
    level: Level,
    init: Pid,
    pidfd: OwnedFd,
    report: File,
    cgroup: Option<Cgroup>,
    /// Held for as long as processes of this user may exist.
    _user: Option<UserId>,
    end: Option<End>,
    /// The most CPU time seen while running: at the end the kernel forgets part of it.
    cpu_seen: Duration,
}

#[derive(Debug, Clone, Copy)]
struct End {
    status: ExitStatus,
    usage: Usage,
}

impl Jail {
    /// Locks the program in and starts it; returns when it has been started.
    ///
    /// # Errors
    /// When anything at all cannot be set up at this level. Then nothing has been run and nothing
    /// is left; the level is never lowered.
    pub fn spawn(spec: Spec, level: Level) -> Result<Jail, SpawnError> {
        start(spec, level, Goal::Exec)
    }

    /// Starts a jail in which a process tries what must be impossible instead of a program.
    pub(crate) fn spawn_self_test(spec: Spec, level: Level) -> Result<Jail, SpawnError> {
        start(spec, level, Goal::SelfTest)
    }

    /// The level it runs at.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The jail's first process, ours: PID 1 inside, this number on the host. Its only child at
    /// the start is the program.
    pub fn init_pid(&self) -> Pid {
        self.init
    }

    /// Readable when everything in the jail is gone.
    pub fn pidfd(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }

    /// Kills everything in the jail and waits until it is gone. Doing it twice does no harm.
    pub fn kill(&mut self) {
        if self.end.is_none() {
            self.cpu_seen = self.cpu_seen.max(self.live_cpu());
            // Without a namespace the first process has to do it; it dies with its children.
            let signal = if self.level == Level::Trusted {
                libc::SIGTERM
            } else {
                libc::SIGKILL
            };
            // Fails only when it has ended already.
            let _ = sys::pidfd_kill(self.pidfd.as_raw_fd(), signal);
            if let Some(cgroup) = &self.cgroup {
                cgroup.hurry();
            }
            self.finish();
        }
    }

    /// Waits until the jail is gone, which is when its program ends, and says how that ended. A
    /// jail that was killed reports SIGKILL unless its program had ended before.
    pub fn wait(&mut self) -> ExitStatus {
        self.finish().status
    }

    /// What it has used so far, or in all when it is gone.
    pub fn usage(&self) -> Usage {
        match &self.end {
            Some(end) => end.usage,
            None => self.usage_with(self.live_cpu()),
        }
    }

    fn usage_with(&self, cpu_by_process: Duration) -> Usage {
        let counts = self.cgroup.as_ref().map(Cgroup::counts).unwrap_or_default();
        Usage {
            cpu: counts
                .cpu
                .unwrap_or_else(|| cpu_by_process.max(self.cpu_seen)),
            memory_peak: counts.memory_peak,
            oom_killed: counts.oom_killed,
            processes_denied: counts.processes_denied,
        }
    }

    fn live_cpu(&self) -> Duration {
        match self.cgroup {
            Some(_) => Duration::ZERO,
            None => descendants::cpu_time(self.init.as_raw()),
        }
    }

    /// Waits for the end, takes the final figures and removes what is left.
    fn finish(&mut self) -> End {
        if let Some(end) = self.end {
            return end;
        }
        wait_readable(self.pidfd.as_fd());
        let mut status = [0; 4];
        let raw = match self.report.read_exact(&mut status) {
            Ok(()) => i32::from_ne_bytes(status),
            Err(_) => libc::SIGKILL,
        };
        let cpu = match sys::pidfd_reap(self.pidfd.as_raw_fd()) {
            Ok(usage) => time(usage.ru_utime) + time(usage.ru_stime),
            Err(_) => Duration::ZERO,
        };
        let usage = self.usage_with(cpu);
        if let Some(cgroup) = &mut self.cgroup {
            cgroup.remove();
        }
        let end = End {
            status: ExitStatus::from_raw(raw),
            usage,
        };
        self.end = Some(end);
        end
    }
}

impl Drop for Jail {
    fn drop(&mut self) {
        self.kill();
    }
}

fn time(value: libc::timeval) -> Duration {
    Duration::new(
        value.tv_sec.max(0) as u64,
        (value.tv_usec.max(0) as u32) * 1_000,
    )
}

fn wait_readable(fd: BorrowedFd<'_>) {
    let mut fds = [PollFd::new(fd, PollFlags::POLLIN)];
    while poll(&mut fds, PollTimeout::NONE) == Err(Errno::EINTR) {}
}

fn start(spec: Spec, level: Level, goal: Goal) -> Result<Jail, SpawnError> {
    if level == Level::L0 {
        return Err(SpawnError::Refused);
    }
    let user = match level {
        Level::Trusted => None,
        _ => Some(UserId::take().ok_or_else(|| {
            SpawnError::BadSpec("too many jails at one time: no user is left for one more".into())
        })?),
    };
    let cgroup = match level {
        Level::L3 => Some(Cgroup::create(&spec.limits)?),
        _ => None,
    };
    let id = user.as_ref().map_or(0, UserId::number);
    let mut plan = Plan::new(spec, level, goal, id, cgroup.as_ref())?;
    let (status, status_in) = pipe()?;
    let (report, report_in) = pipe()?;
    let (init, pidfd) = fork_init(&mut plan, &status_in, &report_in)?;
    drop((status_in, report_in));
    let end = None;
    let report = File::from(report);
    let cpu_seen = Duration::ZERO;
    let jail = Jail {
        level,
        init,
        pidfd,
        report,
        cgroup,
        _user: user,
        end,
        cpu_seen,
    };
    // From here on Drop takes care of everything.
    match read_failure(status)? {
        None => Ok(jail),
        Some(failure) => Err(explain(failure, &plan)),
    }
}

fn pipe() -> Result<(OwnedFd, OwnedFd), SpawnError> {
    pipe2(OFlag::O_CLOEXEC).map_err(starting("pipe"))
}

fn starting(what: &'static str) -> impl FnOnce(Errno) -> SpawnError {
    move |errno| SpawnError::Start {
        what,
        source: errno.into(),
    }
}

/// Forks the jail's first process into its namespaces.
fn fork_init(
    plan: &mut Plan,
    status: &OwnedFd,
    report: &OwnedFd,
) -> Result<(Pid, OwnedFd), SpawnError> {
    let runner = owned(sys::pidfd_open(std::process::id()).map_err(starting("pidfd_open"))?);
    let wires = Wires {
        status: status.as_raw_fd(),
        report: report.as_raw_fd(),
        runner: runner.as_raw_fd(),
    };
    let namespaces = if plan.walls.is_some() {
        namespaces()
    } else {
        0
    };
    // No handler of the runner may run in the new process before they are all reset.
    let mask = sys::set_signal_mask(u64::MAX).map_err(starting("block signals"))?;
    // SAFETY: `child::run` keeps to what is allowed after a fork, and never returns.
    let forked = unsafe { sys::fork_into(namespaces) };
    if let Ok(sys::Side::Child) = forked {
        child::run(plan, wires);
    }
    sys::set_signal_mask(mask).map_err(starting("unblock signals"))?;
    match forked.map_err(starting("clone3 into new namespaces"))? {
        sys::Side::Parent { child, pidfd } => Ok((Pid::from_raw(child), owned(pidfd))),
        sys::Side::Child => sys::exit(1),
    }
}

fn namespaces() -> u64 {
    let all = libc::CLONE_NEWPID
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWUTS;
    let user = if geteuid().is_root() {
        0
    } else {
        libc::CLONE_NEWUSER
    };
    (all | user) as u64
}

fn owned(fd: RawFd) -> OwnedFd {
    // SAFETY: the kernel has just made it for us, and nobody else closes it.
    unsafe { OwnedFd::from_raw_fd(fd) }
}

/// Waits until the program runs (None) or the set-up has failed.
fn read_failure(status: OwnedFd) -> Result<Option<Failure>, SpawnError> {
    let mut bytes = Vec::new();
    File::from(status)
        .take(Failure::SIZE as u64)
        .read_to_end(&mut bytes)
        .map_err(|source| SpawnError::Start {
            what: "read the state of the set-up",
            source,
        })?;
    match Failure::from_bytes(&bytes) {
        Some(failure) => Ok(Some(failure)),
        None if bytes.is_empty() => Ok(None),
        None => Err(SpawnError::Died),
    }
}

fn explain(failure: Failure, plan: &Plan) -> SpawnError {
    let Some(step) = Step::from_number(failure.step) else {
        return SpawnError::Died;
    };
    let index = failure.index as usize;
    let path = |path: &std::ffi::CStr| format!(": {}", path.to_string_lossy());
    let walls = plan.walls.as_ref();
    let detail = match step {
        Step::CopyMount | Step::Tmpfs | Step::Entry | Step::Attach => walls
            .and_then(|walls| walls.layout.entries.get(index))
            .map(|entry| path(&entry.at).replacen(": ", ": /", 1)),
        Step::Landlock => walls
            .and_then(|walls| walls.writable.get(index))
            .map(|dir| path(dir)),
        Step::Exec => {
            Some(path(&plan.program) + " (is it, with its loader, covered by read_only?)")
        }
        Step::WorkDir => Some(path(&plan.work_dir)),
        Step::Limits => Some(format!(": resource {index}")),
        Step::SelfTest => HOLES.get(index).map(|hole| format!(": {hole}")),
        _ => None,
    };
    let source = io::Error::from_raw_os_error(failure.errno);
    SpawnError::SetUp {
        step,
        detail: detail.unwrap_or_default(),
        source,
    }
}
