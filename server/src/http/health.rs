//! Whether the server works.

use axum::Json;
use axum::extract::State;
use heddle_api::Health;

use super::site::Site;

/// `GET /healthz`
pub(crate) async fn get(State(site): State<Site>) -> Json<Health> {
    let runner = site.runs.host().map(|host| (*host).clone());
    let status = match runner {
        Some(_) => "ok",
        None => "the runner is being started",
    };
    Json(Health {
        status: status.into(),
        version: env!("CARGO_PKG_VERSION").into(),
        runner,
    })
}
