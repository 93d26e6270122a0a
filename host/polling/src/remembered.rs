//! A bounded cache in which each entry has a time to live.
//!
//! Pure: the time comes in as an argument. Beyond the bound, whatever was not used for the longest time is forgotten; what
//! has expired is forgotten with it, or when it is written over.

use std::hash::{Hash, RandomState};

use hashlink::LruCache;
use tokio::time::Instant;

/// What is remembered by key, each until its own time.
#[derive(Debug)]
pub(super) struct Remembered<K, V>(LruCache<K, (V, Instant), RandomState>);

impl<K: Eq + Hash, V> Remembered<K, V> {
    /// Remembers at most so many entries.
    pub(super) fn new(limit: usize) -> Self {
        Self(LruCache::with_hasher(limit, RandomState::new()))
    }

    /// Remembers a value until then, in the place of the one before.
    pub(super) fn insert(&mut self, key: K, value: V, until: Instant) {
        self.0.insert(key, (value, until));
    }

    /// The value of this key, unless its time is over.
    pub(super) fn get(&mut self, key: &K, now: Instant) -> Option<&V> {
        self.0.get(key).filter(|(_, until)| *until > now).map(|(value, _)| value)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_entry_is_forgotten_with_its_time_or_when_there_are_too_many() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut map = Remembered::new(2);
        map.insert("a", 1, at(10));
        map.insert("b", 2, at(5));
        assert_eq!([map.get(&"b", at(4)).copied(), map.get(&"b", at(5)).copied()], [Some(2), None]);
        assert_eq!(map.get(&"a", at(4)), Some(&1));
        map.insert("c", 3, at(20));
        assert_eq!(map.get(&"b", at(1)), None, "it was not used for the longest time");
        map.insert("a", 4, at(30));
        assert_eq!([map.get(&"a", at(25)).copied(), map.get(&"c", at(2)).copied()], [Some(4), Some(3)]);
    }

    #[test]
    fn nothing_is_remembered_where_nothing_may_be() {
        let now = Instant::now();
        let mut map = Remembered::new(0);
        map.insert("a", 1, now + Duration::from_secs(9));
        assert_eq!(map.get(&"a", now), None);
    }
}
