//! JSON bodies whose errors are problems.

use axum::Json;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use futures_util::StreamExt;
use heddle_trace::Limits;
use serde::de::DeserializeOwned;

use super::problem::{Refusal, sentence};

/// Bytes of a request at most: a program of the greatest length, written as JSON, with room.
pub(crate) const MAX_BODY: usize = 8 * Limits::PROGRAM_BYTES;

/// A JSON body.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        if announced(request.headers()).is_some_and(|bytes| bytes > MAX_BODY) {
            swallow(request).await;
            return Err(too_long());
        }
        match Json::from_request(request, state).await {
            Ok(Json(value)) => Ok(Body(value)),
            Err(rejection) => Err(refusal(&rejection)),
        }
    }
}

fn announced(headers: &HeaderMap) -> Option<usize> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// Reads and forgets a body: clients that are still sending when the connection closes do not see
/// the answer. Not for ever, though.
async fn swallow(request: Request) {
    let mut rest = 32 * MAX_BODY;
    let mut chunks = request.into_body().into_data_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        match rest.checked_sub(chunk.len()) {
            Some(less) => rest = less,
            None => return,
        }
    }
}

fn too_long() -> Refusal {
    let detail = format!(
        "The request has more than {MAX_BODY} bytes. A program may have {} bytes.",
        Limits::PROGRAM_BYTES
    );
    let status = StatusCode::PAYLOAD_TOO_LARGE;
    Refusal::new(status, "too-long", "The request is too long", detail)
}

fn refusal(rejection: &JsonRejection) -> Refusal {
    let status = rejection.status();
    if status == StatusCode::PAYLOAD_TOO_LARGE {
        return too_long();
    }
    if status == StatusCode::UNSUPPORTED_MEDIA_TYPE {
        let detail = "Send the request with the header Content-Type: application/json.";
        return Refusal::new(status, "not-json", "The request is not JSON", detail);
    }
    let detail = sentence(&rejection.body_text());
    let title = "The request's JSON is wrong";
    Refusal::new(StatusCode::BAD_REQUEST, "bad-json", title, detail)
}
