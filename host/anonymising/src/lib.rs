//! Replaces what identifies somebody in what a device said, so that its tables still fit together.
//!
//! One value is replaced alike wherever it stands, in values, in indexes and within texts, and two are never replaced by
//! one. What replaces it is of the same kind: a private address stays private, a prefix holds the addresses that it held,
//! a MAC address keeps its manufacturer, a text its length. Under one seed the same becomes the same in all recordings.
//! What an object means is known for the tables of `objects.txt`. Elsewhere values are taken by their type, and texts and
//! indexes are searched for what is known; the [`Report`] says how many texts of unknown objects stay as they are.
//! There is no I/O here, and the seed is kept nowhere.

mod identifiers;
mod index;
mod ipv4;
mod ipv6;
mod mac;
mod objects;
mod report;
mod scan;
mod search;
mod seed;
mod text;
mod value;
mod words;

#[cfg(test)]
mod tests;

use snmp::Varbind;

use identifiers::Identifiers;
use objects::Objects;
pub use report::{Count, IdentifierKind, Report};
pub use seed::Seed;
use value::Replacing;

/// What a device said, anonymised, and what was replaced for that.
#[derive(Debug)]
#[must_use]
pub struct Anonymised {
    /// The objects in the order of their new names.
    pub varbinds: Vec<Varbind>,
    /// What was replaced, in numbers.
    pub report: Report,
}

/// Anonymises what a device said. `secrets` are texts such as the community that it was asked with, which are replaced
/// wherever they stand.
pub fn anonymise(varbinds: Vec<Varbind>, seed: &Seed, secrets: &[&str]) -> Anonymised {
    let objects = Objects::new();
    let identifiers = Identifiers::among(&varbinds, &objects, secrets);
    let mut replacing = Replacing::new(seed, &objects, &identifiers);
    let mut varbinds: Vec<Varbind> = varbinds.into_iter().map(|varbind| replacing.varbind(varbind)).collect();
    varbinds.sort_by(|one, other| one.name.cmp(&other.name));
    Anonymised { varbinds, report: replacing.into_report() }
}
