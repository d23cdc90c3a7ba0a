//! The event log of a run, as it grows.
//!
//! The browser's `EventSource` reconnects by itself and tells the server the last number it saw,
//! so nothing is lost; the page only says that it is cut off.

use heddle_api::RunEvent;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// News from a log.
#[derive(Debug)]
pub(crate) enum News {
    /// An entry, with its number.
    Entry(u64, Box<RunEvent>),
    /// The connection is there (again).
    Connected,
    /// The connection broke; the browser tries again.
    CutOff,
    /// The server does not know this log (any more).
    Gone,
}

/// A log being read. Dropping it ends that.
pub(crate) struct EventLog {
    source: web_sys::EventSource,
    _message: Closure<dyn Fn(web_sys::MessageEvent)>,
    _open: Closure<dyn Fn()>,
    _error: Closure<dyn Fn()>,
}

impl EventLog {
    /// Reads the log of a run from its first entry. `None` when the browser cannot.
    pub(crate) fn read(run: &str, tell: impl Fn(News) + Clone + 'static) -> Option<EventLog> {
        let source = web_sys::EventSource::new(&format!("/api/runs/{run}/events")).ok()?;
        let message = Closure::new({
            let tell = tell.clone();
            move |message: web_sys::MessageEvent| {
                if let Some(news) = understand(&message) {
                    tell(news);
                }
            }
        });
        let open = Closure::new({
            let tell = tell.clone();
            move || tell(News::Connected)
        });
        let error = Closure::new({
            let source = source.clone();
            move || {
                crate::api::server_lost();
                let closed = source.ready_state() == web_sys::EventSource::CLOSED;
                tell(if closed { News::Gone } else { News::CutOff });
            }
        });
        source.set_onmessage(Some(message.as_ref().unchecked_ref()));
        source.set_onopen(Some(open.as_ref().unchecked_ref()));
        source.set_onerror(Some(error.as_ref().unchecked_ref()));
        Some(EventLog {
            source,
            _message: message,
            _open: open,
            _error: error,
        })
    }
}

impl Drop for EventLog {
    fn drop(&mut self) {
        self.source.set_onmessage(None);
        self.source.set_onopen(None);
        self.source.set_onerror(None);
        self.source.close();
    }
}

fn understand(message: &web_sys::MessageEvent) -> Option<News> {
    let number = message.last_event_id().parse().ok()?;
    let text = message.data().as_string()?;
    match crate::json::read(&text) {
        Ok(event) => Some(News::Entry(number, Box::new(event))),
        Err(error) => {
            leptos::logging::error!("entry {number} of the event log was not understood: {error}");
            None
        }
    }
}
