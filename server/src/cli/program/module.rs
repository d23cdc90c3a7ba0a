//! `-m module`: the module is looked for in this folder, as `python -m` does.

use std::path::{Path, PathBuf};

use heddle_trace::SourceFile;

use super::{Found, read};
use crate::cli::exit::Stop;

/// Finds a module.
pub(super) fn find(module: &str) -> Result<Found, Stop> {
    let path = module.replace('.', "/");
    let here = [
        (
            format!("{path}.py"),
            module.rsplit_once('.').map(|(package, _)| package),
        ),
        (format!("{path}/__main__.py"), Some(module)),
    ];
    for (name, package) in here {
        if Path::new(&name).is_file() {
            return Ok(Found {
                main: SourceFile {
                    text: read(Path::new(&name))?,
                    name,
                },
                package: package.map(str::to_owned),
                roots: vec![PathBuf::from(".")],
            });
        }
    }
    Err(Stop::bad_input(format!(
        "there is no module {module} in this folder: neither {path}.py nor {path}/__main__.py. \
         Installed modules cannot be the program itself"
    )))
}
