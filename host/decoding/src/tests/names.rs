//! What the numbers of records and trees are called.

use expect_test::expect;
use mibs::Mibs;
use runtime::{RecordedTrap, RecordedVarbind, Scalar, TrapRecord};
use serde_json::json;

use super::super::names;

fn varbind(oid: &str, kind: &str, value: Scalar, text: &str) -> RecordedVarbind {
    let hex = (kind == "octet-string").then(|| text.trim_start_matches("0x").to_owned());
    RecordedVarbind {
        oid: Some(oid.to_owned()),
        value_type: Some(kind.to_owned()),
        value,
        text: Some(text.to_owned()),
        hex,
        ..RecordedVarbind::default()
    }
}

fn integer(oid: &str, number: i64) -> RecordedVarbind {
    varbind(oid, "integer", Scalar::Integer(number), &number.to_string())
}

fn octets(oid: &str, hex: &str) -> RecordedVarbind {
    varbind(oid, "octet-string", Scalar::Text(format!("0x{hex}")), &format!("0x{hex}"))
}

fn named(trap: &str, varbinds: Vec<RecordedVarbind>) -> TrapRecord {
    let trap = Some(RecordedTrap { oid: Some(trap.to_owned()), ..RecordedTrap::default() });
    let mut record = TrapRecord { trap, varbinds, ..TrapRecord::default() };
    names::name(&mut record, Mibs::standard());
    record
}

fn shown(record: &TrapRecord) -> String {
    let word = |word: &Option<String>| word.clone().unwrap_or_else(|| "-".to_owned());
    let line = |varbind: &RecordedVarbind| {
        let words = [&varbind.mib, &varbind.name, &varbind.index, &varbind.text, &varbind.enumeration].map(word);
        words.join(" ") + "\n"
    };
    record.varbinds.iter().map(line).collect()
}

#[test]
fn objects_have_names_words_and_displayed_values() {
    let record = named(
        "1.3.6.1.6.3.1.1.5.3",
        vec![
            integer("1.3.6.1.2.1.2.2.1.1.3", 3),
            integer("1.3.6.1.2.1.2.2.1.7.3", 2),
            octets("1.3.6.1.2.1.2.2.1.6.3", "00005e005301"),
            octets("1.3.6.1.2.1.25.1.2.0", "07ea020908070605"),
            octets("1.0.8802.1.1.2.1.4.1.1.12.0.3.1", "28"),
            varbind(
                "1.3.6.1.2.1.1.2.0",
                "object-identifier",
                Scalar::Text("1.3.6.1.4.1.8072.3.2.10".to_owned()),
                "1.3.6.1.4.1.8072.3.2.10",
            ),
            integer("1.3.6.1.4.1.32473.1", 5),
            integer("1.0.8802.1.1.2.1.2.2", 1),
        ],
    );
    expect![[r#"
        IF-MIB ifIndex 3 3 -
        IF-MIB ifAdminStatus 3 down(2) down
        IF-MIB ifPhysAddress 3 00:00:5E:00:53:01 -
        HOST-RESOURCES-MIB hrSystemDate 0 2026-02-09T08:07:06.5 -
        LLDP-MIB lldpRemSysCapEnabled 0.3.1 bridge(2) router(4) -
        SNMPv2-MIB sysObjectID 0 NET-SNMP-TC::linux -
        - - - 5 -
        LLDP-MIB lldpStatsRemTablesInserts - 1 -
    "#]]
    .assert_eq(&shown(&record));
}

#[test]
fn an_address_is_read_by_the_type_of_its_own_row() {
    let kind = |row: &str, number| integer(&format!("1.3.6.1.3.5.1.1.9.1.10.{row}"), number);
    let address = |row: &str, hex| octets(&format!("1.3.6.1.3.5.1.1.9.1.11.{row}"), hex);
    // Sixteen letters are no IPv6 address, where the row says that they are a name.
    let name = "686f73742d692e6578616d706c652e31";
    let record = named(
        "1.3.6.1.4.1.32473.0.1",
        vec![kind("1", 16), kind("2", 2), address("1", name), address("2", name), address("3", "c0000201")],
    );
    let texts: Vec<_> = record.varbinds.iter().skip(2).map(|varbind| varbind.text.clone().unwrap()).collect();
    assert_eq!(
        texts,
        [format!("0x{name}"), "686f:7374:2d69:2e65:7861:6d70:6c65:2e31".to_owned(), "192.0.2.1".to_owned()]
    );
}

#[test]
fn what_a_decoder_has_named_itself_stays() {
    let own = RecordedVarbind {
        name: Some("own".to_owned()),
        text: Some("two".to_owned()),
        ..integer("1.3.6.1.2.1.2.2.1.7.3", 2)
    };
    let mut record = named("1.3.6.1.6.3.1.1.5.3", vec![own.clone()]);
    assert_eq!(record.varbinds, [own]);
    record.trap.as_mut().unwrap().name = Some("other".to_owned());
    names::name(&mut record, Mibs::standard());
    assert_eq!(record.trap.unwrap().name.as_deref(), Some("other"));
}

#[test]
fn a_notification_has_one_name_under_both_of_its_numbers() {
    let name = |trap: &str| {
        let trap = named(trap, Vec::new()).trap.unwrap();
        [trap.mib, trap.name, trap.index].map(Option::unwrap_or_default).join(" ")
    };
    for (head, last, expected) in [
        // Without the zero in their MIBs.
        ("1.3.6.1.2.1.14.16.2", 16, "OSPF-TRAP-MIB ospfIfStateChange "),
        ("1.3.6.1.4.1.2021.251", 2, "UCD-SNMP-MIB ucdShutdown "),
        ("1.3.6.1.2.1.33.2", 1, "UPS-MIB upsTrapOnBattery "),
        ("1.3.6.1.4.1.20006.1", 7, "NAGIOS-NOTIFY-MIB nSvcEvent "),
        ("1.3.6.1.6.3.1.1.5", 3, "IF-MIB linkDown "),
        // With it.
        ("1.3.6.1.2.1.207", 1, "VRRPV3-MIB vrrpv3NewMaster "),
        ("1.3.6.1.4.1.9586.100.5.2.10", 2, "KEEPALIVED-MIB vrrpInstanceStateChange "),
        ("1.0.8802.1.1.2.0", 1, "LLDP-MIB lldpRemTablesChange "),
    ] {
        assert_eq!(name(&format!("{head}.{last}")), expected);
        assert_eq!(name(&format!("{head}.0.{last}")), expected);
    }
    assert_eq!(name("1.3.6.1.6.3.1.1.5.3.0"), "IF-MIB linkDown 0");
    assert_eq!(name("1.3.6.1.6.3.1.1.5.6"), "RFC1215-TRAP egpNeighborLoss ");
    // Objects have one number: sysDescr is 1.3.6.1.2.1.1.1.
    assert_eq!(name("1.3.6.1.2.1.1.0.1"), "  ");
    assert_eq!(name("1.3.6.1.4.1.32473.0.1"), "  ");
}

#[test]
fn an_interface_is_found_in_objects_that_are_numbers_of_one() {
    for (oid, number, expected) in [
        // dot1dBasePortIfIndex, and two of RFC 1213 without the convention.
        ("1.3.6.1.2.1.17.1.4.1.2.1", 12, Some(12)),
        ("1.3.6.1.2.1.4.20.1.2.192.0.2.1", 4, Some(4)),
        ("1.3.6.1.2.1.4.22.1.1.4.192.0.2.1", 4, Some(4)),
        ("1.3.6.1.2.1.17.1.4.1.2.1", 0, None),
        ("1.3.6.1.2.1.17.1.4.1.1.1", 12, None),
    ] {
        let record = named("1.3.6.1.4.1.32473.0.1", vec![integer(oid, number)]);
        assert_eq!(record.enrichment.interface.map(|interface| interface.ifindex), expected, "{oid}");
    }
}

#[test]
fn a_tree_shows_names_where_the_decoder_has_numbers() {
    let leaf = |name: &str, kind: &str, value: serde_json::Value, text: &str, raw: &str| json!({"name": name, "type": kind, "value": value, "text": text, "raw": raw, "problem": null, "children": []});
    let varbind = json!({
        "name": "varbind", "type": "SEQUENCE", "value": null, "text": "1.3.6.1.2.1.2.2.1.7.3 = 2",
        "meaning": "an object and its value", "raw": "3000",
        "children": [
            leaf("name", "OBJECT IDENTIFIER", json!("1.3.6.1.2.1.2.2.1.7.3"), "1.3.6.1.2.1.2.2.1.7.3", "06"),
            leaf("value", "INTEGER", json!(2), "2", "020102"),
        ],
    });
    let summary =
        "SNMPv1, 1 varbind, noSuchName(2) about varbind 1 (1.3.6.1.2.1.2.2.1.7.3), 1.3.6.1.6.3.1.1.5.3, 1.3.9";
    let mut tree = json!({"summary": summary, "nodes": [varbind]});
    names::name_tree(tree.as_object_mut().unwrap(), Mibs::standard());
    let [varbind] = &tree["nodes"].as_array().unwrap()[..] else { panic!("one node") };
    assert_eq!(varbind["text"], "IF-MIB::ifAdminStatus.3 = down(2)");
    assert_eq!(varbind["meaning"], "an instance of ifAdminStatus");
    assert_eq!(
        tree["summary"],
        "SNMPv1, 1 varbind, noSuchName(2) about varbind 1 (IF-MIB::ifAdminStatus.3), IF-MIB::linkDown, 1.3.9"
    );
}

#[test]
fn a_tree_of_another_shape_is_left_as_it_is() {
    for odd in [
        json!({}),
        json!({"nodes": 5, "summary": null}),
        json!({"nodes": [5, {"name": "varbind"}, {"name": "varbind", "children": [{"name": "name", "value": "1.3.6.1"}]}]}),
        json!({"nodes": [{"name": "varbind", "children": {"a": 1}}]}),
    ] {
        let mut tree = odd.clone();
        names::name_tree(tree.as_object_mut().unwrap(), Mibs::standard());
        assert_eq!(tree, odd);
    }
}
