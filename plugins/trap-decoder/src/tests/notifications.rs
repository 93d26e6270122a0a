//! What the record says of notifications, whole and odd ones.

use expect_test::{Expect, expect};
use snmp_proxy_sdk::ErrorKind;
use snmp_proxy_sdk::serde_json::{Value, json};
use snmp_proxy_sdk::traps::{Notification, TrapDecoder, Version};

use super::packet::*;
use super::{decode, record};
use crate::{MAX_OCTETS, StandardDecoder};

fn check(version: Version, pdu: &[u8], expected: &Expect) {
    let json = decode(version, pdu);
    // The list of varbinds on lines of its own.
    expected.assert_eq(&json.replace("[{", "[\n  {").replace("},{", "},\n  {").replace(r#"}],"enr"#, "}\n],\"enr"));
}

#[track_caller]
fn check_flags(version: Version, pdu: &[u8], expected: &[&str]) -> Value {
    let record = record(version, pdu);
    assert_eq!(record["flags"], json!(expected), "{record}");
    record
}

#[test]
fn a_link_down_of_version_2_has_its_values_and_its_interface() {
    let varbinds = [
        varbind("1.3.6.1.2.1.2.2.1.1.3", integer(3)),
        varbind("1.3.6.1.2.1.2.2.1.7.3", integer(2)),
        varbind("1.3.6.1.2.1.2.2.1.2.3", text("Gi0/3")),
        varbind("1.3.6.1.2.1.2.2.1.6.3", element(0x04, &[0, 0, 0x5e, 0, 0x53, 1])),
        varbind("1.3.6.1.6.3.18.1.3.0", element(0x40, &[198, 51, 100, 9])),
    ];
    check(
        Version::V2c,
        &trap(LINK_DOWN, &varbinds),
        &expect![[r#"
            {"snmp":{"version":"2c","pdu":"trap","request_id":7},"v1":null,"device":{"candidates":{"agent_addr":null,"snmp_trap_address":"198.51.100.9"}},"uptime_ticks":14,"trap":{"oid":"1.3.6.1.6.3.1.1.5.3","name":null,"mib":null,"index":null,"enterprise":null},"severity":"error","varbinds":[
              {"oid":"1.3.6.1.2.1.1.3.0","name":null,"mib":null,"index":null,"type":"time-ticks","value":14,"text":"0:00:00.14","hex":null,"enum":null},
              {"oid":"1.3.6.1.6.3.1.1.4.1.0","name":null,"mib":null,"index":null,"type":"object-identifier","value":"1.3.6.1.6.3.1.1.5.3","text":"1.3.6.1.6.3.1.1.5.3","hex":null,"enum":null},
              {"oid":"1.3.6.1.2.1.2.2.1.1.3","name":null,"mib":null,"index":null,"type":"integer","value":3,"text":"3","hex":null,"enum":null},
              {"oid":"1.3.6.1.2.1.2.2.1.7.3","name":null,"mib":null,"index":null,"type":"integer","value":2,"text":"2","hex":null,"enum":null},
              {"oid":"1.3.6.1.2.1.2.2.1.2.3","name":null,"mib":null,"index":null,"type":"octet-string","value":"Gi0/3","text":"Gi0/3","hex":"4769302f33","enum":null},
              {"oid":"1.3.6.1.2.1.2.2.1.6.3","name":null,"mib":null,"index":null,"type":"octet-string","value":"0x00005e005301","text":"0x00005e005301","hex":"00005e005301","enum":null},
              {"oid":"1.3.6.1.6.3.18.1.3.0","name":null,"mib":null,"index":null,"type":"ip-address","value":"198.51.100.9","text":"198.51.100.9","hex":null,"enum":null}
            ],"enrichment":{"interface":{"ifindex":3}},"flags":[]}"#]],
    );
}

#[test]
fn a_generic_trap_of_version_1_has_the_oid_of_version_2() {
    check(
        Version::V1,
        &trap_v1("1.3.6.1.4.1.8072.3.2.10", 0, 0, &[]),
        &expect![[
            r#"{"snmp":{"version":"1","pdu":"trap-v1","request_id":null},"v1":{"enterprise":"1.3.6.1.4.1.8072.3.2.10","agent_addr":"192.0.2.7","generic":0,"specific":0,"timestamp":14},"device":{"candidates":{"agent_addr":"192.0.2.7","snmp_trap_address":null}},"uptime_ticks":14,"trap":{"oid":"1.3.6.1.6.3.1.1.5.1","name":null,"mib":null,"index":null,"enterprise":"1.3.6.1.4.1.8072.3.2.10"},"severity":"warning","varbinds":[],"enrichment":{},"flags":[]}"#
        ]],
    );
}

#[test]
fn the_same_event_in_both_versions_has_the_same_number_and_time() {
    let linux = "1.3.6.1.4.1.8072.3.2.10";
    let first = record(Version::V1, &trap_v1(linux, 0, 0, &[]));
    let enterprise = varbind("1.3.6.1.6.3.1.1.4.3.0", oid(linux));
    let second = record(Version::V2c, &trap("1.3.6.1.6.3.1.1.5.1", &[enterprise]));
    for member in ["trap", "uptime_ticks", "severity", "flags"] {
        assert_eq!(first[member], second[member], "{member}");
    }
}

#[test]
fn an_enterprise_trap_of_version_1_is_enterprise_zero_specific() {
    for (enterprise, generic, specific, trap, severity, flags) in [
        ("1.3.6.1.4.1.32473", 6, 12, "1.3.6.1.4.1.32473.0.12", json!(null), &[][..]),
        ("1.3.6.1.2.1.17", 6, 2, "1.3.6.1.2.1.17.0.2", json!("notice"), &[]),
        // Defined for version 1, without the zero.
        ("1.3.6.1.4.1.2021.251", 6, 1, "1.3.6.1.4.1.2021.251.0.1", json!("notice"), &[]),
        ("1.3.6.1.4.1.32473.0", 6, 1, "1.3.6.1.4.1.32473.0.0.1", json!(null), &["enterprise_ends_in_zero"]),
        ("1.3.6.1.4.1.32473", 7, 1, "1.3.6.1.4.1.32473.0.1", json!(null), &["generic_out_of_range"]),
        ("1.3.6.1.4.1.32473", -1, 1, "1.3.6.1.4.1.32473.0.1", json!(null), &["generic_out_of_range"]),
        ("1.3.6.1.4.1.32473", 6, -1, "1.3.6.1.4.1.32473.0.4294967295", json!(null), &["specific_out_of_range"]),
    ] {
        let record = check_flags(Version::V1, &trap_v1(enterprise, generic, specific, &[]), flags);
        assert_eq!((record["trap"]["oid"].as_str(), &record["severity"]), (Some(trap), &severity));
        assert_eq!(record["v1"]["generic"], generic);
    }
}

#[test]
fn a_notification_matters_as_much_under_both_of_its_numbers() {
    let severity = |version, pdu: &[u8]| record(version, pdu)["severity"].clone();
    for (head, last) in [
        // Without the zero in their MIBs: ospfIfStateChange, ucdShutdown, upsTrapOnBattery, linkDown.
        ("1.3.6.1.2.1.14.16.2", 16),
        ("1.3.6.1.4.1.2021.251", 2),
        ("1.3.6.1.2.1.33.2", 1),
        ("1.3.6.1.6.3.1.1.5", 3),
        // With it: vrrpv3NewMaster, KEEPALIVED-MIB's vrrpInstanceStateChange, lldpRemTablesChange.
        ("1.3.6.1.2.1.207", 1),
        ("1.3.6.1.4.1.9586.100.5.2.10", 2),
        ("1.0.8802.1.1.2.0", 1),
    ] {
        let own = severity(Version::V2c, &trap(&format!("{head}.{last}"), &[]));
        assert!(own.is_string(), "{head}.{last}");
        assert_eq!(severity(Version::V1, &trap_v1(head, 6, last, &[])), own);
        assert_eq!(severity(Version::V2c, &trap(&format!("{head}.0.{last}"), &[])), own);
    }
    // A needless instance.
    assert!(severity(Version::V2c, &trap("1.3.6.1.6.3.1.1.5.3.0", &[])).is_string());
    // An enterprise with a zero already.
    assert!(severity(Version::V1, &trap_v1("1.3.6.1.2.1.17.0", 6, 1, &[])).is_string());
}

#[test]
fn the_peer_of_a_bgp_notification_is_in_the_value_or_else_in_the_index() {
    let address = |octets: &[u8]| element(0x40, octets);
    let column = |column: u8, index: &str, value| varbind(&format!("1.3.6.1.2.1.15.3.1.{column}{index}"), value);
    let state = || column(2, ".192.0.2.77", integer(1));
    for (varbinds, expected) in [
        (vec![column(7, ".192.0.2.2", address(&[192, 0, 2, 2])), state()], json!("192.0.2.2")),
        (vec![column(7, ".192.0.2.77", address(&[0; 4])), state()], json!("192.0.2.77")),
        (vec![state()], json!("192.0.2.77")),
        (vec![column(7, "", address(&[192, 0, 2, 2])), column(2, "", integer(1))], json!("192.0.2.2")),
        (vec![column(7, "", address(&[0; 4])), state()], json!("192.0.2.77")),
        (vec![column(2, ".0.0.0.0", integer(1))], json!(null)),
        (vec![column(2, ".192.0.2", integer(1)), column(3, ".192.0.2.300", integer(1))], json!(null)),
    ] {
        for record in [
            record(Version::V1, &trap_v1("1.3.6.1.2.1.15", 6, 2, &varbinds)),
            record(Version::V2c, &trap("1.3.6.1.2.1.15.0.2", &varbinds)),
        ] {
            assert_eq!(record["enrichment"]["peer"]["address"], expected, "{record}");
        }
    }
    // Who asks for a peer tells of no event.
    assert_eq!(record(Version::V2c, &pdu(0xa0, &[state()]))["enrichment"], json!({}));
}

#[test]
fn a_notification_in_the_wrong_order_is_found_and_flagged() {
    let uptime = varbind(SYS_UP_TIME, ticks(14));
    let name = varbind(SNMP_TRAP_OID, oid(LINK_DOWN));
    let other = varbind("1.3.6.1.2.1.1.5.0", text("r1"));
    let bare = varbind("1.3.6.1.6.3.1.1.4.1", oid(LINK_DOWN));
    for (varbinds, flags) in [
        (vec![&uptime, &name], &[][..]),
        (vec![&name, &uptime], &["varbind_order"]),
        (vec![&other, &uptime, &name], &["varbind_order"]),
        (vec![&uptime, &other, &name], &["varbind_order"]),
        (vec![&name], &["missing_uptime"]),
        (vec![&other, &name], &["varbind_order", "missing_uptime"]),
        (vec![&uptime, &bare], &["scalar_without_instance"]),
        (vec![&uptime, &name, &name], &["duplicate_trap_oid"]),
    ] {
        let varbinds: Vec<_> = varbinds.into_iter().cloned().collect();
        let record = check_flags(Version::V2c, &pdu(0xa6, &varbinds), flags);
        assert_eq!((&record["trap"]["oid"], &record["snmp"]["pdu"]), (&json!(LINK_DOWN), &json!("inform")));
        assert_eq!(record["varbinds"].as_array().unwrap().len(), varbinds.len());
    }
    let record = check_flags(Version::V2c, &pdu(0xa7, &[uptime, other]), &["missing_trap_oid"]);
    assert_eq!((&record["trap"], &record["uptime_ticks"]), (&json!(null), &json!(14)));
    check_flags(Version::V2c, &pdu(0xa7, &[]), &["missing_uptime", "missing_trap_oid"]);
}

#[test]
fn values_of_every_type_are_kept_as_they_are() {
    let name = "1.3.6.1.4.1.32473.1";
    let values = [
        integer(i32::MIN),
        element(0x04, b"\x80\x01"),
        element(0x05, b""),
        oid("1.3.6.1.2.1.2.2.1.1.3"),
        element(0x40, &[192, 0, 2, 1]),
        element(0x41, &[0, 255, 255, 255, 255]),
        element(0x42, &[255, 255, 255, 255]),
        element(0x43, &[0x01, 0x00, 0x00, 0x00]),
        element(0x44, &[0x9f, 0x78, 4, 0x3f, 0xc0, 0, 0]),
        element(0x45, &[1, 2]),
        element(0x46, &[0, 255, 255, 255, 255, 255, 255, 255, 255]),
        element(0x47, &[5]),
        element(0x80, b""),
        element(0x40, &[192, 0, 2]),
        element(0x0c, b"utf8"),
        // A tag of two octets, as of the float that an Opaque should hold.
        vec![0x9f, 0x78, 4, 0x40, 0x20, 0, 0],
    ];
    let varbinds = values.map(|value| varbind(name, value));
    check(
        Version::V1,
        &trap_v1("1.3.6.1.4.1.32473", 6, 1, &varbinds),
        &expect![[r#"
            {"snmp":{"version":"1","pdu":"trap-v1","request_id":null},"v1":{"enterprise":"1.3.6.1.4.1.32473","agent_addr":"192.0.2.7","generic":6,"specific":1,"timestamp":14},"device":{"candidates":{"agent_addr":"192.0.2.7","snmp_trap_address":null}},"uptime_ticks":14,"trap":{"oid":"1.3.6.1.4.1.32473.0.1","name":null,"mib":null,"index":null,"enterprise":"1.3.6.1.4.1.32473"},"severity":null,"varbinds":[
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"integer","value":-2147483648,"text":"-2147483648","hex":null,"enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"octet-string","value":"0x8001","text":"0x8001","hex":"8001","enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"null","value":null,"text":null,"hex":null,"enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"object-identifier","value":"1.3.6.1.2.1.2.2.1.1.3","text":"1.3.6.1.2.1.2.2.1.1.3","hex":null,"enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"ip-address","value":"192.0.2.1","text":"192.0.2.1","hex":null,"enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"counter32","value":4294967295,"text":"4294967295","hex":null,"enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"gauge32","value":4294967295,"text":"4294967295","hex":null,"enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"time-ticks","value":16777216,"text":"1 day, 22:36:12.16","hex":null,"enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"opaque","value":"0x9f78043fc00000","text":"1.5","hex":"9f78043fc00000","enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"nsap-address","value":"0x0102","text":"0x0102","hex":"0102","enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"counter64","value":18446744073709551615,"text":"18446744073709551615","hex":null,"enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"uinteger32","value":5,"text":"5","hex":null,"enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"no-such-object","value":null,"text":null,"hex":null,"enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"ip-address","value":null,"text":null,"hex":"c00002","enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"unknown","tag":12,"value":null,"text":null,"hex":"75746638","enum":null},
              {"oid":"1.3.6.1.4.1.32473.1","name":null,"mib":null,"index":null,"type":"unknown","tag":159,"value":null,"text":null,"hex":"9f7840200000","enum":null}
            ],"enrichment":{},"flags":["negative_unsigned","bad_value","unknown_type","counter64_in_v1","exception_value"]}"#]],
    );
}

#[test]
fn an_interface_is_found_in_a_value_or_a_name() {
    let other = varbind("1.3.6.1.2.1.1.5.0", text("r1"));
    for (varbind, interface) in [
        (varbind("1.3.6.1.2.1.2.2.1.1.9", integer(3)), json!(3)),
        (varbind("1.3.6.1.2.1.31.1.1.1.18.300", text("uplink")), json!(300)),
        (varbind("1.3.6.1.2.1.2.2.1.8.4", integer(1)), json!(4)),
        (varbind("1.3.6.1.2.1.2.2.1.8.4.5", integer(1)), json!(null)),
        (varbind("1.3.6.1.2.1.2.2.1.1.0", integer(-3)), json!(null)),
    ] {
        let record = record(Version::V2c, &trap(LINK_DOWN, &[other.clone(), varbind]));
        assert_eq!(record["enrichment"]["interface"]["ifindex"], interface, "{record}");
    }
}

#[test]
fn a_community_that_a_proxy_has_added_is_flagged() {
    let community = varbind("1.3.6.1.6.3.18.1.4.0", text("public"));
    check_flags(Version::V2c, &trap(LINK_DOWN, &[community]), &["carries_community"]);
}

#[test]
fn every_pdu_has_a_record_and_only_notifications_have_a_trap() {
    for (tag, word) in
        [(0xa0, "get"), (0xa1, "get-next"), (0xa2, "response"), (0xa3, "set"), (0xa5, "get-bulk"), (0xa8, "report")]
    {
        let record = check_flags(Version::V3, &pdu(tag, &[varbind(SNMP_TRAP_OID, oid(LINK_DOWN))]), &[]);
        assert_eq!((&record["snmp"]["pdu"], &record["snmp"]["request_id"]), (&json!(word), &json!(7)));
        assert_eq!((&record["trap"], record["varbinds"].as_array().unwrap().len()), (&json!(null), 1));
    }
    check_flags(Version::V1, &trap(LINK_DOWN, &[]), &["pdu_of_other_version"]);
    check_flags(Version::V2c, &trap_v1("1.3.6.1.4.1.8072", 0, 0, &[]), &["pdu_of_other_version"]);
}

#[test]
fn broken_octets_give_what_can_be_read_of_them_and_a_flag() {
    let whole = trap(LINK_DOWN, &[varbind("1.3.6.1.2.1.1.5.0", text("router"))]);
    let record = check_flags(Version::V2c, &whole[..whole.len() - 3], &["truncated"]);
    assert_eq!((&record["trap"]["oid"], &record["varbinds"][2]["value"]), (&json!(LINK_DOWN), &json!("rou")));

    check_flags(Version::V2c, &[&whole[..], &[0]].concat(), &["trailing_octets"]);
    check_flags(Version::V2c, &[], &["missing_field"]);
    check_flags(Version::V2c, &[0xa7], &["truncated", "missing_field", "missing_uptime", "missing_trap_oid"]);
    check_flags(Version::V2c, &[0x30, 0], &["unknown_pdu"]);

    // Lengths in more octets than they need, and none at all.
    let inner = &whole[2..];
    let long = [&[0xa7, 0x82, 0, inner.len() as u8], inner].concat();
    assert_eq!(check_flags(Version::V2c, &long, &["non_minimal_length"])["trap"]["oid"], LINK_DOWN);
    let endless = [&[0xa7, 0x80], inner].concat();
    assert_eq!(check_flags(Version::V2c, &endless, &["indefinite_length"])["trap"]["oid"], LINK_DOWN);
    let huge = [&[0xa7, 0x84, 0x7f, 0xff, 0xff, 0xff], inner].concat();
    assert_eq!(check_flags(Version::V2c, &huge, &["truncated"])["trap"]["oid"], LINK_DOWN);
}

#[test]
fn a_missing_field_does_not_cost_the_varbinds() {
    let varbinds = container(0x30, &[varbind("1.3.6.1.2.1.2.2.1.1.3", integer(3))]);
    let without_specific = container(0xa4, &[oid("1.3.6.1.4.1.8072"), text("x"), integer(2), varbinds]);
    let flags = ["missing_field", "unexpected_type", "bad_agent_addr"];
    let record = check_flags(Version::V1, &without_specific, &flags);
    assert_eq!((&record["trap"]["oid"], &record["v1"]["agent_addr"]), (&json!(LINK_DOWN), &json!(null)));
    assert_eq!(record["enrichment"]["interface"]["ifindex"], 3);
}

#[test]
fn a_varbind_that_is_none_is_kept_as_octets() {
    let odd = [
        container(0x30, &[integer(5), integer(6)]),
        container(0x30, &[oid("1.3.6.1")]),
        text("alone"),
        container(0x30, &[element(0x06, &[0x2b, 0x86]), integer(1)]),
        container(0x30, &[element(0x06, &[0x2b, 0x80, 6, 1, 2, 1, 1, 5, 0]), text("padded")]),
    ];
    let flags = ["missing_field", "unexpected_type", "bad_oid"];
    let record = check_flags(Version::V2c, &trap(LINK_DOWN, &odd), &flags);
    let parts: Vec<_> = record["varbinds"].as_array().unwrap()[2..]
        .iter()
        .map(|varbind| format!("{} {} {}", varbind["oid"], varbind["oid_hex"], varbind["value"]))
        .collect();
    let expected = [
        r#"null "05" 6"#,
        r#""1.3.6.1" null null"#,
        r#"null "" "alone""#,
        r#"null "2b86" 1"#,
        r#""1.3.6.1.2.1.1.5.0" null "padded""#,
    ];
    assert_eq!(parts, expected);
}

#[test]
fn varbinds_beyond_the_bound_are_flagged() {
    let many = vec![varbind("1.3.6.1.2.1.1.5.0", text("")); 1_001];
    let record = check_flags(Version::V2c, &trap(LINK_DOWN, &many[..998]), &[]);
    assert_eq!(record["varbinds"].as_array().unwrap().len(), 1_000);
    let record = check_flags(Version::V2c, &trap(LINK_DOWN, &many), &["varbinds_cut"]);
    assert_eq!(record["varbinds"].as_array().unwrap().len(), 1_000);
}

#[test]
fn more_than_a_datagram_can_hold_is_refused() {
    let pdu = vec![0; MAX_OCTETS + 1];
    let error = StandardDecoder::decode(&Notification { version: Version::V1, pdu, hints: Vec::new() }).unwrap_err();
    assert_eq!(error.kind, ErrorKind::LimitExceeded);
}

#[test]
fn the_manifest_names_the_plugin() {
    assert_eq!(StandardDecoder::describe().name, "trap-decoder");
}
