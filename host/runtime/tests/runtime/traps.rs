//! Plugins for notifications: which of them are loaded, what they make of PDUs, and what they add to records.

use std::fs;

use expect_test::{Expect, expect};
use runtime::{
    AnyPlugin, MessagePart, MessageVersion, NotificationPdu, PluginSet, PluginSource, Runtime, TrapDecoder,
    TrapEnricher, TrapRecord,
};

use crate::{
    guest::Guest,
    trap_guest::{GOOD_RECORD, act, decoder, enricher},
    trap_hostile::tight,
    world::{runtime, runtime_with},
};

/// A PDU that tells the decoder of the tests what to do.
pub(crate) fn told(act: u8) -> NotificationPdu {
    NotificationPdu { version: MessageVersion::V2c, pdu: vec![act, 0] }
}

pub(crate) async fn load(runtime: &Runtime, name: &'static str, wasm: Vec<u8>) -> AnyPlugin {
    let source = PluginSource::Bundled { name, wasm: wasm.leak() };
    runtime.load(source).await.unwrap_or_else(|error| panic!("{name}: {}", error.with_causes()))
}

pub(crate) async fn load_decoder(runtime: &Runtime) -> TrapDecoder {
    match load(runtime, "decoder", decoder("decoder")).await {
        AnyPlugin::TrapDecoder(decoder) => decoder,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn load_enricher(runtime: &Runtime, name: &'static str, wasm: Vec<u8>) -> TrapEnricher {
    match load(runtime, name, wasm).await {
        AnyPlugin::TrapEnricher(enricher) => enricher,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_record_is_one_line_of_what_the_contract_names() {
    let runtime = runtime();
    let decoder = load_decoder(&runtime).await;
    let record = runtime.decode(&decoder, vec![told(act::GOOD)]).await.remove(0).unwrap();
    assert_eq!(record.decoded_by.digest, decoder.digest());
    let json = serde_json::to_string(&record).unwrap().replace(decoder.digest(), "DIGEST");
    assert!(GOOD_RECORD.contains("unknown") && GOOD_RECORD.contains('\n'));
    expect![[r#"{"snmp":{"version":"2c","pdu":"trap","request_id":null},"v1":null,"device":{"candidates":{"agent_addr":null,"snmp_trap_address":null}},"uptime_ticks":null,"trap":{"oid":"1.3.6.1.4.1.9.1","name":null,"mib":null,"index":null,"enterprise":null},"severity":null,"varbinds":[{"oid":"1.3.6.1.4.1.9.2","name":null,"mib":null,"index":null,"type":null,"value":1,"text":"1","hex":null,"enum":null}],"enrichment":{},"decoded_by":{"plugin":"decoder","digest":"DIGEST"},"decoded":{},"flags":[]}"#]].assert_eq(&json);
}

/// Enriches two records, one of them not for these enrichers; describes the other.
pub(crate) async fn enriched(enrichers: &[(&'static str, Vec<u8>)]) -> String {
    let runtime = runtime_with(tight());
    let mut loaded = Vec::new();
    for (name, wasm) in enrichers {
        loaded.push(load_enricher(&runtime, name, wasm.clone()).await);
    }
    let record: TrapRecord = serde_json::from_str(GOOD_RECORD).unwrap();
    let mut other = record.clone();
    other.trap.as_mut().unwrap().oid = Some("1.3.6.1.4.1.99.1".to_owned());
    let mut records = [other.clone(), record];
    let failures = runtime.enrich(&loaded, &mut records).await;
    let [untouched, record] = records;
    assert_eq!(untouched, other);
    let failures = failures.iter().map(|failure| format!("\n{failure}")).collect::<String>();
    let severity = record.severity.map_or("-", |severity| severity.as_str());
    let decoded = serde_json::to_string(&record.decoded).unwrap();
    format!("by {:?}: {severity} {decoded} {:?}{failures}", record.decoded_by.plugin, record.flags)
}

#[tokio::test]
async fn enrichers_add_one_after_the_other_and_the_first_one_signs() {
    let first = enricher("first", Some(r#"{"severity":"notice","decoded":{"a":1,"b":[2]}}"#));
    let second = enricher("second", Some(r#"{"severity":"alert","decoded":{"a":9,"c":3},"flags":["odd"]}"#));
    let silent = enricher("silent", None);
    assert_eq!(
        enriched(&[("silent", silent), ("first", first), ("second", second)]).await,
        r#"by "first": alert {"a":1,"b":[2],"c":3} ["odd"]"#
    );
}

/// Describes a set in text: every kind, then the problems.
fn kinds(set: &PluginSet) -> String {
    let collectors = set.plugins().map(|plugin| format!("collector {}\n", plugin.manifest().name));
    let decoder =
        set.trap_decoder().map(|decoder| format!("decoder {} {:?}\n", decoder.manifest().name, decoder.origin()));
    let enrichers = set
        .trap_enrichers()
        .iter()
        .map(|enricher| format!("enricher {} {:?}\n", enricher.manifest().name, enricher.origin()));
    let problems = set.problems().iter().map(|problem| format!("problem: {problem}\n"));
    collectors.chain(decoder).chain(enrichers).chain(problems).collect()
}

#[tokio::test]
async fn a_plugin_is_what_its_exports_say() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, wasm: Vec<u8>| fs::write(dir.path().join(name), wasm).unwrap();
    write("a-decoder.wasm", decoder("a-decoder"));
    write("b-decoder.wasm", decoder("b-decoder"));
    write("x.wasm", enricher("x", None));
    write("new.wasm", enricher("new", None));
    write("arp.wasm", enricher("arp", None));
    let bundled: [(&str, Vec<u8>); 5] = [
        ("x", enricher("x", None)),
        ("arp", Guest::good("arp").build()),
        ("standard", decoder("standard")),
        ("second", decoder("second")),
        ("y", enricher("y", None)),
    ];
    let bundled = bundled.map(|(name, wasm)| (name, &*wasm.leak()));
    let set = PluginSet::load(&runtime(), bundled, Some(dir.path())).await;
    let text = kinds(&set).replace(&format!("{}/", dir.path().display()), "DIR/");
    expect![[r#"
        collector arp
        decoder a-decoder File("DIR/a-decoder.wasm")
        enricher x File("DIR/x.wasm")
        enricher y Bundled
        enricher new File("DIR/new.wasm")
        problem: `second` is not used: `standard` is already the trap decoder; remove one of them
        problem: `arp` exports `trap-enricher`, and the bundled plugin of this name is a `collector`
        problem: `b-decoder` is not used: `a-decoder` is already the trap decoder; remove one of them
    "#]]
    .assert_eq(&text);
}

#[tokio::test]
async fn plugins_for_notifications_ask_nothing_of_the_host_and_are_of_one_kind() {
    let runtime = runtime();
    let refused = async |text: &str| {
        let source = PluginSource::Bundled { name: "bad", wasm: wat::parse_str(text).unwrap().leak() };
        runtime.load(source).await.expect_err("it is no plugin").with_causes()
    };
    let asking = r#"(component
        (import "snmp-proxy:plugin/job@0.1.0" (instance))
        (instance $empty)
        (export "snmp-proxy:plugin/trap-enricher@0.1.0" (instance $empty)))"#;
    assert_eq!(refused(asking).await, "imports `snmp-proxy:plugin/job@0.1.0`, which plugins must not import");
    let both = r#"(component
        (instance $empty)
        (export "snmp-proxy:plugin/collector@0.1.0" (instance $empty))
        (export "snmp-proxy:plugin/trap-enricher@0.1.0" (instance $empty)))"#;
    assert_eq!(refused(both).await, "exports both `collector` and `trap-enricher`, and a plugin is of one kind");
}

/// The plugins that come with the proxy.
async fn standard(runtime: &Runtime) -> PluginSet {
    let bundled = bundle::TRAP_DECODERS.iter().chain(bundle::TRAP_ENRICHERS);
    let set = PluginSet::load(runtime, bundled.map(|plugin| (plugin.name, plugin.wasm)), None).await;
    assert!(set.problems().is_empty(), "{:?}", set.problems());
    set
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<_> = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
}

/// Decodes a PDU with the standard plugins, and shows the record.
async fn check(version: MessageVersion, pdu: &str, expected: &Expect) {
    let runtime = runtime();
    let set = standard(&runtime).await;
    let decoder = set.trap_decoder().unwrap();
    let mut records: Vec<_> = runtime.decode(decoder, vec![NotificationPdu { version, pdu: hex(pdu) }]).await;
    let failures = runtime.enrich(set.trap_enrichers(), records.iter_mut().flatten()).await;
    assert_eq!(failures, []);
    let mut record = records.remove(0).unwrap();
    assert!(record.decoded_by.digest.starts_with("sha256:"));
    record.decoded_by.digest.clear();
    expected.assert_eq(&serde_json::to_string_pretty(&record).unwrap());
}

#[tokio::test]
async fn the_standard_decoder_decodes() {
    let link_down = "a7 44 02 01 07 02 01 00 02 01 00 30 39
        30 0d 06 08 2b 06 01 02 01 01 03 00 43 01 0e
        30 17 06 0a 2b 06 01 06 03 01 01 04 01 00 06 09 2b 06 01 06 03 01 01 05 03
        30 0f 06 0a 2b 06 01 02 01 02 02 01 01 03 02 01 03";
    check(
        MessageVersion::V2c,
        link_down,
        &expect![[r#"
            {
              "snmp": {
                "version": "2c",
                "pdu": "trap",
                "request_id": 7
              },
              "v1": null,
              "device": {
                "candidates": {
                  "agent_addr": null,
                  "snmp_trap_address": null
                }
              },
              "uptime_ticks": 14,
              "trap": {
                "oid": "1.3.6.1.6.3.1.1.5.3",
                "name": null,
                "mib": null,
                "index": null,
                "enterprise": null
              },
              "severity": "error",
              "varbinds": [
                {
                  "oid": "1.3.6.1.2.1.1.3.0",
                  "name": null,
                  "mib": null,
                  "index": null,
                  "type": "time-ticks",
                  "value": 14,
                  "text": "0:00:00.14",
                  "hex": null,
                  "enum": null
                },
                {
                  "oid": "1.3.6.1.6.3.1.1.4.1.0",
                  "name": null,
                  "mib": null,
                  "index": null,
                  "type": "object-identifier",
                  "value": "1.3.6.1.6.3.1.1.5.3",
                  "text": "1.3.6.1.6.3.1.1.5.3",
                  "hex": null,
                  "enum": null
                },
                {
                  "oid": "1.3.6.1.2.1.2.2.1.1.3",
                  "name": null,
                  "mib": null,
                  "index": null,
                  "type": "integer",
                  "value": 3,
                  "text": "3",
                  "hex": null,
                  "enum": null
                }
              ],
              "enrichment": {
                "interface": {
                  "ifindex": 3
                }
              },
              "decoded_by": {
                "plugin": "trap-decoder",
                "digest": ""
              },
              "decoded": {},
              "flags": []
            }"#]],
    )
    .await;
}

#[tokio::test]
async fn the_standard_enricher_knows_its_vendor() {
    // ciscoConfigManEvent of version 1 from 10.0.0.1, the command source being the command line.
    let event = "a4 31 06 09 2b 06 01 04 01 09 09 2b 02 40 04 0a 00 00 01 02 01 06 02 01 01 43 01 0e
        30 15 30 13 06 0e 2b 06 01 04 01 09 09 2b 01 01 06 01 03 15 02 01 01";
    check(
        MessageVersion::V1,
        event,
        &expect![[r#"
        {
          "snmp": {
            "version": "1",
            "pdu": "trap-v1",
            "request_id": null
          },
          "v1": {
            "enterprise": "1.3.6.1.4.1.9.9.43.2",
            "agent_addr": "10.0.0.1",
            "generic": 6,
            "specific": 1,
            "timestamp": 14
          },
          "device": {
            "candidates": {
              "agent_addr": "10.0.0.1",
              "snmp_trap_address": null
            }
          },
          "uptime_ticks": 14,
          "trap": {
            "oid": "1.3.6.1.4.1.9.9.43.2.0.1",
            "name": "ciscoConfigManEvent",
            "mib": "CISCO-CONFIG-MAN-MIB",
            "index": null,
            "enterprise": "1.3.6.1.4.1.9.9.43.2"
          },
          "severity": "notice",
          "varbinds": [
            {
              "oid": "1.3.6.1.4.1.9.9.43.1.1.6.1.3.21",
              "name": "ccmHistoryEventCommandSource",
              "mib": "CISCO-CONFIG-MAN-MIB",
              "index": "21",
              "type": "integer",
              "value": 1,
              "text": "commandLine(1)",
              "hex": null,
              "enum": "commandLine"
            }
          ],
          "enrichment": {},
          "decoded_by": {
            "plugin": "cisco-traps",
            "digest": ""
          },
          "decoded": {
            "event": "configuration_changed",
            "command_source": "commandLine"
          },
          "flags": []
        }"#]],
    )
    .await;
}

#[tokio::test]
async fn the_standard_tree_takes_a_message_apart() {
    let runtime = runtime();
    let set = standard(&runtime).await;
    let message = hex("30 0b 02 01 01 04 01 70 a0 03 02 01 07");
    let tree = runtime.tree(set.trap_decoder().unwrap(), MessagePart::Message, message).await.unwrap();
    assert_eq!(tree["octets"], 13);
    assert_eq!(tree["complete"], false);
    assert_eq!(tree["nodes"][0]["children"][1]["name"], "community");
}
