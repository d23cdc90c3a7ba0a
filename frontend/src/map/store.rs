//! The map behind its picture: outside of the signals, with one signal that says "it is new".

use heddle_timeline::map::Map;
use heddle_trace::MapChunk;
use leptos::prelude::*;

/// A handle to a map.
#[derive(Clone, Copy)]
pub(crate) struct MapStore {
    map: StoredValue<Map>,
    version: RwSignal<u64>,
}

impl MapStore {
    /// An empty one.
    pub(crate) fn new() -> Self {
        MapStore {
            map: StoredValue::new(Map::default()),
            version: RwSignal::new(0),
        }
    }

    /// A new search begins.
    pub(crate) fn clear(self) {
        self.map.set_value(Map::default());
        self.version.update(|version| *version += 1);
    }

    /// What the search has told.
    pub(crate) fn take(self, news: MapChunk) {
        self.map.update_value(|map| map.take(news));
        self.version.update(|version| *version += 1);
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
