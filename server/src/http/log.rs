//! The event log of one run: append-only, numbered from 0, kept whole. It is the buffer between a
//! run and its viewers, so a slow viewer costs nobody anything and a late one misses nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use heddle_api::RunEvent;
use tokio::sync::watch;

/// Entries that a reader takes at once.
const BATCH: usize = 256;

/// A log.
#[derive(Debug)]
pub(crate) struct RunLog {
    entries: Mutex<Entries>,
    grown: watch::Sender<()>,
}

#[derive(Debug, Default)]
struct Entries {
    /// Events as JSON.
    lines: Vec<Arc<str>>,
    bytes: usize,
    ended: bool,
}

/// A piece of a log.
#[derive(Debug)]
pub(crate) struct Piece {
    /// Events as JSON, from the number that was asked for.
    pub(crate) lines: Vec<Arc<str>>,
    /// Whether nothing comes after them.
    pub(crate) last: bool,
}

impl RunLog {
    pub(crate) fn new() -> RunLog {
        RunLog {
            entries: Mutex::default(),
            grown: watch::Sender::new(()),
        }
    }

    fn entries(&self) -> MutexGuard<'_, Entries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends an event.
    pub(crate) fn append(&self, event: &RunEvent) {
        let line: Arc<str> = match serde_json::to_string(event) {
            Ok(json) => json.into(),
            Err(error) => {
                tracing::error!("an event is no JSON and is left out: {error}");
                return;
            }
        };
        let mut entries = self.entries();
        entries.bytes += line.len();
        entries.lines.push(line);
        drop(entries);
        self.grown.send_replace(());
    }

    /// Says that nothing follows.
    pub(crate) fn end(&self) {
        self.entries().ended = true;
        self.grown.send_replace(());
    }

    /// Whether nothing follows.
    pub(crate) fn has_ended(&self) -> bool {
        self.entries().ended
    }

    /// Size of its events.
    pub(crate) fn bytes(&self) -> usize {
        self.entries().bytes
    }

    /// Number of its events so far.
    pub(crate) fn len(&self) -> usize {
        self.entries().lines.len()
    }

    /// The next events from number `from` on.
    pub(crate) fn read(&self, from: usize) -> Piece {
        let entries = self.entries();
        let lines: Vec<_> = entries
            .lines
            .iter()
            .skip(from)
            .take(BATCH)
            .cloned()
            .collect();
        let last = entries.ended && from + lines.len() >= entries.lines.len();
        Piece { lines, last }
    }

    /// Says when the log has grown.
    pub(crate) fn watch(&self) -> watch::Receiver<()> {
        self.grown.subscribe()
    }
}
