//! All routes, and what is done around every one of them.

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::{CsrfLayer, ProtectionError};
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_http::trace::TraceLayer;

use super::body::MAX_BODY;
use super::problem::Refusal;
use super::site::Site;
use super::{course, health, pages, programs, progress, runs, session, steps, submissions};

/// What a page of ours may load: our own files, and WebAssembly among them; nothing inline.
const CSP: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
                   img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
                   frame-ancestors 'none'";

/// Between two pieces of a request's body. (Answers need no such limit: every handler that waits
/// for the runner limits that itself.)
const BODY_PATIENCE: Duration = Duration::from_secs(20);

/// The server's router.
pub(crate) fn router(site: Site) -> Router {
    let with_learner = Router::new()
        .route("/", get(pages::index))
        .route("/play", get(pages::index))
        .route("/lessons/{*slug}", get(pages::index))
        .route("/api/course", get(course::overview))
        .route("/api/lessons/{slug}", get(course::lesson))
        .route("/api/programs", post(programs::keep))
        .route("/api/programs/{hash}", get(programs::get))
        .route("/api/runs", post(runs::start))
        .route("/api/runs/{run}/events", get(runs::events))
        .route("/api/runs/{run}/cancel", post(runs::cancel))
        .route("/api/steps", post(steps::step))
        .route("/api/submissions", post(submissions::submit))
        .route("/api/progress", get(progress::get))
        .route_layer(from_fn(session::with_learner));
    with_learner
        .route("/healthz", get(health::get))
        .method_not_allowed_fallback(pages::wrong_method)
        .fallback(pages::fallback)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(RequestBodyTimeoutLayer::new(BODY_PATIENCE))
        .layer(CsrfLayer::new().with_rejection_response(cross_site))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(CompressionLayer::new())
        .layer(header_on_all(header::CONTENT_SECURITY_POLICY, CSP))
        .layer(header_on_all(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header_on_all(header::REFERRER_POLICY, "same-origin"))
        .layer(header_on_all(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(site)
}

fn header_on_all(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}

fn cross_site(_: ProtectionError) -> Response {
    let detail = "The request came from a page of another site. Open Heddle in a tab of its own.";
    let status = axum::http::StatusCode::FORBIDDEN;
    Refusal::new(status, "cross-site", "Request from another site", detail).into_response()
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    Refusal::internal(format!("a handler panicked: {words}")).into_response()
}
