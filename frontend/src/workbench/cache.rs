//! The last few states that the server worked out, so that a step back is instant.

use std::collections::VecDeque;

/// A small map that forgets what was used longest ago. Looked up by walking it: it is small.
#[derive(Debug, Clone)]
pub(crate) struct Cache<K, V> {
    entries: VecDeque<(K, V)>,
    room: usize,
}

impl<K: PartialEq, V> Cache<K, V> {
    /// An empty one for at most `room` entries.
    pub(crate) fn new(room: usize) -> Self {
        Cache {
            entries: VecDeque::with_capacity(room),
            room,
        }
    }

    /// Looks one up, without making it any younger.
    pub(crate) fn get(&self, key: &K) -> Option<&V> {
        let found = self.entries.iter().find(|(k, _)| k == key)?;
        Some(&found.1)
    }

    /// Makes an entry the youngest, so that it is forgotten last.
    pub(crate) fn touch(&mut self, key: &K) {
        if let Some(i) = self.entries.iter().position(|(k, _)| k == key)
            && let Some(entry) = self.entries.remove(i)
        {
            self.entries.push_back(entry);
        }
    }

    /// Puts one in, in place of an older one with the same key.
    pub(crate) fn put(&mut self, key: K, value: V) {
        self.entries.retain(|(k, _)| *k != key);
        if self.entries.len() == self.room {
            self.entries.pop_front();
        }
        self.entries.push_back((key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_used_longest_ago_is_forgotten_first() {
        let mut cache = Cache::new(2);
        cache.put("a", 1);
        cache.put("b", 2);
        cache.touch(&"a");
        cache.put("c", 3);
        assert_eq!(cache.get(&"a"), Some(&1));
        assert_eq!(cache.get(&"b"), None);
        assert_eq!(cache.get(&"c"), Some(&3));
    }

    #[test]
    fn a_newer_value_takes_the_place_of_the_older() {
        let mut cache = Cache::new(2);
        cache.put("a", 1);
        cache.put("a", 2);
        cache.put("b", 3);
        assert_eq!(cache.get(&"a"), Some(&2));
    }
}
