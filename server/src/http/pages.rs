//! The built frontend: its files, and its one page under every address that the page knows.

use std::io::ErrorKind;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{Html, IntoResponse, Response};

use super::problem::Refusal;
use super::site::Site;

const NOT_FOUND: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width\"><title>Not found - Heddle</title>\
<h1>There is nothing at this address</h1><p>It may have been renamed or removed. \
<a href=\"/\">To the course</a></p></html>";

/// The page itself.
pub(crate) async fn index(State(site): State<Site>, mut request: Request) -> Response {
    *request.uri_mut() = Uri::from_static("/index.html");
    serve(site, request).await
}

/// Files, and everything that is not there.
pub(crate) async fn fallback(State(site): State<Site>, request: Request) -> Response {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return Refusal::unknown("API at", path).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return wrong_method().await.into_response();
    }
    serve(site, request).await
}

/// The address is there, but not for this method.
pub(crate) async fn wrong_method() -> Refusal {
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method-not-allowed",
        "Wrong method",
        "This address is there, but not for this method. See the API's table of requests.",
    )
}

async fn serve(site: Site, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let site_again = site.clone();
    let mut files = site.files;
    let mut response = match files.try_call(request).await {
        Ok(response) => response.into_response(),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return not_found(site_again, &path).await;
        }
        Err(error) => {
            return Refusal::internal(format!("cannot read the file for {path}: {error}"))
                .into_response();
        }
    };
    if response.status() == StatusCode::NOT_FOUND {
        return not_found(site_again, &path).await;
    }
    let caching = if has_content_hash(&path) {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
    response
}

/// The page, which says that there is nothing at this address; plain words where a file is missing,
/// or the page itself.
async fn not_found(site: Site, path: &str) -> Response {
    let name = path.rsplit('/').next().unwrap_or(path);
    let request = Request::builder().uri("/index.html").body(Body::empty());
    if let (false, Ok(request)) = (name.contains('.'), request) {
        let mut files = site.files;
        if let Ok(page) = files.try_call(request).await
            && page.status().is_success()
        {
            let mut page = page.into_response();
            *page.status_mut() = StatusCode::NOT_FOUND;
            let headers = page.headers_mut();
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
            return page;
        }
    }
    (StatusCode::NOT_FOUND, Html(NOT_FOUND)).into_response()
}

/// Whether a file's name carries a hash of its content, as Trunk's do: `app-0123456789abcdef.js`.
/// (Trunk leaves out zeros at the front.)
fn has_content_hash(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split(['-', '_', '.']).any(|part| {
        (12..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(has_content_hash("/heddle-0123456789abcdef_bg.wasm"));
        assert!(has_content_hash("/style-fedcba9876543210.css"));
        assert!(has_content_hash("/heddle-123456789abcdef.js"));
        assert!(!has_content_hash("/index.html"));
        assert!(!has_content_hash("/editor.js"));
    }
}
