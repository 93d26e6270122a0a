//! BRIDGE-MIB by VLAN, as Cisco's IOS has it, and dot1qVlanCurrentTable with its TimeFilter.

use serde::Serialize;
use serde_json::json;
use snmp_proxy_sdk::{Part, bits::ports, enumeration::Names, join::by_key, prelude::*, table::Cells, testing::run};

use crate::device;

const STATE: Column = Column::new(2, "vtpVlanState");
const VLANS: Table = Table { name: "vtpVlanTable", entry: oid!("1.3.6.1.4.1.9.9.46.1.3.1.1"), columns: &[STATE] };
const IF_INDEX: Column = Column::new(2, "dot1dBasePortIfIndex");
const PORTS: Table = Table { name: "dot1dBasePortTable", entry: oid!("1.3.6.1.2.1.17.1.4.1"), columns: &[IF_INDEX] };
const PORT: Column = Column::new(2, "dot1dTpFdbPort");
const STATUS: Column = Column::new(3, "dot1dTpFdbStatus");
const FDB: Table = Table { name: "dot1dTpFdbTable", entry: oid!("1.3.6.1.2.1.17.4.3.1"), columns: &[PORT, STATUS] };
const STATUSES: &Names = &[(1, "other"), (2, "invalid"), (3, "learned"), (4, "self"), (5, "mgmt")];
const OPERATIONAL: i64 = 1;
/// VLANs that IOS has for FDDI and Token Ring, whether or not there is any.
const RESERVED: std::ops::RangeInclusive<u32> = 1002..=1005;

struct Stations;

#[derive(Serialize)]
struct Station {
    vlan: u32,
    mac: String,
    if_index: Option<u32>,
    status: Field<Enumerated>,
}

impl Collector for Stations {
    type Params = NoParams;

    fn describe() -> Manifest {
        Manifest::new("fdb", "1.0.0", "Stations by VLAN.")
            .section("fdb", r#"{"type": "array"}"#)
            .reads_tables(&[VLANS, PORTS, FDB])
    }

    fn collect(device: &mut dyn Device, NoParams {}: NoParams) -> Result<Sections, Error> {
        let mut warnings = Warnings::default();
        let vlans: Vec<u32> = all(&mut VLANS.open(device)?)
            .iter()
            .filter(|row| row.integer(STATE, &mut warnings).value() == Some(&OPERATIONAL))
            .filter_map(|row| row.read_index(|index| Some((index.u32()?, index.u32()?))))
            .map(|(_, vlan)| vlan)
            .filter(|vlan| !RESERVED.contains(vlan))
            .collect();
        let mut stations = Vec::new();
        for vlan in vlans {
            let mut context = device.in_vlan(vlan)?;
            let mut fdb = FDB.open(context.as_mut())?;
            let mut ports = PORTS.open(context.as_mut())?;
            // The same number is another port in each VLAN.
            let ports = by_key(all(&mut ports), Cells::single_index);
            for row in all(&mut fdb) {
                let Some(mac) = row.read_index(|index| index.mac()) else { continue };
                let port = row.if_index(PORT, &mut warnings).value().and_then(|port| ports.get(port));
                stations.push(Station {
                    vlan,
                    mac: mac.to_string(),
                    if_index: port.and_then(|port| port.if_index(IF_INDEX, &mut warnings).value().copied()),
                    status: row.enumerated(STATUS, STATUSES, &mut warnings),
                });
            }
            if !fdb.is_whole() {
                device.log(Level::Warn, &format!("VLAN {vlan}: {}", fdb.outcome().reason));
            }
        }
        Sections::new().with("fdb", &stations)
    }
}

fn all(rows: &mut snmp_proxy_sdk::table::Rows) -> Vec<Cells> {
    std::iter::from_fn(|| rows.next_batch()).flatten().collect()
}

#[test]
fn stations_are_read_in_the_context_of_each_vlan_that_is_in_use() {
    let mut switch =
        device("fdb-by-vlan").with_vlan(10, device("fdb-by-vlan@vlan-10")).with_vlan(20, device("fdb-by-vlan@vlan-20"));
    let run = run::<Stations>(&mut switch, "{}");
    assert_eq!(
        *run.section("fdb"),
        json!([
            {"vlan": 10, "mac": "00:00:5E:00:53:10", "if_index": 10101, "status": "learned"},
            {"vlan": 10, "mac": "00:00:5E:00:53:11", "if_index": 10101, "status": "self"},
            {"vlan": 20, "mac": "00:00:5E:00:53:20", "if_index": 10102, "status": "learned"},
        ])
    );
    // VLAN 1 has no context in this recording, and is as silent as a device without one.
    assert_eq!(run.log, [(Level::Warn, "VLAN 1: no answer".to_owned())]);
}

const FDB_ID: Column = Column::new(3, "dot1qVlanFdbId");
const EGRESS: Column = Column::new(4, "dot1qVlanCurrentEgressPorts");
const CURRENT: Table =
    Table { name: "dot1qVlanCurrentTable", entry: oid!("1.3.6.1.2.1.17.7.1.4.2.1"), columns: &[FDB_ID, EGRESS] };

struct Vlans;

impl Collector for Vlans {
    type Params = NoParams;

    fn describe() -> Manifest {
        Manifest::new("vlans", "1.0.0", "VLANs.").section("vlans", r#"{"type": "array"}"#).reads_tables(&[CURRENT])
    }

    fn collect(device: &mut dyn Device, NoParams {}: NoParams) -> Result<Sections, Error> {
        let mut warnings = Warnings::default();
        // Every row is there again for each TimeFilter; with 0 each is there once.
        let mut rows = CURRENT.open_part(device, &Part::all().below(&[0]))?;
        let mut vlans = Vec::new();
        for row in all(&mut rows) {
            let Some((_, vlan)) = row.read_index(|index| Some((index.u32()?, index.u32()?))) else { continue };
            vlans.push((vlan, row.octets(EGRESS, &mut warnings).map(|octets| ports(&octets))));
        }
        Sections::new().with("vlans", &vlans)
    }
}

#[test]
fn a_table_with_a_time_filter_is_read_once_and_not_once_for_each_time() {
    let run = run::<Vlans>(&mut device("time-filter"), "{}");
    assert_eq!(*run.section("vlans"), json!([[1, [1, 2]], [10, [2]]]));
}
