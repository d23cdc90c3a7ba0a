//! Runs: start, watch, cancel.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use heddle_api::{RunEvent, RunStarted, RunWork, StartRun};
use heddle_trace::protocol::{JobEvent, JobResult, Work};
use heddle_trace::{Limits, Program, Schedule};
use serde::Deserialize;
use serde_json::Value;

use super::body::Body;
use super::grade::Grading;
use super::logbook::{Permit, Purpose, Run};
use super::problem::{Refusal, sentence};
use super::site::Site;
use super::stream;
use crate::runs::Job;
use crate::store::Learner;

/// A [`StartRun`] whose work is not read yet: a damaged schedule in it is no bad JSON.
#[derive(Debug, Deserialize)]
pub(crate) struct Unread {
    program: Program,
    work: Value,
}

impl Unread {
    fn read(self) -> Result<StartRun, Refusal> {
        if let Some(Value::String(text)) = self.work.get("schedule") {
            text.parse::<Schedule>()?;
        }
        let work = serde_json::from_value(self.work).map_err(|error| {
            let detail = sentence(&format!("the member \"work\" cannot be read: {error}"));
            let title = "The request's JSON is wrong";
            Refusal::new(StatusCode::BAD_REQUEST, "bad-json", title, detail)
        })?;
        Ok(StartRun {
            program: self.program,
            work,
        })
    }
}

/// `POST /api/runs`
pub(crate) async fn start(
    State(site): State<Site>,
    Extension(learner): Extension<Learner>,
    Body(request): Body<Unread>,
) -> Result<Response, Refusal> {
    let StartRun { program, work } = request.read()?;
    program.check()?;
    let work = match work {
        RunWork::Run => Work::Run,
        RunWork::Replay { schedule } => {
            schedule.check_program(&program.hash())?;
            Work::Replay { schedule }
        }
        RunWork::Explore { options } => Work::Explore {
            options: options.unwrap_or_default(),
            races: None,
        },
    };
    let run = Start {
        learner,
        program,
        work,
        limits: Limits::default(),
        grading: None,
    };
    run.start(&site).await
}

/// `POST /api/runs/{run}/cancel`
pub(crate) async fn cancel(
    State(site): State<Site>,
    Path(id): Path<String>,
    // Read to its end, although nothing is in it: else the connection could not be used again.
    _: Bytes,
) -> Result<StatusCode, Refusal> {
    let run = site
        .book
        .run(&id)
        .ok_or_else(|| Refusal::unknown("run", &id))?;
    run.canceller.cancel();
    Ok(StatusCode::NO_CONTENT)
}

/// Where a viewer goes on; `Last-Event-ID` is what browsers send when they connect again.
#[derive(Debug, Deserialize)]
pub(crate) struct After {
    after: Option<usize>,
}

/// `GET /api/runs/{run}/events`
pub(crate) async fn events(
    State(site): State<Site>,
    Path(id): Path<String>,
    Query(query): Query<After>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let run = site
        .book
        .run(&id)
        .ok_or_else(|| Refusal::unknown("run", &id))?;
    let next = match headers.get("last-event-id") {
        None => query.after.map_or(0, |after| after.saturating_add(1)),
        Some(last) => {
            let number: Option<usize> = last.to_str().ok().and_then(|text| text.parse().ok());
            let number = number.ok_or_else(|| {
                let detail = "The header Last-Event-ID is not a number that this log gave out. Leave it out to get all events.";
                Refusal::new(StatusCode::BAD_REQUEST, "event-id", "Unknown event", detail)
            })?;
            number.saturating_add(1)
        }
    };
    if run.log.has_ended() && next >= run.log.len() {
        // Tells an EventSource that has seen everything not to connect again.
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let events = stream::events(run, next, site.let_go.clone());
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

/// A run about to start.
#[derive(Debug)]
pub(crate) struct Start {
    pub(crate) learner: Learner,
    pub(crate) program: Program,
    pub(crate) work: Work,
    pub(crate) limits: Limits,
    /// Submissions are graded at their end.
    pub(crate) grading: Option<Grading>,
}

impl Start {
    /// Starts it and answers with its id.
    pub(crate) async fn start(self, site: &Site) -> Result<Response, Refusal> {
        let permit = site.book.permit(&self.learner, Purpose::Run)?;
        let program = site.store.keep_program(&self.program).await?;
        let id = Learner::random().map_err(|error| Refusal::internal(error.to_string()))?;
        let job = site.runs.job(self.program, self.work, self.limits).await?;
        let run = site.book.open(id.id().to_owned(), job.canceller());
        let started = RunStarted {
            run: run.id.clone(),
            program,
        };
        tokio::spawn(follow(site.clone(), run, job, self.grading, permit));
        Ok((StatusCode::ACCEPTED, Json(started)).into_response())
    }
}

/// Writes what the job says to the run's log.
async fn follow(site: Site, run: Arc<Run>, mut job: Job, grading: Option<Grading>, permit: Permit) {
    while let Some(event) = job.next().await {
        if let (
            Some(grading),
            JobEvent::Ended {
                result: JobResult::Judged { report },
            },
        ) = (&grading, &event)
        {
            match grading.grade(&site, report).await {
                Ok(graded) => run.log.append(&graded),
                Err(error) => tracing::error!("a submission was not stored: {error}"),
            }
        }
        if matches!(event, JobEvent::Ended { .. }) {
            // Before the end is seen, so that who has seen it can start the next run.
            drop(permit);
            run.log.append(&RunEvent::Job { event });
            break;
        }
        run.log.append(&RunEvent::Job { event });
    }
    site.book.end(&run);
}
