//! What objects hold that identifies somebody: the table of `objects.txt`.

use std::collections::HashMap;

use snmp::Oid;

use crate::{index::Part, report::IdentifierKind};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Nothing that identifies somebody.
    Keep,
    /// A text that may hold something.
    Scan,
    /// A text whose words are all replaced.
    Words(IdentifierKind),
    /// The name of an interface, or a text whose words are all replaced.
    PortDescription,
    /// A physical address.
    Mac,
    /// Two octets and a MAC address (IEEE 802.1D).
    BridgeId,
    /// An address in octets.
    Address,
    /// snmpEngineID (RFC 3411).
    EngineId,
    /// What the subtype in another column says (IEEE 802.1AB).
    LldpId {
        /// The column with the subtype.
        subtype: u32,
        /// The subtype of a MAC address.
        mac: i32,
        /// The subtype of a network address, with its family before it.
        address: i32,
    },
    /// Octets with addresses in a form of their own.
    Blob,
}

/// A table, or a group of scalars.
#[derive(Debug)]
pub(crate) struct Table {
    pub(crate) index: Vec<Part>,
    columns: HashMap<u32, Kind>,
}

/// An object, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instance<'a> {
    pub(crate) table: &'a Table,
    /// The arcs before the column.
    pub(crate) entry: &'a [u32],
    pub(crate) index: &'a [u32],
    pub(crate) kind: Option<Kind>,
}

/// All tables that are known.
#[derive(Debug)]
pub(crate) struct Objects {
    tables: HashMap<Vec<u32>, Table>,
    /// The arcs of the shortest and of the longest entry.
    lengths: std::ops::RangeInclusive<usize>,
}

impl Objects {
    pub(crate) fn new() -> Self {
        let lines = include_str!("objects.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        // A test holds that every line can be read.
        let tables: HashMap<Vec<u32>, Table> = lines.filter_map(read).collect();
        let lengths = tables.keys().map(Vec::len);
        let lengths = lengths.clone().min().unwrap_or(0)..=lengths.max().unwrap_or(0);
        Self { tables, lengths }
    }

    /// Finds the table of an object, the one with the most arcs.
    pub(crate) fn find<'a>(&'a self, name: &'a Oid) -> Option<Instance<'a>> {
        let arcs = name.arcs();
        self.lengths.clone().rev().find_map(|length| {
            let (entry, rest) = arcs.split_at_checked(length)?;
            let table = self.tables.get(entry)?;
            let (column, index) = rest.split_first()?;
            Some(Instance { table, entry, index, kind: table.columns.get(column).copied() })
        })
    }

    /// The column that says of which subtype another one is, where one does.
    pub(crate) fn is_subtype(&self, name: &Oid) -> bool {
        self.find(name).is_some_and(|place| {
            let column = name.arcs().get(place.entry.len());
            let kinds = place.table.columns.values();
            kinds.clone().any(|kind| matches!(kind, Kind::LldpId { subtype, .. } if Some(subtype) == column))
        })
    }
}

fn read(line: &str) -> Option<(Vec<u32>, Table)> {
    let mut fields = line.split('|');
    let (entry, index, columns) = (fields.next()?, fields.next()?, fields.next()?);
    let entry = entry.trim().split('.').map(|arc| arc.parse().ok()).collect::<Option<Vec<u32>>>()?;
    let index = index.split_whitespace().map(Part::read).collect::<Option<Vec<Part>>>()?;
    let column = |column: &str| {
        let (number, kind) = column.split_once(':')?;
        Some((number.parse().ok()?, kind_of(kind)?))
    };
    let columns = columns.split_whitespace().map(column).collect::<Option<HashMap<u32, Kind>>>()?;
    Some((entry, Table { index, columns }))
}

fn kind_of(text: &str) -> Option<Kind> {
    if let Some((kind, subtype)) = text.split_once('/') {
        let subtype = subtype.parse().ok()?;
        return match kind {
            // LldpChassisIdSubtype and LldpPortIdSubtype.
            "chassis-id" => Some(Kind::LldpId { subtype, mac: 4, address: 5 }),
            "port-id" => Some(Kind::LldpId { subtype, mac: 3, address: 4 }),
            _ => None,
        };
    }
    Some(match text {
        "keep" => Kind::Keep,
        "scan" => Kind::Scan,
        "name" => Kind::Words(IdentifierKind::Name),
        "contact" => Kind::Words(IdentifierKind::Contact),
        "location" => Kind::Words(IdentifierKind::Location),
        "description" => Kind::Words(IdentifierKind::Description),
        "serial" => Kind::Words(IdentifierKind::Serial),
        "secret" => Kind::Words(IdentifierKind::Secret),
        "port-description" => Kind::PortDescription,
        "mac" => Kind::Mac,
        "bridge-id" => Kind::BridgeId,
        "address" => Kind::Address,
        "engine-id" => Kind::EngineId,
        "blob" => Kind::Blob,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read_and_each_entry_comes_once() {
        let lines = || include_str!("objects.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
        for line in lines() {
            assert!(read(line).is_some(), "{line}");
        }
        assert_eq!(Objects::new().tables.len(), lines().count());
    }

    #[test]
    fn an_object_is_of_the_table_with_the_most_arcs() {
        let objects = Objects::new();
        let check = |name: &str, kind: Option<Kind>, index: &[u32]| {
            let name: Oid = name.parse().unwrap();
            let place = objects.find(&name).unwrap();
            assert_eq!((place.kind, place.index), (kind, index), "{name}");
        };
        check("1.3.6.1.2.1.17.2.5.0", Some(Kind::BridgeId), &[0]);
        check("1.3.6.1.2.1.17.2.15.1.6.3", Some(Kind::BridgeId), &[3]);
        check("1.3.6.1.2.1.4.20.1.1.192.0.2.1", None, &[192, 0, 2, 1]);
        let subtype = |name: &str| objects.is_subtype(&name.parse().unwrap());
        assert!(subtype("1.0.8802.1.1.2.1.4.1.1.4.0.1.1") && !subtype("1.0.8802.1.1.2.1.4.1.1.8.0.1.1"));
        assert!(objects.find(&"1.3.6.1.4.1.32473.1".parse().unwrap()).is_none());
    }
}
