//! The tables that hold neighbours: their columns, and how their indexes write an address behind the ifIndex.

use snmp_proxy_sdk::{index::AddressForm, mac::PhysAddress, prelude::*};

/// A table of neighbours.
pub(crate) struct Source {
    /// How the result calls it.
    pub(crate) name: &'static str,
    pub(crate) table: Table,
    phys_address: Column,
    r#type: Option<Column>,
    state: Option<Column>,
    /// The form of the address behind the ifIndex.
    pub(crate) address: AddressForm,
    /// Of two tables that differ, the one with the higher rank counts.
    rank: Rank,
}

/// Whose word counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// A table that is asked where the usual ones have nothing usable.
    Fallback,
    /// The newer of the usual tables.
    Newer,
    /// The older one, which agents fill best.
    Older,
}

/// What one table says of a neighbour.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub(crate) source: &'static str,
    pub(crate) rank: Rank,
    pub(crate) phys_address: Field<PhysAddress>,
    pub(crate) r#type: Field<i64>,
    pub(crate) state: Field<i64>,
    pub(crate) warnings: Warnings,
}

impl Source {
    /// Reads the cells of a row.
    pub(crate) fn claim(&self, row: &Cells) -> Claim {
        let mut warnings = Warnings::default();
        Claim {
            source: self.name,
            rank: self.rank,
            phys_address: row.phys_address(self.phys_address, &mut warnings),
            r#type: self.r#type.map_or(Field::Absent, |column| row.integer(column, &mut warnings)),
            state: self.state.map_or(Field::Absent, |column| row.integer(column, &mut warnings)),
            warnings,
        }
    }
}

const MEDIA_PHYS_ADDRESS: Column = Column::new(2, "ipNetToMediaPhysAddress");
const MEDIA_TYPE: Column = Column::new(4, "ipNetToMediaType");

/// RFC 1213. Index: ifIndex, IPv4 address. Deprecated, and still the one that agents fill best.
const IP_NET_TO_MEDIA: Source = Source {
    name: "ipNetToMedia",
    table: Table {
        name: "ipNetToMediaTable",
        entry: oid!("1.3.6.1.2.1.4.22.1"),
        columns: &[MEDIA_PHYS_ADDRESS, MEDIA_TYPE],
    },
    phys_address: MEDIA_PHYS_ADDRESS,
    r#type: Some(MEDIA_TYPE),
    state: None,
    address: AddressForm::Ipv4,
    rank: Rank::Older,
};

const PHYSICAL_PHYS_ADDRESS: Column = Column::new(4, "ipNetToPhysicalPhysAddress");
const PHYSICAL_TYPE: Column = Column::new(6, "ipNetToPhysicalType");
const PHYSICAL_STATE: Column = Column::new(7, "ipNetToPhysicalState");

/// RFC 4293. Index: ifIndex, address type, length, address.
const IP_NET_TO_PHYSICAL: Source = Source {
    name: "ipNetToPhysical",
    table: Table {
        name: "ipNetToPhysicalTable",
        entry: oid!("1.3.6.1.2.1.4.35.1"),
        columns: &[PHYSICAL_PHYS_ADDRESS, PHYSICAL_TYPE, PHYSICAL_STATE],
    },
    phys_address: PHYSICAL_PHYS_ADDRESS,
    r#type: Some(PHYSICAL_TYPE),
    state: Some(PHYSICAL_STATE),
    address: AddressForm::Inet,
    rank: Rank::Newer,
};

const C_INET_PHYS_ADDRESS: Column = Column::new(3, "cInetNetToMediaPhysAddress");
const C_INET_TYPE: Column = Column::new(5, "cInetNetToMediaType");
const C_INET_STATE: Column = Column::new(6, "cInetNetToMediaState");

/// CISCO-IETF-IP-MIB, made from a draft of RFC 4293: the same index, types and states.
const C_INET_NET_TO_MEDIA: Source = Source {
    name: "cInetNetToMedia",
    table: Table {
        name: "cInetNetToMediaTable",
        entry: oid!("1.3.6.1.4.1.9.10.86.1.1.3.1"),
        columns: &[C_INET_PHYS_ADDRESS, C_INET_TYPE, C_INET_STATE],
    },
    phys_address: C_INET_PHYS_ADDRESS,
    r#type: Some(C_INET_TYPE),
    state: Some(C_INET_STATE),
    address: AddressForm::Inet,
    rank: Rank::Fallback,
};

const IPV6_PHYS_ADDRESS: Column = Column::new(2, "ipv6NetToMediaPhysAddress");

/// RFC 2465. Index: ifIndex, sixteen octets. Its type is another enumeration than the others', and is left alone.
const IPV6_NET_TO_MEDIA: Source = Source {
    name: "ipv6NetToMedia",
    table: Table { name: "ipv6NetToMediaTable", entry: oid!("1.3.6.1.2.1.55.1.12.1"), columns: &[IPV6_PHYS_ADDRESS] },
    phys_address: IPV6_PHYS_ADDRESS,
    r#type: None,
    state: None,
    address: AddressForm::Ipv6,
    rank: Rank::Fallback,
};

const AT_PHYS_ADDRESS: Column = Column::new(2, "atPhysAddress");

/// RFC 1156, the oldest. Index: ifIndex, 1 for the internet family, IPv4 address.
const AT: Source = Source {
    name: "at",
    table: Table { name: "atTable", entry: oid!("1.3.6.1.2.1.3.1.1"), columns: &[AT_PHYS_ADDRESS] },
    phys_address: AT_PHYS_ADDRESS,
    r#type: None,
    state: None,
    address: AddressForm::NetworkAddress,
    rank: Rank::Fallback,
};

/// What every device is asked for.
pub(crate) const ALWAYS: &[Source] = &[IP_NET_TO_MEDIA, IP_NET_TO_PHYSICAL];

/// What a device is asked for that has nothing usable in those.
pub(crate) const FALLBACKS: &[Source] = &[C_INET_NET_TO_MEDIA, IPV6_NET_TO_MEDIA, AT];

/// What this file reads.
pub(crate) const READS: &[Table] =
    &[IP_NET_TO_MEDIA.table, IP_NET_TO_PHYSICAL.table, C_INET_NET_TO_MEDIA.table, IPV6_NET_TO_MEDIA.table, AT.table];
