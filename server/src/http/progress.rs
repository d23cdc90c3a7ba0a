//! What a learner has done.

use axum::extract::State;
use axum::{Extension, Json};
use heddle_api::Progress;

use super::problem::Refusal;
use super::site::Site;
use crate::store::Learner;

/// `GET /api/progress`
pub(crate) async fn get(
    State(site): State<Site>,
    Extension(learner): Extension<Learner>,
) -> Result<Json<Progress>, Refusal> {
    Ok(Json(Progress {
        seen: site.store.seen(&learner).await?,
        challenges: site.store.best(&learner).await?,
    }))
}
