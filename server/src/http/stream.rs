//! A log as server-sent events.

use std::convert::Infallible;
use std::sync::Arc;

use axum::response::sse::Event;
use futures_util::Stream;
use futures_util::stream::unfold;
use tokio::sync::watch;

use super::log::Piece;
use super::logbook::Run;

struct Viewer {
    run: Arc<Run>,
    grown: watch::Receiver<()>,
    let_go: watch::Receiver<bool>,
    next: usize,
    piece: std::vec::IntoIter<Arc<str>>,
    last: bool,
}

/// The events of a run from number `next` on, until its end or until viewers must go.
pub(crate) fn events(
    run: Arc<Run>,
    next: usize,
    let_go: watch::Receiver<bool>,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let viewer = Viewer {
        grown: run.log.watch(),
        run,
        let_go,
        next,
        piece: Vec::new().into_iter(),
        last: false,
    };
    unfold(viewer, async |mut viewer| {
        let event = viewer.event().await?;
        Some((Ok(event), viewer))
    })
}

impl Viewer {
    async fn event(&mut self) -> Option<Event> {
        loop {
            if let Some(line) = self.piece.next() {
                let event = Event::default().id(self.next.to_string()).data(&*line);
                self.next += 1;
                return Some(event);
            }
            if self.last {
                return None;
            }
            // Before the look, so that what is appended after the look wakes us.
            self.grown.mark_unchanged();
            let Piece { lines, last } = self.run.log.read(self.next);
            self.last = last;
            if lines.is_empty() && !last {
                tokio::select! {
                    grown = self.grown.changed() => grown.ok()?,
                    _ = self.let_go.wait_for(|let_go| *let_go) => return None,
                }
            }
            self.piece = lines.into_iter();
        }
    }
}
