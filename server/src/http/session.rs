//! Who asks: a random id in a cookie, given at the first visit.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::problem::Refusal;
use crate::store::Learner;

const COOKIE: &str = "heddle";
const A_YEAR: u32 = 365 * 24 * 60 * 60;

/// Puts the [`Learner`] into the request, and a cookie into the answer to a new one.
pub(crate) async fn with_learner(mut request: Request, next: Next) -> Response {
    if let Some(learner) = learner_in(request.headers()) {
        request.extensions_mut().insert(learner);
        return next.run(request).await;
    }
    let learner = match Learner::random() {
        Ok(learner) => learner,
        Err(error) => {
            let cause = format!("no random numbers: {error}");
            return Refusal::internal(cause).into_response();
        }
    };
    request.extensions_mut().insert(learner.clone());
    let mut response = next.run(request).await;
    let cookie = format!(
        "{COOKIE}={}; Path=/; Max-Age={A_YEAR}; HttpOnly; SameSite=Lax",
        learner.id()
    );
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

fn learner_in(headers: &HeaderMap) -> Option<Learner> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then(|| Learner::from_id(value)).flatten())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_damaged_ones_are_nobody() {
        let id = "0123456789abcdef0123456789abcdef";
        let learner = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, HeaderValue::from_str(text).unwrap());
            learner_in(&headers)
        };
        assert_eq!(
            learner(&format!("a=b; heddle={id}; c=d")),
            Learner::from_id(id)
        );
        assert_eq!(learner("heddle=short"), None);
        assert_eq!(learner("a=b"), None);
    }
}
