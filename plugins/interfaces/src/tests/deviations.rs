//! Devices whose tables are not as the MIB says, each made up after a real one.

use expect_test::{Expect, expect};
use snmp_proxy_sdk::{
    serde_json,
    testing::{RecordedDevice, run},
};

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
            (6, "66|4294967295", "66|10000000"),
            (6, "66|1410065408", "66|1410065408"),
            (6, "66|4294967295", "66|1215752192"),
            (6, "66|1410065408", "66|10000000"),
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
            {"index":9,"speed":10000000000,"if_speed":4294967295,"if_high_speed":10000000,"warnings":["speed: ifHighSpeed 10000000 is read as kbit/s, not Mbit/s"]}
            {"index":10,"speed":10000000000,"if_speed":1410065408,"if_high_speed":1410065408,"warnings":["speed: ifSpeed 1410065408 and ifHighSpeed 1410065408 are 10000000000 modulo 2^32"]}
            {"index":11,"speed":100000000000,"if_speed":4294967295,"if_high_speed":1215752192,"warnings":["speed: ifHighSpeed 1215752192 is 100000000000 modulo 2^32, in bit/s, not Mbit/s"]}
            {"index":12,"speed":10000000000,"if_speed":1410065408,"if_high_speed":10000000,"warnings":["speed: ifSpeed 1410065408 is 10000000000 modulo 2^32, and ifHighSpeed 10000000 is read as kbit/s, not Mbit/s"]}
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
            (6, "66|4294967295", "66|1000000000"),
            (161, "66|4294967295", "66|10000000"),
        ],
        &expect![[r#"
            {"index":1,"speed":null,"if_high_speed":4294967295,"warnings":["speed: ifHighSpeed 4294967295 is -1 as an unsigned number"]}
            {"index":2,"speed":null,"if_speed":0,"if_high_speed":4294901759,"warnings":["speed: ifHighSpeed 4294901759 is -65537 as an unsigned number"]}
            {"index":3,"speed":1000000000,"if_speed":1000000000,"if_high_speed":4294966752,"warnings":["speed: ifHighSpeed 4294966752 is -544 as an unsigned number; ifSpeed is used"]}
            {"index":4,"speed":1000000000,"if_speed":1000000000,"if_high_speed":null,"warnings":["ifHighSpeed: INTEGER instead of Gauge32"]}
            {"index":5,"speed":null,"if_high_speed":1000000,"warnings":["speed: the unit of ifHighSpeed 1000000 is uncertain: Mbit/s, kbit/s or bit/s"]}
            {"index":6,"speed":null,"if_speed":70000000,"if_high_speed":100000000,"warnings":["speed: ifSpeed 70000000 and ifHighSpeed 100000000 contradict each other"]}
            {"index":7,"speed":null,"if_speed":null,"warnings":["ifSpeed: OCTET STRING instead of Gauge32"]}
            {"index":8,"speed":null,"if_speed":4294967295,"if_high_speed":1000000000,"warnings":["speed: ifSpeed 4294967295 and ifHighSpeed 1000000000 contradict each other"]}
            {"index":9,"speed":null,"if_speed":4294967295,"if_high_speed":10000000,"warnings":["speed: the unit of ifHighSpeed 10000000 is uncertain: Mbit/s, kbit/s or bit/s"]}
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

/// A recording in the form of snmpwalk's output, of the types that this one has.
fn walked(text: &str) -> RecordedDevice {
    let line = |line: &str| {
        let (name, value) = line.strip_prefix('.')?.split_once(" = ")?;
        let (kind, value) = value.split_once(": ")?;
        let (tag, value) = match kind {
            "INTEGER" => ("2", value.to_owned()),
            "STRING" => ("4", value.trim_matches('"').to_owned()),
            "Hex-STRING" => ("4x", value.replace(' ', "")),
            "OID" => ("6", value.to_owned()),
            "IpAddress" => ("64", value.to_owned()),
            "Counter32" => ("65", value.to_owned()),
            "Gauge32" => ("66", value.to_owned()),
            "Timeticks" => ("67", value.strip_prefix('(')?.split_once(')')?.0.to_owned()),
            "Counter64" => ("70", value.to_owned()),
            _ => return None,
        };
        Some(format!("{name}|{tag}|{value}\n"))
    };
    device(&text.lines().map(|text| line(text).unwrap()).collect::<String>())
}

#[test]
fn addresses_belong_to_the_row_that_says_it_is_their_interface() {
    let recording = include_str!("../../../../tests/recordings/mini-snmpd-1.6.snmpwalk");
    check(
        walked(recording),
        &["name", "speed", "addresses"],
        &expect![[r#"
            {"index":1,"name":"eth0","speed":10000000000,"addresses":["192.0.2.2"],"warnings":["ifIndex: the row with index 1 has the value 2","speed: ifSpeed 1410065408 and ifHighSpeed 1410 are 10000000000 modulo 2^32"]}
            {"index":2,"name":"lo","speed":1000000000,"addresses":["127.0.0.1"],"warnings":["ifIndex: the row with index 2 has the value 1"]}
        "#]],
    );
}

#[test]
fn what_no_row_says_that_it_is_has_no_interface() {
    check(
        device(
            "1.2.840.10006.300.43.1.2.1.1.13.3|2|1
             1.3.6.1.2.1.2.2.1.1.1|2|3\n1.3.6.1.2.1.2.2.1.1.2|2|2\n1.3.6.1.2.1.2.2.1.1.3|2|7
             1.3.6.1.2.1.2.2.1.1.4|2|7
             1.3.6.1.2.1.2.2.1.2.1|4|eth2\n1.3.6.1.2.1.2.2.1.2.2|4|eth1\n1.3.6.1.2.1.2.2.1.2.3|4|br0
             1.3.6.1.2.1.2.2.1.2.4|4|br1
             1.3.6.1.2.1.4.20.1.2.192.0.2.1|2|1
             1.3.6.1.2.1.4.20.1.2.192.0.2.2|2|2
             1.3.6.1.2.1.4.20.1.2.192.0.2.3|2|3
             1.3.6.1.2.1.4.20.1.2.192.0.2.7|2|7
             1.3.6.1.2.1.10.7.2.1.19.3|2|3
             1.3.6.1.2.1.31.1.2.1.3.2.3|2|1
             1.3.6.1.2.1.31.1.2.1.3.2.1|2|1",
        ),
        &["description", "addresses", "duplex", "aggregate", "lower_layers"],
        &expect![[r#"
            {"index":1,"description":"eth2","duplex":3,"aggregate":null,"addresses":["192.0.2.3"],"warnings":["ifIndex: the row with index 1 has the value 3","dot3adAggPortAttachedAggID: no row has ifIndex 1"]}
            {"index":2,"description":"eth1","lower_layers":[1],"addresses":["192.0.2.2"],"warnings":["ifStackStatus: no row has ifIndex 1"]}
            {"index":3,"description":"br0","warnings":["ifIndex: the row with index 3 has the value 7"]}
            {"index":4,"description":"br1","warnings":["ifIndex: the row with index 4 has the value 7"]}
            Level::Warn: 2 addresses left out: no row, or more than one, has this ifIndex, e.g. 192.0.2.1 of ifIndex 1
        "#]],
    );
}

/// SONiC counts its rows from one and the column from zero; everything refers to the rows.
#[test]
fn a_column_that_is_one_off_in_every_row_moves_no_address() {
    check(
        device(
            "1.2.840.10006.300.43.1.2.1.1.13.5|2|1001
             1.3.6.1.2.1.2.2.1.1.1|2|0\n1.3.6.1.2.1.2.2.1.1.5|2|4\n1.3.6.1.2.1.2.2.1.1.1001|2|1000
             1.3.6.1.2.1.2.2.1.2.1|4|Ethernet0\n1.3.6.1.2.1.2.2.1.2.5|4|Ethernet4
             1.3.6.1.2.1.2.2.1.2.1001|4|PortChannel1
             1.3.6.1.2.1.4.20.1.2.192.0.2.1|2|1
             1.3.6.1.2.1.4.20.1.2.198.51.100.1|2|1001",
        ),
        &["description", "addresses", "aggregate"],
        &expect![[r#"
            {"index":1,"description":"Ethernet0","addresses":["192.0.2.1"],"warnings":["ifIndex: the row with index 1 has the value 0"]}
            {"index":5,"description":"Ethernet4","aggregate":1001,"warnings":["ifIndex: the row with index 5 has the value 4"]}
            {"index":1001,"description":"PortChannel1","addresses":["198.51.100.1"],"warnings":["ifIndex: the row with index 1001 has the value 1000"]}
        "#]],
    );
}

#[test]
fn interfaces_of_zero_and_beyond_2_31_have_their_addresses_and_links() {
    check(
        device(
            "1.2.840.10006.300.43.1.2.1.1.13.0|2|-1073716992
             1.2.840.10006.300.43.1.2.1.1.13.7|2|-5
             1.3.6.1.2.1.2.2.1.1.0|2|0\n1.3.6.1.2.1.2.2.1.1.7|2|7\n1.3.6.1.2.1.2.2.1.1.3221250304|2|-1073716992
             1.3.6.1.2.1.2.2.1.2.0|4|Management Interface 0\n1.3.6.1.2.1.2.2.1.2.7|4|eth7
             1.3.6.1.2.1.2.2.1.2.3221250304|4|bundle-1
             1.3.6.1.2.1.4.20.1.2.192.0.2.1|2|0
             1.3.6.1.2.1.4.20.1.2.198.51.100.1|2|-1073716992
             1.3.6.1.2.1.10.7.2.1.19.3221250304|2|3
             1.3.6.1.2.1.31.1.2.1.3.3221250304.7|2|1
             1.3.6.1.2.1.31.1.1.1.1.3221250304|4|BE1",
        ),
        &["description", "name", "addresses", "duplex", "aggregate", "lower_layers"],
        &expect![[r#"
            {"index":0,"description":"Management Interface 0","aggregate":3221250304,"addresses":["192.0.2.1"]}
            {"index":7,"description":"eth7","aggregate":null,"warnings":["dot3adAggPortAttachedAggID: -5 instead of an ifIndex"]}
            {"index":3221250304,"description":"bundle-1","name":"BE1","duplex":3,"lower_layers":[7],"addresses":["198.51.100.1"]}
        "#]],
    );
}

/// Three interfaces of ifTable, with these names in ifXTable.
fn check_joined(if_x_table: &[(u32, &str)], more: &str, expected: &Expect) {
    let mut recording = more.to_owned();
    for (index, name) in [(1, "eth0"), (2, "eth1"), (3, "br0")] {
        recording.push_str(&format!("\n1.3.6.1.2.1.2.2.1.2.{index}|4|{name}"));
    }
    for (index, name) in if_x_table {
        recording.push_str(&format!("\n1.3.6.1.2.1.31.1.1.1.1.{index}|4|{name}"));
        recording.push_str(&format!("\n1.3.6.1.2.1.31.1.1.1.18.{index}|4|alias of {name}"));
    }
    check(device(&recording), &["description", "name", "alias", "addresses", "lower_layers"], expected);
}

#[test]
fn an_if_x_table_that_is_numbered_otherwise_doubles_no_interface() {
    let referring = "1.3.6.1.2.1.4.20.1.2.192.0.2.1|2|1\n1.3.6.1.2.1.31.1.2.1.3.1003.1002|2|1";
    check_joined(
        &[(1001, "eth0"), (1002, "eth1"), (1003, "br0")],
        referring,
        &expect![[r#"
            {"index":1,"description":"eth0","name":"eth0","alias":"alias of eth0","addresses":["192.0.2.1"]}
            {"index":2,"description":"eth1","name":"eth1","alias":"alias of eth1"}
            {"index":3,"description":"br0","name":"br0","alias":"alias of br0","lower_layers":[2]}
            Level::Warn: ifXTable has other indexes than ifTable: 3 rows are joined by name, e.g. 1001 with ifIndex 1
        "#]],
    );
    check_joined(
        &[(1001, "Port 1"), (1002, "Port 2"), (1003, "Bridge")],
        "",
        &expect![[r#"
            {"index":1,"description":"eth0","name":"Port 1","alias":"alias of Port 1"}
            {"index":2,"description":"eth1","name":"Port 2","alias":"alias of Port 2"}
            {"index":3,"description":"br0","name":"Bridge","alias":"alias of Bridge"}
            Level::Warn: ifXTable has other indexes than ifTable: 3 rows are joined by position, e.g. 1001 with ifIndex 1
        "#]],
    );
    check_joined(
        &[(0, "eth0"), (1, "eth1"), (2, "br0")],
        "",
        &expect![[r#"
            {"index":1,"description":"eth0","name":"eth0","alias":"alias of eth0"}
            {"index":2,"description":"eth1","name":"eth1","alias":"alias of eth1"}
            {"index":3,"description":"br0","name":"br0","alias":"alias of br0"}
            Level::Warn: ifXTable has other indexes than ifTable: 3 rows are joined by name, e.g. 0 with ifIndex 1
        "#]],
    );
}

#[test]
fn an_if_x_table_that_is_moved_is_joined_by_similar_names_or_by_index_with_a_warning() {
    check_joined(
        &[(2, "e0"), (3, "e1"), (4, "b0")],
        "",
        &expect![[r#"
            {"index":1,"description":"eth0","name":"e0","alias":"alias of e0"}
            {"index":2,"description":"eth1","name":"e1","alias":"alias of e1"}
            {"index":3,"description":"br0","name":"b0","alias":"alias of b0"}
            Level::Warn: ifXTable has other indexes than ifTable: 3 rows are joined by name, e.g. 2 with ifIndex 1
        "#]],
    );
    check_joined(
        &[(2, "red"), (3, "green"), (4, "blue")],
        "",
        &expect![[r#"
            {"index":1,"description":"eth0"}
            {"index":2,"description":"eth1","name":"red","alias":"alias of red"}
            {"index":3,"description":"br0","name":"green","alias":"alias of green"}
            {"index":4,"name":"blue","alias":"alias of blue"}
            Level::Warn: ifXTable has the indexes of ifTable plus a constant, and no name shows which rows belong together: they are joined by index
        "#]],
    );
}

#[test]
fn tables_that_are_not_certain_to_belong_together_are_not_joined() {
    check_joined(
        &[(1001, "Port 1"), (1002, "Port 2")],
        "",
        &expect![[r#"
            {"index":1,"description":"eth0"}
            {"index":2,"description":"eth1"}
            {"index":3,"description":"br0"}
            {"index":1001,"name":"Port 1","alias":"alias of Port 1"}
            {"index":1002,"name":"Port 2","alias":"alias of Port 2"}
            Level::Warn: ifXTable has other indexes than ifTable, and nothing shows which rows belong together: each row is an interface of its own
        "#]],
    );
    check_joined(
        &[(1001, "Port 1"), (1002, "Port 2"), (1003, "Port 3")],
        "1.3.6.1.2.1.2.2.1.5.2|66|100000000\n1.3.6.1.2.1.31.1.1.1.15.1002|66|1000",
        &expect![[r#"
            {"index":1,"description":"eth0"}
            {"index":2,"description":"eth1"}
            {"index":3,"description":"br0"}
            {"index":1001,"name":"Port 1","alias":"alias of Port 1"}
            {"index":1002,"name":"Port 2","alias":"alias of Port 2"}
            {"index":1003,"name":"Port 3","alias":"alias of Port 3"}
            Level::Warn: ifXTable has other indexes than ifTable, and nothing shows which rows belong together: each row is an interface of its own
        "#]],
    );
}

#[test]
fn an_if_x_table_that_broke_off_is_not_joined_by_position() {
    let rows = "1.3.6.1.2.1.2.2.1.2.1|4|eth0\n1.3.6.1.2.1.31.1.1.1.1.11|4|a\n1.3.6.1.2.1.31.1.1.1.1.12|4|b";
    let device = device(rows).breaking_off(snmp_proxy_sdk::oid!("1.3.6.1.2.1.31.1.1.1"), 1);
    check(
        device,
        &["description", "name"],
        &expect![[r#"
            {"index":1,"description":"eth0"}
            {"index":11,"name":"a"}
            Level::Warn: ifXTable has other indexes than ifTable, and nothing shows which rows belong together: each row is an interface of its own
        "#]],
    );
}
