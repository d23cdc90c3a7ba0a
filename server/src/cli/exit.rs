//! Exit codes.

use std::process::ExitCode;

/// How a command ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// No failure.
    Pass = 0,
    /// The program fails.
    Fail = 1,
    /// The input is wrong: the file, a flag, the set-up.
    BadInput = 2,
    /// It was stopped before there was a result.
    Unfinished = 3,
    /// Programs cannot be locked in on this machine.
    NoJail = 4,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit as u8)
    }
}

/// A command that could not do its work, with one message for the user.
#[derive(Debug)]
pub(crate) struct Stop {
    pub(crate) exit: Exit,
    /// What was tried, why it failed, what to do.
    pub(crate) message: String,
}

impl Stop {
    /// The input is wrong.
    pub(crate) fn bad_input(message: impl Into<String>) -> Stop {
        Stop {
            exit: Exit::BadInput,
            message: message.into(),
        }
    }
}
