//! The tables that hold the IP addresses of interfaces, and how a row of each is read.

use std::net::Ipv4Addr;

use snmp_proxy_sdk::address::{InetAddress, prefix_length};
use snmp_proxy_sdk::enumeration::{Names, name_of};
use snmp_proxy_sdk::prelude::*;

use crate::addresses::Address;

/// A table of addresses.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub(crate) table: Table,
    pub(crate) read: fn(&Source, &Cells, &mut Warnings) -> Reading,
}

/// What a row holds.
pub(crate) enum Reading {
    /// An address of the interface with this ifIndex.
    Address(u32, Address),
    /// Nothing for the result: a broadcast address, or one of no interface.
    Nothing,
    /// An index that is not as the MIB says.
    Malformed,
}

const IF_INDEX: Column = Column::new(3, "ipAddressIfIndex");
const TYPE: Column = Column::new(4, "ipAddressType");
const PREFIX: Column = Column::new(5, "ipAddressPrefix");
const ORIGIN: Column = Column::new(6, "ipAddressOrigin");
const STATUS: Column = Column::new(7, "ipAddressStatus");

/// ipAddressTable (RFC 4293). Index: type, length, address.
pub(crate) const IP_ADDRESS_TABLE: Source = Source {
    table: Table {
        name: "ipAddressTable",
        entry: oid!("1.3.6.1.2.1.4.34.1"),
        columns: &[IF_INDEX, TYPE, PREFIX, ORIGIN, STATUS],
    },
    read: ip_address_row,
};

/// cIpAddressTable of CISCO-IETF-IP-MIB, made from a draft of ipAddressTable: the same columns under another entry.
pub(crate) const C_IP_ADDRESS_TABLE: Source = Source {
    table: Table {
        name: "cIpAddressTable",
        entry: oid!("1.3.6.1.4.1.9.10.86.1.1.2.1"),
        columns: &[IF_INDEX, TYPE, PREFIX, ORIGIN, STATUS],
    },
    read: ip_address_row,
};

const AD_ENT_IF_INDEX: Column = Column::new(2, "ipAdEntIfIndex");
const AD_ENT_NET_MASK: Column = Column::new(3, "ipAdEntNetMask");

/// ipAddrTable (RFC 1213). Index: an IPv4 address.
pub(crate) const IP_ADDR_TABLE: Source = Source {
    table: Table {
        name: "ipAddrTable",
        entry: oid!("1.3.6.1.2.1.4.20.1"),
        columns: &[AD_ENT_IF_INDEX, AD_ENT_NET_MASK],
    },
    read: ip_addr_row,
};

const PFX_LENGTH: Column = Column::new(2, "ipv6AddrPfxLength");

/// ipv6AddrTable (RFC 2465). Index: ifIndex, sixteen octets.
pub(crate) const IPV6_ADDR_TABLE: Source = Source {
    table: Table { name: "ipv6AddrTable", entry: oid!("1.3.6.1.2.1.55.1.8.1"), columns: &[PFX_LENGTH] },
    read: ipv6_addr_row,
};

/// ipAddressType broadcast(3): not an address of the interface, though some agents list it.
const BROADCAST: i64 = 3;

const ORIGINS: &Names = &[(1, "other"), (2, "manual"), (4, "dhcp"), (5, "linklayer"), (6, "random")];
const STATUSES: &Names = &[
    (1, "preferred"),
    (2, "deprecated"),
    (3, "invalid"),
    (4, "inaccessible"),
    (5, "unknown"),
    (6, "tentative"),
    (7, "duplicate"),
    (8, "optimistic"),
];

fn ip_address_row(source: &Source, row: &Cells, warnings: &mut Warnings) -> Reading {
    let Some(address) = InetAddress::from_index(row.index()) else { return Reading::Malformed };
    if row.integer(TYPE, warnings).value() == Some(&BROADCAST) {
        return Reading::Nothing;
    }
    let Some(if_index) = if_index(row.integer(IF_INDEX, warnings)) else { return Reading::Nothing };
    let (origin, status) = (row.integer(ORIGIN, warnings), row.integer(STATUS, warnings));
    Reading::Address(
        if_index,
        Address {
            prefix_length: row.value(PREFIX).and_then(|prefix| prefix_of_row_pointer(prefix, address)),
            origin,
            origin_name: origin.value().and_then(|&number| name_of(ORIGINS, number)),
            status,
            status_name: status.value().and_then(|&number| name_of(STATUSES, number)),
            ..Address::new(address, source.table.name)
        },
    )
}

fn ip_addr_row(source: &Source, row: &Cells, warnings: &mut Warnings) -> Reading {
    let Some(address) = InetAddress::from_ipv4_arcs(row.index()) else { return Reading::Malformed };
    let Some(if_index) = if_index(row.integer(AD_ENT_IF_INDEX, warnings)) else { return Reading::Nothing };
    let prefix_length = match row.value(AD_ENT_NET_MASK) {
        Some(&Value::IpAddress((a, b, c, d))) => prefix_length(Ipv4Addr::new(a, b, c, d)),
        _ => None,
    };
    Reading::Address(if_index, Address { prefix_length, ..Address::new(address, source.table.name) })
}

fn ipv6_addr_row(source: &Source, row: &Cells, warnings: &mut Warnings) -> Reading {
    let (if_index, address) = match row.index() {
        // Windows writes the length of an address whose length is fixed. It says so itself, so this is no guess.
        [if_index, 16, octets @ ..] if octets.len() == 16 => (*if_index, InetAddress::from_ipv6_arcs(octets)),
        [if_index, octets @ ..] => (*if_index, InetAddress::from_ipv6_arcs(octets)),
        [] => return Reading::Malformed,
    };
    let Some(address) = address else { return Reading::Malformed };
    let length = row.integer(PFX_LENGTH, warnings);
    let prefix_length = length.value().and_then(|&length| prefix_length_of(length, address));
    Reading::Address(if_index, Address { prefix_length, ..Address::new(address, source.table.name) })
}

/// An ifIndex; zero means none.
fn if_index(field: Field<i64>) -> Option<u32> {
    field.value().and_then(|&number| u32::try_from(number).ok()).filter(|&number| number > 0)
}

/// ipAddressPrefix names a row of a prefix table, whose last arc is the length; zeroDotZero when there is none.
fn prefix_of_row_pointer(value: &Value, address: InetAddress) -> Option<u8> {
    let Value::ObjectIdentifier(arcs) = value else { return None };
    // The shortest such name has the arcs of the table, an ifIndex, a type, a length, four octets and a prefix length.
    const SHORTEST: usize = 18;
    let length = arcs.last().filter(|_| arcs.len() >= SHORTEST)?;
    prefix_length_of((*length).into(), address)
}

fn prefix_length_of(length: i64, address: InetAddress) -> Option<u8> {
    let longest = if address.is_ipv6() { 128 } else { 32 };
    u8::try_from(length).ok().filter(|&length| length <= longest)
}
