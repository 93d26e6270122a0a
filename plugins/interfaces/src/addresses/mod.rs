//! The IP addresses of the interfaces, merged from up to four tables.
//!
//! ipAddressTable is the one to believe; many agents fill only the older ipAddrTable, which knows IPv4 alone, and some
//! fill both in part, so both are always read. Where they give no IPv6 address at all, Cisco's and RFC 2465's tables
//! are asked, which know IPv6 on agents older than ipAddressTable. Where an address has no prefix length after that,
//! the table of prefixes is asked for it.

use std::collections::BTreeMap;

use snmp_proxy_sdk::{
    address::InetAddress,
    prelude::*,
    table::{Rows, read_side_by_side},
};

use crate::{
    address::Address,
    address_notes::Notes,
    address_tables::{C_IP_ADDRESS_TABLE, IP_ADDR_TABLE, IP_ADDRESS_TABLE, IPV6_ADDR_TABLE, Source},
    prefixes::{IP_ADDRESS_PREFIX_TABLE, Prefixes},
};

/// What this file reads.
pub(crate) const READS: &[Table] = &[
    IP_ADDRESS_TABLE.table,
    IP_ADDR_TABLE.table,
    C_IP_ADDRESS_TABLE.table,
    IPV6_ADDR_TABLE.table,
    IP_ADDRESS_PREFIX_TABLE,
];

/// In this order: what the first says of an address counts.
const ALWAYS: &[Source] = &[IP_ADDRESS_TABLE, IP_ADDR_TABLE];
const WITHOUT_IPV6: &[Source] = &[C_IP_ADDRESS_TABLE, IPV6_ADDR_TABLE];

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
        addresses.fill_prefix_lengths(device);
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
    /// The interfaces that have addresses.
    pub(crate) fn if_indexes(&self) -> Vec<u32> {
        self.0.keys().copied().collect()
    }

    /// Takes the addresses of an interface, in order.
    pub(crate) fn remove(&mut self, if_index: u32) -> Vec<Address> {
        self.0.remove(&if_index).into_iter().flatten().map(|(_, address)| address).collect()
    }

    /// Tells the log of those that nobody has taken: the addresses of interfaces that no table has.
    pub(crate) fn report_left_over(&self, device: &mut dyn Device) {
        let count: usize = self.0.values().map(BTreeMap::len).sum();
        let mut all = self.0.iter().flat_map(|(if_index, addresses)| addresses.keys().map(move |one| (if_index, one)));
        if let Some((if_index, example)) = all.next() {
            let addresses = if count == 1 { "address" } else { "addresses" };
            let line = format!(
                "{count} {addresses} left out: no table has the interface, e.g. {example} of ifIndex {if_index}"
            );
            device.log(Level::Warn, &line);
        }
    }

    fn has_ipv6(&self) -> bool {
        self.0.values().flat_map(BTreeMap::keys).any(InetAddress::is_ipv6)
    }

    fn take(&mut self, device: &mut dyn Device, sources: &mut [(Source, Rows)]) {
        let (mut sources, readers): (Vec<(Source, Notes)>, Vec<&mut Rows>) =
            sources.iter_mut().map(|(source, rows)| ((*source, Notes::new(&source.table, source.form)), rows)).unzip();
        let mut found = Vec::new();

        read_side_by_side(readers, |position, row| {
            let Some((source, notes)) = sources.get_mut(position) else { return };
            found.extend((source.read)(source, &row, notes).map(|(if_index, address)| (position, if_index, address)));
        });

        found.sort_by_key(|(position, ..)| *position);
        found.into_iter().for_each(|(_, if_index, address)| self.add(if_index, address));
        sources.iter().for_each(|(_, notes)| notes.report(device));
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

    /// Asks the table of prefixes, if one of the addresses needs it.
    fn fill_prefix_lengths(&mut self, device: &mut dyn Device) {
        let lacks_length = |addresses: &BTreeMap<InetAddress, Address>| {
            addresses.values().any(|address| address.prefix_length.is_none())
        };
        if !self.0.values().any(lacks_length) {
            return;
        }
        let prefixes = Prefixes::read(device, |if_index| self.0.get(&if_index).is_some_and(lacks_length));
        for (&if_index, addresses) in &mut self.0 {
            for address in addresses.values_mut() {
                let length = address.prefix_length.or_else(|| prefixes.length_for(if_index, address.address));
                address.prefix_length = length;
            }
        }
    }
}

#[cfg(test)]
mod tests;
