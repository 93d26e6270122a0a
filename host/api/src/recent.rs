//! What is remembered of sources: of so many at most, those that were noted last.

use std::collections::{BTreeMap, HashMap};

use job::Client;

/// A note of each source. Beyond the limit, the one that was noted longest ago is forgotten.
#[derive(Debug)]
pub(crate) struct Recent<V> {
    most: usize,
    notes: HashMap<Client, (u64, V)>,
    order: BTreeMap<u64, Client>,
    next: u64,
}

impl<V> Recent<V> {
    pub(crate) fn new(most: usize) -> Self {
        Self { most, notes: HashMap::new(), order: BTreeMap::new(), next: 0 }
    }

    pub(crate) fn get(&self, source: Client) -> Option<&V> {
        self.notes.get(&source).map(|(_, note)| note)
    }

    /// Writes the note of a source, which makes it the latest.
    pub(crate) fn note(&mut self, source: Client, note: V) {
        self.next += 1;
        if let Some((before, _)) = self.notes.insert(source, (self.next, note)) {
            self.order.remove(&before);
        }
        self.order.insert(self.next, source);
        while self.notes.len() > self.most {
            let Some((_, oldest)) = self.order.pop_first() else { return };
            self.notes.remove(&oldest);
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.notes.len()
    }
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn those_that_were_noted_last_are_kept() {
        let source = |number: u8| Client::at(IpAddr::from([192, 0, 2, number]));
        let mut recent = Recent::new(2);
        for (number, note) in [(1, "a"), (2, "b"), (1, "c"), (3, "d")] {
            recent.note(source(number), note);
        }
        assert_eq!([1, 2, 3].map(|number| recent.get(source(number)).copied()), [Some("c"), None, Some("d")]);
        assert_eq!((recent.len(), recent.order.len()), (2, 2));
    }
}
