//! Why a jail could not be made.

use std::io;
use std::path::PathBuf;

/// Why no jail could be made. Nothing is left behind, and nothing ran outside of one.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// Level L0 runs nothing.
    #[error(
        "refused to run: this machine offers no usable jail; see the probe's note for the remedy"
    )]
    Refused,
    /// The caller asks for something that cannot be.
    #[error("cannot build a jail from this description: {0}")]
    BadSpec(String),
    /// A path of the host that the program should see cannot be read.
    #[error("cannot show {path} in the jail: {source}; check that it exists and can be read")]
    HostPath {
        /// The path.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },
    /// The kernel's Landlock is missing or too old.
    #[error("cannot build the Landlock rules ({0}); Linux 6.12 or newer with Landlock is needed")]
    Landlock(String),
    /// The seccomp program could not be compiled.
    #[error("cannot compile the seccomp filter: {0}")]
    Seccomp(String),
    /// No cgroup could be made or set.
    #[error(
        "cannot set up the cgroup {path}: {source}; cgroup controllers `memory` and `pids` must be \
         mounted writable (L2 works without)"
    )]
    Cgroup {
        /// The file or folder in the cgroup file system.
        path: PathBuf,
        /// What the kernel said.
        source: io::Error,
    },
    /// A system call in the runner's own process failed.
    #[error("cannot start the jail's first process: {what}: {source}")]
    Start {
        /// The call.
        what: &'static str,
        /// What the kernel said.
        source: io::Error,
    },
    /// A step inside the new process failed.
    #[error("cannot set up the jail: {step}{detail}: {source}")]
    SetUp {
        /// The step.
        step: Step,
        /// On what, as `: /usr`; empty where the step says it all.
        detail: String,
        /// What the kernel said.
        source: io::Error,
    },
    /// The jail's first process was gone before the program started, for example killed.
    #[error("the jail was killed before its program started (out of memory, or by hand)")]
    Died,
}

/// The steps of the set-up inside the new process, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Step {
    /// Own session, default signal handlers.
    Session,
    /// Map the caller's uid into the new user namespace.
    MapUser,
    /// Enter the cgroups.
    Cgroup,
    /// Take the mounts of the host out of reach of ours.
    PrivateMounts,
    /// Copy a mount of the host.
    CopyMount,
    /// Make a tmpfs.
    Tmpfs,
    /// Make a folder, link or mount point in the new root.
    Entry,
    /// Put a mount into the new root.
    Attach,
    /// Seal the new root and enter it.
    EnterRoot,
    /// Bring the private loopback interface up.
    Loopback,
    /// Start the program's process.
    Fork,
    /// Make the program a candidate of the out-of-memory killer again.
    OomScore,
    /// Set the limits of the process.
    Limits,
    /// Put the open files where they belong.
    Files,
    /// Enter the work folder.
    WorkDir,
    /// Give up every right of root.
    DropRights,
    /// Forbid gaining rights by running a program.
    NoNewPrivileges,
    /// Close the file system with Landlock.
    Landlock,
    /// Close the system calls with seccomp.
    Seccomp,
    /// Run the program.
    Exec,
    /// Try what must be impossible.
    SelfTest,
}

impl Step {
    const ALL: [Step; 21] = [
        Step::Session,
        Step::MapUser,
        Step::Cgroup,
        Step::PrivateMounts,
        Step::CopyMount,
        Step::Tmpfs,
        Step::Entry,
        Step::Attach,
        Step::EnterRoot,
        Step::Loopback,
        Step::Fork,
        Step::OomScore,
        Step::Limits,
        Step::Files,
        Step::WorkDir,
        Step::DropRights,
        Step::NoNewPrivileges,
        Step::Landlock,
        Step::Seccomp,
        Step::Exec,
        Step::SelfTest,
    ];

    pub(crate) fn from_number(number: u32) -> Option<Step> {
        Self::ALL.into_iter().find(|step| *step as u32 == number)
    }
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Step::Session => "start a session",
            Step::MapUser => "map the user into the new user namespace",
            Step::Cgroup => "enter the cgroup",
            Step::PrivateMounts => "make the mounts private",
            Step::CopyMount => "copy a mount of the host",
            Step::Tmpfs => "make a tmpfs",
            Step::Entry => "make an entry of the new root",
            Step::Attach => "attach a mount",
            Step::EnterRoot => "enter the new root",
            Step::Loopback => "bring up the loopback interface",
            Step::Fork => "fork the program's process",
            Step::OomScore => "show the program to the out-of-memory killer",
            Step::Limits => "set the limits of the process",
            Step::Files => "pass on the open files",
            Step::WorkDir => "enter the work folder",
            Step::DropRights => "drop the rights of root",
            Step::NoNewPrivileges => "set no_new_privs",
            Step::Landlock => "apply Landlock",
            Step::Seccomp => "apply seccomp",
            Step::Exec => "run the program",
            Step::SelfTest => "find the jail closed",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_is_found_by_its_number() {
        for (number, step) in Step::ALL.into_iter().enumerate() {
            assert_eq!(step as usize, number);
            assert_eq!(Step::from_number(number as u32), Some(step));
        }
    }
}
