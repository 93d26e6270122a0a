//! LLDP-MIB: which interface a local port is, and the addresses in the index of lldpRemManAddrTable.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::json;
use snmp_proxy_sdk::{
    address::InetAddress,
    index::IndexReader,
    prelude::*,
    table::{Cells, read_side_by_side},
    testing::run,
};

use crate::device;

const SUBTYPE: Column = Column::new(2, "lldpLocPortIdSubtype");
const PORT_ID: Column = Column::new(3, "lldpLocPortId");
const DESC: Column = Column::new(4, "lldpLocPortDesc");
const LOCAL: Table =
    Table { name: "lldpLocPortTable", entry: oid!("1.0.8802.1.1.2.1.3.7.1"), columns: &[SUBTYPE, PORT_ID, DESC] };
const SYS_NAME: Column = Column::new(9, "lldpRemSysName");
const REMOTE: Table = Table { name: "lldpRemTable", entry: oid!("1.0.8802.1.1.2.1.4.1.1"), columns: &[SYS_NAME] };
const IF_NAME: Column = Column::new(1, "ifName");
const NAMES: Table = Table { name: "ifXTable", entry: oid!("1.3.6.1.2.1.31.1.1.1"), columns: &[IF_NAME] };
const BASE_PORT: Column = Column::new(2, "dot1dBasePortIfIndex");
const BASE_PORTS: Table =
    Table { name: "dot1dBasePortTable", entry: oid!("1.3.6.1.2.1.17.1.4.1"), columns: &[BASE_PORT] };
const IF_SUBTYPE: Column = Column::new(3, "lldpRemManAddrIfSubtype");
const ADDRESSES: Table =
    Table { name: "lldpRemManAddrTable", entry: oid!("1.0.8802.1.1.2.1.4.2.1"), columns: &[IF_SUBTYPE] };

const INTERFACE_NAME: i64 = 5;
const LOCALLY: i64 = 7;

struct Neighbours;

#[derive(Serialize)]
struct Neighbour {
    name: Option<String>,
    if_index: Option<u32>,
    resolved_by: Option<&'static str>,
    addresses: Vec<String>,
}

/// What is known of a local port besides its number.
struct Port {
    subtype: Option<i64>,
    id: Option<String>,
    desc: Option<String>,
}

impl Collector for Neighbours {
    type Params = NoParams;

    fn describe() -> Manifest {
        Manifest::new("lldp", "1.0.0", "Neighbours of LLDP.")
            .section("lldp", r#"{"type": "array"}"#)
            .reads_tables(&[LOCAL, REMOTE, NAMES, BASE_PORTS, ADDRESSES])
    }

    fn collect(device: &mut dyn Device, NoParams {}: NoParams) -> Result<Sections, Error> {
        let [local, remote, names, base_ports, addresses] =
            [LOCAL, REMOTE, NAMES, BASE_PORTS, ADDRESSES].map(|table| read(table, device));
        let mut ignored = Warnings::default();
        let names: BTreeMap<u32, String> = names
            .iter()
            .filter_map(|row| Some((row.single_index()?, row.text(IF_NAME, &mut ignored).value()?.clone())))
            .collect();
        let base_ports: BTreeMap<u32, u32> = base_ports
            .iter()
            .filter_map(|row| Some((row.single_index()?, *row.if_index(BASE_PORT, &mut ignored).value()?)))
            .collect();
        let ports: BTreeMap<u32, Port> = local
            .iter()
            .filter_map(|row| {
                let subtype = row.integer(SUBTYPE, &mut ignored).value().copied();
                let id = row.text(PORT_ID, &mut ignored).value().cloned();
                Some((row.single_index()?, Port { subtype, id, desc: row.text(DESC, &mut ignored).value().cloned() }))
            })
            .collect();

        let mut malformed = Malformed::new(ADDRESSES.name);
        let mut of_port: BTreeMap<u32, Vec<(u32, InetAddress)>> = BTreeMap::new();
        for row in &addresses {
            match management_address(row.index()) {
                Some((port, remote, address)) => of_port.entry(port).or_default().push((remote, address)),
                None => malformed.add(row.index()),
            }
        }
        malformed.report(device);

        let mut neighbours = Vec::new();
        for row in &remote {
            let Some((_, port, index)) = row.read_index(|index| Some((index.u32()?, index.u32()?, index.u32()?)))
            else {
                continue;
            };
            let resolved = interface_of(port, ports.get(&port), &names, &base_ports);
            let addresses = of_port.get(&port).map(|found| addresses_of(found, index)).unwrap_or_default();
            neighbours.push(Neighbour {
                name: row.text(SYS_NAME, &mut ignored).value().cloned(),
                if_index: resolved.map(|(if_index, _)| if_index),
                resolved_by: resolved.map(|(_, how)| how),
                addresses,
            });
        }
        Sections::new().with("lldp", &neighbours)
    }
}

fn read(table: Table, device: &mut dyn Device) -> Vec<Cells> {
    let mut rows = table.open_or_log(device);
    let mut found = Vec::new();
    read_side_by_side(rows.as_mut(), |_, row| found.push(row));
    found
}

/// The interface that a local port is, and how that is known. What the port says of itself counts first; the port of the
/// bridge with the same number counts last, since there are agents where it is another port.
fn interface_of(
    number: u32,
    port: Option<&Port>,
    names: &BTreeMap<u32, String>,
    base_ports: &BTreeMap<u32, u32>,
) -> Option<(u32, &'static str)> {
    let named = |name: &str| names.iter().find(|(_, known)| *known == name).map(|(if_index, _)| *if_index);
    let by_id = || {
        let Port { subtype, id, .. } = port?;
        let id = id.as_deref()?;
        match *subtype {
            Some(INTERFACE_NAME) => named(id),
            Some(LOCALLY) => id.parse().ok().filter(|if_index| names.contains_key(if_index)),
            _ => None,
        }
    };
    let by_desc = || named(port?.desc.as_deref()?);
    let by_bridge = || base_ports.get(&number).copied().filter(|if_index| names.contains_key(if_index));
    by_id()
        .map(|found| (found, "lldpLocPortId"))
        .or_else(|| by_desc().map(|found| (found, "lldpLocPortDesc")))
        .or_else(|| by_bridge().map(|found| (found, "dot1dBasePort")))
}

/// lldpRemTimeMark, lldpRemLocalPortNum, lldpRemIndex, and an address: its family, its length or not, its octets.
fn management_address(index: &[u32]) -> Option<(u32, u32, InetAddress)> {
    let (head, address) = index.split_at_checked(3)?;
    let (family, octets) = address.split_first()?;
    let address = IndexReader::read(address, |index| index.inet_address()).or_else(|| {
        // Without the length there are exactly as many octets as the family has.
        let is_whole = matches!((family, octets.len()), (1, 4) | (2, 16));
        is_whole.then(|| InetAddress::from_index(&[&[*family, octets.len().try_into().ok()?], octets].concat()))?
    })?;
    Some((head[1], head[2], address))
}

/// The addresses of one neighbour: those with its index, or where its port has no other neighbour, those of the port.
fn addresses_of(found: &[(u32, InetAddress)], index: u32) -> Vec<String> {
    let own: Vec<String> =
        found.iter().filter(|(of, _)| *of == index).map(|(_, address)| address.to_string()).collect();
    if own.is_empty() { found.iter().map(|(_, address)| address.to_string()).collect() } else { own }
}

#[test]
fn a_local_port_is_what_it_says_and_not_the_port_of_the_bridge_with_its_number() {
    let run = run::<Neighbours>(&mut device("lldp-port-of-its-own"), "{}");
    let resolved: Vec<_> = run.section("lldp").as_array().unwrap().iter().map(|row| &row["if_index"]).collect();
    assert_eq!(resolved, [506, 507, 508]);
    let how: Vec<_> = run.section("lldp").as_array().unwrap().iter().map(|row| &row["resolved_by"]).collect();
    assert_eq!(how, ["lldpLocPortId", "lldpLocPortId", "lldpLocPortDesc"]);
}

#[test]
fn a_management_address_is_read_without_its_length_and_under_another_index() {
    let run = run::<Neighbours>(&mut device("lldp-address-without-length"), "{}");
    let addresses: Vec<_> =
        run.section("lldp").as_array().unwrap().iter().map(|row| (&row["name"], &row["addresses"])).collect();
    assert_eq!(
        addresses,
        [
            (&json!("with"), &json!(["192.0.2.1"])),
            (&json!("without"), &json!(["192.0.2.2"])),
            (&json!("other"), &json!(["192.0.2.3"])),
            (&json!("six"), &json!(["2001:db8::4"])),
        ]
    );
    assert!(run.log.is_empty(), "{:?}", run.log);
}

#[test]
fn an_address_that_is_cut_is_no_address() {
    assert_eq!(management_address(&[0, 1, 1, 1, 192, 0, 2]), None);
    assert_eq!(management_address(&[0, 1, 1, 1, 4, 192, 0]), None);
    assert_eq!(management_address(&[0, 1, 1, 1, 192, 0, 2, 1, 9]), None);
    assert_eq!(management_address(&[0, 1]), None);
}
