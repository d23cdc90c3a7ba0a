//! The map behind its picture: outside of the signals, with one signal that says "it is new".

use std::time::Duration;

use heddle_timeline::map::Map;
use heddle_trace::MapChunk;
use leptos::prelude::*;

/// News within this time are drawn together: drawing costs more than taking them in, and a page that
/// was busy for a while finds many waiting.
const TOGETHER: Duration = Duration::from_millis(200);

/// A handle to a map.
#[derive(Clone, Copy)]
pub(crate) struct MapStore {
    map: StoredValue<Map>,
    version: RwSignal<u64>,
    /// Whether news are still to be drawn.
    is_late: StoredValue<bool>,
}

impl MapStore {
    /// An empty one.
    pub(crate) fn new() -> Self {
        MapStore {
            map: StoredValue::new(Map::default()),
            version: RwSignal::new(0),
            is_late: StoredValue::new(false),
        }
    }

    /// A new search begins.
    pub(crate) fn clear(self) {
        self.map.set_value(Map::default());
        self.version.update(|version| *version += 1);
    }

    /// What the search has told.
    pub(crate) fn take(self, news: MapChunk) {
        let was_empty = self.map.with_value(Map::is_empty);
        self.map.update_value(|map| map.take(news));
        if was_empty {
            self.version.update(|version| *version += 1);
        } else if !self.is_late.get_value() {
            self.is_late.set_value(true);
            set_timeout(move || self.draw(), TOGETHER);
        }
    }

    /// Draws what has come in, if the page is still there.
    fn draw(self) {
        if self
            .is_late
            .try_update_value(|late| *late = false)
            .is_some()
        {
            self.version.update(|version| *version += 1);
        }
    }

    /// Looks at the map, and is told of changes.
    pub(crate) fn with<T>(self, look: impl FnOnce(&Map) -> T) -> T {
        self.version.track();
        self.map.with_value(look)
    }

    /// Looks at the map.
    pub(crate) fn with_untracked<T>(self, look: impl FnOnce(&Map) -> T) -> T {
        self.map.with_value(look)
    }
}
