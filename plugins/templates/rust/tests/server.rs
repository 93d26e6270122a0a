//! The plugin against a recorded server: natively, without the proxy and without WebAssembly.

use snmp_proxy_sdk::serde_json::{self, Value, json};
use snmp_proxy_sdk::testing::{RecordedDevice, every_fault, run};
use {{module}}::Processors;

fn server() -> RecordedDevice {
    RecordedDevice::open(concat!(env!("CARGO_MANIFEST_DIR"), "/devices/server.snmprec")).unwrap()
}

#[test]
fn every_processor_has_a_load() {
    let expected: Value = serde_json::from_str(include_str!("../expected/server.json")).unwrap();
    let run = run::<Processors>(&mut server(), "{}");
    assert_eq!(*run.section("{{module}}"), expected["{{module}}"]);
}

#[test]
fn idle_processors_are_left_out_when_asked_for() {
    let run = run::<Processors>(&mut server(), r#"{"at_least": 50}"#);
    assert_eq!(*run.section("{{module}}"), json!([{"index": 196609, "load": 93}]));
}

#[test]
fn a_server_that_breaks_off_gives_what_it_gave() {
    let mut server = server().breaking_off(&[1, 3, 6, 1, 2, 1, 25, 3, 3, 1], 1);
    let run = run::<Processors>(&mut server, "{}");
    assert_eq!(*run.section("{{module}}"), json!([{"index": 196608, "load": 7}]));
}

#[test]
fn no_fault_of_a_device_breaks_the_plugin() {
    for (fault, mut server) in every_fault::<Processors>(&server()) {
        let run = run::<Processors>(&mut server, "{}");
        assert!(run.breaks_no_rule(), "{fault}: {:?}", run.result);
    }
}
