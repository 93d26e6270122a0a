//! The plugin `interfaces`: the interfaces of a device, how they are linked, and their IP addresses.
//!
//! ifTable and ifXTable are joined by their ifIndex, or by name or position where an agent numbers them in two ways; a
//! row that only one of them has is a row. Duplex, aggregation and stack come from tables of their own. The addresses
//! come from both address tables of IP-MIB, and from the older IPv6 tables where those know no IPv6. Tables that an agent
//! lacks, or that break off, cost only what they would have held.

mod address;
mod address_notes;
mod address_tables;
mod addresses;
mod if_type;
mod interface;
mod join;
mod links;
mod media;
mod prefixes;
mod references;
mod similar;
mod speed;
mod tables;

use std::collections::BTreeMap;

use addresses::AddressReaders;
use interface::{IF_TABLE, IF_X_TABLE, Interface};
use join::Pairs;
use links::LinkTables;
use references::References;
use snmp_proxy_sdk::{
    oids::scalar,
    prelude::*,
    table::{Rows, read_side_by_side},
};
use tables::Tables;

/// The plugin.
#[derive(Clone, Copy, Debug)]
pub struct Interfaces;

const SYS_UP_TIME: &[u32] = oid!("1.3.6.1.2.1.1.3");

impl Collector for Interfaces {
    type Params = NoParams;

    fn describe() -> Manifest {
        Manifest::new("interfaces", env!("CARGO_PKG_VERSION"), "Interfaces with their states, speeds and addresses.")
            .section("interfaces", include_str!("../schema/interfaces.json"))
            .key(&["index"])
            .columns(&[
                "index",
                "name",
                "description",
                "admin_status_name",
                "oper_status_name",
                "speed",
                "mac",
                "alias",
                "addresses",
                "type_name",
            ])
            .titles(&[("admin_status_name", "admin"), ("oper_status_name", "oper")])
            .units(&[
                ("speed", "bit/s"),
                ("if_speed", "bit/s"),
                ("if_high_speed", "Mbit/s"),
                ("last_change", "TimeTicks"),
                ("last_change_age_seconds", "s"),
                ("counter_discontinuity_time", "TimeTicks"),
            ])
            .timing("interfaces")
            .starting("Walking interface table...")
            .reads(&[SYS_UP_TIME])
            .reads_tables(&[IF_TABLE, IF_X_TABLE])
            .reads_tables(addresses::READS)
            .reads_tables(links::READS)
    }

    fn collect(device: &mut dyn Device, NoParams {}: NoParams) -> Result<Sections, Error> {
        // All readers before any waiting: the host reads for them side by side.
        let if_table = IF_TABLE.open(device)?;
        let if_x_table = IF_X_TABLE.open(device)?;
        let address_readers = AddressReaders::open(device);
        let (mut links, link_rows) = LinkTables::open(device);

        let sys_up_time = sys_up_time(device);
        let mut addresses = address_readers.finish(device);
        let (mut interfaces, aliases) = read(device, [if_table, if_x_table], link_rows, &mut links);

        let referred = addresses.if_indexes().into_iter().chain(links.if_indexes());
        let rows = interfaces.iter().map(|(&index, interface)| (index, interface.says));
        let references = References::new(rows, aliases, referred);
        for (&index, interface) in &mut interfaces {
            references.contradiction(index).into_iter().for_each(|warning| interface.warn(warning));
        }
        links.resolve(&references);
        let mut attached = references.attach(&mut addresses, device);
        for (&index, interface) in &mut interfaces {
            interface.finish(sys_up_time, links.remove(index), attached.remove(&index).unwrap_or_default());
        }
        links.report(device);
        addresses.report_left_over(device);
        Sections::new().with("interfaces", &interfaces.values().collect::<Vec<_>>())
    }
}

/// Reads and joins the two tables, and reads those of the links beside them. Gives also the indexes of ifXTable whose
/// rows belong to another index of ifTable.
fn read(
    device: &mut dyn Device,
    mut readers: [Rows; 2],
    mut link_rows: Vec<Rows>,
    links: &mut LinkTables,
) -> (BTreeMap<u32, Interface>, Pairs) {
    let mut tables = Tables::new();
    let mut progress = Progress::new("Walking interfaces...", "interfaces_walked", "interfaces_total");

    read_side_by_side(readers.iter_mut().chain(&mut link_rows), |position, row| {
        match position {
            0 => tables.add_if_row(&row),
            1 => tables.add_if_x_row(&row),
            // After the two come the readers of the links.
            position => return links.take(position - 2, &row),
        }
        progress.entries(device, tables.len());
    });

    let walked = tables.len();
    let are_whole = readers.iter_mut().all(Rows::is_whole);
    let (interfaces, aliases) = tables.join(device, are_whole);
    progress.finish(device, walked, interfaces.len());
    (interfaces, aliases)
}

/// What the times in the tables count from. Without it the result lacks the ages, no more.
fn sys_up_time(device: &mut dyn Device) -> Option<i64> {
    let varbinds = device.get(&[scalar(SYS_UP_TIME)]).ok()?;
    let value = varbinds.first().map(|varbind| &varbind.value);
    Field::ticks("sysUpTime", value, &mut Warnings::default()).value().copied()
}

export_collector!(Interfaces);

#[cfg(test)]
mod tests;
