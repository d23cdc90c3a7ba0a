//! What this machine offers: the interpreter, the extension, the jail.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use heddle_jail::Level;
use heddle_trace::protocol::{HostInfo, JailLevel};

/// Everything that is the same for all jobs.
#[derive(Debug, Clone)]
pub struct Host {
    /// The interpreter, resolved.
    pub python: PathBuf,
    /// Its version, as `3.11.7`.
    pub version: String,
    /// Folders it needs.
    pub prefixes: Vec<PathBuf>,
    /// Our extension.
    pub extension: PathBuf,
    /// How programs are locked in.
    pub level: Level,
    /// Why not better, and the remedy.
    pub note: String,
}

/// Whether the user vouches for the programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// No: they run in a jail, or not at all.
    Jailed,
    /// Yes (`--trust`): they run as the user.
    Trusted,
}

/// The oldest interpreter that Heddle knows.
const OLDEST: (u32, u32) = (3, 11);

impl Host {
    /// Looks at this machine.
    ///
    /// # Errors
    /// When there is no usable Python, or the extension has not been built.
    pub fn probe(trust: Trust) -> Result<Host> {
        let (python, version, prefixes) = find_python()?;
        let extension = find_extension()?;
        let (level, note) = match trust {
            Trust::Trusted => (
                Level::Trusted,
                "not locked in (--trust): the program runs with all your rights".to_owned(),
            ),
            Trust::Jailed => {
                let probe = heddle_jail::probe();
                (probe.level, probe.note)
            }
        };
        Ok(Host {
            python,
            version,
            prefixes,
            extension,
            level,
            note,
        })
    }

    /// The same for the other side of the protocol.
    pub fn info(&self) -> HostInfo {
        HostInfo {
            jail: match self.level {
                Level::L0 => JailLevel::L0,
                Level::Trusted => JailLevel::Trusted,
                Level::L2 => JailLevel::L2,
                Level::L3 => JailLevel::L3,
            },
            jail_note: self.note.clone(),
            python: format!("CPython {}", self.version),
        }
    }

    /// Host paths that the interpreter must see.
    pub fn read_only(&self) -> Vec<PathBuf> {
        let system = ["/usr", "/lib", "/lib64"]
            .iter()
            .map(PathBuf::from)
            .filter(|p| p.exists());
        let mut paths: Vec<PathBuf> = system.collect();
        for path in self.prefixes.iter().chain([&self.extension]) {
            if !paths.iter().any(|known| path.starts_with(known)) {
                paths.push(path.clone());
            }
        }
        paths
    }
}

fn find_python() -> Result<(PathBuf, String, Vec<PathBuf>)> {
    let mut candidates: Vec<OsString> = Vec::new();
    match std::env::var_os("HEDDLE_PYTHON") {
        Some(chosen) => candidates.push(chosen),
        None => candidates.extend(
            [
                "python3",
                "python3.13",
                "python3.12",
                "python3.11",
                "/usr/bin/python3",
            ]
            .map(Into::into),
        ),
    }
    let mut seen = Vec::new();
    for candidate in &candidates {
        match ask_python(Path::new(candidate)) {
            Ok(found) if found.version >= OLDEST => {
                return Ok((found.executable, found.text, found.prefixes));
            }
            Ok(found) => seen.push(format!("{} is {}", candidate.to_string_lossy(), found.text)),
            Err(_) => seen.push(format!("{} does not run", candidate.to_string_lossy())),
        }
    }
    bail!(
        "no CPython {}.{} or newer: {}. Install one (Debian: apt install python3), or name it in HEDDLE_PYTHON",
        OLDEST.0,
        OLDEST.1,
        seen.join(", ")
    )
}

struct Found {
    executable: PathBuf,
    version: (u32, u32),
    text: String,
    prefixes: Vec<PathBuf>,
}

fn ask_python(candidate: &Path) -> Result<Found> {
    // In a virtual environment the interpreter must be started by the link in it.
    const QUESTION: &str = "import sys, os; own = sys.prefix == sys.base_prefix; \
         print((os.path.realpath if own else os.path.abspath)(sys.executable)); \
         print('.'.join(map(str, sys.version_info[:3]))); \
         print(sys.implementation.name); print(sys.base_prefix); print(sys.prefix)";
    let output = Command::new(candidate)
        .args(["-I", "-c", QUESTION])
        .output()
        .with_context(|| format!("cannot start {}", candidate.display()))?;
    let text = String::from_utf8(output.stdout)?;
    let lines: Vec<&str> = text.lines().collect();
    let [executable, version, "cpython", base, prefix] = lines[..] else {
        bail!("{} is not CPython", candidate.display());
    };
    let mut numbers = version.split('.').map(|n| n.parse::<u32>().unwrap_or(0));
    let major_minor = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    let mut prefixes = vec![PathBuf::from(base), PathBuf::from(prefix)];
    prefixes.dedup();
    Ok(Found {
        executable: PathBuf::from(executable),
        version: major_minor,
        text: version.to_owned(),
        prefixes,
    })
}

fn find_extension() -> Result<PathBuf> {
    const NAME: &str = "libheddle_python.so";
    if let Some(chosen) = std::env::var_os("HEDDLE_EXTENSION") {
        return Ok(PathBuf::from(chosen));
    }
    let program = std::env::current_exe().context("cannot find out where this program is")?;
    let folders = program.ancestors().skip(1).take(2);
    let found = folders
        .map(|folder| folder.join(NAME))
        .find(|path| path.is_file());
    found.with_context(|| {
        format!(
            "{NAME} is not beside {}: build it with `cargo xtask build`",
            program.display()
        )
    })
}
