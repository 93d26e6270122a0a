//! A table with a bound: beyond it, whatever was not used for the longest time is dropped.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

/// A bounded table.
#[derive(Debug)]
pub(super) struct Lru<K, V> {
    most: usize,
    entries: HashMap<K, Entry<V>>,
    /// Which entry was used when; the oldest use first.
    uses: BTreeMap<u64, K>,
    next_use: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    used: u64,
}

impl<K: Clone + Eq + Hash, V: Clone> Lru<K, V> {
    /// A table of at most `most` entries.
    pub(super) fn new(most: usize) -> Self {
        Self { most, entries: HashMap::new(), uses: BTreeMap::new(), next_use: 0 }
    }

    /// Finds an entry, and notes that it was used.
    pub(super) fn find(&mut self, key: &K) -> Option<V> {
        let entry = self.entries.get_mut(key)?;
        let key = self.uses.remove(&entry.used)?;
        entry.used = self.next_use;
        self.uses.insert(self.next_use, key);
        self.next_use += 1;
        Some(entry.value.clone())
    }

    /// Finds an entry, which is no use of it.
    pub(super) fn peek(&self, key: &K) -> Option<V> {
        self.entries.get(key).map(|entry| entry.value.clone())
    }

    /// Adds an entry or writes it over; the oldest goes where there is no room.
    pub(super) fn insert(&mut self, key: K, value: V) {
        let entry = Entry { value, used: self.next_use };
        if let Some(before) = self.entries.insert(key.clone(), entry) {
            self.uses.remove(&before.used);
        }
        self.uses.insert(self.next_use, key);
        self.next_use += 1;
        while self.entries.len() > self.most {
            let Some((_, oldest)) = self.uses.pop_first() else { return };
            self.entries.remove(&oldest);
        }
    }

    /// How many entries there are.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_one_not_used_for_the_longest_time_goes() {
        let mut lru = Lru::new(2);
        lru.insert('a', 1);
        lru.insert('b', 2);
        assert_eq!(lru.find(&'a'), Some(1));
        lru.insert('c', 3);
        assert_eq!((lru.find(&'a'), lru.find(&'b'), lru.find(&'c')), (Some(1), None, Some(3)));
    }

    proptest! {
        #[test]
        fn it_never_grows_beyond_its_bound(most in 0..5usize, steps in prop::collection::vec((0..8u8, any::<bool>()), 0..60)) {
            let mut lru = Lru::new(most);
            for (key, is_insert) in steps {
                if is_insert {
                    lru.insert(key, key);
                } else {
                    prop_assert!(lru.find(&key).is_none_or(|value| value == key));
                }
                prop_assert!(lru.len() <= most && lru.uses.len() == lru.len());
            }
        }
    }
}
