//! Where cgroups are on this machine, and how version 1 and version 2 spell the same things.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Counts, make_dir, remove_dir, write};
use crate::error::SpawnError;

/// The folders below which the runner may make its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hierarchy {
    /// Version 1: a hierarchy for each controller; some may be one and the same.
    V1 {
        memory: PathBuf,
        pids: PathBuf,
        cpuacct: Option<PathBuf>,
        cpu: Option<PathBuf>,
    },
    /// Version 2: one hierarchy.
    V2 { base: PathBuf },
}

impl Hierarchy {
    pub(super) fn find() -> Result<Hierarchy, SpawnError> {
        let read = |path: &str| {
            fs::read_to_string(path).map_err(|source| SpawnError::Cgroup {
                path: path.into(),
                source,
            })
        };
        let candidates = candidates(&read("/proc/self/mountinfo")?, &read("/proc/self/cgroup")?);
        candidates
            .into_iter()
            .find(Hierarchy::is_usable)
            .ok_or_else(|| SpawnError::Cgroup {
                path: "/sys/fs/cgroup".into(),
                source: io::Error::new(
                    io::ErrorKind::NotFound,
                    "no hierarchy has the controllers memory and pids for us",
                ),
            })
    }

    /// Version 2 hands controllers down only from groups without processes of their own (but for
    /// the root); whether that works is found out by trying.
    fn is_usable(&self) -> bool {
        match self {
            Hierarchy::V1 { .. } => true,
            Hierarchy::V2 { base } => hand_down(base),
        }
    }

    fn bases(&self) -> Vec<&Path> {
        match self {
            Hierarchy::V2 { base } => vec![base],
            Hierarchy::V1 {
                memory,
                pids,
                cpuacct,
                cpu,
            } => {
                let mut bases: Vec<&Path> = vec![memory, pids];
                for other in [cpuacct, cpu].into_iter().flatten() {
                    if !bases.contains(&other.as_path()) {
                        bases.push(other);
                    }
                }
                bases
            }
        }
    }

    /// This runner's folder in each hierarchy.
    pub(super) fn trees(&self) -> Vec<PathBuf> {
        let name = format!("heddle-{}", std::process::id());
        self.bases()
            .into_iter()
            .map(|base| base.join(&name))
            .collect()
    }

    pub(super) fn make_trees(&self, trees: &[PathBuf]) -> Result<(), SpawnError> {
        for tree in trees {
            make_dir(tree)?;
        }
        match (self, trees) {
            (Hierarchy::V2 { .. }, [tree]) if !hand_down(tree) => Err(SpawnError::Cgroup {
                path: tree.join("cgroup.subtree_control"),
                source: io::Error::other("the controllers memory and pids cannot be handed down"),
            }),
            _ => Ok(()),
        }
    }

    /// The jail's folder for memory and the one for pids.
    fn pick<'a>(&self, dirs: &'a [PathBuf]) -> (&'a Path, &'a Path) {
        match self {
            Hierarchy::V1 { .. } => (&dirs[0], &dirs[1]),
            Hierarchy::V2 { .. } => (&dirs[0], &dirs[0]),
        }
    }

    pub(super) fn set_limits(
        &self,
        dirs: &[PathBuf],
        memory: u64,
        processes: u64,
    ) -> Result<(), SpawnError> {
        let (in_memory, in_pids) = self.pick(dirs);
        let bytes = memory.to_string();
        write(in_pids.join("pids.max"), &processes.to_string())?;
        match self {
            Hierarchy::V1 { .. } => {
                write(in_memory.join("memory.limit_in_bytes"), &bytes)?;
                // Memory and swap together; absent where the kernel does not count swap.
                write_if_there(in_memory.join("memory.memsw.limit_in_bytes"), &bytes)
            }
            Hierarchy::V2 { .. } => {
                write(in_memory.join("memory.max"), &bytes)?;
                write_if_there(in_memory.join("memory.swap.max"), "0")
            }
        }
    }

    /// Without the controller nothing happens.
    pub(super) fn set_highest_cpu_weight(&self, dirs: &[PathBuf]) {
        let (file, most) = match self {
            Hierarchy::V1 { .. } => ("cpu.shares", "262144"),
            Hierarchy::V2 { .. } => ("cpu.weight", "10000"),
        };
        if let Some(path) = dirs
            .iter()
            .map(|dir| dir.join(file))
            .find(|path| path.exists())
        {
            let _ = fs::write(path, most);
        }
    }

    pub(super) fn counts(&self, dirs: &[PathBuf]) -> Counts {
        let (in_memory, in_pids) = self.pick(dirs);
        let number =
            |path: PathBuf| -> Option<u64> { fs::read_to_string(path).ok()?.trim().parse().ok() };
        let entry = |path: PathBuf, key| value_of(&fs::read_to_string(path).ok()?, key);
        let denied = entry(in_pids.join("pids.events"), "max").unwrap_or(0);
        let (cpu, memory_peak, oom) = match self {
            Hierarchy::V1 { .. } => (
                dirs.iter()
                    .find_map(|dir| number(dir.join("cpuacct.usage")))
                    .map(Duration::from_nanos),
                number(in_memory.join("memory.max_usage_in_bytes")),
                entry(in_memory.join("memory.oom_control"), "oom_kill"),
            ),
            Hierarchy::V2 { .. } => (
                entry(in_memory.join("cpu.stat"), "usage_usec").map(Duration::from_micros),
                number(in_memory.join("memory.peak")),
                entry(in_memory.join("memory.events"), "oom_kill"),
            ),
        };
        let oom_killed = oom.unwrap_or(0) > 0;
        Counts {
            cpu,
            memory_peak,
            oom_killed,
            processes_denied: denied > 0,
        }
    }
}

fn write_if_there(path: PathBuf, value: &str) -> Result<(), SpawnError> {
    if path.exists() {
        write(path, value)
    } else {
        Ok(())
    }
}

/// Makes the controllers available to the groups below; whether they are.
fn hand_down(dir: &Path) -> bool {
    let control = dir.join("cgroup.subtree_control");
    // The optional one by itself: a failing word spoils the whole line.
    let _ = fs::write(&control, "+cpu");
    let _ = fs::write(&control, "+memory +pids");
    let text = fs::read_to_string(&control).unwrap_or_default();
    ["memory", "pids"]
        .iter()
        .all(|name| text.split_whitespace().any(|word| word == *name))
}

/// The value after `key` in lines of `key value`.
fn value_of(text: &str, key: &str) -> Option<u64> {
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix(' '))?;
    line.trim().parse().ok()
}

/// What to try, best first, by what is mounted and where this process is.
fn candidates(mountinfo: &str, own: &str) -> Vec<Hierarchy> {
    let mounts: Vec<Mount> = mountinfo.lines().filter_map(Mount::parse).collect();
    let v1 = |name: &str| {
        let mount = mounts
            .iter()
            .find(|m| m.fs == "cgroup" && m.has_option(name))?;
        let listed = own.lines().find_map(|line| {
            let (_, rest) = line.split_once(':')?;
            let (names, path) = rest.split_once(':')?;
            names.split(',').any(|n| n == name).then_some(path)
        })?;
        Some(mount.dir_of(listed))
    };
    let mut found = Vec::new();
    if let (Some(memory), Some(pids)) = (v1("memory"), v1("pids")) {
        found.push(Hierarchy::V1 {
            memory,
            pids,
            cpuacct: v1("cpuacct"),
            cpu: v1("cpu"),
        });
    }
    if let Some(mount) = mounts.iter().find(|mount| mount.fs == "cgroup2") {
        let listed = own
            .lines()
            .find_map(|line| line.strip_prefix("0::"))
            .unwrap_or("/");
        found.push(Hierarchy::V2 {
            base: mount.dir_of(listed),
        });
        found.push(Hierarchy::V2 {
            base: mount.point.clone(),
        });
    }
    found
}

/// A line of mountinfo.
struct Mount<'a> {
    root: &'a str,
    point: PathBuf,
    fs: &'a str,
    options: &'a str,
}

impl<'a> Mount<'a> {
    fn parse(line: &'a str) -> Option<Mount<'a>> {
        let (mount, fs) = line.split_once(" - ")?;
        let mut mount = mount.split(' ').skip(3);
        let (root, point) = (mount.next()?, mount.next()?.into());
        let mut fs = fs.split(' ');
        Some(Mount {
            root,
            point,
            fs: fs.next()?,
            options: fs.nth(1)?,
        })
    }

    fn has_option(&self, name: &str) -> bool {
        self.options.split(',').any(|option| option == name)
    }

    /// The folder of the group that /proc/self/cgroup calls `listed`: paths there start at the
    /// hierarchy's root, of which the mount may show only a part.
    fn dir_of(&self, listed: &str) -> PathBuf {
        let below = Path::new(listed)
            .strip_prefix(self.root)
            .unwrap_or(Path::new(""));
        self.point.join(below.strip_prefix("/").unwrap_or(below))
    }
}

/// Removes what runners that are gone have left. Their processes are gone too: a jail's first
/// process ends with its runner.
pub(crate) fn sweep_dead_runners() {
    let Ok(hierarchy) = Hierarchy::find() else {
        return;
    };
    for base in hierarchy.bases() {
        let Ok(entries) = fs::read_dir(base) else {
            continue;
        };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let runner = name
                .to_str()
                .and_then(|name| name.strip_prefix("heddle-")?.parse().ok());
            if runner.is_some_and(|pid: u32| !Path::new("/proc").join(pid.to_string()).exists()) {
                remove_tree(&entry.path());
            }
        }
    }
}

fn remove_tree(dir: &Path) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_dir(&entry.path());
        }
    }
    remove_dir(dir);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_1_is_found_at_the_runners_own_group() {
        let mounts = "\
30 24 0:26 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
31 24 0:27 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
32 24 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:7 - cgroup cgroup rw,cpu,cpuacct
33 24 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw";
        let own = "4:memory:/box/a\n3:pids:/\n2:cpu,cpuacct:/x\n0::/";
        let both = PathBuf::from("/sys/fs/cgroup/cpu,cpuacct/x");
        let expected = Hierarchy::V1 {
            memory: "/sys/fs/cgroup/memory/box/a".into(),
            pids: "/sys/fs/cgroup/pids".into(),
            cpuacct: Some(both.clone()),
            cpu: Some(both),
        };
        assert_eq!(
            expected.bases().len(),
            3,
            "one folder for controllers mounted together"
        );
        assert_eq!(candidates(mounts, own)[0], expected);
    }

    #[test]
    fn version_2_is_tried_at_our_group_and_then_at_the_root() {
        let mounts = "30 24 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate";
        let own = "0::/user.slice/session-1.scope";
        let own_group = "/sys/fs/cgroup/user.slice/session-1.scope";
        let expected = [
            Hierarchy::V2 {
                base: own_group.into(),
            },
            Hierarchy::V2 {
                base: "/sys/fs/cgroup".into(),
            },
        ];
        assert_eq!(candidates(mounts, own), expected);
    }

    #[test]
    fn a_container_sees_only_its_part_of_a_hierarchy() {
        let mounts = "\
30 24 0:26 /docker/77 /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
31 24 0:27 /docker/77 /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids";
        let own = "4:memory:/docker/77\n3:pids:/docker/77/inner";
        let expected = Hierarchy::V1 {
            memory: "/sys/fs/cgroup/memory".into(),
            pids: "/sys/fs/cgroup/pids/inner".into(),
            cpuacct: None,
            cpu: None,
        };
        assert_eq!(candidates(mounts, own), [expected]);
    }

    #[test]
    fn counts_of_version_2_are_read_by_their_keys() {
        let dir = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        file("cpu.stat", "usage_usec 1500\nuser_usec 1000\n");
        file("memory.peak", "4096\n");
        file(
            "memory.events",
            "low 0\noom 2\noom_kill 1\noom_group_kill 0\n",
        );
        file("pids.events", "max 3\n");
        let counts = Hierarchy::V2 {
            base: dir.path().into(),
        }
        .counts(&[dir.path().into()]);
        assert_eq!(counts.cpu, Some(Duration::from_micros(1500)));
        assert_eq!(counts.memory_peak, Some(4096));
        assert!(counts.oom_killed && counts.processes_denied);
    }
}
