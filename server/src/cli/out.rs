//! Writing to the terminal, a file or a pipe.
//!
//! `println!` panics when the reader has gone away (`heddle explore x.py | head -1`). That is no
//! error: who has read enough closes the pipe. So nothing here fails; the exit code still tells the
//! verdict.

use std::io::{IsTerminal, Write, stderr, stdout};

/// Writes to standard output.
pub(crate) fn print(text: impl AsRef<str>) {
    let mut out = stdout().lock();
    let _ = out
        .write_all(text.as_ref().as_bytes())
        .and_then(|()| out.flush());
}

/// Writes a line to standard output.
pub(crate) fn line(text: impl AsRef<str>) {
    print(format!("{}\n", text.as_ref()));
}

/// Writes to standard error.
pub(crate) fn note(text: impl AsRef<str>) {
    let _ = stderr().lock().write_all(text.as_ref().as_bytes());
}

/// Whether standard output may be coloured: it is a terminal, and the user has not said otherwise
/// (`NO_COLOR`, see no-color.org; `TERM=dumb`).
pub(crate) fn is_colourful() -> bool {
    let asked_not = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    stdout().is_terminal() && !asked_not && !is_dumb
}

/// Columns of the terminal, as far as the shell tells.
pub(crate) fn width() -> usize {
    let told = std::env::var("COLUMNS").ok();
    let columns = told.and_then(|columns| columns.parse().ok());
    columns.unwrap_or(100).clamp(60, 240)
}
