//! Doing nothing when nothing changed: a hash over a step's inputs, kept beside its result.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use anyhow::{Context, Result};

use crate::files;

/// Folders that no build of the page reads.
const IGNORED: [&str; 3] = ["target", "node_modules", "tests"];

/// Collects the inputs of a step.
#[derive(Clone, Default)]
pub(crate) struct Inputs(DefaultHasher);

impl Inputs {
    /// Adds a setting.
    pub(crate) fn add(&mut self, value: impl Hash) -> &mut Self {
        value.hash(&mut self.0);
        self
    }

    /// Adds a file's bytes, or every file below a folder with its path. Hidden entries are left
    /// out: editors keep their own files there.
    pub(crate) fn add_path(&mut self, path: &Path) -> Result<&mut Self> {
        for file in files::below(path, |name| {
            name.starts_with('.') || IGNORED.contains(&name)
        })? {
            let bytes =
                std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
            self.add(file.strip_prefix(path).unwrap_or(&file))
                .add(bytes);
        }
        Ok(self)
    }

    /// The stamp of all inputs so far.
    pub(crate) fn stamp(&self) -> Stamp {
        Stamp(format!("{:016x}", self.0.finish()))
    }
}

/// The hash of a step's inputs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Stamp(String);

impl Stamp {
    /// Whether the step that wrote `file` had these inputs.
    pub(crate) fn is_at(&self, file: &Path) -> bool {
        std::fs::read_to_string(file).is_ok_and(|text| text == self.0)
    }

    /// Notes that the step is done.
    pub(crate) fn write(&self, file: &Path) -> Result<()> {
        files::write(file, &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp_of(name: &str, contents: &[(&str, &str)]) -> Stamp {
        let folder =
            std::env::temp_dir().join(format!("heddle-stamp-{}-{name}", std::process::id()));
        for (file, text) in contents {
            let file = folder.join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let mut inputs = Inputs::default();
        let stamp = inputs.add_path(&folder).unwrap().stamp();
        std::fs::remove_dir_all(folder).unwrap();
        stamp
    }

    #[test]
    fn the_same_files_have_the_same_stamp() {
        let files = [("a.rs", "1"), ("b/c.rs", "2")];
        assert_eq!(stamp_of("same-1", &files), stamp_of("same-2", &files));
    }

    #[test]
    fn a_change_of_text_or_name_changes_the_stamp() {
        let before = stamp_of("before", &[("a.rs", "1")]);
        assert_ne!(before, stamp_of("text", &[("a.rs", "2")]));
        assert_ne!(before, stamp_of("name", &[("b.rs", "1")]));
    }

    #[test]
    fn what_no_build_reads_is_no_input() {
        let before = stamp_of("without", &[("a.rs", "1")]);
        let with = [("a.rs", "1"), ("node_modules/x.js", "2"), (".swp", "3")];
        assert_eq!(before, stamp_of("with", &with));
    }
}
