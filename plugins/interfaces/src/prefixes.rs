//! Prefix lengths from ipAddressPrefixTable (RFC 4293), for addresses whose own tables give none.
//!
//! The table lists the prefixes of each interface, and an address has the one of its interface that holds it; of
//! several, the longest. It is read only where an address lacks its length.

use std::collections::BTreeMap;

use snmp_proxy_sdk::{
    address::InetAddress,
    index::{AddressForm, AddressIndexes, Behind},
    prelude::*,
};

use crate::address_tables::prefix_length_of;

const ORIGIN: Column = Column::new(5, "ipAddressPrefixOrigin");

/// Index: ifIndex, type, length, prefix, prefix length. All that is of use stands in the index; a column must be read
/// to see it.
pub(crate) const IP_ADDRESS_PREFIX_TABLE: Table =
    Table { name: "ipAddressPrefixTable", entry: oid!("1.3.6.1.2.1.4.32.1"), columns: &[ORIGIN] };

/// The prefixes by interface.
#[derive(Debug, Default)]
pub(crate) struct Prefixes(BTreeMap<u32, Vec<(InetAddress, u8)>>);

impl Prefixes {
    /// Reads the table to its end. What is not of an interface in question is not kept.
    pub(crate) fn read(device: &mut dyn Device, is_wanted: impl Fn(u32) -> bool) -> Prefixes {
        let mut prefixes = Prefixes::default();
        let mut indexes = AddressIndexes::new(&IP_ADDRESS_PREFIX_TABLE, AddressForm::Inet);
        let Some(mut rows) = IP_ADDRESS_PREFIX_TABLE.open_or_log(device) else { return prefixes };
        let mut undecided = Vec::new();
        while let Some(batch) = rows.next_batch() {
            for row in batch {
                let Some((&length, index)) = row.index().split_last() else { continue };
                match indexes.behind_if_index(index) {
                    Behind::Is(if_index, prefix) => prefixes.add(if_index, prefix, length, &is_wanted),
                    Behind::Undecided => undecided.push((index.to_vec(), length)),
                    Behind::Malformed => {}
                }
            }
        }
        for (index, length) in undecided {
            if let Some((if_index, prefix)) = indexes.decide(&index) {
                prefixes.add(if_index, prefix, length, &is_wanted);
            }
        }
        indexes.report(device);
        prefixes
    }

    fn add(&mut self, if_index: u32, prefix: InetAddress, length: u32, is_wanted: impl Fn(u32) -> bool) {
        // 0 is a default route, and tells nothing of an address.
        if let Some(length) = prefix_length_of(length.into(), prefix)
            && is_wanted(if_index)
        {
            self.0.entry(if_index).or_default().push((prefix, length));
        }
    }

    /// The length of the longest prefix of this interface that holds the address.
    pub(crate) fn length_for(&self, if_index: u32, address: InetAddress) -> Option<u8> {
        let of_interface = self.0.get(&if_index)?.iter();
        of_interface.filter(|(prefix, length)| prefix.shares_prefix(&address, *length)).map(|(_, length)| *length).max()
    }
}
