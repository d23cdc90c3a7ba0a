//! The program in a file.

use std::path::Path;

use heddle_trace::{ErrorReport, Program};

use super::exit::Stop;

/// Reads a Python file as a program that has its name.
pub(crate) fn read(path: &Path) -> Result<Program, Stop> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        Stop::bad_input(format!(
            "cannot read the program {}: {error}",
            path.display()
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
pub(crate) fn not_compiled(path: &Path, error: &ErrorReport) -> Stop {
    let mut place = path.display().to_string();
    if let Some(at) = error.location {
        place += &format!(":{}", at.line);
        if let Some(column) = error.column {
            place += &format!(":{column}");
        }
    }
    Stop::bad_input(format!("{place}: {}: {}", error.exception, error.message))
}
