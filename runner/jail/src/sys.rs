//! The system calls that no crate offers in a form that is safe between fork and exec.
//!
//! The runner has many threads and the new process has one, a copy of whoever called. Locks of
//! the allocator or of glibc may be held by threads that do not exist in the copy. So nothing
//! here allocates, takes a lock or goes through a glibc wrapper that does (glibc's `setresuid`
//! waits for all threads it knows of; the raw call does not).

mod mount;

use std::ffi::{CStr, c_long, c_uint};
use std::os::fd::RawFd;

use libc::{pid_t, syscall};
use nix::Result;
use nix::errno::Errno;

pub(crate) use mount::{attach_mount, copy_tree, new_tmpfs, pivot_to_current_dir, set_mount};

/// Turns a raw return value into a result.
fn done(ret: c_long) -> Result<c_long> {
    Errno::result(ret)
}

fn done_fd(ret: c_long) -> Result<RawFd> {
    done(ret).map(|fd| fd as RawFd)
}

/// Which side of a fork this is.
pub(crate) enum Side {
    Child,
    Parent { child: pid_t, pidfd: RawFd },
}

/// Forks into the namespaces named by `namespaces` (CLONE_NEW* bits), with a pidfd.
///
/// # Safety
/// The child may do only what is async-signal-safe, and must never return to code that expects
/// the other threads to exist.
pub(crate) unsafe fn fork_into(namespaces: u64) -> Result<Side> {
    let mut pidfd: RawFd = -1;
    // SAFETY: clone_args is plain data; zero means "not used" for every field.
    let mut args: libc::clone_args = unsafe { std::mem::zeroed() };
    args.flags = namespaces | libc::CLONE_PIDFD as u64;
    args.pidfd = (&raw mut pidfd) as u64;
    args.exit_signal = libc::SIGCHLD as u64;
    // SAFETY: without CLONE_VM and with no stack this is a plain fork; `args` outlives the call.
    let ret = unsafe {
        syscall(
            libc::SYS_clone3,
            &raw mut args,
            size_of::<libc::clone_args>(),
        )
    };
    Ok(match done(ret)? {
        0 => Side::Child,
        child => Side::Parent {
            child: child as pid_t,
            pidfd,
        },
    })
}

/// Every signal back to its default. A raw call: glibc keeps two signals for itself and refuses
/// to reset them, but the handlers must not run in the jail's first process either.
pub(crate) fn reset_signal_handlers() {
    // The kernel's `struct sigaction`: handler, flags, restorer, mask; all zero is SIG_DFL.
    let default = [0u64; 4];
    for signal in 1..=64 {
        // SAFETY: reads 32 bytes at most; SIGKILL and SIGSTOP are refused, which is as well.
        unsafe {
            syscall(
                libc::SYS_rt_sigaction,
                signal,
                default.as_ptr(),
                std::ptr::null::<u64>(),
                8,
            )
        };
    }
}

/// Sets the calling thread's signal mask, one bit per signal; the mask before.
pub(crate) fn set_signal_mask(mask: u64) -> Result<u64> {
    let (how, mut old) = (libc::SIG_SETMASK, 0u64);
    // SAFETY: one mask is read, the other written, of 8 bytes each.
    let ret = unsafe {
        syscall(
            libc::SYS_rt_sigprocmask,
            how,
            &raw const mask,
            &raw mut old,
            8,
        )
    };
    done(ret).map(|_| old)
}

/// Writes all of `bytes` with one call to the file at `path`, relative to the folder `at`.
pub(crate) fn write_file(at: RawFd, path: &CStr, bytes: &[u8]) -> Result<()> {
    let flags = libc::O_WRONLY | libc::O_CLOEXEC;
    // SAFETY: `path` is a C string.
    let fd = done_fd(unsafe { syscall(libc::SYS_openat, at, path.as_ptr(), flags) })?;
    let written = write(fd, bytes);
    close(fd);
    written
}

/// Writes all of `bytes` with one call.
pub(crate) fn write(fd: RawFd, bytes: &[u8]) -> Result<()> {
    // SAFETY: the pointer and the length are those of a slice.
    let ret = unsafe { syscall(libc::SYS_write, fd, bytes.as_ptr(), bytes.len()) };
    match done(ret)? {
        n if n as usize == bytes.len() => Ok(()),
        _ => Err(Errno::EIO),
    }
}

/// Reads once; the number of bytes read.
pub(crate) fn read(fd: RawFd, bytes: &mut [u8]) -> Result<usize> {
    // SAFETY: the pointer and the length are those of a slice.
    let ret = unsafe { syscall(libc::SYS_read, fd, bytes.as_mut_ptr(), bytes.len()) };
    done(ret).map(|n| n as usize)
}

pub(crate) fn open_read_only(path: &CStr) -> Result<RawFd> {
    let flags = libc::O_RDONLY | libc::O_CLOEXEC;
    // SAFETY: `path` is a C string.
    done_fd(unsafe { syscall(libc::SYS_openat, libc::AT_FDCWD, path.as_ptr(), flags) })
}

pub(crate) fn open_null() -> Result<RawFd> {
    let flags = libc::O_RDWR | libc::O_CLOEXEC;
    let path = c"/dev/null".as_ptr();
    // SAFETY: `path` is a C string.
    done_fd(unsafe { syscall(libc::SYS_openat, libc::AT_FDCWD, path, flags) })
}

pub(crate) fn close(fd: RawFd) {
    // SAFETY: closing a number touches no memory; the callers own what they close.
    unsafe { syscall(libc::SYS_close, fd) };
}

/// Closes, or marks to be closed by exec, every descriptor from `first` to `last`.
pub(crate) fn close_range(first: c_uint, last: c_uint, at_exec: bool) -> Result<()> {
    let flags = if at_exec {
        libc::CLOSE_RANGE_CLOEXEC
    } else {
        0
    };
    // SAFETY: touches no memory; used only where no owner of these numbers runs any more.
    done(unsafe { syscall(libc::SYS_close_range, first, last, flags) }).map(drop)
}

/// A second number for `fd`, at least `least`, closed by exec.
pub(crate) fn duplicate_above(fd: RawFd, least: RawFd) -> Result<RawFd> {
    // SAFETY: touches no memory.
    done_fd(unsafe { syscall(libc::SYS_fcntl, fd, libc::F_DUPFD_CLOEXEC, least) })
}

/// `fd` also under the number `target`, which exec keeps.
pub(crate) fn duplicate_to(fd: RawFd, target: RawFd) -> Result<()> {
    // SAFETY: touches no memory; whatever had the number is closed on purpose.
    done(unsafe { syscall(libc::SYS_dup3, fd, target, 0) }).map(drop)
}

pub(crate) fn make_dir(at: RawFd, path: &CStr, mode: c_uint) -> Result<()> {
    // SAFETY: `path` is a C string.
    done(unsafe { syscall(libc::SYS_mkdirat, at, path.as_ptr(), mode) }).map(drop)
}

pub(crate) fn make_link(target: &CStr, at: RawFd, path: &CStr) -> Result<()> {
    // SAFETY: both are C strings.
    done(unsafe { syscall(libc::SYS_symlinkat, target.as_ptr(), at, path.as_ptr()) }).map(drop)
}

pub(crate) fn make_file(at: RawFd, path: &CStr) -> Result<()> {
    let (mode, device) = (libc::S_IFREG | 0o444, 0);
    // SAFETY: `path` is a C string.
    done(unsafe { syscall(libc::SYS_mknodat, at, path.as_ptr(), mode, device) }).map(drop)
}

/// A handle on a folder, for nothing but naming it.
pub(crate) fn open_handle(path: &CStr) -> Result<RawFd> {
    let flags = libc::O_PATH | libc::O_CLOEXEC;
    // SAFETY: `path` is a C string.
    done_fd(unsafe { syscall(libc::SYS_openat, libc::AT_FDCWD, path.as_ptr(), flags) })
}

pub(crate) fn enter_dir(path: &CStr) -> Result<()> {
    // SAFETY: `path` is a C string.
    done(unsafe { syscall(libc::SYS_chdir, path.as_ptr()) }).map(drop)
}

pub(crate) fn enter_dir_handle(fd: RawFd) -> Result<()> {
    // SAFETY: touches no memory.
    done(unsafe { syscall(libc::SYS_fchdir, fd) }).map(drop)
}

pub(crate) fn set_host_name(name: &CStr) -> Result<()> {
    // SAFETY: the length is that of the string.
    let ret = unsafe { syscall(libc::SYS_sethostname, name.as_ptr(), name.to_bytes().len()) };
    done(ret).map(drop)
}

/// Brings `lo` of the current network namespace up.
pub(crate) fn loopback_up() -> Result<()> {
    let kind = libc::SOCK_DGRAM | libc::SOCK_CLOEXEC;
    // SAFETY: touches no memory.
    let fd = done_fd(unsafe { syscall(libc::SYS_socket, libc::AF_INET, kind, 0) })?;
    // SAFETY: plain data, zero is valid.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
        *to = *from as libc::c_char;
    }
    request.ifr_ifru.ifru_flags = libc::IFF_UP as i16;
    // SAFETY: `request` is what this request reads.
    let ret = unsafe { syscall(libc::SYS_ioctl, fd, libc::SIOCSIFFLAGS, &raw const request) };
    close(fd);
    done(ret).map(drop)
}

/// Takes another user and group, for good, with no other groups.
pub(crate) fn become_user(uid: u32, gid: u32) -> Result<()> {
    let none = std::ptr::null::<libc::gid_t>();
    // SAFETY: an empty list is read.
    done(unsafe { syscall(libc::SYS_setgroups, 0, none) })?;
    // SAFETY: touches no memory.
    done(unsafe { syscall(libc::SYS_setresgid, gid, gid, gid) })?;
    // SAFETY: touches no memory.
    done(unsafe { syscall(libc::SYS_setresuid, uid, uid, uid) }).map(drop)
}

/// Removes every capability from the bounding set, so that no program can give one back.
pub(crate) fn empty_bounding_set() -> Result<()> {
    for capability in 0..64 {
        match prctl(libc::PR_CAPBSET_DROP, capability) {
            Ok(()) => {}
            // Past the last capability this kernel knows.
            Err(Errno::EINVAL) if capability > 0 => break,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Gives up all capabilities that the process holds.
pub(crate) fn drop_capabilities() -> Result<()> {
    prctl(libc::PR_CAP_AMBIENT, libc::PR_CAP_AMBIENT_CLEAR_ALL as u64)?;
    // The header (version 3, this process) and two empty sets of three words each.
    let header = [0x2008_0522u32, 0];
    let none = [0u32; 6];
    // SAFETY: sizes as the kernel's version 3 of this interface has them.
    done(unsafe { syscall(libc::SYS_capset, header.as_ptr(), none.as_ptr()) }).map(drop)
}

/// A prctl with one argument.
pub(crate) fn prctl(option: libc::c_int, argument: u64) -> Result<()> {
    // SAFETY: used only with options that take a number.
    done(unsafe { syscall(libc::SYS_prctl, option, argument, 0u64, 0u64, 0u64) }).map(drop)
}

pub(crate) fn set_limit(resource: c_uint, soft: u64, hard: u64) -> Result<()> {
    let limit = libc::rlimit64 {
        rlim_cur: soft,
        rlim_max: hard,
    };
    let old = std::ptr::null_mut::<libc::rlimit64>();
    // SAFETY: `limit` is read, nothing is written.
    done(unsafe { syscall(libc::SYS_prlimit64, 0, resource, &raw const limit, old) }).map(drop)
}

/// The hard limit of the calling process.
pub(crate) fn hard_limit(resource: c_uint) -> Result<u64> {
    let mut limit = libc::rlimit64 {
        rlim_cur: 0,
        rlim_max: 0,
    };
    let new = std::ptr::null::<libc::rlimit64>();
    // SAFETY: `limit` is written, nothing is read.
    done(unsafe { syscall(libc::SYS_prlimit64, 0, resource, new, &raw mut limit) })
        .map(|_| limit.rlim_max)
}

/// Adds a rule to a Landlock ruleset: `access` beneath the folder that `dir` is a handle on.
pub(crate) fn landlock_allow(ruleset: RawFd, dir: RawFd, access: u64) -> Result<()> {
    /// The kernel's `struct landlock_path_beneath_attr`.
    #[repr(C, packed)]
    struct PathBeneath {
        allowed_access: u64,
        parent_fd: i32,
    }
    const PATH_BENEATH: c_uint = 1;
    let rule = PathBeneath {
        allowed_access: access,
        parent_fd: dir,
    };
    // SAFETY: `rule` is what this type of rule reads.
    let ret = unsafe {
        syscall(
            libc::SYS_landlock_add_rule,
            ruleset,
            PATH_BENEATH,
            &raw const rule,
            0,
        )
    };
    done(ret).map(drop)
}

pub(crate) fn landlock_enter(ruleset: RawFd) -> Result<()> {
    // SAFETY: touches no memory.
    done(unsafe { syscall(libc::SYS_landlock_restrict_self, ruleset, 0) }).map(drop)
}

/// Installs a seccomp program on the calling thread.
pub(crate) fn install_filter(program: &[seccompiler::sock_filter]) -> Result<()> {
    /// The kernel's `struct sock_fprog`.
    #[repr(C)]
    struct Program {
        len: u16,
        filter: *const seccompiler::sock_filter,
    }
    let program = Program {
        len: program.len() as u16,
        filter: program.as_ptr(),
    };
    let mode = libc::SECCOMP_SET_MODE_FILTER;
    // SAFETY: pointer and length are those of a slice, which the kernel copies.
    done(unsafe { syscall(libc::SYS_seccomp, mode, 0, &raw const program) }).map(drop)
}

/// Runs a program in place of this one; returns only to say why not.
///
/// # Safety
/// `argv` and `envp` must be arrays of C strings that end with a null pointer.
pub(crate) unsafe fn exec(
    program: &CStr,
    argv: *const *const libc::c_char,
    envp: *const *const libc::c_char,
) -> Errno {
    // SAFETY: by the caller's promise.
    unsafe { syscall(libc::SYS_execve, program.as_ptr(), argv, envp) };
    Errno::last()
}

/// Ends the process at once.
pub(crate) fn exit(code: i32) -> ! {
    // SAFETY: no memory is touched and no destructor runs.
    unsafe { libc::_exit(code) }
}

/// A descriptor that is readable when one of the signals in `mask` is pending.
pub(crate) fn signal_fd(mask: u64) -> Result<RawFd> {
    let flags = libc::SFD_CLOEXEC | libc::SFD_NONBLOCK;
    // SAFETY: `mask` is read.
    done_fd(unsafe { syscall(libc::SYS_signalfd4, -1, &raw const mask, 8, flags) })
}

/// Waits until one of the descriptors is readable or hung up; which ones are.
pub(crate) fn wait_readable<const N: usize>(fds: [RawFd; N]) -> Result<[bool; N]> {
    let mut polled = fds.map(|fd| libc::pollfd {
        fd,
        events: libc::POLLIN,
        revents: 0,
    });
    let (time, mask) = (std::ptr::null::<libc::timespec>(), std::ptr::null::<u64>());
    // SAFETY: pointer and length are those of an array.
    done(unsafe { syscall(libc::SYS_ppoll, polled.as_mut_ptr(), N, time, mask, 8) })?;
    Ok(polled.map(|entry| entry.revents != 0))
}

/// Takes note of one child that has ended: its pid and wait status. Waits for one if `block`.
pub(crate) fn reap_one(block: bool) -> Result<Option<(pid_t, i32)>> {
    let mut status = 0;
    let flags = libc::__WALL | if block { 0 } else { libc::WNOHANG };
    let usage = std::ptr::null_mut::<libc::rusage>();
    // SAFETY: `status` is written.
    let ret = unsafe { syscall(libc::SYS_wait4, -1, &raw mut status, flags, usage) };
    Ok(match done(ret)? {
        0 => None,
        pid => Some((pid as pid_t, status)),
    })
}

pub(crate) fn kill(pid: pid_t, signal: i32) {
    // SAFETY: touches no memory. A process that is gone already is fine.
    unsafe { syscall(libc::SYS_kill, pid, signal) };
}

/// Sets how much the calling process steps back for others.
pub(crate) fn set_niceness(value: i32) -> Result<()> {
    // SAFETY: touches no memory.
    done(unsafe { syscall(libc::SYS_setpriority, libc::PRIO_PROCESS, 0, value) }).map(drop)
}

pub(crate) fn start_session() -> Result<()> {
    // SAFETY: touches no memory.
    done(unsafe { syscall(libc::SYS_setsid) }).map(drop)
}

/// A handle on a process by its number.
pub(crate) fn pidfd_open(pid: u32) -> Result<RawFd> {
    // SAFETY: touches no memory.
    done_fd(unsafe { syscall(libc::SYS_pidfd_open, pid, 0) })
}

/// Sends a signal to the process behind a pidfd.
pub(crate) fn pidfd_kill(pidfd: RawFd, signal: i32) -> Result<()> {
    let info = std::ptr::null::<libc::siginfo_t>();
    // SAFETY: touches no memory.
    done(unsafe { syscall(libc::SYS_pidfd_send_signal, pidfd, signal, info, 0) }).map(drop)
}

/// Reaps the ended child behind a pidfd: its CPU time and that of its reaped children.
pub(crate) fn pidfd_reap(pidfd: RawFd) -> Result<libc::rusage> {
    // SAFETY: plain data, zero is valid.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    // SAFETY: plain data, zero is valid.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let (kind, flags) = (libc::P_PIDFD, libc::WEXITED);
    // SAFETY: both structures are written.
    let ret = unsafe {
        syscall(
            libc::SYS_waitid,
            kind,
            pidfd,
            &raw mut info,
            flags,
            &raw mut usage,
        )
    };
    done(ret).map(|_| usage)
}

/// What a jailed program must not be able to do.
pub(crate) fn try_new_user_namespace() -> Result<()> {
    // SAFETY: touches no memory.
    done(unsafe { syscall(libc::SYS_unshare, libc::CLONE_NEWUSER) }).map(drop)
}

/// What a jailed program must not be able to do.
pub(crate) fn try_netlink() -> Result<()> {
    // SAFETY: touches no memory.
    done(unsafe { syscall(libc::SYS_socket, libc::AF_NETLINK, libc::SOCK_RAW, 0) }).map(drop)
}

pub(crate) fn user_id() -> libc::uid_t {
    // SAFETY: touches no memory and cannot fail.
    (unsafe { syscall(libc::SYS_getuid) }) as libc::uid_t
}
