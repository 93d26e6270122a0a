//! The plugin `arp`: who is a device's neighbour, in IPv4 and IPv6.
//!
//! The deprecated ipNetToMediaTable and its successor are always both read, since agents fill the one, the other or
//! both in part; older tables only where both are empty. An address comes from the index of its row, never from a
//! column; an index that is not as the MIB says is reported and left out.

mod names;
mod neighbour;
mod sources;

use std::collections::BTreeMap;

use serde::Deserialize;
use snmp_proxy_sdk::address::InetAddress;
use snmp_proxy_sdk::prelude::*;
use snmp_proxy_sdk::serde;
use snmp_proxy_sdk::table::{Rows, read_side_by_side};

use names::InterfaceNames;
use neighbour::Neighbour;
use sources::{Claim, Source};

/// The plugin.
#[derive(Clone, Copy, Debug)]
pub struct Arp;

/// What a request may ask for.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(crate = "snmp_proxy_sdk::serde", deny_unknown_fields, default)]
pub struct Params {
    /// Keep entries that are invalid, incomplete or without a usable MAC address.
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
        .timing("arp")
        .starting("Walking ARP table...")
        .reads_tables(sources::READS)
        .reads_tables(&[names::IF_X_TABLE])
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
        if always.iter_mut().all(|(_, rows)| rows.is_empty()) {
            let mut older = open(device, sources::FALLBACKS);
            known.read(device, &mut progress, &mut older, &mut names);
        }

        let walked = known.claims.len();
        let mut neighbours: Vec<Neighbour> = known
            .claims
            .into_iter()
            .map(|((index, address), claims)| Neighbour::new(index, address, claims))
            .filter(|neighbour| params.all || neighbour.is_usable())
            .collect();
        progress.finish(device, walked, neighbours.len());
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
    /// Reads the tables to their ends, and the names of the interfaces beside them.
    fn read(
        &mut self,
        device: &mut dyn Device,
        progress: &mut Progress,
        readers: &mut [(&'static Source, Rows)],
        names: &mut InterfaceNames,
    ) {
        let mut malformed: Vec<_> = readers.iter().map(|(source, _)| Malformed::new(source.table.name)).collect();
        let sources: Vec<_> = readers.iter().map(|(source, _)| *source).collect();
        let (reader, found) = names.reader();
        let readers = readers.iter_mut().map(|(_, rows)| rows).chain(reader);

        read_side_by_side(readers, |position, row| {
            let Some(source) = sources.get(position) else { return found.add_row(&row) };
            match (source.address)(row.index()) {
                Some(key) => {
                    self.claims.entry(key).or_insert_with(|| Vec::with_capacity(1)).push(source.claim(&row));
                    progress.entries(device, self.claims.len());
                }
                None => malformed.get_mut(position).into_iter().for_each(|seen| seen.add(row.index())),
            }
        });
        malformed.iter().for_each(|seen| seen.report(device));
    }
}

export_collector!(Arp);

#[cfg(test)]
mod tests;
