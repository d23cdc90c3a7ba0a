//! What is to run, what it may see, and how much it may use.

use std::ffi::OsString;
use std::fmt;
use std::os::fd::{OwnedFd, RawFd};
use std::path::PathBuf;

/// How well a program is locked in (see the crate's page for what each layer stops).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// No usable jail: nothing runs.
    L0,
    /// Not locked in at all: the user's own program, in a terminal.
    Trusted,
    /// Namespaces, own root, Landlock, seccomp; memory is limited by process, not by run.
    L2,
    /// As L2, with cgroups: memory, processes and CPU time are limited and counted by run.
    L3,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Level::L0 => "L0",
            Level::Trusted => "trusted",
            Level::L2 => "L2",
            Level::L3 => "L3",
        })
    }
}

/// A program and the little world it runs in.
#[derive(Debug)]
pub struct Spec {
    /// The program, as an absolute path that some entry of `read_only` covers.
    pub program: PathBuf,
    /// Its arguments, without the program's own name.
    pub args: Vec<OsString>,
    /// Its whole environment; nothing is inherited.
    pub env: Vec<(OsString, OsString)>,
    /// Files and folders of the host, seen read-only at the same path. Symbolic links on the way
    /// are kept as links. Folders that only root can enter may lie above an entry (the caller
    /// being root): they appear as empty, enterable folders.
    pub read_only: Vec<PathBuf>,
    /// A private, writable, sized tmpfs: the current folder at the start, gone with the jail.
    /// [`Level::Trusted`] has no such thing; there it must be an existing folder.
    pub work_dir: PathBuf,
    /// Open files to pass on, each under its number. All others are closed; standard input,
    /// output and error are /dev/null where not named here.
    pub fds: Vec<(OwnedFd, RawFd)>,
    /// How much it may use.
    pub limits: JailLimits,
}

/// How much a jail may use. The limits that exist only by process (`file_size`, `open_files`,
/// `cpu_seconds`) hold for each process in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JailLimits {
    /// Memory in bytes, tmpfs contents included: of the jail at L3, of each process at L2.
    pub memory: u64,
    /// Processes and threads at one time, the program's first included.
    pub processes: u32,
    /// Bytes in the work folder, and as many again in /tmp.
    pub tmpfs: u64,
    /// Bytes in /dev/shm, where multiprocessing keeps its semaphores and shared memory.
    pub shm: u64,
    /// Bytes of any one file.
    pub file_size: u64,
    /// Open files of a process.
    pub open_files: u64,
    /// Seconds of CPU time of a process, after which it gets SIGXCPU and a second later SIGKILL.
    pub cpu_seconds: Option<u64>,
}

impl Default for JailLimits {
    fn default() -> Self {
        Self {
            memory: 512 << 20,
            processes: 64,
            tmpfs: 16 << 20,
            shm: 16 << 20,
            file_size: 64 << 20,
            open_files: 256,
            cpu_seconds: None,
        }
    }
}
