#![allow(unsafe_code)] // Namespaces, mounts, seccomp and exec after a fork have no safe interface.
//! The jail: a learner's program runs in it and can hurt nobody but itself.
//!
//! [`probe`] says once which [`Level`] this machine offers, by building a real jail and trying
//! what must be impossible. [`Jail::spawn`] starts one program in a little world of its own.
//! Nothing goes in or out by path: what the program may use is an open file, passed on under its
//! number. The runner never opens, renames or removes anything that the program could have made.
//!
//! # Levels
//!
//! | level | when | what |
//! |---|---|---|
//! | [`Level::L3`] | root, writable cgroups | all of the below |
//! | [`Level::L2`] | user namespaces, or root without cgroups | no cgroups: memory is limited by process, and neither peak memory nor denials are known |
//! | [`Level::Trusted`] | the user asks for it, in a terminal | the limits that the kernel keeps by process, a clean end, and no walls |
//! | [`Level::L0`] | otherwise | nothing runs |
//!
//! A level is all or nothing: when one step of the set-up fails, [`Jail::spawn`] fails.
//!
//! # What each layer stops
//!
//! | layer | stops |
//! |---|---|
//! | a user of its own (L3: a uid that nobody else has; L2: the caller's, renamed) | reading root's files, which the usual recipe as root allows: inside a user namespace made by root, "nobody" is still root to the host's files |
//! | PID namespace, our own first process | seeing or signalling others; daemons that outlive the program; whatever is left dies with the first process |
//! | mount namespace, own root on a tmpfs | seeing any path that was not named; writing outside of sized tmpfs; setuid programs and devices (nosuid, nodev), programs from writable folders (noexec). No /proc |
//! | network namespace with its own loopback | the host's ports, other machines, the cloud's metadata address |
//! | IPC and UTS namespaces | System V and POSIX leftovers, host names |
//! | Landlock | the file system a second time; signals and abstract sockets to outside |
//! | seccomp | calls of no use to a learner (allow-list); new namespaces, ptrace, io_uring, keys, netlink and raw sockets, typing into terminals, foreign system call interfaces |
//! | no_new_privs, empty capability sets | gaining rights by running something |
//! | cgroups (L3) | memory and processes of the whole; the host's memory is never at stake |
//! | resource limits | file size, open files, CPU time, core dumps; at L2 memory and processes too |
//!
//! Known and accepted: neighbours can measure each other's load, and file locks on shared
//! read-only files can carry a signal between jails. There is no secret in a jail to carry. At L2
//! memory that belongs to files without a name is bounded only by their size and number.
//!
//! Inside one jail all processes are one user's: an execution that kills everybody kills its own
//! fork server (not the first process), and the run ends as killed. An execution may nest a
//! Landlock domain with scoped signals to prevent even that; the calls for it are allowed.
//!
//! # Order of the set-up, and why
//!
//! 1. *Runner*: paths followed, rules and filters compiled, strings made, pipes opened. The runner
//!    has many threads, so the new process may not allocate.
//! 2. *Fork* into the namespaces by `clone3`, all signals blocked, so that no handler of the
//!    runner runs in the new process. Not a helper program: a library has none to install, and it
//!    would cost an exec. The price is a copy of the runner's page tables.
//! 3. *User map* (L2) first: it grants the rights for all that follows. *Cgroup* (L3) next, so
//!    that everything later is charged to it.
//! 4. *Mounts*: host paths are copied as detached mounts before the new root covers them and while
//!    the process can still walk through folders that only root can enter.
//! 5. *Root entered*, the old one let go; loopback up.
//! 6. *Second fork*: the first process stays, gives up all rights, reaps, and watches the runner's
//!    pidfd. (`PR_SET_PDEATHSIG` would end the jail with the *thread* that made it.)
//! 7. *Program*: files to their numbers; rights dropped; then Landlock, which must come after the
//!    mounts because it forbids mounting; then limits; seccomp last, because it forbids most of
//!    what came before; signals unblocked; exec.
//!
//! # Example
//!
//! ```no_run
//! use heddle_jail::{Jail, JailLimits, Level, Spec, probe};
//!
//! let probe = probe();
//! assert!(probe.level >= Level::L2, "{}", probe.note);
//! let spec = Spec {
//!     program: "/usr/bin/python3".into(),
//!     args: vec!["-c".into(), "raise SystemExit(3)".into()],
//!     env: vec![],
//!     read_only: vec!["/usr".into(), "/lib".into(), "/lib64".into()],
//!     work_dir: "/work".into(),
//!     fds: vec![],
//!     limits: JailLimits::default(),
//! };
//! let mut jail = Jail::spawn(spec, probe.level)?;
//! assert_eq!(jail.wait().code(), Some(3));
//! # Ok::<(), heddle_jail::SpawnError>(())
//! ```

mod cgroup;
mod child;
mod descendants;
mod error;
mod fence;
mod filter;
mod jail;
mod layout;
mod plan;
mod probe;
mod spec;
mod sys;
mod user;

pub use error::{SpawnError, Step};
pub use jail::{Jail, Usage};
pub use probe::{Probe, probe};
pub use spec::{JailLimits, Level, Spec};
