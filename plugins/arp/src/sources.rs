//! The tables that hold neighbours: their columns, and where in their indexes the address stands.

use snmp_proxy_sdk::address::InetAddress;
use snmp_proxy_sdk::mac::PhysAddress;
use snmp_proxy_sdk::prelude::*;

/// A table of neighbours.
pub(crate) struct Source {
    /// How the result calls it.
    pub(crate) name: &'static str,
    pub(crate) table: Table,
    phys_address: Column,
    r#type: Option<Column>,
    state: Option<Column>,
    /// Reads the ifIndex and the address from an index; none where it is malformed.
    pub(crate) address: fn(&[u32]) -> Option<(u32, InetAddress)>,
    /// Of two tables that differ, the one with the higher rank counts.
    rank: u8,
}

/// What one table says of a neighbour.
#[derive(Debug)]
pub(crate) struct Claim {
    pub(crate) source: &'static str,
    pub(crate) rank: u8,
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
    address: if_index_and_ipv4,
    rank: 1,
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
    address: if_index_and_inet_address,
    rank: 0,
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
    address: if_index_and_inet_address,
    rank: 0,
};

const IPV6_PHYS_ADDRESS: Column = Column::new(2, "ipv6NetToMediaPhysAddress");

/// RFC 2465. Index: ifIndex, sixteen octets. Its type is another enumeration than the others', and is left alone.
const IPV6_NET_TO_MEDIA: Source = Source {
    name: "ipv6NetToMedia",
    table: Table { name: "ipv6NetToMediaTable", entry: oid!("1.3.6.1.2.1.55.1.12.1"), columns: &[IPV6_PHYS_ADDRESS] },
    phys_address: IPV6_PHYS_ADDRESS,
    r#type: None,
    state: None,
    address: if_index_and_ipv6,
    rank: 0,
};

const AT_PHYS_ADDRESS: Column = Column::new(2, "atPhysAddress");

/// RFC 1156, the oldest. Index: ifIndex, 1 for the internet family, IPv4 address.
const AT: Source = Source {
    name: "at",
    table: Table { name: "atTable", entry: oid!("1.3.6.1.2.1.3.1.1"), columns: &[AT_PHYS_ADDRESS] },
    phys_address: AT_PHYS_ADDRESS,
    r#type: None,
    state: None,
    address: if_index_one_and_ipv4,
    rank: 0,
};

/// What every device is asked for.
pub(crate) const ALWAYS: &[Source] = &[IP_NET_TO_MEDIA, IP_NET_TO_PHYSICAL];

/// What a device is asked for that has nothing in those.
pub(crate) const FALLBACKS: &[Source] = &[C_INET_NET_TO_MEDIA, IPV6_NET_TO_MEDIA, AT];

/// What this file reads.
pub(crate) const READS: &[Table] =
    &[IP_NET_TO_MEDIA.table, IP_NET_TO_PHYSICAL.table, C_INET_NET_TO_MEDIA.table, IPV6_NET_TO_MEDIA.table, AT.table];

fn if_index_and_ipv4(index: &[u32]) -> Option<(u32, InetAddress)> {
    let (&if_index, address) = index.split_first()?;
    Some((if_index, InetAddress::from_ipv4_arcs(address)?))
}

fn if_index_and_inet_address(index: &[u32]) -> Option<(u32, InetAddress)> {
    let (&if_index, address) = index.split_first()?;
    Some((if_index, InetAddress::from_index(address)?))
}

fn if_index_and_ipv6(index: &[u32]) -> Option<(u32, InetAddress)> {
    let address = match index {
        // Windows writes the length of an address whose length is fixed. It says so itself, so this is no guess.
        [_, 16, octets @ ..] if octets.len() == 16 => octets,
        [_, octets @ ..] => octets,
        [] => return None,
    };
    Some((*index.first()?, InetAddress::from_ipv6_arcs(address)?))
}

fn if_index_one_and_ipv4(index: &[u32]) -> Option<(u32, InetAddress)> {
    let (&[if_index, 1], address) = index.split_first_chunk::<2>()? else { return None };
    Some((if_index, InetAddress::from_ipv4_arcs(address)?))
}
