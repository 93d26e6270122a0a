//! The notifications that daemons have sent, each as version 1 and as version 2c: tests/recordings has their capture.

use std::{fs, path::Path};

use super::*;

/// What an event is called, with the number that its version gives it, and what it is about.
fn event(message: &Value) -> [String; 3] {
    let (record, trap) = (&message["record"], &message["record"]["trap"]);
    let word = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let about = [
        ("interface", &record["enrichment"]["interface"]["ifindex"]),
        ("peer", &record["enrichment"]["peer"]["address"]),
    ];
    let about: Vec<String> = about
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| format!("{name} {}", value.to_string().trim_matches('"')))
        .collect();
    [
        format!("{}::{}", word(&trap["mib"]), word(&trap["name"])),
        word(&trap["oid"]),
        format!("{} {}", word(&record["severity"]), about.join(" ")).trim_end().to_owned(),
    ]
}

#[tokio::test]
async fn each_notification_of_the_daemons_has_one_name_in_both_versions() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recordings/traps-snmpd-frr-keepalived-lldpd.pcap");
    let answer = decoded(fs::read(path).unwrap(), Format::Auto, &[]).await;
    assert_eq!(answer["problems"], serde_json::json!([]));
    assert_eq!(answer["packets"], serde_json::json!({ "read": 62, "other": 0 }));
    let messages = answer["messages"].as_array().unwrap();
    let mut shown = String::new();
    for pair in messages.chunks(2) {
        let [first, second] = pair else { panic!("an event has two forms") };
        assert_eq!((&first["version"], &second["version"]), (&"1".into(), &"2c".into()));
        for message in [first, second] {
            // Captured on the host that sent them.
            assert_eq!(message["frame"]["udp"]["checksum"], "unfinished");
            for varbind in message["varbinds"].as_array().unwrap() {
                assert!(varbind["name"].is_string() && varbind["mib"].is_string(), "{varbind}");
            }
        }
        let ([name, oid_1, about], [second_name, oid_2, second_about]) = (event(first), event(second));
        assert_eq!((&name, &about), (&second_name, &second_about));
        let oid = if oid_1 == oid_2 { oid_1 } else { format!("{oid_1} = {oid_2}") };
        shown += &format!("{name}  {oid}  {about}\n");
    }
    expect![[r#"
        SNMPv2-MIB::coldStart  1.3.6.1.6.3.1.1.5.1  warning
        SNMPv2-MIB::coldStart  1.3.6.1.6.3.1.1.5.1  warning
        SNMPv2-MIB::authenticationFailure  1.3.6.1.6.3.1.1.5.5  warning
        SNMPv2-MIB::authenticationFailure  1.3.6.1.6.3.1.1.5.5  warning
        IF-MIB::linkDown  1.3.6.1.6.3.1.1.5.3  error interface 6
        BGP4-MIB::bgpBackwardTransNotification  1.3.6.1.2.1.15.0.2  error peer 192.0.2.2
        OSPF-TRAP-MIB::ospfIfStateChange  1.3.6.1.2.1.14.16.2.0.16 = 1.3.6.1.2.1.14.16.2.16  warning
        OSPF-TRAP-MIB::ospfNbrStateChange  1.3.6.1.2.1.14.16.2.0.2 = 1.3.6.1.2.1.14.16.2.2  warning
        OSPF-TRAP-MIB::ospfIfStateChange  1.3.6.1.2.1.14.16.2.0.16 = 1.3.6.1.2.1.14.16.2.16  warning
        KEEPALIVED-MIB::vrrpInstanceStateChange  1.3.6.1.4.1.9586.100.5.2.10.0.2  warning
        LLDP-MIB::lldpRemTablesChange  1.0.8802.1.1.2.0.0.1  notice
        BGP4-MIB::bgpEstablishedNotification  1.3.6.1.2.1.15.0.1  notice peer 192.0.2.2
        KEEPALIVED-MIB::vrrpInstanceStateChange  1.3.6.1.4.1.9586.100.5.2.10.0.2  warning
        LLDP-MIB::lldpRemTablesChange  1.0.8802.1.1.2.0.0.1  notice
        KEEPALIVED-MIB::vrrpInstanceStateChange  1.3.6.1.4.1.9586.100.5.2.10.0.2  warning
        VRRP-MIB::vrrpTrapNewMaster  1.3.6.1.2.1.68.0.1  warning
        VRRPV3-MIB::vrrpv3NewMaster  1.3.6.1.2.1.207.0.1  warning
        OSPF-TRAP-MIB::ospfNbrStateChange  1.3.6.1.2.1.14.16.2.0.2 = 1.3.6.1.2.1.14.16.2.2  warning
        BGP4-MIB::bgpBackwardTransNotification  1.3.6.1.2.1.15.0.2  error peer 192.0.2.77
        IF-MIB::linkUp  1.3.6.1.6.3.1.1.5.4  notice interface 6
        NET-SNMP-AGENT-MIB::nsNotifyShutdown  1.3.6.1.4.1.8072.4.0.2  warning
        SNMPv2-MIB::coldStart  1.3.6.1.6.3.1.1.5.1  warning
        BGP4-MIB::bgpBackwardTransNotification  1.3.6.1.2.1.15.0.2  error peer 192.0.2.77
        BGP4-MIB::bgpBackwardTransNotification  1.3.6.1.2.1.15.0.2  error peer 192.0.2.77
        BGP4-MIB::bgpBackwardTransNotification  1.3.6.1.2.1.15.0.2  error peer 192.0.2.77
        BGP4-MIB::bgpBackwardTransNotification  1.3.6.1.2.1.15.0.2  error peer 192.0.2.77
        BGP4-MIB::bgpBackwardTransNotification  1.3.6.1.2.1.15.0.2  error peer 192.0.2.77
        BGP4-MIB::bgpBackwardTransNotification  1.3.6.1.2.1.15.0.2  error peer 192.0.2.77
        BGP4-MIB::bgpBackwardTransNotification  1.3.6.1.2.1.15.0.2  error peer 192.0.2.77
        LLDP-MIB::lldpRemTablesChange  1.0.8802.1.1.2.0.0.1  notice
        LLDP-MIB::lldpRemTablesChange  1.0.8802.1.1.2.0.0.1  notice
    "#]]
    .assert_eq(&shown);
}
