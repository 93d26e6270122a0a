//! The plugin `arp`: who is a device's neighbour, in IPv4 and IPv6.
//!
//! The deprecated ipNetToMediaTable and its successor are always both read, since agents fill the one, the other or
//! both in part; older tables only where both have nothing usable. An address comes from the index of its row, never
//! from a column; an index that is not as the MIB says is read if there is one way to read it, with a warning.

mod names;
mod neighbour;
mod sources;

use std::collections::BTreeMap;

use names::InterfaceNames;
use neighbour::{Neighbour, Useless};
use serde::Deserialize;
use snmp_proxy_sdk::{
    address::InetAddress,
    index::{AddressIndexes, Behind},
    prelude::*,
    serde,
    table::{Rows, read_side_by_side},
};
use sources::{Claim, Source};

/// The plugin.
#[derive(Clone, Copy, Debug)]
pub struct Arp;

/// What a request may ask for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(crate = "snmp_proxy_sdk::serde", deny_unknown_fields, default)]
pub struct Params {
    /// Keep entries that are invalid, incomplete or without a usable physical address.
    pub all: bool,
}

impl Collector for Arp {
    type Params = Params;

    fn describe() -> Manifest {
        Manifest::new(
            "arp",
            env!("CARGO_PKG_VERSION"),
            "ARP and IPv6 neighbours from all tables that agents keep them in.",
        )
        .section("arp_table", include_str!("../schema/arp_table.json"))
        .key(&["index", "ip"])
        .columns(&["index", "interface", "ip", "mac", "phys_address", "type_name", "state_name"])
        .timing("arp")
        .starting("Walking ARP table...")
        .reads_tables(sources::READS)
        .reads_tables(&[names::IF_X_TABLE, names::IF_TABLE])
        .reads(&[names::IF_DESCR])
        .params_schema(include_str!("../schema/params.json"))
    }

    fn collect(device: &mut dyn Device, params: Params) -> Result<Sections, Error> {
        // All readers before any waiting: the host reads for them side by side.
        let mut always = open(device, sources::ALWAYS);
        let mut names = InterfaceNames::open(device);

        let mut known = Known::default();
        let mut progress = Progress::new("Walking ARP table...", "arp_walked", "arp_total");
        known.read(device, &mut progress, &mut always, &mut names);
        if !known.has_usable() && always.iter_mut().all(|(_, rows)| rows.is_whole()) {
            let mut older = open(device, sources::FALLBACKS);
            known.read(device, &mut progress, &mut older, &mut names);
        }

        let walked = known.claims.len();
        let mut left_out = LeftOut::default();
        let mut neighbours: Vec<Neighbour> = known
            .claims
            .into_iter()
            .map(|((index, address), claims)| Neighbour::new(index, address, claims))
            .filter(|neighbour| params.all || neighbour.useless().map(|why| left_out.count(why)).is_none())
            .collect();
        progress.finish(device, walked, neighbours.len());
        left_out.report(device, walked);
        names.fill(device, &mut neighbours);
        Sections::new().with("arp_table", &neighbours)
    }
}

fn open(device: &mut dyn Device, sources: &'static [Source]) -> Vec<(&'static Source, Rows)> {
    sources.iter().filter_map(|source| Some((source, source.table.open_or_log(device)?))).collect()
}

/// What the tables say, by interface and address. IPv4 sorts before IPv6, which is the order of the result.
#[derive(Default)]
struct Known {
    claims: BTreeMap<(u32, InetAddress), Vec<Claim>>,
}

impl Known {
    fn has_usable(&self) -> bool {
        let mut neighbours = self.claims.iter().map(|(&(index, ip), claims)| Neighbour::new(index, ip, claims.clone()));
        neighbours.any(|neighbour| neighbour.useless().is_none())
    }

    fn add(&mut self, key: (u32, InetAddress), claim: Claim) {
        self.claims.entry(key).or_insert_with(|| Vec::with_capacity(1)).push(claim);
    }

    /// Reads the tables to their ends, and the names of the interfaces beside them.
    fn read(
        &mut self,
        device: &mut dyn Device,
        progress: &mut Progress,
        readers: &mut [(&'static Source, Rows)],
        names: &mut InterfaceNames,
    ) {
        let mut sources: Vec<_> =
            readers.iter().map(|(source, _)| (*source, AddressIndexes::new(&source.table, source.address))).collect();
        let (reader, found) = names.reader();
        let readers = readers.iter_mut().map(|(_, rows)| rows).chain(reader);

        let mut undecided = Vec::new();
        read_side_by_side(readers, |position, row| {
            let Some((source, indexes)) = sources.get_mut(position) else { return found.add_row(&row) };
            match indexes.behind_if_index(row.index()) {
                Behind::Is(if_index, address) => {
                    self.add((if_index, address), source.claim(&row));
                    progress.entries(device, self.claims.len());
                }
                Behind::Undecided => undecided.push((position, row)),
                Behind::Malformed => {}
            }
        });
        for (position, row) in undecided {
            if let Some((source, indexes)) = sources.get_mut(position)
                && let Some(key) = indexes.decide(row.index())
            {
                self.add(key, source.claim(&row));
            }
        }
        sources.iter().for_each(|(_, indexes)| indexes.report(device));
    }
}

/// Entries that the result does not have, since nobody asked for all of them.
#[derive(Default)]
struct LeftOut(BTreeMap<Useless, usize>);

impl LeftOut {
    fn count(&mut self, why: Useless) {
        *self.0.entry(why).or_default() += 1;
    }

    fn report(&self, device: &mut dyn Device, walked: usize) {
        let count: usize = self.0.values().sum();
        if count > 0 {
            let reasons: Vec<String> = self.0.iter().map(|(why, count)| format!("{count} {why}")).collect();
            let reasons = reasons.join(", ");
            let neighbours = if walked == 1 { "neighbour" } else { "neighbours" };
            let line = format!("{count} of {walked} {neighbours} left out: {reasons}; the parameter `all` keeps them");
            device.log(Level::Info, &line);
        }
    }
}

export_collector!(Arp);

#[cfg(test)]
mod tests;
