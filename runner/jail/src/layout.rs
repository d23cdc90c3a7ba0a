//! The new root as a list of entries, worked out before the fork.
//!
//! Everything that needs the host's file system or the allocator happens here: symbolic links on
//! the way to a path are followed and kept as links, what lies below another entry is left out,
//! and folders on the way are made up.

use std::collections::{BTreeMap, VecDeque};
use std::ffi::{CString, OsString};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use crate::error::SpawnError;
use crate::spec::{JailLimits, Spec};

/// More links than this on one way is a circle, as for the kernel.
const MOST_LINKS: usize = 40;

/// Devices of the host that every program may use.
pub(crate) const DEVICES: [&str; 5] = [
    "/dev/null",
    "/dev/zero",
    "/dev/full",
    "/dev/random",
    "/dev/urandom",
];

/// The entries of the new root, parents first.
#[derive(Debug)]
pub(crate) struct Layout {
    pub(crate) entries: Vec<Entry>,
    /// Host paths, free of links, that the program may read and run.
    pub(crate) readable: Vec<PathBuf>,
}

/// One entry of the new root.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Where, relative to the new root.
    pub(crate) at: CString,
    pub(crate) kind: Kind,
}

/// What an entry is.
#[derive(Debug)]
pub(crate) enum Kind {
    Dir,
    Link {
        to: CString,
    },
    Bind {
        host: CString,
        is_dir: bool,
        device: bool,
    },
    Tmpfs {
        size: CString,
        inodes: CString,
        mode: CString,
        owned: bool,
    },
}

/// A node of the tree while it is being built; its path is the key.
enum Node {
    Dir,
    Link(PathBuf),
    Bind {
        is_dir: bool,
        device: bool,
    },
    Tmpfs {
        bytes: u64,
        mode: &'static str,
        owned: bool,
    },
}

impl Layout {
    pub(crate) fn plan(spec: &Spec) -> Result<Layout, SpawnError> {
        let mut tree = Tree::default();
        for path in &spec.read_only {
            tree.bind(path, false)?;
        }
        for device in DEVICES {
            tree.bind(Path::new(device), true)?;
        }
        tree.add_writable(&spec.work_dir, &spec.limits)?;
        tree.drop_covered();
        tree.add_parents();
        tree.finish()
    }
}

#[derive(Default)]
struct Tree(BTreeMap<PathBuf, Node>);

impl Tree {
    fn bind(&mut self, path: &Path, device: bool) -> Result<(), SpawnError> {
        let failed = |source| SpawnError::HostPath {
            path: path.to_owned(),
            source,
        };
        if !path.is_absolute() || path == Path::new("/") {
            let why = format!("read_only has {path:?}; absolute paths below / are needed");
            return Err(SpawnError::BadSpec(why));
        }
        let real = self.follow(path).map_err(failed)?;
        let is_dir = fs::metadata(&real).map_err(failed)?.is_dir();
        self.0.insert(real, Node::Bind { is_dir, device });
        Ok(())
    }

    /// The path without links; the links on the way become entries.
    fn follow(&mut self, path: &Path) -> io::Result<PathBuf> {
        let mut todo: VecDeque<OsString> = path.iter().map(Into::into).collect();
        let mut real = PathBuf::from("/");
        let mut links = 0;
        while let Some(part) = todo.pop_front() {
            match Path::new(&part).components().next() {
                Some(Component::Normal(name)) => {
                    let next = real.join(name);
                    if !fs::symlink_metadata(&next)?.is_symlink() {
                        real = next;
                        continue;
                    }
                    links += 1;
                    if links > MOST_LINKS {
                        return Err(io::Error::from_raw_os_error(libc::ELOOP));
                    }
                    let target = fs::read_link(&next)?;
                    for part in target.iter().rev() {
                        todo.push_front(part.into());
                    }
                    self.0.insert(next, Node::Link(target));
                }
                Some(Component::ParentDir) => {
                    real.pop();
                }
                Some(Component::RootDir) => real = PathBuf::from("/"),
                _ => {}
            }
        }
        Ok(real)
    }

    fn add_writable(&mut self, work_dir: &Path, limits: &JailLimits) -> Result<(), SpawnError> {
        let plain = work_dir
            .components()
            .skip(1)
            .all(|c| matches!(c, Component::Normal(_)));
        if !work_dir.is_absolute() || !plain || work_dir == Path::new("/") {
            let why = format!("work_dir is {work_dir:?}; a plain absolute path below / is needed");
            return Err(SpawnError::BadSpec(why));
        }
        let open = |bytes| Node::Tmpfs {
            bytes,
            mode: "1777",
            owned: false,
        };
        self.0.insert("/tmp".into(), open(limits.tmpfs));
        self.0.insert("/dev/shm".into(), open(limits.shm));
        let own = Node::Tmpfs {
            bytes: limits.tmpfs,
            mode: "0700",
            owned: true,
        };
        self.0.insert(work_dir.to_owned(), own);
        match work_dir
            .ancestors()
            .skip(1)
            .find(|above| self.is_closed(above))
        {
            None => Ok(()),
            Some(above) => Err(SpawnError::BadSpec(format!(
                "work_dir {work_dir:?} lies below {above:?}, which is read-only"
            ))),
        }
    }

    /// Whether nothing of ours can be made below this path.
    fn is_closed(&self, path: &Path) -> bool {
        matches!(self.0.get(path), Some(Node::Bind { .. } | Node::Link(_)))
    }

    /// Removes what a read-only folder shows anyway.
    fn drop_covered(&mut self) {
        let covered: Vec<PathBuf> = self
            .0
            .keys()
            .filter(|path| path.ancestors().skip(1).any(|above| self.is_closed(above)))
            .cloned()
            .collect();
        for path in covered {
            self.0.remove(&path);
        }
    }

    fn add_parents(&mut self) {
        let paths: Vec<PathBuf> = self.0.keys().cloned().collect();
        for path in paths {
            for above in path.ancestors().skip(1) {
                if above != Path::new("/") {
                    self.0.entry(above.to_owned()).or_insert(Node::Dir);
                }
            }
        }
    }

    fn finish(self) -> Result<Layout, SpawnError> {
        let mut layout = Layout {
            entries: Vec::new(),
            readable: Vec::new(),
        };
        for (path, node) in self.0 {
            if let Node::Bind { device: false, .. } = node {
                layout.readable.push(path.clone());
            }
            layout.entries.push(entry(&path, node)?);
        }
        Ok(layout)
    }
}

fn entry(path: &Path, node: Node) -> Result<Entry, SpawnError> {
    let relative = path.strip_prefix("/").unwrap_or(path);
    let at = c_string(relative.as_os_str().as_bytes())?;
    let kind = match node {
        Node::Dir => Kind::Dir,
        Node::Link(to) => Kind::Link {
            to: c_string(to.as_os_str().as_bytes())?,
        },
        Node::Bind { is_dir, device } => Kind::Bind {
            host: c_string(path.as_os_str().as_bytes())?,
            is_dir,
            device,
        },
        Node::Tmpfs { bytes, mode, owned } => Kind::Tmpfs {
            size: c_string(bytes.to_string().as_bytes())?,
            // A file of nothing costs about 1 KiB of kernel memory; more files than that are a
            // flood, not a program's data.
            inodes: c_string((bytes / 4096).clamp(64, 65_536).to_string().as_bytes())?,
            mode: c_string(mode.as_bytes())?,
            owned,
        },
    };
    Ok(Entry { at, kind })
}

/// Bytes as a C string.
pub(crate) fn c_string(bytes: &[u8]) -> Result<CString, SpawnError> {
    CString::new(bytes).map_err(|_| {
        let text = String::from_utf8_lossy(bytes);
        SpawnError::BadSpec(format!("{text:?} contains a NUL byte"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn spec(read_only: Vec<PathBuf>, work_dir: &str) -> Spec {
        Spec {
            program: "/usr/bin/python3".into(),
            args: vec![],
            env: vec![],
            read_only,
            work_dir: work_dir.into(),
            fds: vec![],
            limits: JailLimits::default(),
        }
    }

    fn shown(layout: &Layout) -> Vec<String> {
        let text = |s: &CString| s.to_string_lossy().into_owned();
        let one = |entry: &Entry| match &entry.kind {
            Kind::Dir => format!("dir {}", text(&entry.at)),
            Kind::Link { to } => format!("link {} -> {}", text(&entry.at), text(to)),
            Kind::Bind { is_dir: true, .. } => format!("bind {}", text(&entry.at)),
            Kind::Bind { .. } => format!("file {}", text(&entry.at)),
            Kind::Tmpfs { .. } => format!("tmpfs {}", text(&entry.at)),
        };
        layout
            .entries
            .iter()
            .map(one)
            .filter(|line| !line.contains("dev"))
            .collect()
    }

    #[test]
    fn links_stay_links_and_what_is_covered_is_left_out() {
        let host = tempfile::tempdir().unwrap();
        let host = host.path().canonicalize().unwrap();
        fs::create_dir_all(host.join("real/lib/deep")).unwrap();
        symlink("real/lib", host.join("lib")).unwrap();
        let asked = vec![host.join("lib"), host.join("real/lib/deep")];
        let layout = Layout::plan(&spec(asked, "/work")).unwrap();
        let at = host.strip_prefix("/").unwrap().display().to_string();
        let lines = shown(&layout);
        assert!(
            lines.contains(&format!("link {at}/lib -> real/lib")),
            "{lines:?}"
        );
        assert!(lines.contains(&format!("dir {at}/real")), "{lines:?}");
        assert!(lines.contains(&format!("bind {at}/real/lib")), "{lines:?}");
        assert!(!lines.iter().any(|line| line.contains("deep")), "{lines:?}");
        assert!(lines.contains(&"tmpfs work".to_owned()));
    }

    #[test]
    fn a_circle_of_links_is_an_error() {
        let host = tempfile::tempdir().unwrap();
        symlink("b", host.path().join("a")).unwrap();
        symlink("a", host.path().join("b")).unwrap();
        let error = Layout::plan(&spec(vec![host.path().join("a")], "/work")).unwrap_err();
        assert!(matches!(error, SpawnError::HostPath { .. }), "{error}");
    }

    #[test]
    fn the_work_dir_cannot_lie_in_a_read_only_folder() {
        let error = Layout::plan(&spec(vec!["/usr".into()], "/usr/work")).unwrap_err();
        assert!(error.to_string().contains("read-only"), "{error}");
    }

    #[test]
    fn the_whole_root_cannot_be_shown() {
        let error = Layout::plan(&spec(vec!["/".into()], "/work")).unwrap_err();
        assert!(matches!(error, SpawnError::BadSpec(_)), "{error}");
    }
}
