//! Cgroups: memory, processes and CPU time of a whole jail, limited and counted.
//!
//! A runner has one folder `heddle-<pid>` in each hierarchy, as deep as the runner's own group, so
//! that limits around the runner hold for its jails too; below it one folder for each jail. The
//! folder goes with the last jail; what a killed runner left is swept by the next probe. The `cpu`
//! controller is used without limits: at its default weight a jail with sixty threads counts as
//! one competitor.

mod hierarchy;

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::error::SpawnError;
use crate::spec::JailLimits;
use hierarchy::Hierarchy;
pub(crate) use hierarchy::sweep_dead_runners;

/// How often to try to remove a folder that the kernel still calls busy, 1 ms apart.
const REMOVE_TRIES: u32 = 200;

/// The cgroups of one jail.
#[derive(Debug)]
pub(crate) struct Cgroup {
    hierarchy: Hierarchy,
    /// Our folder for each folder of the hierarchy.
    dirs: Vec<PathBuf>,
    removed: bool,
}

/// What the kernel counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    pub(crate) cpu: Option<Duration>,
    pub(crate) memory_peak: Option<u64>,
    pub(crate) oom_killed: bool,
    pub(crate) processes_denied: bool,
}

/// Jails of this runner that have cgroups now.
static LIVE: Mutex<u32> = Mutex::new(0);

impl Cgroup {
    /// Makes the folders and sets the limits.
    pub(crate) fn create(limits: &JailLimits) -> Result<Cgroup, SpawnError> {
        use std::sync::atomic::{AtomicU64, Ordering};
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let hierarchy = Hierarchy::find()?;
        let name = format!("jail-{}", NUMBER.fetch_add(1, Ordering::Relaxed));
        let mut live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
        *live += 1;
        let trees = hierarchy.trees();
        let dirs = trees.iter().map(|tree| tree.join(&name)).collect();
        // From here on Drop takes everything away again.
        let group = Cgroup {
            hierarchy,
            dirs,
            removed: false,
        };
        let made = group.make(&trees, limits);
        drop(live);
        made.map(|()| group)
    }

    fn make(&self, trees: &[PathBuf], limits: &JailLimits) -> Result<(), SpawnError> {
        self.hierarchy.make_trees(trees)?;
        for dir in &self.dirs {
            make_dir(dir)?;
        }
        // The jail's first process, ours, is not the learner's.
        let processes = u64::from(limits.processes) + 1;
        self.hierarchy
            .set_limits(&self.dirs, limits.memory, processes)
    }

    /// Open files that move the process that writes `0` to one of them into the cgroup.
    pub(crate) fn doors(&self) -> Result<Vec<OwnedFd>, SpawnError> {
        let door = |dir: &PathBuf| {
            let path = dir.join("cgroup.procs");
            let opened = fs::OpenOptions::new().write(true).open(&path);
            opened
                .map(OwnedFd::from)
                .map_err(|source| SpawnError::Cgroup { path, source })
        };
        self.dirs.iter().map(door).collect()
    }

    /// Gives the jail most of the CPU: sixty processes that have been killed need some each to
    /// end, and as one competitor among many they would get it late.
    pub(crate) fn hurry(&self) {
        self.hierarchy.set_highest_cpu_weight(&self.dirs);
    }

    pub(crate) fn counts(&self) -> Counts {
        self.hierarchy.counts(&self.dirs)
    }

    /// Removes the folders; every process in them must be gone.
    pub(crate) fn remove(&mut self) {
        if std::mem::replace(&mut self.removed, true) {
            return;
        }
        for dir in &self.dirs {
            remove_dir(dir);
        }
        let mut live = LIVE.lock().unwrap_or_else(PoisonError::into_inner);
        *live -= 1;
        if *live == 0 {
            for tree in self.hierarchy.trees() {
                remove_dir(&tree);
            }
        }
    }
}

impl Drop for Cgroup {
    fn drop(&mut self) {
        self.remove();
    }
}

fn make_dir(dir: &Path) -> Result<(), SpawnError> {
    match fs::create_dir(dir) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(SpawnError::Cgroup {
            path: dir.to_owned(),
            source: error,
        }),
        _ => Ok(()),
    }
}

/// Removes one empty cgroup. The kernel may call it busy for a moment after its last process has
/// gone; a folder that stays is left to the sweep of the next probe.
fn remove_dir(dir: &Path) {
    for _ in 0..REMOVE_TRIES {
        match fs::remove_dir(dir) {
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                std::thread::sleep(Duration::from_millis(1));
            }
            _ => return,
        }
    }
}

fn write(path: PathBuf, value: &str) -> Result<(), SpawnError> {
    fs::write(&path, value).map_err(|source| SpawnError::Cgroup { path, source })
}
