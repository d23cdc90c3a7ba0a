//! The program that a command is about.

use std::path::{Path, PathBuf};

use heddle_trace::{ErrorReport, Program};

use super::exit::Stop;

/// Which program, and how far it is trusted.
#[derive(Debug, clap::Args)]
pub(crate) struct ProgramArgs {
    /// The program
    file: PathBuf,
    /// Run it without a jail: only for programs of your own
    #[arg(long)]
    pub(crate) trust: bool,
}

impl ProgramArgs {
    /// Reads it.
    pub(crate) fn read(&self) -> Result<Program, Stop> {
        read(&self.file)
    }

    /// What to call it in a message.
    pub(crate) fn name(&self) -> String {
        self.file.display().to_string()
    }

    /// Where one of its files is, as a URI that is relative to here.
    pub(crate) fn uri_of(&self, name: &str) -> String {
        let folder = self.file.parent().unwrap_or(Path::new(""));
        folder.join(name).display().to_string().replace(' ', "%20")
    }

    /// It as words of a command line, to be copied.
    pub(crate) fn words(&self) -> String {
        let file = quoted(&self.file.display().to_string());
        match self.trust {
            true => format!("{file} --trust"),
            false => file,
        }
    }
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// Reads a Python file as a program that has its name.
fn read(path: &Path) -> Result<Program, Stop> {
    let bytes = std::fs::read(path).map_err(|error| {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_owned(),
            std::io::ErrorKind::IsADirectory => {
                "it is a folder: name the file that runs".to_owned()
            }
            _ => error.to_string(),
        };
        Stop::bad_input(format!("cannot read the program {}: {why}", path.display()))
    })?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = error.as_bytes()[..error.utf8_error().valid_up_to()]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count();
        Stop::bad_input(format!(
            "{}:{}: the program is not in UTF-8: save it in UTF-8",
            path.display(),
            line + 1
        ))
    })?;
    let mut program = Program::python(text);
    if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
        let plain = std::mem::replace(&mut program.files[0].name, name.to_owned());
        if matches!(program.check(), Err(heddle_trace::BadProgram::Name(_))) {
            program.files[0].name = plain;
        }
    }
    program
        .check()
        .map_err(|error| Stop::bad_input(format!("{}: {error}", path.display())))?;
    Ok(program)
}

/// A compile error as compilers print it.
pub(crate) fn not_compiled(name: &str, error: &ErrorReport) -> Stop {
    let mut place = name.to_owned();
    if let Some(at) = error.location {
        place += &format!(":{}", at.line);
        if let Some(column) = error.column {
            place += &format!(":{column}");
        }
    }
    Stop::bad_input(format!("{place}: {}: {}", error.exception, error.message))
}
