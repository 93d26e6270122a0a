//! The enricher against records that are put together here.

use expect_test::{Expect, expect};
use snmp_proxy_sdk::serde_json;
use snmp_proxy_sdk::traps::{Notification, TrapDecoder, TrapEnricher, TrapRecord, Version};
use trap_decoder::StandardDecoder;

use super::CiscoTraps;

/// A record of varbinds given as (OID below Cisco's, type, value as JSON).
fn check(trap: &str, varbinds: &[(&str, &str, &str)], expected: &Expect) {
    let varbinds: Vec<String> = varbinds
        .iter()
        .map(|(oid, kind, value)| {
            let text = value.trim_matches('"');
            format!(r#"{{"oid":"1.3.6.1.4.1.9.9.{oid}","type":"{kind}","value":{value},"text":"{text}"}}"#)
        })
        .collect();
    let record = format!(r#"{{"trap":{{"oid":"1.3.6.1.4.1.9.9.{trap}"}},"varbinds":[{}]}}"#, varbinds.join(","));
    let additions = CiscoTraps::enrich(&TrapRecord::parse(&record).unwrap()).unwrap();
    expected.assert_eq(&serde_json::to_string_pretty(&additions).unwrap());
}

#[test]
fn a_configuration_change_says_from_where_to_where_and_by_whom() {
    check(
        "43.2.0.1",
        &[
            ("43.1.1.6.1.3.21", "integer", "1"),
            ("43.1.1.6.1.4.21", "integer", "2"),
            ("43.1.1.6.1.5.21", "integer", "3"),
            ("43.1.1.6.1.8.21", "octet-string", "\"ann\""),
        ],
        &expect![[r#"
            {
              "trap": {
                "name": "ciscoConfigManEvent",
                "mib": "CISCO-CONFIG-MAN-MIB"
              },
              "severity": "notice",
              "varbinds": [
                {
                  "position": 0,
                  "name": "ccmHistoryEventCommandSource",
                  "mib": "CISCO-CONFIG-MAN-MIB",
                  "index": "21",
                  "text": "commandLine(1)",
                  "enum": "commandLine"
                },
                {
                  "position": 1,
                  "name": "ccmHistoryEventConfigSource",
                  "mib": "CISCO-CONFIG-MAN-MIB",
                  "index": "21",
                  "text": "commandSource(2)",
                  "enum": "commandSource"
                },
                {
                  "position": 2,
                  "name": "ccmHistoryEventConfigDestination",
                  "mib": "CISCO-CONFIG-MAN-MIB",
                  "index": "21",
                  "text": "running(3)",
                  "enum": "running"
                },
                {
                  "position": 3,
                  "name": "ccmHistoryEventTerminalUser",
                  "mib": "CISCO-CONFIG-MAN-MIB",
                  "index": "21"
                }
              ],
              "decoded": {
                "event": "configuration_changed",
                "command_source": "commandLine",
                "config_source": "commandSource",
                "config_destination": "running",
                "user": "ann"
              }
            }"#]],
    );
}

#[test]
fn a_temperature_is_as_severe_as_its_state() {
    let varbinds = [
        ("13.1.3.1.2.1004", "octet-string", "\"SW#1, Sensor#1\""),
        ("13.1.3.1.3.1004", "gauge32", "71"),
        ("13.1.3.1.6.1004", "integer", "3"),
    ];
    check(
        "13.3.0.3",
        &varbinds,
        &expect![[r#"
        {
          "trap": {
            "name": "ciscoEnvMonTemperatureNotification",
            "mib": "CISCO-ENVMON-MIB"
          },
          "severity": "critical",
          "varbinds": [
            {
              "position": 0,
              "name": "ciscoEnvMonTemperatureStatusDescr",
              "mib": "CISCO-ENVMON-MIB",
              "index": "1004"
            },
            {
              "position": 1,
              "name": "ciscoEnvMonTemperatureStatusValue",
              "mib": "CISCO-ENVMON-MIB",
              "index": "1004"
            },
            {
              "position": 2,
              "name": "ciscoEnvMonTemperatureState",
              "mib": "CISCO-ENVMON-MIB",
              "index": "1004",
              "text": "critical(3)",
              "enum": "critical"
            }
          ],
          "decoded": {
            "event": "temperature",
            "part": "SW#1, Sensor#1",
            "part_index": "1004",
            "celsius": 71,
            "state": "critical"
          }
        }"#]],
    );
}

#[test]
fn a_power_supply_that_is_well_again_is_a_notice() {
    check(
        "13.3.0.9",
        &[("13.1.5.1.3.2", "integer", "1")],
        &expect![[r#"
        {
          "trap": {
            "name": "ciscoEnvMonSuppStatusChangeNotif",
            "mib": "CISCO-ENVMON-MIB"
          },
          "severity": "notice",
          "varbinds": [
            {
              "position": 0,
              "name": "ciscoEnvMonSupplyState",
              "mib": "CISCO-ENVMON-MIB",
              "index": "2",
              "text": "normal(1)",
              "enum": "normal"
            }
          ],
          "decoded": {
            "event": "power_supply",
            "state": "normal",
            "part_index": "2"
          }
        }"#]],
    );
}

#[test]
fn a_log_message_is_as_severe_as_it_says() {
    let varbinds = [
        ("41.1.2.3.1.2.9", "octet-string", "\"LINK\""),
        ("41.1.2.3.1.3.9", "integer", "4"),
        ("41.1.2.3.1.4.9", "octet-string", "\"UPDOWN\""),
        ("41.1.2.3.1.5.9", "octet-string", "\"Interface Gi0/1, changed state to down\""),
    ];
    check(
        "41.2.0.1",
        &varbinds,
        &expect![[r#"
        {
          "trap": {
            "name": "clogMessageGenerated",
            "mib": "CISCO-SYSLOG-MIB"
          },
          "severity": "error",
          "varbinds": [
            {
              "position": 0,
              "name": "clogHistFacility",
              "mib": "CISCO-SYSLOG-MIB",
              "index": "9"
            },
            {
              "position": 1,
              "name": "clogHistSeverity",
              "mib": "CISCO-SYSLOG-MIB",
              "index": "9",
              "text": "error(4)",
              "enum": "error"
            },
            {
              "position": 2,
              "name": "clogHistMsgName",
              "mib": "CISCO-SYSLOG-MIB",
              "index": "9"
            },
            {
              "position": 3,
              "name": "clogHistMsgText",
              "mib": "CISCO-SYSLOG-MIB",
              "index": "9"
            }
          ],
          "decoded": {
            "event": "log_message",
            "facility": "LINK",
            "log_severity": "error",
            "mnemonic": "UPDOWN",
            "message": "Interface Gi0/1, changed state to down"
          }
        }"#]],
    );
}

#[test]
fn a_state_without_a_name_stays_a_number_and_the_event_keeps_its_severity() {
    check(
        "117.2.0.1",
        &[("117.1.2.1.1.2.1000", "integer", "99")],
        &expect![[r#"
        {
          "trap": {
            "name": "cefcModuleStatusChange",
            "mib": "CISCO-ENTITY-FRU-CONTROL-MIB"
          },
          "severity": "warning",
          "varbinds": [
            {
              "position": 0,
              "name": "cefcModuleOperStatus",
              "mib": "CISCO-ENTITY-FRU-CONTROL-MIB",
              "index": "1000"
            }
          ],
          "decoded": {
            "event": "module_status",
            "state": 99,
            "part_index": "1000"
          }
        }"#]],
    );
}

#[test]
fn an_unknown_notification_has_its_varbinds_named() {
    check(
        "13.3.0.99",
        &[("13.1.4.1.3.1", "integer", "6"), ("999.1", "integer", "1")],
        &expect![[r#"
        {
          "varbinds": [
            {
              "position": 0,
              "name": "ciscoEnvMonFanState",
              "mib": "CISCO-ENVMON-MIB",
              "index": "1",
              "text": "notFunctioning(6)",
              "enum": "notFunctioning"
            }
          ]
        }"#]],
    );
}

#[test]
fn what_has_nothing_known_gets_nothing() {
    check("999.0.1", &[("999.1", "integer", "1")], &expect!["{}"]);
}

/// A Trap-PDU of version 1: enterprise 1.3.6.1.4.1.9.9.43.2, specific 1, and the source of the command, snmp.
#[test]
fn what_the_decoder_answers_is_what_the_enricher_reads() {
    let pdu = [
        &[0xa4, 0x34, 0x06, 0x09, 0x2b, 6, 1, 4, 1, 9, 9, 43, 2, 0x40, 4, 192, 0, 2, 7, 2, 1, 6, 2, 1, 1, 0x43, 1, 14]
            [..],
        &[0x30, 0x18, 0x30, 0x16, 0x06, 0x0e, 0x2b, 6, 1, 4, 1, 9, 9, 43, 1, 1, 6, 1, 3, 21],
        &[0x02, 0x04, 0, 0, 0, 2],
    ];
    let notification = Notification { version: Version::V1, pdu: pdu.concat(), hints: Vec::new() };
    let record = StandardDecoder::decode(&notification).unwrap();
    let additions = CiscoTraps::enrich(&TrapRecord::parse(&record).unwrap()).unwrap();
    // Also what breaks off anywhere.
    for end in 0..notification.pdu.len() {
        let broken = Notification { pdu: notification.pdu[..end].to_vec(), ..notification.clone() };
        let record = StandardDecoder::decode(&broken).unwrap();
        assert!(CiscoTraps::enrich(&TrapRecord::parse(&record).unwrap()).is_ok(), "{record}");
    }
    expect![[r#"{"trap":{"name":"ciscoConfigManEvent","mib":"CISCO-CONFIG-MAN-MIB"},"severity":"notice","varbinds":[{"position":0,"name":"ccmHistoryEventCommandSource","mib":"CISCO-CONFIG-MAN-MIB","index":"21","text":"snmp(2)","enum":"snmp"}],"decoded":{"event":"configuration_changed","command_source":"snmp"}}"#]].assert_eq(&serde_json::to_string(&additions).unwrap());
}

#[test]
fn the_manifest_names_the_prefixes_of_every_event_and_its_schema_is_json() {
    let manifest = CiscoTraps::describe();
    assert_eq!(manifest.name, "cisco-traps");
    serde_json::from_str::<serde_json::Value>(&manifest.schema).unwrap();
    for event in crate::objects::events() {
        assert!(manifest.prefixes.iter().any(|prefix| event.oid.starts_with(prefix)), "{}", event.name);
    }
}
