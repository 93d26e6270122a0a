//! A bounded store that forgets what was not used for the longest time.
//!
//! What somebody still holds is never forgotten: a second session with the same agent must find the same record.
//! So the bound may be exceeded by what is in use, and for a moment by what was used since it was last looked at.

use std::{
    fmt,
    hash::{Hash, RandomState},
    sync::Arc,
    time::{Duration, Instant},
};

use hashlink::LruCache;

/// Values by key, in the order in which they are to be forgotten.
pub struct ProfileCache<K, V> {
    max: usize,
    keep: Duration,
    /// Without a bound of its own, which would count what is in use.
    values: LruCache<K, Stored<V>, RandomState>,
}

/// A value, and when it took its place in the order. Use by those who hold it does not move it: that is found out when
/// its turn comes.
struct Stored<V> {
    value: Arc<V>,
    since: Instant,
}

/// Knows when it was used.
pub trait LastUsed {
    /// When it was used last.
    fn last_used(&self) -> Instant;
}

/// How many values are looked at for each that is added; more than one, so that the store gets back to its bound.
const LOOKS: usize = 8;

impl<K: Eq + Hash, V: LastUsed> ProfileCache<K, V> {
    /// Keeps `max` values, each for as long as `keep` after its last use.
    pub fn new(max: usize, keep: Duration) -> Self {
        Self { max: max.max(1), keep, values: LruCache::with_hasher(usize::MAX, RandomState::new()) }
    }

    /// Finds a value, or makes it.
    pub fn get_or_insert(&mut self, key: K, now: Instant, make: impl FnOnce() -> V) -> Arc<V> {
        let keep = self.keep;
        if let Some(stored) = self.values.get_mut(&key).filter(|stored| !stored.is_over(keep, now)) {
            stored.since = now;
            return Arc::clone(&stored.value);
        }
        let value = Arc::new(make());
        if self.values.insert(key, Stored { value: Arc::clone(&value), since: now }).is_none() {
            self.forget(now);
        }
        value
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.values.len()
    }

    /// Forgets what is too old or too many.
    fn forget(&mut self, now: Instant) {
        for _ in 0..LOOKS {
            let Some((_, first)) = self.values.iter().next() else { return };
            let is_full = self.values.len() > self.max;
            if !is_full && now.saturating_duration_since(first.since) <= self.keep {
                return;
            }
            let Some((key, first)) = self.values.remove_lru() else { return };
            if first.is_in_use() {
                let were_all_seen = first.since == now;
                self.values.insert(key, Stored { since: now, ..first });
                if were_all_seen {
                    return;
                }
            } else if first.value.last_used() > first.since && !first.is_over(self.keep, now) {
                let since = first.value.last_used();
                self.values.insert(key, Stored { since, ..first });
            }
        }
    }
}

impl<V> Stored<V> {
    /// Whether anybody but the store holds it. Nobody can begin to while the store is borrowed.
    fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.value) > 1
    }
}

impl<V: LastUsed> Stored<V> {
    fn is_over(&self, keep: Duration, now: Instant) -> bool {
        !self.is_in_use() && now.saturating_duration_since(self.value.last_used()) > keep
    }
}

impl<K, V> fmt::Debug for ProfileCache<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("max", &self.max).field("len", &self.values.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use parking_lot::Mutex;

    use super::*;

    struct Used(Mutex<Instant>);

    impl LastUsed for Used {
        fn last_used(&self) -> Instant {
            *self.0.lock()
        }
    }

    /// Plays `seconds:key` steps on a store for two that keeps for ten seconds; `+` holds what is found, `-` lets go
    /// of it. Shows what is kept after each.
    #[track_caller]
    fn check(steps: &str, expected: &str) {
        let start = Instant::now();
        let mut cache = ProfileCache::new(2, Duration::from_secs(10));
        let mut held = HashMap::new();
        let mut shown = Vec::new();
        for step in steps.split_whitespace() {
            let (seconds, key) = step.split_once(':').unwrap();
            let now = start + Duration::from_secs(seconds.parse().unwrap());
            let name = key.chars().next().unwrap();
            if key.ends_with('-') {
                held.remove(&name);
            } else {
                let value = cache.get_or_insert(name, now, || Used(Mutex::new(now)));
                *value.0.lock() = now;
                if key.ends_with('+') {
                    held.insert(name, value);
                }
            }
            let mut kept: Vec<String> = cache.values.iter().map(|(key, _)| key.to_string()).collect();
            kept.sort();
            shown.push(kept.concat());
        }
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn whatever_was_not_used_for_the_longest_time_is_forgotten() {
        check("0:a 1:b 2:c", "a ab bc");
        check("0:a 1:b 2:a 3:c", "a ab ab ac");
    }

    #[test]
    fn what_is_in_use_is_not_forgotten() {
        check("0:a+ 1:b 2:c 3:d", "a ab ac ad");
        check("0:a+ 1:b+ 2:c+ 3:a- 4:d 5:e", "a ab abc abc bcd bce");
        check("0:a+ 20:b 21:c 22:a", "a ab ac ac");
    }

    #[test]
    fn what_was_not_used_for_long_is_forgotten() {
        check("0:a 20:b", "a b");
        let start = Instant::now();
        let mut cache = ProfileCache::new(9, Duration::from_secs(10));
        let mut get = |seconds| {
            let now = start + Duration::from_secs(seconds);
            cache.get_or_insert('a', now, || Used(Mutex::new(now)))
        };
        let first = get(0);
        assert!(Arc::ptr_eq(&first, &get(60)), "it is held");
        drop(first);
        let second = get(120);
        assert_eq!(second.last_used(), start + Duration::from_secs(120));
    }
}
