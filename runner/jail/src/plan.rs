//! Everything the new process needs, made ready before the fork.

use std::ffi::{CString, OsStr, c_char};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;

use nix::unistd::{getegid, geteuid};

use crate::cgroup::Cgroup;
use crate::error::SpawnError;
use crate::fence;
use crate::filter::{self, Filters};
use crate::layout::{Layout, c_string};
use crate::spec::{JailLimits, Level, Spec};
use crate::sys;

/// What the program's process does once it is locked in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Goal {
    /// Runs the program.
    Exec,
    /// Tries what must be impossible and ends.
    SelfTest,
}

/// Who the processes in the jail are.
#[derive(Debug)]
pub(crate) enum Identity {
    /// The runner is root and becomes this user and group.
    Drop { id: u32 },
    /// The runner is an ordinary user, who gets this name in a user namespace.
    Map { uid_map: Vec<u8>, gid_map: Vec<u8> },
}

/// All that stands around a program at L2 and L3.
pub(crate) struct Walls {
    pub(crate) identity: Identity,
    pub(crate) doors: Vec<OwnedFd>,
    pub(crate) layout: Layout,
    /// Descriptors of the copied mounts, one place for each entry of the layout.
    pub(crate) copies: Vec<RawFd>,
    /// The owner of the work folder, as tmpfs wants it.
    pub(crate) owner: CString,
    pub(crate) ruleset: OwnedFd,
    /// Folders of the jail's own in which everything is allowed.
    pub(crate) writable: Vec<CString>,
    pub(crate) writable_access: u64,
    pub(crate) filters: &'static Filters,
}

/// All that the new process reads.
pub(crate) struct Plan {
    pub(crate) goal: Goal,
    /// None: [`Level::Trusted`].
    pub(crate) walls: Option<Walls>,
    pub(crate) program: CString,
    pub(crate) args: Strings,
    pub(crate) env: Strings,
    pub(crate) work_dir: CString,
    /// Source and target numbers.
    pub(crate) fds: Vec<(RawFd, RawFd)>,
    /// Room for the numbers in between.
    pub(crate) moved: Vec<RawFd>,
    /// Every number the program has open, in order; 0, 1 and 2 always.
    pub(crate) kept: Vec<RawFd>,
    /// Resource, and the soft and hard limit.
    pub(crate) limits: Vec<(u32, u64, u64)>,
    /// Held open until the new process has them.
    _sources: Vec<OwnedFd>,
}

impl Plan {
    /// Works it all out. `id` is the uid and gid the jail's processes have inside.
    pub(crate) fn new(
        spec: Spec,
        level: Level,
        goal: Goal,
        id: u32,
        cgroup: Option<&Cgroup>,
    ) -> Result<Plan, SpawnError> {
        let walls = match level {
            Level::L0 => return Err(SpawnError::Refused),
            Level::Trusted => None,
            Level::L2 | Level::L3 => Some(Walls::new(&spec, id, cgroup)?),
        };
        let Spec {
            program,
            args,
            env,
            read_only: _,
            work_dir,
            fds,
            limits,
        } = spec;
        if !program.is_absolute() {
            return Err(SpawnError::BadSpec(format!(
                "program {program:?} is not absolute"
            )));
        }
        let kept = kept(&fds)?;
        let moved = vec![-1; fds.len()];
        let numbers = fds
            .iter()
            .map(|(fd, target)| (fd.as_raw_fd(), *target))
            .collect();
        let variables = env.into_iter().map(|(mut text, value)| {
            text.push("=");
            text.push(value);
            text
        });
        Ok(Plan {
            goal,
            limits: process_limits(&limits, level, walls.is_some()),
            walls,
            args: Strings::new(std::iter::once(program.clone().into_os_string()).chain(args))?,
            program: c_string(program.as_os_str().as_bytes())?,
            env: Strings::new(variables)?,
            work_dir: c_string(work_dir.as_os_str().as_bytes())?,
            fds: numbers,
            moved,
            kept,
            _sources: fds.into_iter().map(|(fd, _)| fd).collect(),
        })
    }
}

impl Walls {
    fn new(spec: &Spec, id: u32, cgroup: Option<&Cgroup>) -> Result<Walls, SpawnError> {
        let layout = Layout::plan(spec)?;
        let work_dir = c_string(spec.work_dir.as_os_str().as_bytes())?;
        Ok(Walls {
            identity: Identity::new(id),
            doors: cgroup.map(Cgroup::doors).transpose()?.unwrap_or_default(),
            ruleset: fence::ruleset(&layout.readable)?,
            copies: vec![-1; layout.entries.len()],
            layout,
            owner: c_string(id.to_string().as_bytes())?,
            writable: vec![work_dir, c"/tmp".into(), c"/dev/shm".into()],
            writable_access: fence::writable_access(),
            filters: filter::filters()?,
        })
    }
}

impl Identity {
    fn new(id: u32) -> Identity {
        if geteuid().is_root() {
            return Identity::Drop { id };
        }
        let map = |outside: u32| format!("{id} {outside} 1\n").into_bytes();
        Identity::Map {
            uid_map: map(geteuid().as_raw()),
            gid_map: map(getegid().as_raw()),
        }
    }
}

/// C strings and the array of pointers that `execve` wants.
pub(crate) struct Strings {
    _owned: Vec<CString>,
    pointers: Vec<*const c_char>,
}

impl Strings {
    fn new(strings: impl Iterator<Item = impl AsRef<OsStr>>) -> Result<Strings, SpawnError> {
        let owned = strings
            .map(|text| c_string(text.as_ref().as_bytes()))
            .collect::<Result<Vec<CString>, _>>()?;
        let mut pointers: Vec<_> = owned.iter().map(|text| text.as_ptr()).collect();
        pointers.push(std::ptr::null());
        Ok(Strings {
            _owned: owned,
            pointers,
        })
    }

    /// Pointers to C strings, ended by a null pointer.
    pub(crate) fn as_ptr(&self) -> *const *const c_char {
        self.pointers.as_ptr()
    }
}

fn kept(fds: &[(OwnedFd, RawFd)]) -> Result<Vec<RawFd>, SpawnError> {
    let mut kept: Vec<RawFd> = fds.iter().map(|(_, target)| *target).collect();
    let given = kept.len();
    kept.sort_unstable();
    kept.dedup();
    if kept.len() != given || kept.first().is_some_and(|least| *least < 0) {
        let why = "the numbers of the files to pass on must be positive and all different";
        return Err(SpawnError::BadSpec(why.to_owned()));
    }
    kept.extend([0, 1, 2]);
    kept.sort_unstable();
    kept.dedup();
    Ok(kept)
}

/// The limits that the kernel keeps by process.
fn process_limits(limits: &JailLimits, level: Level, walled: bool) -> Vec<(u32, u64, u64)> {
    let both = |resource, value| (resource, value, value);
    let mut list = vec![
        both(libc::RLIMIT_CORE, 0),
        both(libc::RLIMIT_FSIZE, limits.file_size),
        both(libc::RLIMIT_NOFILE, limits.open_files),
        both(libc::RLIMIT_RTPRIO, 0),
        both(libc::RLIMIT_STACK, 8 << 20),
    ];
    if let Some(seconds) = limits.cpu_seconds {
        list.push((libc::RLIMIT_CPU, seconds, seconds + 1));
    }
    if level != Level::L3 {
        // No cgroup: the best there is holds by process. Private memory counts against DATA;
        // address space, of which shared memory takes part, gets more room because threads
        // reserve much of it for stacks and arenas that they never touch.
        list.push(both(libc::RLIMIT_DATA, limits.memory));
        list.push(both(
            libc::RLIMIT_AS,
            limits.memory.saturating_mul(2) + (4 << 30),
        ));
    }
    if level == Level::L2 && walled {
        // The jail's first process counts too.
        list.push(both(libc::RLIMIT_NPROC, u64::from(limits.processes) + 1));
    }
    // Nobody can raise a hard limit once root's rights are gone.
    list.into_iter()
        .map(|(resource, soft, hard)| {
            let most = sys::hard_limit(resource).unwrap_or(hard);
            (resource, soft.min(most), hard.min(most))
        })
        .collect()
}
