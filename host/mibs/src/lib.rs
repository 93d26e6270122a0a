//! What the numbers of SNMP are called, and how names, indexes and values read.
//!
//! [`Mibs`] is all that is known: the table of the standard modules, which is built in, and before or behind it whatever
//! tables were compiled from MIB files. A table is bytes that are searched where they lie: nothing is unpacked, and a
//! program that starts pays nothing for it. They hold facts and no descriptions.
//!
//! The crate reads no MIB files (`mib-compiler` does) and knows no device, no message and no runtime.

mod hint;
mod index;
mod kind;
mod layout;
mod mibs;
mod module;
mod name;
mod object;
mod octets;
mod syntax;
mod table;
mod value;
pub mod write;

pub use hint::MAX_HINTED_OCTETS;
pub use index::{Index, IndexError, Part, PartValue};
pub use kind::{Access, Base, Kind};
pub use mibs::{Found, Mibs};
pub use module::Module;
pub use name::{MAX_NAME_OCTETS, Name, NameError};
pub use object::Object;
pub use octets::readable;
pub use syntax::Syntax;
pub use table::{OpenTableError, Table};
pub use value::{Displayed, Value};

/// The arcs of a name at most (RFC 2578 section 3.5).
pub const MAX_ARCS: usize = 128;

/// Characters of what somebody wrote that an error repeats.
const SHOWN_CHARACTERS: usize = 60;

/// The dotted form, without a dot before it.
#[must_use]
pub fn dotted(arcs: &[u32]) -> String {
    use std::fmt::Write as _;
    arcs.iter().enumerate().fold(String::with_capacity(arcs.len() * 3), |mut text, (place, arc)| {
        // Writing to a String cannot fail.
        let _ = if place == 0 { write!(text, "{arc}") } else { write!(text, ".{arc}") };
        text
    })
}

/// The arcs of a dotted form, with or without a dot before it. None where it is something else, or too long.
#[must_use]
pub fn arcs_of(dotted: &str) -> Option<Vec<u32>> {
    let arc = |text: &str| text.bytes().all(|octet| octet.is_ascii_digit()).then(|| text.parse().ok()).flatten();
    let arcs: Vec<u32> =
        dotted.strip_prefix('.').unwrap_or(dotted).split('.').take(MAX_ARCS + 1).map(arc).collect::<Option<_>>()?;
    (arcs.len() <= MAX_ARCS).then_some(arcs)
}

#[cfg(test)]
mod tests;
