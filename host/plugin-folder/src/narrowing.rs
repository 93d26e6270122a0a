//! What is left of the subtrees that a plugin declares when the operator narrows them.

use std::collections::BTreeSet;

use snmp::Oid;

/// What a plugin may read where the operator narrows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Narrowed {
    /// The subtrees that it may read: in what it declares and in what the operator gives.
    pub reads: Vec<Oid>,
    /// What it declares and may not read, or not all of.
    pub withheld: Vec<Oid>,
    /// What the operator gives and the plugin does not declare: it has no effect.
    pub beyond: Vec<Oid>,
}

/// Narrows the subtrees that a plugin declares to those that the operator gives. The operator can take away and never
/// add: where a subtree is wider than the declared one, the declared one stays.
#[must_use]
pub fn narrow(declared: &[Oid], given: &[Oid]) -> Narrowed {
    let within = |declared: &Oid| {
        if given.iter().any(|given| declared.starts_with(given)) {
            vec![declared.clone()]
        } else {
            given.iter().filter(|given| given.starts_with(declared)).cloned().collect()
        }
    };
    let covers = |declared: &&Oid| !given.iter().any(|given| declared.starts_with(given));
    let is_beyond =
        |given: &&Oid| !declared.iter().any(|declared| declared.starts_with(given) || given.starts_with(declared));
    Narrowed {
        reads: declared.iter().flat_map(within).collect::<BTreeSet<_>>().into_iter().collect(),
        withheld: declared.iter().filter(covers).cloned().collect(),
        beyond: given.iter().filter(is_beyond).cloned().collect(),
    }
}

/// What of `new` none of `old` covers.
pub(crate) fn gained(old: &[Oid], new: &[Oid]) -> Vec<Oid> {
    new.iter().filter(|new| !old.iter().any(|old| new.starts_with(old))).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oids(text: &str) -> Vec<Oid> {
        text.split_whitespace().map(|oid| oid.parse().unwrap()).collect()
    }

    #[track_caller]
    fn check(declared: &str, given: &str, reads: &str, withheld: &str, beyond: &str) {
        let expected = Narrowed { reads: oids(reads), withheld: oids(withheld), beyond: oids(beyond) };
        assert_eq!(narrow(&oids(declared), &oids(given)), expected);
    }

    #[test]
    fn the_operator_takes_away_and_never_adds() {
        check("1.3.6.1.2", "1.3.6.1.2", "1.3.6.1.2", "", "");
        check("1.3.6.1.2", "1.3.6.1.2.1 1.3.6.1.2.2", "1.3.6.1.2.1 1.3.6.1.2.2", "1.3.6.1.2", "");
        check("1.3.6.1.2.1", "1.3.6", "1.3.6.1.2.1", "", "");
        check("1.3.6.1.2 1.3.6.1.4", "1.3.6.1.4.1", "1.3.6.1.4.1", "1.3.6.1.2 1.3.6.1.4", "");
        check("1.3.6.1.2", "1.3.6.1.20 1.3.6.1.4", "", "1.3.6.1.2", "1.3.6.1.20 1.3.6.1.4");
        check("1.3.6.1.2 1.3.6.1.4", "", "", "1.3.6.1.2 1.3.6.1.4", "");
        check("1.3.6.1.2 1.3.6.1.2.1", "1.3.6.1.2.1", "1.3.6.1.2.1", "1.3.6.1.2", "");
    }

    #[test]
    fn what_is_gained_is_what_was_not_covered() {
        assert_eq!(gained(&oids("1.3.6.1.2"), &oids("1.3.6.1.2.1 1.3.6.1.4 1.3.6.1")), oids("1.3.6.1.4 1.3.6.1"));
    }
}
