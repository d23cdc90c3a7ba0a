//! Schedules: which task took each step, as a value with a text form that fits into a URL.
//!
//! `h1.l.3fa9c1d2e0b1.0x5-1-0-2x3` reads: version 1, granularity `language`, made for the program
//! whose hash begins with 3fa9c1d2e0b1, five steps of T0, one of T1, one of T0, three of T2.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{ProgramHash, TaskId, TaskSet};

/// Which shared accesses are scheduling points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Granularity {
    /// Every one that the language allows: what free-threaded builds can do.
    #[default]
    Language,
    /// Only where this interpreter, with its GIL, can really switch.
    Gil,
}

/// When timeouts fire in a controlled execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Timeouts {
    /// Only when nobody else can go, the earliest first.
    #[default]
    Respect,
    /// Whenever it is the waiting task's turn.
    Any,
}

impl Timeouts {
    /// Whether they fire only when nobody else can go.
    pub fn are_respected(&self) -> bool {
        *self == Timeouts::Respect
    }
}

/// Which task took each step of an execution of one program.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Schedule {
    /// The granularity it was made with.
    pub granularity: Granularity,
    /// The first twelve hex digits of the program's hash.
    pub program: String,
    /// The task of each step.
    pub choices: Vec<TaskId>,
}

/// Why a text is no schedule, or not one for this program.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScheduleError {
    /// Not of the form at all.
    #[error("this is not a schedule: a schedule looks like h1.l.3fa9c1d2e0b1.0x5-1-0")]
    Form,
    /// A version this program does not know.
    #[error("this schedule has the version {0:?}; this Heddle reads h1. Make it anew from step 0")]
    Version(String),
    /// A damaged list of choices.
    #[error("this schedule is damaged at {0:?}: expected a task's number, or number x repetitions")]
    Choice(String),
    /// Longer than an execution can be.
    #[error("this schedule has more than {max} steps", max = Schedule::MAX_STEPS)]
    TooLong,
    /// Made for another program.
    #[error("this schedule was made for another program ({made_for}, this one is {this})")]
    OtherProgram {
        /// Hash in the schedule.
        made_for: String,
        /// Hash of the program at hand.
        this: String,
    },
}

impl Schedule {
    /// The most steps that a schedule can have.
    pub const MAX_STEPS: usize = 100_000;

    /// A schedule for a program.
    pub fn new(program: &ProgramHash, granularity: Granularity, choices: Vec<TaskId>) -> Self {
        Schedule {
            granularity,
            program: program.short(),
            choices,
        }
    }

    /// Refuses a schedule that was made for another program.
    ///
    /// # Errors
    /// [`ScheduleError::OtherProgram`].
    pub fn check_program(&self, program: &ProgramHash) -> Result<(), ScheduleError> {
        if self.program == program.short() {
            return Ok(());
        }
        Err(ScheduleError::OtherProgram {
            made_for: self.program.clone(),
            this: program.short(),
        })
    }

    /// The first `steps` steps of it.
    #[must_use]
    pub fn prefix(&self, steps: usize) -> Schedule {
        let choices = self.choices[..steps.min(self.choices.len())].to_vec();
        Schedule {
            choices,
            ..self.clone()
        }
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let granularity = match self.granularity {
            Granularity::Language => 'l',
            Granularity::Gil => 'g',
        };
        write!(f, "h1.{granularity}.{}.", self.program)?;
        write_choices(f, &self.choices)?;
        Ok(())
    }
}

/// Choices alone as a schedule's text has them: `0x5-1-0`.
pub fn choices_text(choices: &[TaskId]) -> String {
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = write_choices(&mut text, choices);
    text
}

/// Reads [`choices_text`].
///
/// # Errors
/// Where it is damaged.
pub fn choices_from_text(text: &str) -> Result<Vec<TaskId>, ScheduleError> {
    parse_choices(text)
}

fn write_choices(to: &mut impl fmt::Write, choices: &[TaskId]) -> fmt::Result {
    for (i, run) in choices.chunk_by(|a, b| a == b).enumerate() {
        let dash = if i == 0 { "" } else { "-" };
        write!(to, "{dash}{}", run[0].0)?;
        if run.len() > 1 {
            write!(to, "x{}", run.len())?;
        }
    }
    Ok(())
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(text: &str) -> Result<Self, ScheduleError> {
        let mut parts = text.split('.');
        let (Some(version), Some(granularity), Some(program), Some(choices), None) = (
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
            parts.next(),
        ) else {
            return Err(ScheduleError::Form);
        };
        if version != "h1" {
            return Err(ScheduleError::Version(version.chars().take(12).collect()));
        }
        let granularity = match granularity {
            "l" => Granularity::Language,
            "g" => Granularity::Gil,
            _ => return Err(ScheduleError::Form),
        };
        let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        if program.len() != 12 || !program.chars().all(hex) {
            return Err(ScheduleError::Form);
        }
        Ok(Schedule {
            granularity,
            program: program.into(),
            choices: parse_choices(choices)?,
        })
    }
}

fn parse_choices(text: &str) -> Result<Vec<TaskId>, ScheduleError> {
    let mut choices = Vec::new();
    if text.is_empty() {
        return Ok(choices);
    }
    for part in text.split('-') {
        let bad = || ScheduleError::Choice(part.chars().take(12).collect());
        let (task, times) = part.split_once('x').unwrap_or((part, "1"));
        let task: u16 = task.parse().map_err(|_| bad())?;
        let times: usize = times.parse().map_err(|_| bad())?;
        if task >= TaskSet::CAPACITY || times == 0 {
            return Err(bad());
        }
        if times > Schedule::MAX_STEPS - choices.len() {
            return Err(ScheduleError::TooLong);
        }
        choices.extend(std::iter::repeat_n(TaskId(task), times));
    }
    Ok(choices)
}

impl From<Schedule> for String {
    fn from(schedule: Schedule) -> String {
        schedule.to_string()
    }
}

impl TryFrom<String> for Schedule {
    type Error = ScheduleError;

    fn try_from(text: String) -> Result<Self, ScheduleError> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Program;

    proptest! {
        #[test]
        fn a_schedule_survives_its_text_form(
            tasks in prop::collection::vec(0..TaskSet::CAPACITY, 0..200),
            gil in any::<bool>(),
            source in ".*",
        ) {
            let granularity = if gil { Granularity::Gil } else { Granularity::Language };
            let choices = tasks.into_iter().map(TaskId).collect();
            let schedule = Schedule::new(&Program::python(source).hash(), granularity, choices);
            prop_assert_eq!(schedule.to_string().parse(), Ok(schedule));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".*") {
            let _ = text.parse::<Schedule>();
        }
    }

    #[test]
    fn the_text_form_is_short_and_safe_in_a_url() {
        let program = Program::python("");
        let choices = [0, 0, 0, 1, 0, 2, 2].map(TaskId).to_vec();
        let text = Schedule::new(&program.hash(), Granularity::Language, choices).to_string();
        assert_eq!(text, format!("h1.l.{}.0x3-1-0-2x2", program.hash().short()));
    }

    #[test]
    fn a_schedule_for_another_program_is_refused_with_the_reason() {
        let (one, two) = (
            Program::python("a = 1").hash(),
            Program::python("a = 2").hash(),
        );
        let schedule = Schedule::new(&one, Granularity::Language, vec![]);
        assert_eq!(schedule.check_program(&one), Ok(()));
        let error = schedule.check_program(&two).unwrap_err();
        assert!(error.to_string().contains("another program"));
    }

    #[test]
    fn damaged_schedules_say_where() {
        let parse = |text: &str| text.parse::<Schedule>().unwrap_err();
        assert_eq!(parse("nonsense"), ScheduleError::Form);
        assert_eq!(
            parse("h2.l.3fa9c1d2e0b1.0"),
            ScheduleError::Version("h2".into())
        );
        assert_eq!(
            parse("h1.l.3fa9c1d2e0b1.0-zz"),
            ScheduleError::Choice("zz".into())
        );
        assert_eq!(
            parse("h1.l.3fa9c1d2e0b1.0x0"),
            ScheduleError::Choice("0x0".into())
        );
        assert_eq!(
            parse("h1.l.3fa9c1d2e0b1.0x999999999"),
            ScheduleError::TooLong
        );
    }
}
