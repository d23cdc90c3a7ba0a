//! The state of a program after a schedule.

use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use heddle_api::{StepRequest, StepView};
use heddle_trace::protocol::{JobResult, Work};
use heddle_trace::{Granularity, Limits, Outcome, Program, Schedule};
use tokio::time::timeout;

use super::body::Body;
use super::logbook::Purpose;
use super::problem::Refusal;
use super::site::Site;
use crate::store::Learner;

/// What starting and waiting in the queue may take on top of the execution itself.
const QUEUE: Duration = Duration::from_secs(10);

/// `POST /api/steps`
pub(crate) async fn step(
    State(site): State<Site>,
    Extension(learner): Extension<Learner>,
    Body(request): Body<StepRequest>,
) -> Result<Json<StepView>, Refusal> {
    let StepRequest { program, schedule } = request;
    program.check()?;
    let schedule = read_schedule(&program, schedule.as_deref())?;
    let hash = program.hash();
    let limits = Limits::default();
    let _permit = site.book.permit(&learner, Purpose::Step)?;
    let mut job = site
        .runs
        .job(program, Work::Step { schedule }, limits)
        .await?;
    let patience = Duration::from_millis(limits.wall_ms) + QUEUE;
    // The job is cancelled when it is dropped.
    let result = timeout(patience, job.result()).await.map_err(|_| {
        let detail = format!(
            "The program did not get to this step within {} s. Step back, or start from step 0.",
            patience.as_secs()
        );
        Refusal::new(StatusCode::GATEWAY_TIMEOUT, "too-slow", "Too slow", detail)
    })?;
    view(result, hash).map(Json)
}

fn read_schedule(program: &Program, text: Option<&str>) -> Result<Schedule, Refusal> {
    let hash = program.hash();
    let Some(text) = text else {
        return Ok(Schedule::new(&hash, Granularity::default(), Vec::new()));
    };
    let schedule: Schedule = text.parse()?;
    schedule.check_program(&hash)?;
    Ok(schedule)
}

fn view(result: JobResult, program: heddle_trace::ProgramHash) -> Result<StepView, Refusal> {
    match result {
        JobResult::Execution {
            trace,
            schedule,
            snapshot,
            findings,
            stories: _,
        } => match &trace.outcome {
            Outcome::Diverged { step } => Err(Refusal::schedule(format!(
                "The program cannot follow this schedule: after {step} steps the next task cannot go. \
                 The schedule was changed, or the program does not do the same every time."
            ))),
            Outcome::Lost { reason } => Err(Refusal::runner("lost", reason.clone())),
            _ => Ok(StepView {
                program,
                schedule,
                trace: *trace,
                snapshot,
                findings,
            }),
        },
        JobResult::NotCompiled { error } => Err(Refusal::not_compiled(error)),
        JobResult::Refused { reason } => Err(Refusal::runner("refused", reason)),
        JobResult::Broken { reason } => Err(Refusal::runner("runner-stopped", reason)),
        JobResult::Cancelled => Err(Refusal::runner("cancelled", "The step was cancelled.")),
        JobResult::Run { .. } | JobResult::Explored { .. } | JobResult::Judged { .. } => Err(
            Refusal::internal("the runner answered a step with another kind of result"),
        ),
    }
}
