//! The new process, from the fork to `execve`.
//!
//! It is a copy of one thread of a program with many, so nothing here allocates, locks, unwinds
//! or touches more than the plan; every step is a system call or two. What goes wrong is told
//! through the status pipe as three numbers; the pipe's end without any means that the program
//! runs.

mod supervise;
mod world;

use std::convert::Infallible;
use std::os::fd::{AsRawFd, RawFd};

use nix::errno::Errno;

use crate::error::Step;
use crate::plan::{Goal, Identity, Plan, Walls};
use crate::sys;

/// A step that failed, on which part of the plan, and what the kernel said.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Failure {
    pub(crate) step: u32,
    pub(crate) index: u32,
    pub(crate) errno: i32,
}

impl Failure {
    pub(crate) const SIZE: usize = 12;
    /// Nothing in particular.
    pub(crate) const NO_INDEX: u32 = u32::MAX;

    fn at(step: Step, index: usize) -> impl FnOnce(Errno) -> Failure {
        move |errno| Failure {
            step: step as u32,
            index: index as u32,
            errno: errno as i32,
        }
    }

    fn to_bytes(self) -> [u8; Self::SIZE] {
        let mut bytes = [0; Self::SIZE];
        let (step, rest) = bytes.split_at_mut(4);
        let (index, errno) = rest.split_at_mut(4);
        step.copy_from_slice(&self.step.to_ne_bytes());
        index.copy_from_slice(&self.index.to_ne_bytes());
        errno.copy_from_slice(&self.errno.to_ne_bytes());
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Failure> {
        let (step, rest) = bytes.split_first_chunk()?;
        let (index, rest) = rest.split_first_chunk()?;
        let (errno, _) = rest.split_first_chunk()?;
        Some(Failure {
            step: u32::from_ne_bytes(*step),
            index: u32::from_ne_bytes(*index),
            errno: i32::from_ne_bytes(*errno),
        })
    }
}

fn failed(step: Step) -> impl FnOnce(Errno) -> Failure {
    move |errno| Failure {
        step: step as u32,
        index: Failure::NO_INDEX,
        errno: errno as i32,
    }
}

type Done<T = ()> = Result<T, Failure>;

/// The descriptors between the runner and the jail's first process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wires {
    /// Where failures of the set-up go. Closes when the program runs.
    pub(crate) status: RawFd,
    /// Where the program's wait status goes.
    pub(crate) report: RawFd,
    /// The runner's pidfd: when the runner ends, so does the jail.
    pub(crate) runner: RawFd,
}

/// The life of the jail's first process.
pub(crate) fn run(plan: &mut Plan, wires: Wires) -> ! {
    let Err(failure) = first_process(plan, wires);
    let _ = sys::write(wires.status, &failure.to_bytes());
    sys::exit(1)
}

fn first_process(plan: &mut Plan, wires: Wires) -> Done<Infallible> {
    sys::reset_signal_handlers();
    sys::start_session().map_err(failed(Step::Session))?;
    let Some(walls) = &mut plan.walls else {
        // Orphans of the program come to us, so that they can be ended with it.
        sys::prctl(libc::PR_SET_CHILD_SUBREAPER, 1).map_err(failed(Step::Session))?;
        return fork_program(plan, wires, None);
    };
    world::map_user(&walls.identity)?;
    for door in &walls.doors {
        sys::write(door.as_raw_fd(), b"0").map_err(failed(Step::Cgroup))?;
    }
    let processes = hide_from_oom(&walls.identity);
    world::enter(walls)?;
    fork_program(plan, wires, processes)
}

/// Takes this process out of the out-of-memory killer's sight, which counts the pages that it
/// shares with the runner as its own. Only root can; without, a jail that runs out of memory may
/// lose this process first, and with it all the others. The program must undo it for itself, by
/// this handle on the host's /proc.
fn hide_from_oom(identity: &Identity) -> Option<RawFd> {
    let Identity::Drop { .. } = identity else {
        return None;
    };
    let processes = sys::open_handle(c"/proc").ok()?;
    let hidden = sys::write_file(libc::AT_FDCWD, c"/proc/self/oom_score_adj", b"-1000");
    hidden.is_ok().then_some(processes)
}

fn fork_program(plan: &mut Plan, wires: Wires, processes: Option<RawFd>) -> Done<Infallible> {
    // SAFETY: the child goes on within this module's rules and ends in exec or exit.
    match unsafe { sys::fork_into(0) }.map_err(failed(Step::Fork))? {
        sys::Side::Parent { child, pidfd: _ } => supervise::supervise(plan, wires, child),
        sys::Side::Child => {
            if let Some(processes) = processes {
                sys::write_file(processes, c"self/oom_score_adj", b"0")
                    .map_err(failed(Step::OomScore))?;
            }
            program_process(plan, wires.status)
        }
    }
}

fn program_process(plan: &mut Plan, status: RawFd) -> Done<Infallible> {
    sys::start_session().map_err(failed(Step::Session))?;
    let above = plan.kept.last().map_or(3, |last| last + 1).max(64);
    let status = sys::duplicate_above(status, above).map_err(failed(Step::Files))?;
    let Err(failure) = become_program(plan, above);
    let _ = sys::write(status, &failure.to_bytes());
    sys::exit(1)
}

fn become_program(plan: &mut Plan, above: RawFd) -> Done<Infallible> {
    let ruleset = match &plan.walls {
        Some(walls) => {
            sys::duplicate_above(walls.ruleset.as_raw_fd(), above).map_err(failed(Step::Files))?
        }
        None => -1,
    };
    pass_files_on(plan, above)?;
    if let Some(walls) = &plan.walls {
        drop_rights(&walls.identity)?;
    }
    sys::enter_dir(&plan.work_dir).map_err(failed(Step::WorkDir))?;
    if let Some(walls) = &plan.walls {
        close_files(walls, ruleset)?;
    }
    for (resource, soft, hard) in &plan.limits {
        sys::set_limit(*resource, *soft, *hard)
            .map_err(Failure::at(Step::Limits, *resource as usize))?;
    }
    if let Some(walls) = &plan.walls {
        close_calls(walls)?;
    }
    sys::set_signal_mask(0).map_err(failed(Step::Session))?;
    match plan.goal {
        Goal::SelfTest => self_test(),
        Goal::Exec => {
            // SAFETY: `Strings` ends its arrays with a null pointer.
            let errno = unsafe { sys::exec(&plan.program, plan.args.as_ptr(), plan.env.as_ptr()) };
            Err(failed(Step::Exec)(errno))
        }
    }
}

/// Puts each file under its number, /dev/null where standard ones are missing, and marks all
/// others to be closed by exec. By way of high numbers, because a target may be another's source.
fn pass_files_on(plan: &mut Plan, above: RawFd) -> Done {
    for (moved, (source, _)) in plan.moved.iter_mut().zip(&plan.fds) {
        *moved = sys::duplicate_above(*source, above).map_err(failed(Step::Files))?;
    }
    let null = sys::open_null().map_err(failed(Step::Files))?;
    let null = sys::duplicate_above(null, above).map_err(failed(Step::Files))?;
    for standard in 0..3 {
        sys::duplicate_to(null, standard).map_err(failed(Step::Files))?;
    }
    for (moved, (_, target)) in plan.moved.iter().zip(&plan.fds) {
        sys::duplicate_to(*moved, *target).map_err(failed(Step::Files))?;
    }
    let mut free = 0;
    for kept in &plan.kept {
        if *kept > free {
            sys::close_range(free as u32, (*kept - 1) as u32, true).map_err(failed(Step::Files))?;
        }
        free = *kept + 1;
    }
    sys::close_range(free as u32, u32::MAX, true).map_err(failed(Step::Files))
}

/// Gives up root's uid, or the rights that a new user namespace grants.
fn drop_rights(identity: &Identity) -> Done {
    let step = || failed(Step::DropRights);
    sys::empty_bounding_set().map_err(step())?;
    if let Identity::Drop { id } = identity {
        sys::become_user(*id, *id).map_err(step())?;
    }
    sys::drop_capabilities().map_err(step())?;
    sys::prctl(libc::PR_SET_NO_NEW_PRIVS, 1).map_err(failed(Step::NoNewPrivileges))
}

fn close_files(walls: &Walls, ruleset: RawFd) -> Done {
    for (index, dir) in walls.writable.iter().enumerate() {
        let step = || Failure::at(Step::Landlock, index);
        let handle = sys::open_handle(dir).map_err(step())?;
        sys::landlock_allow(ruleset, handle, walls.writable_access).map_err(step())?;
        sys::close(handle);
    }
    sys::landlock_enter(ruleset).map_err(failed(Step::Landlock))
}

fn close_calls(walls: &Walls) -> Done {
    sys::install_filter(&walls.filters.allow).map_err(failed(Step::Seccomp))?;
    sys::install_filter(&walls.filters.refuse).map_err(failed(Step::Seccomp))
}

/// Tries, as the program would, what each layer is there to stop, and what must work.
fn self_test() -> Done<Infallible> {
    let holes = [
        sys::open_read_only(c"/proc").is_ok(),
        sys::open_read_only(c"/etc/shadow").is_ok(),
        sys::make_dir(libc::AT_FDCWD, c"/hole", 0o700).is_ok(),
        sys::make_dir(libc::AT_FDCWD, c"/tmp/works", 0o700).is_err(),
        sys::open_read_only(c"/dev/null").is_err(),
        sys::try_new_user_namespace().is_ok(),
        sys::try_netlink().is_ok(),
        sys::user_id() == 0,
    ];
    match holes.iter().position(|hole| *hole) {
        Some(index) => Err(Failure::at(Step::SelfTest, index)(Errno::EPERM)),
        None => sys::exit(0),
    }
}

/// What each check of the self-test found open, in its order.
pub(crate) const HOLES: [&str; 8] = [
    "/proc can be opened",
    "/etc/shadow can be opened",
    "the root folder can be written",
    "/tmp cannot be written",
    "/dev/null cannot be opened",
    "a user namespace can be made",
    "a netlink socket can be made",
    "the program runs as uid 0",
];
