//! Errors that belong to a line of the program.

use heddle_trace::protocol::JobResult;
use heddle_trace::{ErrorReport, Location, Outcome};

use super::bench::Stage;
use super::job::End;
use super::job::Phase;
use crate::editor::LineMessage;

/// The error that the stage tells of, with its place.
pub(crate) fn in_program(stage: &Stage) -> Option<(Location, LineMessage)> {
    message(report(stage)?)
}

fn report(stage: &Stage) -> Option<&ErrorReport> {
    match stage {
        Stage::Empty => None,
        Stage::Steps(steps) => match steps.failure() {
            Some(failure) => failure.error.as_deref(),
            None => of_outcome(&steps.here()?.trace.outcome),
        },
        Stage::Job(job) => match &job.phase {
            Phase::Ended(End::Refused(failure)) => failure.error.as_deref(),
            Phase::Ended(_) | Phase::Asked | Phase::Under { .. } => of_result(job.result()?),
        },
    }
}

fn of_result(result: &JobResult) -> Option<&ErrorReport> {
    match result {
        JobResult::Run { trace, .. } | JobResult::Execution { trace, .. } => {
            of_outcome(&trace.outcome)
        }
        JobResult::NotCompiled { error } => Some(error),
        JobResult::Judged { report } => report
            .error
            .as_ref()
            .or_else(|| of_outcome(&report.explored.as_ref()?.failure.as_ref()?.outcome)),
        JobResult::Explored { report } => of_outcome(&report.failure.as_ref()?.outcome),
        JobResult::Cancelled | JobResult::Refused { .. } | JobResult::Broken { .. } => None,
    }
}

fn of_outcome(outcome: &Outcome) -> Option<&ErrorReport> {
    match outcome {
        Outcome::Failed { error, .. } => Some(error),
        _ => None,
    }
}

fn message(error: &ErrorReport) -> Option<(Location, LineMessage)> {
    let place = error.location?;
    let ErrorReport {
        exception, message, ..
    } = error;
    let text = if message.is_empty() {
        exception.clone()
    } else {
        format!("{exception}: {message}")
    };
    let line = LineMessage {
        line: place.line,
        column: error.column,
        message: text,
    };
    Some((place, line))
}

#[cfg(test)]
mod tests {
    use heddle_api::{RunEvent, RunStarted};
    use heddle_trace::Program;
    use heddle_trace::protocol::JobEvent;

    use super::super::job::{Job, Kind};
    use super::*;

    #[test]
    fn a_syntax_error_is_shown_at_its_line_and_column() {
        let mut job = Job::ask(Kind::Run);
        job.answered(Ok(RunStarted {
            run: "r".into(),
            program: Program::python("").hash(),
        }));
        let error = ErrorReport {
            exception: "SyntaxError".into(),
            message: "expected ':'".into(),
            location: Some(Location { file: 0, line: 4 }),
            column: Some(9),
            traceback: String::new(),
        };
        let result = JobResult::NotCompiled { error };
        let event = JobEvent::Ended { result };
        job.event(0, RunEvent::Job { event });
        let (place, message) = in_program(&Stage::Job(job)).unwrap();
        assert_eq!((place.line, message.column), (4, Some(9)));
        assert_eq!(message.message, "SyntaxError: expected ':'");
    }
}
