//! Listing folders.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// All files below a path (or the path itself if it is a file), sorted, so that the order of the
/// file system never matters. Entries whose name `skip` accepts are left out with all below them.
pub(crate) fn below(path: &Path, skip: fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut all = Vec::new();
    for name in names(path)?.iter().filter(|name| !skip(name)) {
        all.extend(below(&path.join(name), skip)?);
    }
    Ok(all)
}

/// What a folder has in it, sorted.
pub(crate) fn names(folder: &Path) -> Result<Vec<String>> {
    let reading = || format!("reading the folder {}", folder.display());
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(reading)? {
        let name = entry.with_context(reading)?.file_name();
        names.push(name.to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Whether a file's name ends in `.extension`.
pub(crate) fn has_extension(file: &Path, extension: &str) -> bool {
    file.extension().is_some_and(|found| found == extension)
}

/// Reads a text file.
pub(crate) fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}

/// Writes a file.
pub(crate) fn write(file: &Path, contents: impl AsRef<[u8]>) -> Result<()> {
    std::fs::write(file, contents).with_context(|| format!("writing {}", file.display()))
}

/// Removes a folder and all in it; one that is not there is fine.
pub(crate) fn remove_folder(folder: &Path) -> Result<()> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Creates a folder and those above it.
pub(crate) fn create_folder(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| format!("creating {}", folder.display()))
}
