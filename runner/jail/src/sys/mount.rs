//! Mounts by the calls that work on detached trees: nothing appears anywhere before it is whole.

use std::ffi::{CStr, c_uint};
use std::os::fd::RawFd;

use libc::syscall;
use nix::Result;

use super::{close, done, done_fd, enter_dir};

/// A copy of the mount tree at `path`, not attached anywhere.
pub(crate) fn copy_tree(path: &CStr) -> Result<RawFd> {
    let flags = libc::OPEN_TREE_CLONE
        | libc::OPEN_TREE_CLOEXEC
        | libc::AT_RECURSIVE as c_uint
        | libc::AT_SYMLINK_NOFOLLOW as c_uint;
    // SAFETY: `path` is a C string.
    done_fd(unsafe { syscall(libc::SYS_open_tree, libc::AT_FDCWD, path.as_ptr(), flags) })
}

/// Sets attributes (MOUNT_ATTR_*) and the propagation of a mount, and below it if `recursive`.
pub(crate) fn set_mount(fd: RawFd, path: &CStr, set: u64, recursive: bool) -> Result<()> {
    let attr = libc::mount_attr {
        attr_set: set,
        attr_clr: 0,
        propagation: libc::MS_PRIVATE,
        userns_fd: 0,
    };
    let flags = libc::AT_EMPTY_PATH | if recursive { libc::AT_RECURSIVE } else { 0 };
    let size = size_of::<libc::mount_attr>();
    // SAFETY: `path` is a C string; `attr` outlives the call.
    let ret = unsafe {
        syscall(
            libc::SYS_mount_setattr,
            fd,
            path.as_ptr(),
            flags,
            &raw const attr,
            size,
        )
    };
    done(ret).map(drop)
}

/// Attaches the detached mount `fd` at `path`, relative to the folder `at`.
pub(crate) fn attach_mount(fd: RawFd, at: RawFd, path: &CStr) -> Result<()> {
    let flags = libc::MOVE_MOUNT_F_EMPTY_PATH;
    // SAFETY: both paths are C strings.
    let ret = unsafe {
        syscall(
            libc::SYS_move_mount,
            fd,
            c"".as_ptr(),
            at,
            path.as_ptr(),
            flags,
        )
    };
    done(ret).map(drop)
}

/// A detached tmpfs with the given options (`size`, `mode`, …).
pub(crate) fn new_tmpfs(options: &[(&CStr, &CStr)], attributes: u64) -> Result<RawFd> {
    // SAFETY: the name is a C string.
    let fs =
        done_fd(unsafe { syscall(libc::SYS_fsopen, c"tmpfs".as_ptr(), libc::FSOPEN_CLOEXEC) })?;
    let mount = configure_and_mount(fs, options, attributes);
    close(fs);
    mount
}

fn configure_and_mount(fs: RawFd, options: &[(&CStr, &CStr)], attributes: u64) -> Result<RawFd> {
    for (key, value) in options {
        let set = libc::FSCONFIG_SET_STRING;
        // SAFETY: key and value are C strings.
        done(unsafe { syscall(libc::SYS_fsconfig, fs, set, key.as_ptr(), value.as_ptr(), 0) })?;
    }
    let none = std::ptr::null::<u8>();
    // SAFETY: this command takes neither key nor value.
    done(unsafe {
        syscall(
            libc::SYS_fsconfig,
            fs,
            libc::FSCONFIG_CMD_CREATE,
            none,
            none,
            0,
        )
    })?;
    // SAFETY: touches no memory.
    done_fd(unsafe {
        syscall(
            libc::SYS_fsmount,
            fs,
            libc::FSMOUNT_CLOEXEC,
            attributes as c_uint,
        )
    })
}

/// Makes the current folder, a mount, the root, and lets the old root go.
pub(crate) fn pivot_to_current_dir() -> Result<()> {
    let here = c".".as_ptr();
    // SAFETY: C strings. Old and new root stacked on one folder is documented usage: the old one
    // ends up on top, and unmounting the folder takes it away.
    done(unsafe { syscall(libc::SYS_pivot_root, here, here) })?;
    // SAFETY: a C string.
    done(unsafe { syscall(libc::SYS_umount2, here, libc::MNT_DETACH) })?;
    enter_dir(c"/")
}
