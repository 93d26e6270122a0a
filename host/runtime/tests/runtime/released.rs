//! Plugins of contract 0.1.0 in the worlds that `languages` does not have, as they are kept in `tests/fixtures`.

use std::fs;

use runtime::{MessageVersion, NotificationPdu, PluginSet};

use crate::{
    traps::{hex, load, load_enricher},
    world::{collect, runtime, said},
};

const CONFIGURED: &[u8] = include_bytes!("../fixtures/rust-configured-fixture.wasm");
const DECODER: &[u8] = include_bytes!("../fixtures/trap-decoder.wasm");
const ENRICHER: &[u8] = include_bytes!("../fixtures/cisco-traps.wasm");

#[tokio::test]
async fn a_configured_plugin_of_0_1_0_collects() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("rust-configured-fixture.wasm"), CONFIGURED).unwrap();
    fs::create_dir(path("rust-configured-fixture")).unwrap();
    fs::write(path("rust-configured-fixture/uptimes.txt"), "uptimes 1.3.6.1.2.1.1.3.0").unwrap();
    fs::write(path("rust-configured-fixture/wrong.txt"), "wrong").unwrap();
    let runtime = runtime();
    let set = PluginSet::load(&runtime, [], Some(folder.path())).await;
    let problems: Vec<String> = set.problems().iter().map(ToString::to_string).collect();
    assert!(
        matches!(problems.as_slice(), [one] if one.ends_with("a configuration is a name and an OID")),
        "{problems:?}"
    );
    assert_eq!(said(&collect(&runtime, set.get("uptimes").unwrap()).await), r#"{"fixture":true}"#);
}

#[tokio::test]
async fn a_decoder_and_an_enricher_of_0_1_0_read_a_notification() {
    // ciscoConfigManEvent (CISCO-CONFIG-MAN-MIB), made from the command line.
    const PDU: &str = "a74a020107020100020100\
        303f300d06082b0601020101030043\
        010e3019060a2b060106030101040100060b2b0601040109092b02\
        00013013060e2b0601040109092b010106010315020101";
    let runtime = runtime();
    let runtime::AnyPlugin::TrapDecoder(decoder) = load(&runtime, "trap-decoder", DECODER.to_vec()).await else {
        panic!("it is a decoder")
    };
    let enricher = load_enricher(&runtime, "cisco-traps", ENRICHER.to_vec()).await;
    let pdu = NotificationPdu { version: MessageVersion::V2c, pdu: hex(PDU) };
    let mut records: Vec<_> = runtime.decode(&decoder, vec![pdu]).await;
    assert_eq!(runtime.enrich(&[enricher], records.iter_mut().flatten()).await, []);
    let record = records.remove(0).unwrap();
    assert_eq!(record.trap.unwrap().oid.unwrap(), "1.3.6.1.4.1.9.9.43.2.0.1");
    assert_eq!(record.decoded_by.plugin, "cisco-traps");
    assert_eq!(
        serde_json::to_string(&record.decoded).unwrap(),
        r#"{"event":"configuration_changed","command_source":"commandLine"}"#
    );
}
