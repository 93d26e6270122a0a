//! What was replaced, in numbers and in words: what it was before is told nowhere.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use snmp::counted;

/// What is replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IdentifierKind {
    /// An address of IPv4.
    Ipv4,
    /// An address of IPv6.
    Ipv6,
    /// A MAC address, or another physical one.
    Mac,
    /// A name of a device, or of a domain.
    Name,
    /// Whom to call.
    Contact,
    /// Where it stands.
    Location,
    /// What somebody has written about an interface, a VLAN or a part.
    Description,
    /// A serial number.
    Serial,
    /// A community, or another text that is one.
    Secret,
    /// Octets with addresses in them, which became zeros.
    Blob,
}

/// How many there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Values that differ.
    pub values: u64,
    /// Places in which they stood.
    pub places: u64,
}

/// What was replaced, and what was not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What was replaced.
    pub replaced: BTreeMap<IdentifierKind, Count>,
    /// How many texts stay as they are, though it is not known what they are.
    pub unknown_texts: u64,
    /// The enterprises whose objects they are (the arc behind 1.3.6.1.4.1).
    pub unknown_enterprises: BTreeSet<u32>,
}

/// How many enterprises are named.
const MAX_NAMED: usize = 8;

impl Report {
    /// What was replaced, each in words: `12 IPv4 addresses in 40 places`.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let line = |(what, count): (&IdentifierKind, &Count)| match what {
            IdentifierKind::Blob => format!("{} with addresses became zeros", counted(count.places, "value")),
            _ => format!("{} in {}", what.counted(count.values), counted(count.places, "place")),
        };
        self.replaced.iter().map(line).collect()
    }

    /// What somebody has to look through before the recording is given away; nothing where all is known.
    #[must_use]
    pub fn doubt(&self) -> Option<String> {
        if self.unknown_texts == 0 {
            return None;
        }
        let named = self.unknown_enterprises.iter().take(MAX_NAMED).map(|arc| format!("1.3.6.1.4.1.{arc}"));
        let mut below = named.collect::<Vec<_>>().join(", ");
        if self.unknown_enterprises.len() > MAX_NAMED {
            below += " and others";
        }
        let texts = counted(self.unknown_texts, "text");
        let verb = if self.unknown_texts == 1 { "stays" } else { "stay" };
        Some(format!(
            "{texts} of unknown objects below {below} {verb} as recorded, except for what is known from elsewhere: read \
             them before you share the recording"
        ))
    }
}

impl IdentifierKind {
    /// So many of them, in words.
    fn counted(self, count: u64) -> String {
        match self.noun() {
            noun if noun.ends_with("ss") && count != 1 => format!("{count} {noun}es"),
            noun => counted(count, noun),
        }
    }

    /// One of them, in words.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Ipv4 => "IPv4 address",
            Self::Ipv6 => "IPv6 address",
            Self::Mac => "MAC address",
            Self::Name => "name",
            Self::Contact => "contact",
            Self::Location => "location",
            Self::Description => "description",
            Self::Serial => "serial number",
            Self::Secret => "secret",
            Self::Blob => "value",
        }
    }
}

/// Counts while it is replaced. Of each value a hash is kept and no more.
#[derive(Debug, Default)]
pub(crate) struct Counting {
    report: Report,
    seen: HashSet<(IdentifierKind, u64)>,
}

impl Counting {
    pub(crate) fn replaced(&mut self, what: IdentifierKind, value: &[u8]) {
        let mut hasher = DefaultHasher::new();
        value.hash(&mut hasher);
        let count = self.report.replaced.entry(what).or_default();
        count.places += 1;
        count.values += u64::from(self.seen.insert((what, hasher.finish())));
    }

    pub(crate) fn unknown_text(&mut self, enterprise: u32) {
        self.report.unknown_texts += 1;
        self.report.unknown_enterprises.insert(enterprise);
    }

    pub(crate) fn finish(self) -> Report {
        self.report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_places_are_counted_and_told_in_words() {
        let mut counting = Counting::default();
        assert_eq!(Counting::default().finish().doubt(), None);
        for value in [b"a", b"b", b"a"] {
            counting.replaced(IdentifierKind::Ipv4, value);
        }
        counting.replaced(IdentifierKind::Mac, b"a");
        counting.replaced(IdentifierKind::Blob, b"a");
        counting.unknown_text(9);
        let report = counting.finish();
        assert_eq!(
            report.lines(),
            ["2 IPv4 addresses in 3 places", "1 MAC address in 1 place", "1 value with addresses became zeros"]
        );
        assert!(report.doubt().unwrap().starts_with("1 text of unknown objects below 1.3.6.1.4.1.9 stays as recorded"));
    }
}
