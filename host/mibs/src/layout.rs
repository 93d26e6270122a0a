//! The compact form of a table, as its bytes lie: what the reader and the writer share.
//!
//! ```text
//! magic (8) │ version (4) │ checksum of all that follows (8) │ length of each section (4 each) │ the sections
//! ```
//!
//! All numbers are little-endian. Records have one width within their section, so that the reader searches in place and
//! unpacks nothing. Where a record names something, it holds the number of its record, or where it begins in a pool;
//! three octets are enough for either. The nodes are numbered breadth first, so that the children of one lie side by side
//! in the order of their arcs, and those of the next one follow them.

/// The first octets of every table.
pub(crate) const MAGIC: [u8; 8] = *b"snmpmibs";

/// What the reader reads. A table of another version is made again.
pub(crate) const VERSION: u32 = 1;

/// Octets before the lengths of the sections.
pub(crate) const BEFORE_LENGTHS: usize = 20;

/// Where what the checksum covers begins.
pub(crate) const CHECKED_FROM: usize = BEFORE_LENGTHS;

/// The sections, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    /// Arc (4), first child (3), name (3), module (2), kind and access (1), syntax (3).
    Nodes,
    /// The nodes (3) in the order of their names.
    ByName,
    /// Further names of nodes, in their order: name (3), module (2), node (3).
    Aliases,
    /// The modules in the order of their names: name (3), the node that identifies it, or 0 (3).
    Modules,
    /// Name or 0 (3), module (2), base (1), hint or 0 (3), names or 0 (3), ranges or 0 (3).
    Syntaxes,
    /// The syntaxes (3) that are textual conventions, in the order of their names.
    Conventions,
    /// Node (3), text (3), in the order of the nodes.
    Units,
    /// Row (3), where its parts begin (3), in the order of the rows.
    Indexes,
    /// Notification (3), where its objects begin (3), in the order of the notifications.
    Notifications,
    /// A pool: length (1), octets. At 0 stands the empty text.
    Strings,
    /// A pool: count (2), then number (4) and name (3) of each, in the order of the numbers. With [`CONSECUTIVE`] in the
    /// count, the number (4) of the first one and the names (3) alone, which is what most enumerations are.
    Names,
    /// A pool: count (1), then from (8) and to (8) of each.
    Ranges,
    /// A pool: count (1), then flags (1) and node or syntax (3) of each; or [`AUGMENTS`] and a row (3).
    Parts,
    /// A pool: count (1), then the nodes (3).
    Objects,
}

/// How many sections there are.
pub(crate) const SECTIONS: usize = 14;

impl Section {
    pub(crate) const ALL: [Self; SECTIONS] = [
        Self::Nodes,
        Self::ByName,
        Self::Aliases,
        Self::Modules,
        Self::Syntaxes,
        Self::Conventions,
        Self::Units,
        Self::Indexes,
        Self::Notifications,
        Self::Strings,
        Self::Names,
        Self::Ranges,
        Self::Parts,
        Self::Objects,
    ];

    /// Octets of a record; 1 for pools.
    pub(crate) const fn width(self) -> usize {
        match self {
            Self::Nodes => 16,
            Self::ByName | Self::Conventions => 3,
            Self::Aliases => 8,
            Self::Modules | Self::Units | Self::Indexes | Self::Notifications => 6,
            Self::Syntaxes => 15,
            Self::Strings | Self::Names | Self::Ranges | Self::Parts | Self::Objects => 1,
        }
    }
}

/// Where in the record of a node its name stands.
pub(crate) const NAME: usize = 7;

/// In the count of names: their numbers follow each other.
pub(crate) const CONSECUTIVE: u16 = 0x8000;

/// In the place of the count of an index: the row has that of the row that follows.
pub(crate) const AUGMENTS: u8 = 0xff;

/// A part without its length before it (RFC 2578 section 7.7).
pub(crate) const PART_IS_IMPLIED: u8 = 1;

/// A part that is no object but a syntax: SMIv1 allowed `INDEX { INTEGER }`.
pub(crate) const PART_IS_SYNTAX: u8 = 2;

/// What no record has as its module.
pub(crate) const NO_MODULE: u16 = u16::MAX;

/// The largest number of three octets.
pub(crate) const MAX_REFERENCE: usize = 0xff_ffff;

/// FNV-1a: finds damage, not intent.
pub(crate) fn checksum(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |sum, octet| (sum ^ u64::from(*octet)).wrapping_mul(0x0100_0000_01b3))
}
