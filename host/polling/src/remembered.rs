//! A map that forgets: with a bound on its entries, and a time for each of them.
//!
//! Pure: the time comes in as an argument. Beyond the bound, whatever would expire first is forgotten.

use std::{
    collections::{BTreeMap, HashMap},
    hash::Hash,
};

use tokio::time::Instant;

/// What is remembered by key, each until its own time.
#[derive(Debug)]
pub(super) struct Remembered<K, V> {
    entries: HashMap<K, (V, Turn)>,
    /// The keys in the order in which they expire.
    order: BTreeMap<Turn, K>,
    most: usize,
    added: u64,
}

/// When an entry expires. The number tells apart those that expire together.
type Turn = (Instant, u64);

impl<K: Clone + Eq + Hash, V> Remembered<K, V> {
    /// Remembers at most so many entries.
    pub(super) fn new(most: usize) -> Self {
        Self { entries: HashMap::new(), order: BTreeMap::new(), most, added: 0 }
    }

    /// Remembers a value until then, in the place of the one before.
    pub(super) fn insert(&mut self, key: K, value: V, until: Instant, now: Instant) {
        let turn = (until, self.added);
        self.added += 1;
        self.order.insert(turn, key.clone());
        if let Some((_, before)) = self.entries.insert(key, (value, turn)) {
            self.order.remove(&before);
        }
        while let Some(first) = self.order.first_entry() {
            let ((until, _), is_too_many) = (*first.key(), self.entries.len() > self.most);
            if until > now && !is_too_many {
                break;
            }
            self.entries.remove(&first.remove());
        }
    }

    /// The value of this key, unless its time is over.
    pub(super) fn get(&self, key: &K, now: Instant) -> Option<&V> {
        self.entries.get(key).filter(|(_, (until, _))| *until > now).map(|(value, _)| value)
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
        map.insert("a", 1, at(10), at(0));
        map.insert("b", 2, at(5), at(0));
        assert_eq!((map.get(&"a", at(4)), map.get(&"b", at(4)), map.get(&"b", at(5))), (Some(&1), Some(&2), None));
        map.insert("c", 3, at(20), at(1));
        assert_eq!((map.get(&"b", at(1)), map.get(&"a", at(1))), (None, Some(&1)), "what would expire first went");
        map.insert("a", 4, at(30), at(2));
        assert_eq!((map.get(&"a", at(25)), map.get(&"c", at(2))), (Some(&4), Some(&3)));
        map.insert("d", 5, at(40), at(35));
        assert_eq!((map.entries.len(), map.order.len()), (1, 1), "what has expired takes no memory");
    }

    #[test]
    fn nothing_is_remembered_where_nothing_may_be() {
        let now = Instant::now();
        let mut map = Remembered::new(0);
        map.insert("a", 1, now + Duration::from_secs(9), now);
        assert_eq!((map.get(&"a", now), map.order.len()), (None, 0));
    }
}
