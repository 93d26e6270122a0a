//! A table of what was used of late.
//!
//! There are two generations: what is used moves to the younger one, and when that is full, the older one is forgotten
//! and the younger one gets old. So a use costs the same however large the table is, whoever fills it.

use std::{collections::HashMap, hash::Hash, mem};

/// Remembers the `most` entries that were used last, and at most twice as many.
#[derive(Debug)]
pub(super) struct Recent<K, V> {
    most: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Clone + Eq + Hash, V> Recent<K, V> {
    /// Remembers at least so many; 0 is taken as 1.
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), young: HashMap::new(), old: HashMap::new() }
    }

    /// Finds an entry, which is a use of it.
    pub(super) fn find(&mut self, key: &K) -> Option<&mut V> {
        if !self.young.contains_key(key) {
            let value = self.old.remove(key)?;
            self.insert(key.clone(), value);
        }
        self.young.get_mut(key)
    }

    /// Finds an entry, which is no use of it.
    pub(super) fn peek(&self, key: &K) -> Option<&V> {
        self.young.get(key).or_else(|| self.old.get(key))
    }

    /// Adds an entry or writes it over, which is a use of it.
    pub(super) fn insert(&mut self, key: K, value: V) {
        self.old.remove(&key);
        if self.young.len() >= self.most && !self.young.contains_key(&key) {
            mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
        }
        self.young.insert(key, value);
    }

    /// Forgets an entry.
    pub(super) fn remove(&mut self, key: &K) -> Option<V> {
        self.young.remove(key).or_else(|| self.old.remove(key))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn those_used_last_are_there_and_never_twice_as_many(
            most in 1..6usize,
            uses in prop::collection::vec((0..20u8, any::<bool>()), 0..100),
        ) {
            let mut recent = Recent::new(most);
            // Those that were removed have been used, too.
            let mut last_used: Vec<(u8, bool)> = Vec::new();
            for (key, is_removal) in uses {
                prop_assert_eq!(recent.peek(&key).copied(), recent.young.get(&key).or(recent.old.get(&key)).copied());
                if is_removal {
                    let was_there = recent.remove(&key).is_some();
                    last_used.iter_mut().filter(|used| used.0 == key).for_each(|used| used.1 = false);
                    prop_assert!(!was_there || last_used.iter().any(|used| used.0 == key));
                } else {
                    if recent.find(&key).is_none() {
                        recent.insert(key, key);
                    }
                    last_used.retain(|used| used.0 != key);
                    last_used.push((key, true));
                }
                prop_assert!(recent.young.len() + recent.old.len() <= 2 * most);
                for (key, _) in last_used.iter().rev().take(most).filter(|used| used.1) {
                    prop_assert!(recent.young.contains_key(key) || recent.old.contains_key(key), "{}", key);
                }
            }
        }
    }
}
