//! The first process builds the little world: user, mounts, root, network.

use std::ffi::CStr;
use std::os::fd::RawFd;

use nix::Result;

use super::{Done, Failure, failed};
use crate::error::Step;
use crate::layout::{Entry, Kind};
use crate::plan::{Identity, Walls};
use crate::sys;

const READ_ONLY: u64 = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV;
const DEVICE: u64 = libc::MOUNT_ATTR_RDONLY | libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NOEXEC;
const WRITABLE: u64 = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV | libc::MOUNT_ATTR_NOEXEC;

/// Gives the caller's own uid and gid their names in the new user namespace.
pub(super) fn map_user(identity: &Identity) -> Done {
    let Identity::Map { uid_map, gid_map } = identity else {
        return Ok(());
    };
    let step = || failed(Step::MapUser);
    sys::write_file(libc::AT_FDCWD, c"/proc/self/uid_map", uid_map).map_err(step())?;
    // Without this a user could leave groups that deny them something.
    sys::write_file(libc::AT_FDCWD, c"/proc/self/setgroups", b"deny").map_err(step())?;
    sys::write_file(libc::AT_FDCWD, c"/proc/self/gid_map", gid_map).map_err(step())
}

/// Builds the new root and the network, and enters them.
pub(super) fn enter(walls: &mut Walls) -> Done {
    let private = sys::set_mount(libc::AT_FDCWD, c"/", 0, true);
    private.map_err(failed(Step::PrivateMounts))?;
    copy_mounts(walls)?;
    let root = new_root()?;
    for (index, (entry, copy)) in walls.layout.entries.iter().zip(&walls.copies).enumerate() {
        add_entry(root, entry, *copy, &walls.owner, index)?;
    }
    seal(root).map_err(failed(Step::EnterRoot))?;
    sys::set_host_name(c"heddle").map_err(failed(Step::Loopback))?;
    sys::loopback_up().map_err(failed(Step::Loopback))
}

/// Copies what the host shows before the new root covers any of it.
fn copy_mounts(walls: &mut Walls) -> Done {
    let entries = walls.layout.entries.iter().zip(&mut walls.copies);
    for (index, (entry, copy)) in entries.enumerate() {
        if let Kind::Bind { host, device, .. } = &entry.kind {
            let step = || Failure::at(Step::CopyMount, index);
            *copy = sys::copy_tree(host).map_err(step())?;
            let attributes = if *device { DEVICE } else { READ_ONLY };
            sys::set_mount(*copy, c"", attributes, true).map_err(step())?;
        }
    }
    Ok(())
}

/// A small tmpfs on top of the old root, for folders, links and mount points only.
fn new_root() -> Done<RawFd> {
    let options: [(&CStr, &CStr); 3] = [
        (c"size", c"1m"),
        (c"nr_inodes", c"4096"),
        (c"mode", c"0755"),
    ];
    let step = || failed(Step::EnterRoot);
    let root = sys::new_tmpfs(&options, WRITABLE & !libc::MOUNT_ATTR_NOEXEC).map_err(step())?;
    sys::attach_mount(root, libc::AT_FDCWD, c"/").map_err(step())?;
    Ok(root)
}

fn add_entry(root: RawFd, entry: &Entry, copy: RawFd, owner: &CStr, index: usize) -> Done {
    let made = || Failure::at(Step::Entry, index);
    let attached = || Failure::at(Step::Attach, index);
    match &entry.kind {
        Kind::Dir => make_dir(root, &entry.at).map_err(made()),
        Kind::Link { to } => sys::make_link(to, root, &entry.at).map_err(made()),
        Kind::Bind { is_dir, .. } => {
            let point = if *is_dir {
                make_dir(root, &entry.at)
            } else {
                sys::make_file(root, &entry.at)
            };
            point.map_err(made())?;
            sys::attach_mount(copy, root, &entry.at).map_err(attached())
        }
        Kind::Tmpfs {
            size,
            inodes,
            mode,
            owned,
        } => {
            make_dir(root, &entry.at).map_err(made())?;
            let all: [(&CStr, &CStr); 5] = [
                (c"size", size),
                (c"nr_inodes", inodes),
                (c"mode", mode),
                (c"uid", owner),
                (c"gid", owner),
            ];
            let options = if *owned { &all[..] } else { &all[..3] };
            let mount = sys::new_tmpfs(options, WRITABLE);
            let mount = mount.map_err(Failure::at(Step::Tmpfs, index))?;
            sys::attach_mount(mount, root, &entry.at).map_err(attached())
        }
    }
}

fn make_dir(root: RawFd, at: &CStr) -> Result<()> {
    sys::make_dir(root, at, 0o755)
}

/// Makes the new root read-only and the only root there is.
fn seal(root: RawFd) -> Result<()> {
    sys::enter_dir_handle(root)?;
    sys::set_mount(root, c"", libc::MOUNT_ATTR_RDONLY, false)?;
    sys::pivot_to_current_dir()
}
