//! Programs by content.

use axum::Json;
use axum::extract::{Path, State};
use heddle_api::ProgramStored;
use heddle_trace::{Program, ProgramHash};

use super::body::Body;
use super::problem::Refusal;
use super::site::Site;

/// `POST /api/programs`
pub(crate) async fn keep(
    State(site): State<Site>,
    Body(program): Body<Program>,
) -> Result<Json<ProgramStored>, Refusal> {
    program.check()?;
    let hash = site.store.keep_program(&program).await?;
    Ok(Json(ProgramStored { hash }))
}

/// `GET /api/programs/{hash}`
pub(crate) async fn get(
    State(site): State<Site>,
    Path(hash): Path<String>,
) -> Result<Json<Program>, Refusal> {
    let unknown = || Refusal::unknown("program", &hash);
    let parsed: ProgramHash = hash.parse().map_err(|_| unknown())?;
    let program = site.store.program(parsed).await?.ok_or_else(unknown)?;
    Ok(Json(program))
}
