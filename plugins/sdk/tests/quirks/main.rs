//! Small plugins that show how quirks of agents are read that no plugin of the program meets: tables that none of them
//! reads. The devices are `tests/recordings/quirks` of the repository, whose README has the list.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests; clippy knows only functions marked as such")]

mod bridge;
mod lldp;
mod vrf;

use snmp_proxy_sdk::testing::RecordedDevice;

/// A recorded device, by its file's name.
fn device(name: &str) -> RecordedDevice {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/recordings/quirks");
    RecordedDevice::open(format!("{folder}/{name}.snmprec")).unwrap()
}
