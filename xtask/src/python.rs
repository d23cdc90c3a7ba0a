//! Which Python learners' programs run on.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;
use crate::version::Version;

const OLDEST: Version = Version(3, 11, 0);
const NAMES: [&str; 5] = [
    "python3",
    "python3.14",
    "python3.13",
    "python3.12",
    "python3.11",
];

/// An interpreter that is new enough.
pub(crate) struct Python {
    /// The interpreter itself, not a launcher that picks one by the current folder.
    pub(crate) program: PathBuf,
    pub(crate) version: Version,
}

/// Finds Python: `HEDDLE_PYTHON` if set, else the first on PATH that is 3.11 or newer.
pub(crate) fn find() -> Result<Python> {
    if let Some(chosen) = std::env::var_os("HEDDLE_PYTHON").filter(|name| !name.is_empty()) {
        return match probe(&chosen) {
            Some(python) if python.version >= OLDEST => Ok(python),
            Some(Python { version, .. }) => bail!(
                "HEDDLE_PYTHON={} is Python {version}; it must be 3.11 or newer",
                chosen.display()
            ),
            None => bail!(
                "HEDDLE_PYTHON={} cannot be run as a Python",
                chosen.display()
            ),
        };
    }
    let found: Vec<Python> = NAMES
        .iter()
        .filter_map(|name| probe(&OsString::from(name)))
        .collect();
    let seen: Vec<String> = found
        .iter()
        .map(|python| python.version.to_string())
        .collect();
    match found.into_iter().find(|python| python.version >= OLDEST) {
        Some(python) => Ok(python),
        None if seen.is_empty() => bail!(
            "no Python found; install Python 3.11 or newer (Debian: apt-get install python3), or set HEDDLE_PYTHON to one"
        ),
        None => bail!(
            "only Python {} found; install 3.11 or newer, or set HEDDLE_PYTHON to one",
            seen.join(", ")
        ),
    }
}

fn probe(program: &OsString) -> Option<Python> {
    let code = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)";
    let text = process::output(Command::new(program).args(["-I", "-c", code])).ok()?;
    let (version, path) = text.trim_end().split_once('\n')?;
    Some(Python {
        program: PathBuf::from(path),
        version: Version::find(version)?,
    })
}
