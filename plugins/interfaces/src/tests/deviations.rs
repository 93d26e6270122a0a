//! Devices whose tables are not as the MIB says, each made up after a real one.

use expect_test::{Expect, expect};
use snmp_proxy_sdk::serde_json;
use snmp_proxy_sdk::testing::{RecordedDevice, run};

use super::device;
use crate::Interfaces;

/// What matters of each interface, then the log.
fn check(mut device: RecordedDevice, keys: &[&str], expected: &Expect) {
    let run = run::<Interfaces>(&mut device, "{}");
    let mut text = String::new();
    for interface in run.section("interfaces").as_array().unwrap() {
        let mut interface = interface.as_object().unwrap().clone();
        interface.retain(|key, _| key == "index" || key == "warnings" || keys.contains(&key.as_str()));
        let addresses = interface.get_mut("addresses").and_then(|addresses| addresses.as_array_mut());
        for address in addresses.into_iter().flatten() {
            *address = address["address"].take();
        }
        text.push_str(&format!("{}\n", serde_json::to_string(&interface).unwrap()));
    }
    for (level, line) in run.log {
        text.push_str(&format!("{level:?}: {line}\n"));
    }
    expected.assert_eq(&text);
}

/// Interfaces 1 and on: ifType, ifSpeed and ifHighSpeed as tag and value.
fn check_speeds(rows: &[(u32, &str, &str)], expected: &Expect) {
    let mut recording = String::new();
    for (index, (if_type, if_speed, if_high_speed)) in (1..).zip(rows) {
        recording.push_str(&format!("1.3.6.1.2.1.2.2.1.3.{index}|2|{if_type}\n"));
        for (column, value) in [("2.2.1.5", if_speed), ("31.1.1.1.15", if_high_speed)] {
            if !value.is_empty() {
                recording.push_str(&format!("1.3.6.1.2.1.{column}.{index}|{value}\n"));
            }
        }
    }
    check(device(&recording), &["speed", "if_speed", "if_high_speed"], expected);
}

#[test]
fn speeds_in_other_units_are_read_where_one_reading_fits() {
    check_speeds(
        &[
            (62, "", "66|100000000"),
            (6, "", "66|1000000000"),
            (6, "66|100000000", "66|100000000"),
            (1, "66|384000", "66|384"),
            (6, "4|1000000000", "66|1000"),
            (6, "4|10000000000", ""),
            (6, "66|1000", ""),
            (6, "66|1410065408", "66|10000"),
        ],
        &expect![[r#"
            {"index":1,"speed":100000000,"if_high_speed":100000000,"warnings":["speed: ifHighSpeed 100000000 is read as bit/s, not Mbit/s"]}
            {"index":2,"speed":1000000000,"if_high_speed":1000000000,"warnings":["speed: ifHighSpeed 1000000000 is read as bit/s, not Mbit/s"]}
            {"index":3,"speed":100000000,"if_speed":100000000,"if_high_speed":100000000,"warnings":["speed: ifHighSpeed 100000000 is read as bit/s, not Mbit/s"]}
            {"index":4,"speed":384000,"if_speed":384000,"if_high_speed":384,"warnings":["speed: ifHighSpeed 384 is read as kbit/s, not Mbit/s"]}
            {"index":5,"speed":1000000000,"if_speed":1000000000,"if_high_speed":1000,"warnings":["ifSpeed: OCTET STRING instead of Gauge32"]}
            {"index":6,"speed":10000000000,"if_speed":10000000000,"warnings":["ifSpeed: OCTET STRING instead of Gauge32"]}
            {"index":7,"speed":1000000000,"if_speed":1000,"warnings":["speed: ifSpeed 1000 is read as Mbit/s, not bit/s"]}
            {"index":8,"speed":10000000000,"if_speed":1410065408,"if_high_speed":10000,"warnings":["speed: ifSpeed 1410065408 is 10000000000 modulo 2^32"]}
        "#]],
    );
}

#[test]
fn speeds_that_nothing_makes_certain_are_null() {
    check_speeds(
        &[
            (6, "", "66|4294967295"),
            (6, "66|0", "66|4294901759"),
            (6, "66|1000000000", "66|4294966752"),
            (6, "66|1000000000", "2|-1"),
            (7, "", "66|1000000"),
            (157, "66|70000000", "66|100000000"),
            (6, "4|fast", ""),
        ],
        &expect![[r#"
            {"index":1,"speed":null,"if_high_speed":4294967295,"warnings":["speed: ifHighSpeed 4294967295 is -1 without its sign"]}
            {"index":2,"speed":null,"if_speed":0,"if_high_speed":4294901759,"warnings":["speed: ifHighSpeed 4294901759 is -65537 without its sign"]}
            {"index":3,"speed":1000000000,"if_speed":1000000000,"if_high_speed":4294966752,"warnings":["speed: ifHighSpeed 4294966752 is -544 without its sign, so that ifSpeed counts"]}
            {"index":4,"speed":1000000000,"if_speed":1000000000,"if_high_speed":null,"warnings":["ifHighSpeed: INTEGER instead of Gauge32"]}
            {"index":5,"speed":null,"if_high_speed":1000000,"warnings":["speed: ifHighSpeed 1000000 is no certain number of Mbit/s, kbit/s or bit/s"]}
            {"index":6,"speed":null,"if_speed":70000000,"if_high_speed":100000000,"warnings":["speed: ifSpeed 70000000 and ifHighSpeed 100000000 contradict each other"]}
            {"index":7,"speed":null,"if_speed":null,"warnings":["ifSpeed: OCTET STRING instead of Gauge32"]}
        "#]],
    );
}

#[test]
fn every_type_of_iana_has_its_name() {
    let recording: String = [10, 31, 52, 92, 210, 214, 270, 271, 303, 999]
        .iter()
        .map(|if_type| format!("1.3.6.1.2.1.2.2.1.3.{if_type}|2|{if_type}\n"))
        .collect();
    check(
        device(&recording),
        &["type_name"],
        &expect![[r#"
        {"index":10,"type_name":"iso88026Man"}
        {"index":31,"type_name":"sip"}
        {"index":52,"type_name":"smdsIcip"}
        {"index":92,"type_name":"frameRelayMPI"}
        {"index":210,"type_name":"linegroup"}
        {"index":214,"type_name":"mpegTransport"}
        {"index":270,"type_name":"aluGponOnu"}
        {"index":271,"type_name":"aluGponPhysicalUni"}
        {"index":303,"type_name":"p2pOverLan"}
        {"index":999}
    "#]],
    );
}
