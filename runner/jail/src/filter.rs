//! The system calls a jailed program may use.
//!
//! Two seccomp programs, both applied. The first is an allow-list: what it does not name, today's
//! or a future kernel's, is "not implemented" (ENOSYS), which makes glibc fall back (for example
//! from `clone3`, whose flags no filter can see, to `clone`, whose flags one can). The second
//! says "not permitted" (EPERM) for calls that exist and are refused, so that a learner reads
//! `PermissionError` and not a riddle. The kernel takes the later filter's answer when both
//! refuse. A call of a foreign architecture kills the process; numbers of the x32 interface are
//! in no list.
//!
//! Left out on purpose: ptrace and the like, mounts, namespaces, keys, io_uring, bpf, perf,
//! userfaultfd, fanotify, System V IPC, `sync` (it stalls the host's disks), vmsplice and tee.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use libc::c_long;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen as Len, SeccompCmpOp as Op, SeccompCondition,
    SeccompFilter, SeccompRule, TargetArch,
};

use crate::error::SpawnError;

/// The compiled programs, in the order in which they are installed.
pub(crate) struct Filters {
    pub(crate) allow: BpfProgram,
    pub(crate) refuse: BpfProgram,
}

/// The programs, compiled once.
pub(crate) fn filters() -> Result<&'static Filters, SpawnError> {
    static FILTERS: OnceLock<Result<Filters, String>> = OnceLock::new();
    FILTERS
        .get_or_init(compile)
        .as_ref()
        .map_err(|why| SpawnError::Seccomp(why.clone()))
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

fn compile() -> Result<Filters, String> {
    let text = |error: seccompiler::BackendError| error.to_string();
    let arch: TargetArch = std::env::consts::ARCH.try_into().map_err(text)?;
    let program =
        |rules, mismatch, matched| SeccompFilter::new(rules, mismatch, matched, arch)?.try_into();
    let (pass, unknown) = (
        SeccompAction::Allow,
        SeccompAction::Errno(libc::ENOSYS as u32),
    );
    let allow = program(allowed().map_err(text)?, unknown, pass.clone()).map_err(text)?;
    let no = SeccompAction::Errno(libc::EPERM as u32);
    let refuse = program(refused().map_err(text)?, pass, no).map_err(text)?;
    Ok(Filters { allow, refuse })
}

/// The low 32 bits of an argument compared with a value: the kernel looks at no more of these
/// arguments, and a comparison of all 64 could be dodged by setting high bits.
fn low(argument: u8, op: Op, value: u64) -> Result<SeccompCondition, seccompiler::BackendError> {
    SeccompCondition::new(argument, Len::Dword, op, value & 0xffff_ffff)
}

fn allowed() -> Result<Rules, seccompiler::BackendError> {
    let calls = ALLOWED.iter().chain(ALLOWED_OLDER);
    let mut rules: Rules = calls.map(|call| (*call, Vec::new())).collect();
    let each = |argument: u8, values: &[u64]| -> Result<Vec<SeccompRule>, _> {
        values
            .iter()
            .map(|v| SeccompRule::new(vec![low(argument, Op::Eq, *v)?]))
            .collect()
    };
    rules.insert(libc::SYS_clone, vec![without_namespaces()?]);
    rules.insert(libc::SYS_socket, sockets()?);
    rules.insert(libc::SYS_socketpair, each(0, &[libc::AF_UNIX as u64])?);
    rules.insert(libc::SYS_ioctl, each(1, IOCTLS)?);
    rules.insert(libc::SYS_prctl, each(0, PRCTLS)?);
    Ok(rules)
}

/// `clone` for threads and processes, not for namespaces.
fn without_namespaces() -> Result<SeccompRule, seccompiler::BackendError> {
    let namespaces = libc::CLONE_NEWCGROUP
        | libc::CLONE_NEWIPC
        | libc::CLONE_NEWNET
        | libc::CLONE_NEWNS
        | libc::CLONE_NEWPID
        | libc::CLONE_NEWUSER
        | libc::CLONE_NEWUTS;
    SeccompRule::new(vec![low(0, Op::MaskedEq(namespaces as u64), 0)?])
}

/// Unix sockets, and TCP and UDP in the private network namespace.
fn sockets() -> Result<Vec<SeccompRule>, seccompiler::BackendError> {
    let mut rules = vec![SeccompRule::new(vec![low(
        0,
        Op::Eq,
        libc::AF_UNIX as u64,
    )?])?];
    for family in [libc::AF_INET, libc::AF_INET6] {
        for protocol in [0, libc::IPPROTO_TCP, libc::IPPROTO_UDP] {
            rules.push(SeccompRule::new(vec![
                low(0, Op::Eq, family as u64)?,
                low(2, Op::Eq, protocol as u64)?,
            ])?);
        }
    }
    Ok(rules)
}

fn refused() -> Result<Rules, seccompiler::BackendError> {
    let mut rules: Rules = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
    let unless = |argument: u8, values: &[u64]| -> Result<Vec<SeccompRule>, _> {
        let conditions: Result<Vec<_>, _> = values
            .iter()
            .map(|value| low(argument, Op::Ne, *value))
            .collect();
        Ok(vec![SeccompRule::new(conditions?)?])
    };
    let families = [
        libc::AF_UNIX as u64,
        libc::AF_INET as u64,
        libc::AF_INET6 as u64,
    ];
    rules.insert(libc::SYS_socket, unless(0, &families)?);
    rules.insert(libc::SYS_ioctl, unless(1, IOCTLS)?);
    Ok(rules)
}

/// Requests that ask about a file or set its flags; none that types into a terminal.
const IOCTLS: &[u64] = &[
    libc::FIOCLEX,
    libc::FIONCLEX,
    libc::FIONBIO,
    libc::FIONREAD,
    libc::TCGETS,
    libc::TIOCGWINSZ,
];

const PRCTLS: &[u64] = &[
    libc::PR_SET_NAME as u64,
    libc::PR_GET_NAME as u64,
    libc::PR_SET_PDEATHSIG as u64,
    libc::PR_GET_PDEATHSIG as u64,
    libc::PR_SET_CHILD_SUBREAPER as u64,
    libc::PR_GET_CHILD_SUBREAPER as u64,
    libc::PR_SET_DUMPABLE as u64,
    libc::PR_GET_DUMPABLE as u64,
    libc::PR_SET_NO_NEW_PRIVS as u64,
    libc::PR_GET_NO_NEW_PRIVS as u64,
    libc::PR_SET_TIMERSLACK as u64,
    libc::PR_SET_VMA as u64,
    libc::PR_CAPBSET_READ as u64,
];

/// Calls that exist and are refused with EPERM.
const REFUSED: &[c_long] = &[
    libc::SYS_adjtimex,
    libc::SYS_bpf,
    libc::SYS_chroot,
    libc::SYS_clock_settime,
    libc::SYS_fsopen,
    libc::SYS_io_uring_setup,
    libc::SYS_keyctl,
    libc::SYS_mount,
    libc::SYS_mount_setattr,
    libc::SYS_move_mount,
    libc::SYS_open_by_handle_at,
    libc::SYS_open_tree,
    libc::SYS_perf_event_open,
    libc::SYS_pidfd_getfd,
    libc::SYS_pivot_root,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_ptrace,
    libc::SYS_reboot,
    libc::SYS_seccomp,
    libc::SYS_setdomainname,
    libc::SYS_setgid,
    libc::SYS_setgroups,
    libc::SYS_sethostname,
    libc::SYS_setns,
    libc::SYS_setregid,
    libc::SYS_setresgid,
    libc::SYS_setresuid,
    libc::SYS_setreuid,
    libc::SYS_setuid,
    libc::SYS_settimeofday,
    libc::SYS_swapon,
    libc::SYS_umount2,
    libc::SYS_unshare,
    libc::SYS_userfaultfd,
];

mod calls;
use calls::{ALLOWED, ALLOWED_OLDER};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_compile_and_fit_the_kernels_limit() {
        let filters = filters().unwrap();
        assert!(filters.allow.len() < 4096, "{}", filters.allow.len());
        assert!(filters.refuse.len() < 4096, "{}", filters.refuse.len());
    }

    #[test]
    fn nothing_is_both_allowed_and_refused_but_seccomp_itself() {
        // The second program is installed under the first, so the first lets that one call pass.
        let both: Vec<_> = REFUSED
            .iter()
            .filter(|call| ALLOWED.contains(call))
            .collect();
        assert_eq!(both, [&libc::SYS_seccomp]);
    }
}
