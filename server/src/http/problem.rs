//! Errors of the API: `application/problem+json` (RFC 9457).

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use heddle_api::Problem;
use heddle_trace::{BadProgram, ErrorReport, ScheduleError};
use serde::Serialize;

use super::logbook::TooManyJobs;
use crate::runs::NoRunner;
use crate::store::StoreError;

/// A refused or failed request: what the user is told, and what goes to the log.
#[derive(Debug)]
pub(crate) struct Refusal {
    kind: &'static str,
    title: &'static str,
    status: StatusCode,
    /// For the user.
    detail: String,
    /// For the log.
    cause: Option<String>,
    /// The error of a program that does not compile.
    error: Option<Box<ErrorReport>>,
}

#[derive(Serialize)]
struct Body {
    #[serde(flatten)]
    problem: Problem,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Box<ErrorReport>>,
}

impl Refusal {
    /// A refusal; `kind` is the last part of its stable name.
    pub(crate) fn new(
        status: StatusCode,
        kind: &'static str,
        title: &'static str,
        detail: impl Into<String>,
    ) -> Refusal {
        Refusal {
            kind,
            title,
            status,
            detail: detail.into(),
            cause: None,
            error: None,
        }
    }

    /// Nothing has this name.
    pub(crate) fn unknown(what: &'static str, name: &str) -> Refusal {
        let name: String = name.chars().take(80).collect();
        let detail = format!("There is no {what} {name:?}. It may have been renamed or removed.");
        Refusal::new(StatusCode::NOT_FOUND, "not-found", "Not found", detail)
    }

    /// A schedule that cannot be taken.
    pub(crate) fn schedule(detail: impl Into<String>) -> Refusal {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Refusal::new(status, "schedule", "The schedule does not fit", detail)
    }

    /// A program that does not compile.
    pub(crate) fn not_compiled(error: ErrorReport) -> Refusal {
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        let line = error
            .location
            .map_or(String::new(), |at| format!(" (line {})", at.line));
        let detail = format!("{}: {}{line}", error.exception, error.message);
        let mut refusal = Refusal::new(
            status,
            "not-compiled",
            "The program does not compile",
            detail,
        );
        refusal.error = Some(Box::new(error));
        refusal
    }

    /// The runner failed or refused.
    pub(crate) fn runner(kind: &'static str, detail: impl Into<String>) -> Refusal {
        let status = StatusCode::SERVICE_UNAVAILABLE;
        Refusal::new(status, kind, "The runner cannot do this now", detail)
    }

    /// Something failed here; the cause goes to the log only.
    pub(crate) fn internal(cause: impl Into<String>) -> Refusal {
        let detail = "Something went wrong on the server; its log says what. Try once more.";
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        let mut refusal = Refusal::new(status, "internal", "The server failed", detail);
        refusal.cause = Some(cause.into());
        refusal
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Refusal {
            kind,
            title,
            status,
            detail,
            cause,
            error,
        } = self;
        if let Some(cause) = cause {
            tracing::error!("{title}: {cause}");
        }
        let problem = Problem {
            kind: format!("/problems/{kind}"),
            title: title.into(),
            status: status.as_u16(),
            detail,
        };
        let mut response = (status, axum::Json(Body { problem, error })).into_response();
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        response
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Refusal {
        Refusal::internal(error.to_string())
    }
}

impl From<NoRunner> for Refusal {
    fn from(NoRunner(reason): NoRunner) -> Refusal {
        let detail = format!("Programs cannot be run at the moment: {reason}");
        Refusal::runner("no-runner", detail)
    }
}

impl From<TooManyJobs> for Refusal {
    fn from(TooManyJobs(jobs): TooManyJobs) -> Refusal {
        let detail =
            format!("You have {jobs} programs running already. Stop one or wait until one ends.");
        let status = StatusCode::TOO_MANY_REQUESTS;
        Refusal::new(status, "too-many-runs", "Too many runs", detail)
    }
}

impl From<ScheduleError> for Refusal {
    fn from(error: ScheduleError) -> Refusal {
        Refusal::schedule(sentence(&error.to_string()))
    }
}

impl From<BadProgram> for Refusal {
    fn from(error: BadProgram) -> Refusal {
        let (status, kind) = match error {
            BadProgram::TooLong { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "program-too-long"),
            BadProgram::Empty
            | BadProgram::Argument(_)
            | BadProgram::Name(_)
            | BadProgram::Twice(_) => (StatusCode::UNPROCESSABLE_ENTITY, "bad-program"),
        };
        let detail = sentence(&error.to_string());
        Refusal::new(status, kind, "The program cannot be taken", detail)
    }
}

/// An error's text as a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string());
    let stop = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{}{}{stop}", first.unwrap_or_default(), chars.as_str())
}
