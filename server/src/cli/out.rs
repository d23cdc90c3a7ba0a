//! Writing to the terminal, a file or a pipe.
//!
//! `println!` panics when the reader has gone away (`heddle explore x.py | head -1`). That is no
//! error: who has read enough closes the pipe. So nothing here fails; the exit code still tells the
//! verdict.

use std::io::{Write, stderr, stdout};

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
