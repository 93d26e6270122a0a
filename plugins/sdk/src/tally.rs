//! Rows counted by what is odd about them: each kind once, with how many there were and the first as an example.
//! An agent that gets something wrong gets it wrong in every row, and a line for each would say nothing more.

use std::collections::BTreeMap;

/// Kinds that are kept. A plugin knows its kinds; where a value of the device is part of one, this is the limit.
const MAX_KINDS: usize = 32;

/// How often each kind was seen.
#[derive(Clone, Debug)]
pub struct Tally<K> {
    kinds: BTreeMap<K, Seen>,
    more: u64,
}

/// One kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// How many there were.
    pub count: u64,
    /// The first one, in words.
    pub example: String,
}

impl<K> Default for Tally<K> {
    fn default() -> Tally<K> {
        Tally { kinds: BTreeMap::new(), more: 0 }
    }
}

impl<K: Ord> Tally<K> {
    /// Counts one. `example` is asked for the first of its kind only.
    pub fn add(&mut self, kind: K, example: impl FnOnce() -> String) {
        if let Some(seen) = self.kinds.get_mut(&kind) {
            seen.count += 1;
        } else if self.kinds.len() < MAX_KINDS {
            self.kinds.insert(kind, Seen { count: 1, example: example() });
        } else {
            self.more += 1;
        }
    }

    /// The kinds that were seen, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &Seen)> {
        self.kinds.iter()
    }

    /// How many were of further kinds, beyond the limit.
    #[must_use]
    pub fn more(&self) -> u64 {
        self.more
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_counted_and_its_first_is_the_example() {
        let mut tally = Tally::default();
        for (kind, example) in [("b", "1"), ("a", "2"), ("b", "3")] {
            tally.add(kind, || example.to_owned());
        }
        let seen: Vec<_> = tally.iter().map(|(kind, seen)| (*kind, seen.count, seen.example.as_str())).collect();
        assert_eq!(seen, [("a", 1, "2"), ("b", 2, "1")]);
    }

    #[test]
    fn kinds_beyond_the_limit_are_counted_together() {
        let mut tally = Tally::default();
        (0..=MAX_KINDS).chain(0..=MAX_KINDS).for_each(|kind| tally.add(kind, String::new));
        assert_eq!((tally.iter().count(), tally.more()), (MAX_KINDS, 2));
        assert!(tally.iter().all(|(_, seen)| seen.count == 2));
    }
}
