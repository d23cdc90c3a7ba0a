//! Asking the server.

use std::sync::LazyLock;

use heddle_trace::ErrorReport;
use leptos::prelude::{ArcRwSignal, Update};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Why a request failed, in words for the learner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// The server's name for it, as `/problems/schedule`; empty when the server did not answer.
    pub kind: String,
    /// HTTP status; 0 when the server did not answer.
    pub status: u16,
    /// One line.
    pub title: String,
    /// What was tried, why it failed, what to do.
    pub detail: String,
    /// The error of a program that did not compile.
    pub error: Option<Box<ErrorReport>>,
}

impl Failure {
    fn unreachable() -> Failure {
        Failure {
            kind: String::new(),
            status: 0,
            title: "The server does not answer".into(),
            detail:
                "The page could not reach Heddle. Check that it is still running, then try again."
                    .into(),
            error: None,
        }
    }

    fn answer(status: u16, body: &str) -> Failure {
        match crate::json::read(body) {
            Ok(ProblemBody {
                kind,
                title,
                detail,
                error,
            }) => Failure {
                kind,
                status,
                title,
                detail,
                error,
            },
            Err(_) => Failure {
                kind: String::new(),
                status,
                title: format!("The server answered with status {status}"),
                detail: "That was not expected. Try again; if it stays so, load the page anew."
                    .into(),
                error: None,
            },
        }
    }

    fn not_understood(error: &serde_json::Error) -> Failure {
        Failure {
            kind: String::new(),
            status: 200,
            title: "The page does not understand the server".into(),
            detail: format!("Load the page anew: it may be older than the server. ({error})"),
            error: None,
        }
    }
}

/// How often a request found no server.
static UNREACHABLE: LazyLock<ArcRwSignal<u32>> = LazyLock::new(|| ArcRwSignal::new(0));

/// A request or a connection found no server.
pub(crate) fn server_lost() {
    UNREACHABLE.update(|times| *times += 1);
}

/// How often a request found no server: a signal, for what depends on the server.
pub(crate) fn times_unreachable() -> ArcRwSignal<u32> {
    UNREACHABLE.clone()
}

/// RFC 9457, with the member that `/problems/not-compiled` adds.
#[derive(Deserialize)]
struct ProblemBody {
    #[serde(rename = "type", default)]
    kind: String,
    title: String,
    #[serde(default)]
    detail: String,
    #[serde(default)]
    error: Option<Box<ErrorReport>>,
}

/// `GET`.
pub(crate) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, Failure> {
    understand(&ask("GET", path, None).await?)
}

/// `POST` with a body of JSON.
pub(crate) async fn post<T: DeserializeOwned>(
    path: &str,
    body: &impl Serialize,
) -> Result<T, Failure> {
    let body = serde_json::to_string(body).map_err(|error| Failure::not_understood(&error))?;
    understand(&ask("POST", path, Some(&body)).await?)
}

/// `POST` with neither body nor answer.
pub(crate) async fn nudge(path: &str) -> Result<(), Failure> {
    ask("POST", path, None).await.map(drop)
}

fn understand<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    crate::json::read(text).map_err(|error| Failure::not_understood(&error))
}

async fn ask(method: &str, path: &str, body: Option<&str>) -> Result<String, Failure> {
    let (status, text) = exchange(method, path, body).await.map_err(|_| {
        server_lost();
        Failure::unreachable()
    })?;
    if (200..300).contains(&status) {
        Ok(text)
    } else {
        Err(Failure::answer(status, &text))
    }
}

async fn exchange(method: &str, path: &str, body: Option<&str>) -> Result<(u16, String), JsValue> {
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    let request = web_sys::Request::new_with_str_and_init(path, &init)?;
    if body.is_some() {
        request.headers().set("content-type", "application/json")?;
    }
    let answer = JsFuture::from(leptos::prelude::window().fetch_with_request(&request)).await?;
    let answer: web_sys::Response = answer.dyn_into()?;
    let text = JsFuture::from(answer.text()?).await?;
    Ok((answer.status(), text.as_string().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_brings_its_own_words() {
        let body =
            r#"{"type":"/problems/schedule","title":"No schedule","status":422,"detail":"why"}"#;
        let failure = Failure::answer(422, body);
        assert_eq!(failure.kind, "/problems/schedule");
        assert_eq!(failure.detail, "why");
    }

    #[test]
    fn a_program_that_does_not_compile_brings_its_line() {
        let body = r#"{"type":"/problems/not-compiled","title":"t","status":422,"detail":"d",
            "error":{"exception":"SyntaxError","message":"bad","location":{"file":0,"line":3}}}"#;
        let error = Failure::answer(422, body).error.expect("an error");
        assert_eq!(error.location.map(|place| place.line), Some(3));
    }

    #[test]
    fn an_answer_that_is_no_problem_still_gets_words() {
        let failure = Failure::answer(502, "<html>");
        assert!(failure.title.contains("502"));
    }
}
