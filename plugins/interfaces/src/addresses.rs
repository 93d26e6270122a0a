//! The IP addresses of the interfaces, merged from up to four tables.
//!
//! ipAddressTable is the one to believe; many agents fill only the older ipAddrTable, which knows IPv4 alone, and some
//! fill both in part, so both are always read. Where they give no IPv6 address at all, Cisco's and RFC 2465's tables
//! are asked, which know IPv6 on agents older than ipAddressTable.

use std::collections::BTreeMap;

use serde::Serialize;
use snmp_proxy_sdk::address::InetAddress;
use snmp_proxy_sdk::prelude::*;
use snmp_proxy_sdk::serde;
use snmp_proxy_sdk::table::{Rows, read_side_by_side};

use crate::address_tables::{C_IP_ADDRESS_TABLE, IP_ADDR_TABLE, IP_ADDRESS_TABLE, IPV6_ADDR_TABLE, Reading, Source};

/// What this file reads.
pub(crate) const READS: &[Table] =
    &[IP_ADDRESS_TABLE.table, IP_ADDR_TABLE.table, C_IP_ADDRESS_TABLE.table, IPV6_ADDR_TABLE.table];

/// In this order: what the first says of an address counts.
const ALWAYS: &[Source] = &[IP_ADDRESS_TABLE, IP_ADDR_TABLE];
const WITHOUT_IPV6: &[Source] = &[C_IP_ADDRESS_TABLE, IPV6_ADDR_TABLE];

/// Warnings that are logged; an agent that gets a column wrong gets it wrong in every row.
const MOST_WARNINGS: usize = 3;

/// An address of an interface.
#[derive(Debug, Serialize)]
#[serde(crate = "snmp_proxy_sdk::serde")]
pub(crate) struct Address {
    pub(crate) address: InetAddress,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) prefix_length: Option<u8>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub(crate) origin: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) origin_name: Option<&'static str>,
    #[serde(skip_serializing_if = "Field::is_absent")]
    pub(crate) status: Field<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status_name: Option<&'static str>,
    /// The tables that have it.
    pub(crate) source: Vec<&'static str>,
}

impl Address {
    /// An address of which nothing more is known.
    pub(crate) fn new(address: InetAddress, table: &'static str) -> Address {
        Address {
            address,
            prefix_length: None,
            origin: Field::Absent,
            origin_name: None,
            status: Field::Absent,
            status_name: None,
            source: vec![table],
        }
    }

    /// Fills what is missing with what another table says of the same address.
    fn merge(&mut self, other: Address) {
        self.prefix_length = self.prefix_length.or(other.prefix_length);
        if self.origin.is_absent() {
            (self.origin, self.origin_name) = (other.origin, other.origin_name);
        }
        if self.status.is_absent() {
            (self.status, self.status_name) = (other.status, other.status_name);
        }
        self.source.extend(other.source);
        self.source.dedup();
    }
}

/// The tables that every device is asked for, being read.
pub(crate) struct AddressReaders(Vec<(Source, Rows)>);

impl AddressReaders {
    /// Starts to read them.
    pub(crate) fn open(device: &mut dyn Device) -> AddressReaders {
        AddressReaders(open(device, ALWAYS))
    }

    /// Reads them to their ends, and the older ones where needed.
    pub(crate) fn finish(mut self, device: &mut dyn Device) -> Addresses {
        let mut addresses = Addresses::default();
        addresses.take(device, &mut self.0);
        if !addresses.has_ipv6() {
            let mut older = open(device, WITHOUT_IPV6);
            addresses.take(device, &mut older);
        }
        addresses
    }
}

fn open(device: &mut dyn Device, sources: &'static [Source]) -> Vec<(Source, Rows)> {
    sources.iter().filter_map(|source| Some((*source, source.table.open_or_log(device)?))).collect()
}

/// The addresses by interface, each once.
#[derive(Debug, Default)]
pub(crate) struct Addresses(BTreeMap<u32, BTreeMap<InetAddress, Address>>);

impl Addresses {
    /// Takes the addresses of an interface, in order.
    pub(crate) fn remove(&mut self, if_index: u32) -> Vec<Address> {
        self.0.remove(&if_index).into_iter().flatten().map(|(_, address)| address).collect()
    }

    /// Tells the log of those that nobody has taken: the addresses of interfaces that no table has.
    pub(crate) fn report_left_over(&self, device: &mut dyn Device) {
        let count: usize = self.0.values().map(BTreeMap::len).sum();
        if let Some(if_index) = self.0.keys().next() {
            let line = format!("{count} addresses left out: no table has their interfaces, e.g. ifIndex {if_index}");
            device.log(Level::Info, &line);
        }
    }

    fn has_ipv6(&self) -> bool {
        self.0.values().flat_map(BTreeMap::keys).any(InetAddress::is_ipv6)
    }

    fn take(&mut self, device: &mut dyn Device, sources: &mut [(Source, Rows)]) {
        let (sources, readers): (Vec<Source>, Vec<&mut Rows>) =
            sources.iter_mut().map(|(source, rows)| (*source, rows)).unzip();
        let mut malformed: Vec<Malformed> = sources.iter().map(|source| Malformed::new(source.table.name)).collect();
        let mut warnings = Warnings::default();
        let mut found = Vec::new();

        read_side_by_side(readers, |position, row| {
            let Some(source) = sources.get(position) else { return };
            match (source.read)(source, &row, &mut warnings) {
                Reading::Address(if_index, address) => found.push((position, if_index, address)),
                Reading::Nothing => {}
                Reading::Malformed => malformed.get_mut(position).into_iter().for_each(|seen| seen.add(row.index())),
            }
        });

        found.sort_by_key(|(position, ..)| *position);
        found.into_iter().for_each(|(_, if_index, address)| self.add(if_index, address));
        malformed.iter().for_each(|seen| seen.report(device));
        warnings.iter().take(MOST_WARNINGS).for_each(|warning| device.log(Level::Warn, warning));
    }

    fn add(&mut self, if_index: u32, address: Address) {
        use std::collections::btree_map::Entry;
        match self.0.entry(if_index).or_default().entry(address.address) {
            Entry::Vacant(free) => {
                free.insert(address);
            }
            Entry::Occupied(known) => known.into_mut().merge(address),
        }
    }
}
