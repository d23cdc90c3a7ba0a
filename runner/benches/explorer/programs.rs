//! The programs: those that both can explore, and Heddle's own fixtures.

use std::path::{Path, PathBuf};

use heddle_trace::Program;

/// A program as frontrun takes it: `setup`, `workers`, `invariant`.
pub(crate) struct Shared {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) fails: bool,
    text: String,
}

impl Shared {
    /// All of them, those that fail first.
    pub(crate) fn all() -> Vec<Shared> {
        let folder = folder().join("programs");
        let entries = std::fs::read_dir(folder).unwrap();
        let mut all: Vec<Shared> = entries
            .map(|entry| Shared::read(entry.unwrap().path()))
            .collect();
        all.sort_by_key(|one| (!one.fails, one.name.clone()));
        all
    }

    fn read(path: PathBuf) -> Shared {
        let text = std::fs::read_to_string(&path).unwrap();
        let header = |key: &str| {
            let mut lines = text.lines();
            let value = lines.find_map(|line| line.strip_prefix(key));
            value
                .unwrap_or_else(|| panic!("{} has no line {key}", path.display()))
                .to_owned()
        };
        Shared {
            name: header("# name: "),
            fails: header("# fails: ") == "yes",
            path,
            text,
        }
    }

    /// The same text, with what starts the workers and checks the invariant.
    pub(crate) fn whole(&self) -> Program {
        Program::python(format!("{}{}", self.text, start()))
    }

    /// Without the check: no execution ends with its failure.
    pub(crate) fn unchecked(&self) -> Program {
        let start = start();
        let lines = start.lines().filter(|line| !line.contains("assert"));
        Program::python(format!(
            "{}{}\n",
            self.text,
            lines.collect::<Vec<_>>().join("\n")
        ))
    }
}

fn start() -> String {
    std::fs::read_to_string(folder().join("start.py")).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/explorer")
}
