//! Submissions of solutions.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use heddle_api::Submit;
use heddle_trace::protocol::Work;

use super::body::Body;
use super::grade::Grading;
use super::problem::{Refusal, sentence};
use super::runs::Start;
use super::site::Site;
use crate::store::Learner;

/// `POST /api/submissions`
pub(crate) async fn submit(
    State(site): State<Site>,
    Extension(learner): Extension<Learner>,
    Body(request): Body<Submit>,
) -> Result<Response, Refusal> {
    let Submit {
        challenge: id,
        program,
    } = request;
    program.check()?;
    let Some(challenge) = site.catalogue.challenge(&id) else {
        return Err(Refusal::unknown("challenge", &id));
    };
    challenge.accepts_files(&program).map_err(|difference| {
        let detail = format!("{} Load the challenge anew.", sentence(&difference));
        let title = "These are not the challenge's files";
        Refusal::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "other-files",
            title,
            detail,
        )
    })?;
    let run = Start {
        work: Work::Judge {
            checks: challenge.checks.clone(),
            options: challenge.explore,
        },
        limits: challenge.limits,
        grading: Some(Grading {
            learner: learner.clone(),
            challenge: id,
            program: program.clone(),
        }),
        learner,
        program,
    };
    run.start(&site).await
}
