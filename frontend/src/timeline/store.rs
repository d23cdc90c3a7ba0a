//! The trace behind a timeline: outside of the signals, with one signal that says "it is new".

use heddle_timeline::{Narrator, Recording};
use heddle_trace::{Finding, Trace, TraceChunk};
use leptos::prelude::*;

/// A handle to a recording. A trace has up to 100,000 events, and a signal for each would cost
/// more than all else on the page; so readers track the version and then look.
#[derive(Clone, Copy)]
pub(crate) struct TraceStore {
    recording: StoredValue<Recording>,
    files: StoredValue<Vec<String>>,
    version: RwSignal<u64>,
}

impl TraceStore {
    /// A store with nothing in it.
    pub(crate) fn new() -> Self {
        TraceStore {
            recording: StoredValue::new(Recording::default()),
            files: StoredValue::new(Vec::new()),
            version: RwSignal::new(0),
        }
    }

    /// Names of the program's files, for sentences.
    pub(crate) fn set_files(self, files: Vec<String>) {
        self.files.set_value(files);
    }

    /// A new free run begins.
    pub(crate) fn clear(self) {
        self.set(Recording::default());
    }

    /// A whole trace.
    pub(crate) fn replace(self, trace: Trace, findings: Vec<Finding>) {
        self.set(Recording::new(trace, findings));
    }

    /// What a running program has reported.
    pub(crate) fn append(self, chunk: TraceChunk) {
        self.recording.update_value(|r| r.append(chunk));
        self.changed();
    }

    /// The running program has ended. The trace's events are not looked at: they came in chunks.
    pub(crate) fn finish(self, trace: &Trace, findings: Vec<Finding>) {
        self.recording.update_value(|r| r.finish(trace, findings));
        self.changed();
    }

    /// Looks at the recording, without being told of changes.
    pub(crate) fn with<T>(self, look: impl FnOnce(&Recording) -> T) -> T {
        self.recording.with_value(look)
    }

    /// Looks at the recording if there still is one: for what the browser calls later.
    pub(super) fn try_with<T>(self, look: impl FnOnce(&Recording) -> T) -> Option<T> {
        self.recording.try_with_value(look)
    }

    /// Sentences about the trace.
    pub(super) fn narrate<T>(self, tell: impl FnOnce(&mut Narrator<'_>) -> T) -> T {
        self.files
            .with_value(|files| self.with(|r| tell(&mut Narrator::new(r.trace()).files(files))))
    }

    /// Changes whenever the recording does.
    pub(crate) fn version(self) -> ReadSignal<u64> {
        self.version.read_only()
    }

    fn set(self, recording: Recording) {
        self.recording.set_value(recording);
        self.changed();
    }

    fn changed(self) {
        self.version.update(|v| *v += 1);
    }
}
