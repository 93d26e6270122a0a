//! The tables that hold the IP addresses of interfaces, and how a row of each is read.

use std::net::{IpAddr, Ipv4Addr};

use snmp_proxy_sdk::{
    address::{InetAddress, prefix_length},
    enumeration::{Names, name_of},
    index::AddressForm,
    prelude::*,
};

use crate::{
    address::Address,
    address_notes::{LeftOut, Notes},
};

/// A table of addresses.
#[derive(Clone, Copy)]
pub(crate) struct Source {
    pub(crate) table: Table,
    /// How its indexes write an address.
    pub(crate) form: AddressForm,
    /// Reads a row: the address and the ifIndex of its interface. None where the result has no place for it, which
    /// the notes then say.
    pub(crate) read: fn(&Source, &Cells, &mut Notes) -> Option<(u32, Address)>,
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
    form: AddressForm::Inet,
    read: ip_address_row,
};

/// cIpAddressTable of CISCO-IETF-IP-MIB, made from a draft of ipAddressTable: the same columns under another entry.
pub(crate) const C_IP_ADDRESS_TABLE: Source = Source {
    table: Table {
        name: "cIpAddressTable",
        entry: oid!("1.3.6.1.4.1.9.10.86.1.1.2.1"),
        columns: &[IF_INDEX, TYPE, PREFIX, ORIGIN, STATUS],
    },
    form: AddressForm::Inet,
    read: ip_address_row,
};

const AD_ENT_ADDR: Column = Column::new(1, "ipAdEntAddr");
const AD_ENT_IF_INDEX: Column = Column::new(2, "ipAdEntIfIndex");
const AD_ENT_NET_MASK: Column = Column::new(3, "ipAdEntNetMask");

/// ipAddrTable (RFC 1213). Index: an IPv4 address. Its column is read since there are agents that put their number
/// of the row into the index.
pub(crate) const IP_ADDR_TABLE: Source = Source {
    table: Table {
        name: "ipAddrTable",
        entry: oid!("1.3.6.1.2.1.4.20.1"),
        columns: &[AD_ENT_ADDR, AD_ENT_IF_INDEX, AD_ENT_NET_MASK],
    },
    form: AddressForm::Ipv4,
    read: ip_addr_row,
};

const PFX_LENGTH: Column = Column::new(2, "ipv6AddrPfxLength");

/// ipv6AddrTable (RFC 2465). Index: ifIndex, sixteen octets.
pub(crate) const IPV6_ADDR_TABLE: Source = Source {
    table: Table { name: "ipv6AddrTable", entry: oid!("1.3.6.1.2.1.55.1.8.1"), columns: &[PFX_LENGTH] },
    form: AddressForm::Ipv6,
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

fn ip_address_row(source: &Source, row: &Cells, notes: &mut Notes) -> Option<(u32, Address)> {
    let address = notes.indexes.address(row.index())?;
    if notes.cell(|warnings| row.integer(TYPE, warnings)).value() == Some(&BROADCAST) {
        return notes.leave_out(LeftOut::Broadcast, address);
    }
    let if_index = notes.cell(|warnings| row.if_index(IF_INDEX, warnings));
    let if_index = of_an_interface(if_index, address, notes)?;
    let origin = notes.cell(|warnings| row.integer(ORIGIN, warnings));
    let status = notes.cell(|warnings| row.integer(STATUS, warnings));
    let prefix_length = match row.value(PREFIX) {
        Some(Value::ObjectIdentifier(pointer)) => prefix_of_row_pointer(pointer, address, notes),
        _ => {
            notes.cell(|warnings| row.oid(PREFIX, warnings));
            None
        }
    };
    let address = Address {
        prefix_length,
        origin,
        origin_name: origin.value().and_then(|&number| name_of(ORIGINS, number)),
        status,
        status_name: status.value().and_then(|&number| name_of(STATUSES, number)),
        ..Address::new(address, source.table.name)
    };
    Some((if_index, address))
}

fn ip_addr_row(source: &Source, row: &Cells, notes: &mut Notes) -> Option<(u32, Address)> {
    let column = notes.cell(|warnings| row.ip_address(AD_ENT_ADDR, warnings)).value().copied();
    let address = notes.indexes.address_or_column(row.index(), column.map(InetAddress::from))?;
    let if_index = notes.cell(|warnings| row.if_index(AD_ENT_IF_INDEX, warnings));
    let if_index = of_an_interface(if_index, address, notes)?;
    let mask = notes.cell(|warnings| row.ip_address(AD_ENT_NET_MASK, warnings)).value().copied();
    let prefix_length = mask.and_then(prefix_length);
    if let (Some(mask), None) = (mask, prefix_length)
        && !mask.is_unspecified()
    {
        notes.odd(format!("{}: invalid network mask {mask}", AD_ENT_NET_MASK.name));
    }
    Some((if_index, Address { prefix_length, ..Address::new(address, source.table.name) }))
}

fn ipv6_addr_row(source: &Source, row: &Cells, notes: &mut Notes) -> Option<(u32, Address)> {
    let (if_index, address) = notes.indexes.if_index_and_address(row.index())?;
    let if_index = of_an_interface(Field::Is(if_index), address, notes)?;
    let length = notes.cell(|warnings| row.integer(PFX_LENGTH, warnings)).value().copied();
    let prefix_length = length.and_then(|length| prefix_length_of(length, address));
    if let (Some(length), None) = (length, prefix_length)
        && length != 0
    {
        notes.odd(format!("{}: invalid prefix length {length}", PFX_LENGTH.name));
    }
    Some((if_index, Address { prefix_length, ..Address::new(address, source.table.name) }))
}

/// The interface of an address, if the address can be one of an interface's and the row says of which.
fn of_an_interface(if_index: Field<u32>, address: InetAddress, notes: &mut Notes) -> Option<u32> {
    let why = match (if_index, address.address) {
        (_, address) if address.is_unspecified() => LeftOut::Unspecified,
        (_, address) if address.is_multicast() => LeftOut::Multicast,
        (_, IpAddr::V4(Ipv4Addr::BROADCAST)) => LeftOut::Broadcast,
        (Field::Is(if_index), _) => return Some(if_index),
        (Field::Absent | Field::Wrong, _) => LeftOut::WithoutIfIndex,
    };
    notes.leave_out(why, address)
}

/// ipAddressPrefix names a row of a prefix table, whose index ends with the prefix and its length; zeroDotZero when
/// there is none. It counts only if that prefix holds the address: there are agents that point to 0.0.0.0/0, to other
/// prefixes, and to rows of other tables.
fn prefix_of_row_pointer(pointer: &[u32], address: InetAddress, notes: &mut Notes) -> Option<u8> {
    let (&length, before) = pointer.split_last()?;
    let octets = if address.is_ipv6() { 16 } else { 4 };
    // A prefix of a link-local address has its zone behind it, as the address itself.
    let zones: &[usize] = if address.zone.is_some() { &[0, 4] } else { &[0] };
    let named = zones.iter().filter_map(|zone| {
        let end = before.len().checked_sub(*zone)?;
        let prefix = before.get(end.checked_sub(octets)?..end)?;
        if address.is_ipv6() { InetAddress::from_ipv6_arcs(prefix) } else { InetAddress::from_ipv4_arcs(prefix) }
    });
    let length = prefix_length_of(length.into(), address);
    let holding = length.filter(|&length| named.into_iter().any(|prefix| prefix.shares_prefix(&address, length)));
    if holding.is_none() && pointer != [0, 0] {
        notes.broken_pointer(address, pointer);
    }
    holding
}

/// A prefix length that says something: 0 stands for none.
pub(crate) fn prefix_length_of(length: i64, address: InetAddress) -> Option<u8> {
    let longest = if address.is_ipv6() { 128 } else { 32 };
    u8::try_from(length).ok().filter(|length| (1..=longest).contains(length))
}
