//! Neighbours in the contexts of VRFs, which no MIB of the device names.

use serde::Deserialize;
use serde_json::json;
use snmp_proxy_sdk::{prelude::*, testing::run};

use crate::device;

const PHYS_ADDRESS: Column = Column::new(2, "ipNetToMediaPhysAddress");
const NEIGHBOURS: Table =
    Table { name: "ipNetToMediaTable", entry: oid!("1.3.6.1.2.1.4.22.1"), columns: &[PHYS_ADDRESS] };
const VRF_ROWS: &[u32] = oid!("1.3.6.1.2.1.10.166.11.1.2.2.1");

struct NeighboursByVrf;

/// The contexts of the VRFs: where the MIBs of VRFs are empty, only the operator knows them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Params {
    #[serde(default)]
    contexts: Vec<String>,
}

impl Collector for NeighboursByVrf {
    type Params = Params;

    fn describe() -> Manifest {
        Manifest::new("neighbours", "1.0.0", "Neighbours by VRF.")
            .section("neighbours", r#"{"type": "object"}"#)
            .reads_tables(&[NEIGHBOURS])
            .reads(&[VRF_ROWS])
            .params_schema(r#"{"type": "object", "properties": {"contexts": {"type": "array"}}}"#)
    }

    fn collect(device: &mut dyn Device, params: Params) -> Result<Sections, Error> {
        let mut found = std::collections::BTreeMap::new();
        found.insert("", count(device)?);
        for name in &params.contexts {
            let mut context = device.in_context(name)?;
            found.insert(name, count(context.as_mut())?);
        }
        let knows_vrfs = device.open_walk(VRF_ROWS)?.next().is_some();
        if !knows_vrfs && params.contexts.is_empty() {
            device.log(Level::Warn, "the device tells no VRFs; where it has some, name their contexts");
        }
        Sections::new().with("neighbours", &found)
    }
}

fn count(agent: &mut dyn snmp_proxy_sdk::Agent) -> Result<usize, Error> {
    let mut rows = NEIGHBOURS.open(agent)?;
    let mut count = 0;
    while let Some(batch) = rows.next_batch() {
        let usable = |row: &snmp_proxy_sdk::table::Cells| {
            row.read_index(|index| Some((index.u32()?, index.ip_address()?))).is_some()
                && row.phys_address(PHYS_ADDRESS, &mut Warnings::default()).value().is_some()
        };
        count += batch.iter().filter(|row| usable(row)).count();
    }
    Ok(count)
}

#[test]
fn neighbours_are_in_the_contexts_of_vrfs_that_no_table_names() {
    let device = || device("arp-by-vrf").with_context("vrf-red", device("arp-by-vrf@vrf-red"));
    let alone = run::<NeighboursByVrf>(&mut device(), "{}");
    assert_eq!(*alone.section("neighbours"), json!({"": 1}));
    assert_eq!(alone.log.len(), 1, "it says what may be missing: {:?}", alone.log);
    let named = run::<NeighboursByVrf>(&mut device(), r#"{"contexts": ["vrf-red"]}"#);
    assert_eq!(*named.section("neighbours"), json!({"": 1, "vrf-red": 3}));
}
