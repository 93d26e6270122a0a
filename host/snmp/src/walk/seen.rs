//! The names that a walk has delivered, so that none comes twice where they come in any order.

use std::collections::HashSet;

use crate::Oid;

/// Names that were seen, up to a bound for all columns together.
#[derive(Debug)]
pub(crate) struct SeenNames {
    columns: Vec<SeenInColumn>,
    count: usize,
    limit: usize,
}

#[derive(Debug, Default)]
struct SeenInColumn {
    names: HashSet<Oid>,
    /// Whether a name was not remembered, because there were too many.
    has_forgotten: bool,
}

/// Whether a name was seen before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Novelty {
    /// No.
    New,
    /// Yes.
    Seen,
    /// Perhaps: too many were, to remember all.
    Unknown,
}

impl SeenNames {
    /// Remembers up to `limit` names of so many columns.
    pub(crate) fn new(columns: usize, limit: usize) -> Self {
        Self { columns: (0..columns).map(|_| SeenInColumn::default()).collect(), count: 0, limit }
    }

    /// Whether a name was seen in any column.
    pub(crate) fn has(&self, name: &Oid) -> bool {
        self.columns.iter().any(|seen| seen.names.contains(name))
    }

    /// Whether a name was seen before in its column; from now on it was.
    ///
    /// One higher than all before is new for sure, so a column in order goes on beyond the bound. Any other may
    /// have been forgotten.
    pub(crate) fn see(&mut self, column: usize, name: &Oid, is_higher: bool) -> Novelty {
        let Some(seen) = self.columns.get_mut(column) else { return Novelty::Unknown };
        if !is_higher {
            if seen.names.contains(name) {
                return Novelty::Seen;
            }
            if seen.has_forgotten {
                return Novelty::Unknown;
            }
        }
        if self.count < self.limit {
            self.count += 1;
            seen.names.insert(name.clone());
        } else {
            seen.has_forgotten = true;
        }
        Novelty::New
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_new_once_and_nothing_is_claimed_of_what_was_forgotten() {
        let name = |arc| Oid::from([1, 3, arc]);
        let mut seen = SeenNames::new(2, 2);
        assert_eq!(seen.see(0, &name(5), true), Novelty::New);
        assert_eq!(seen.see(0, &name(3), false), Novelty::New);
        assert_eq!(seen.see(0, &name(5), false), Novelty::Seen);
        assert_eq!(seen.see(0, &name(7), true), Novelty::New, "higher than all before");
        assert_eq!(seen.see(0, &name(7), false), Novelty::Unknown);
        assert_eq!(seen.see(0, &name(3), false), Novelty::Seen);
        assert_eq!(seen.see(1, &name(3), false), Novelty::New, "another column has names of its own");
    }
}
