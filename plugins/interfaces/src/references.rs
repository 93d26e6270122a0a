//! Which interface is meant by an ifIndex in another table.

use std::collections::BTreeMap;

use snmp_proxy_sdk::{
    numbering::{Numbering, Reference},
    prelude::*,
};

use crate::{address::Address, addresses::Addresses, join::Pairs};

/// The numbers by which other tables refer to the interfaces.
#[derive(Debug)]
pub(crate) struct References {
    numbering: Numbering,
    /// Rows that ifXTable knows by another index.
    aliases: Pairs,
}

impl References {
    /// Takes the rows of the interfaces, each with what its column ifIndex says, the other indexes of some of them, and
    /// all numbers that refer to any.
    pub(crate) fn new(
        rows: impl Iterator<Item = (u32, Option<u32>)>,
        aliases: Pairs,
        referred: impl Iterator<Item = u32>,
    ) -> References {
        References { numbering: Numbering::new(rows, referred), aliases }
    }

    /// Finds the row that is meant. An index of ifXTable alone means the row that it was joined with.
    pub(crate) fn row_of(&self, if_index: u32) -> Reference {
        match (self.numbering.row_of(if_index), self.aliases.get(&if_index)) {
            (Reference::Missing, Some(&index)) => Reference::Row(index),
            (reference, _) => reference,
        }
    }

    /// What is wrong with a row whose column ifIndex says that it is another.
    pub(crate) fn contradiction(&self, index: u32) -> Option<String> {
        let says = self.numbering.contradiction(index)?;
        Some(format!("ifIndex: the row with index {index} has the value {says}"))
    }

    /// Gives the addresses to the rows that are meant. Those that the rows contradict each other about are left out,
    /// which the log says; those that no row is meant by stay.
    pub(crate) fn attach(&self, addresses: &mut Addresses, device: &mut dyn Device) -> BTreeMap<u32, Vec<Address>> {
        let mut attached: BTreeMap<u32, Vec<Address>> = BTreeMap::new();
        let mut contradicted: Vec<(u32, Address)> = Vec::new();
        for if_index in addresses.if_indexes() {
            let of_this = |addresses: &mut Addresses| addresses.remove(if_index).into_iter();
            match self.row_of(if_index) {
                Reference::Row(index) => attached.entry(index).or_default().extend(of_this(addresses)),
                Reference::Contradicted => contradicted.extend(of_this(addresses).map(|address| (if_index, address))),
                Reference::Missing => {}
            }
        }
        if let Some((if_index, example)) = contradicted.first() {
            let count = contradicted.len();
            let addresses = if count == 1 { "address" } else { "addresses" };
            let line = format!(
                "{count} {addresses} left out: no row, or more than one, has this ifIndex, e.g. {} of ifIndex {if_index}",
                example.address
            );
            device.log(Level::Warn, &line);
        }
        attached
    }
}
