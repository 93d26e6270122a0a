//! The plugin against recordings. They are made up; the addresses are documentation's.

use expect_test::{Expect, expect};
use snmp_proxy_sdk::{
    oid, serde_json,
    testing::{RecordedDevice, run},
};

use super::Interfaces;

mod deviations;

/// Three interfaces: one in both tables, one in ifTable alone, one in ifXTable alone, which is a tunnel over the first.
const ROUTER: &str = "
1.2.840.10006.300.43.1.2.1.1.13.1|2|7
1.3.6.1.2.1.1.3.0|67|500000
1.3.6.1.2.1.2.2.1.2.1|4|GigabitEthernet0/1
1.3.6.1.2.1.2.2.1.2.7|4|Loopback0
1.3.6.1.2.1.2.2.1.3.1|2|6
1.3.6.1.2.1.2.2.1.3.7|2|24
1.3.6.1.2.1.2.2.1.4.1|2|1500
1.3.6.1.2.1.2.2.1.5.1|66|4294967295
1.3.6.1.2.1.2.2.1.6.1|4x|00005e005301
1.3.6.1.2.1.2.2.1.6.7|4x|000000000000
1.3.6.1.2.1.2.2.1.7.1|2|1
1.3.6.1.2.1.2.2.1.8.1|2|7
1.3.6.1.2.1.2.2.1.9.1|67|300050
1.3.6.1.2.1.2.2.1.9.7|67|500001
1.3.6.1.2.1.4.20.1.2.192.0.2.1|2|1
1.3.6.1.2.1.4.20.1.2.198.51.100.7|2|7
1.3.6.1.2.1.4.20.1.2.203.0.113.9|2|99
1.3.6.1.2.1.4.20.1.3.192.0.2.1|64|255.255.255.0
1.3.6.1.2.1.4.20.1.3.198.51.100.7|64|255.255.255.255
1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.1|2|1
1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.255|2|1
1.3.6.1.2.1.4.34.1.3.1.192.0.2.2|2|1
1.3.6.1.2.1.4.34.1.3.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.1|2|1
1.3.6.1.2.1.4.34.1.4.1.4.192.0.2.1|2|1
1.3.6.1.2.1.4.34.1.4.1.4.192.0.2.255|2|3
1.3.6.1.2.1.4.34.1.5.1.4.192.0.2.1|6|1.3.6.1.2.1.4.32.1.5.1.1.4.192.0.2.0.25
1.3.6.1.2.1.4.34.1.5.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.1|6|0.0
1.3.6.1.2.1.4.34.1.6.1.4.192.0.2.1|2|2
1.3.6.1.2.1.4.34.1.7.1.4.192.0.2.1|2|1
1.3.6.1.2.1.10.7.2.1.19.1|2|3
1.3.6.1.2.1.31.1.1.1.1.1|4|Gi0/1
1.3.6.1.2.1.31.1.1.1.1.9|4|Tu9
1.3.6.1.2.1.31.1.1.1.15.1|66|10000
1.3.6.1.2.1.31.1.1.1.16.1|2|2
1.3.6.1.2.1.31.1.1.1.17.1|2|1
1.3.6.1.2.1.31.1.1.1.18.1|4|to upstream
1.3.6.1.2.1.31.1.1.1.19.1|67|0
1.3.6.1.2.1.31.1.2.1.3.0.9|2|1
1.3.6.1.2.1.31.1.2.1.3.1.0|2|1
1.3.6.1.2.1.31.1.2.1.3.9.1|2|1
";

fn router() -> RecordedDevice {
    RecordedDevice::parse(ROUTER).unwrap()
}

fn device(recording: &str) -> RecordedDevice {
    RecordedDevice::parse(recording).unwrap()
}

fn check(mut device: RecordedDevice, expected: &Expect) {
    let run = run::<Interfaces>(&mut device, "{}");
    let mut text = match &run.result {
        Ok(_) => String::new(),
        Err(error) => format!("{error:?}\n"),
    };
    for interface in run.try_section("interfaces").ok().flatten().and_then(|rows| rows.as_array()).into_iter().flatten()
    {
        text.push_str(&format!("{}\n", serde_json::to_string(interface).unwrap()));
    }
    for (line, counters) in run.progress {
        text.push_str(&format!("progress: {line} {counters:?}\n"));
    }
    for (level, line) in run.log {
        text.push_str(&format!("{level:?}: {line}\n"));
    }
    expected.assert_eq(&text);
}

#[test]
fn tables_are_joined_and_a_row_of_one_table_alone_is_a_row() {
    check(
        router(),
        &expect![[r#"
            {"index":1,"description":"GigabitEthernet0/1","name":"Gi0/1","alias":"to upstream","type":6,"type_name":"ethernetCsmacd","mtu":1500,"speed":10000000000,"if_speed":4294967295,"if_high_speed":10000,"mac":"00:00:5E:00:53:01","admin_status":1,"admin_status_name":"up","oper_status":7,"oper_status_name":"lowerLayerDown","last_change":300050,"last_change_age_seconds":1999,"promiscuous":false,"connector_present":true,"counter_discontinuity_time":0,"duplex":3,"duplex_name":"fullDuplex","aggregate":7,"addresses":[{"address":"192.0.2.1","prefix_length":25,"origin":2,"origin_name":"manual","status":1,"status_name":"preferred","source":["ipAddressTable","ipAddrTable"]},{"address":"192.0.2.2","source":["ipAddressTable"]},{"address":"fe80::1%1","source":["ipAddressTable"]}]}
            {"index":7,"description":"Loopback0","type":24,"type_name":"softwareLoopback","last_change":500001,"last_change_age_seconds":null,"addresses":[{"address":"198.51.100.7","prefix_length":32,"source":["ipAddrTable"]}]}
            {"index":9,"name":"Tu9","lower_layers":[1]}
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1)]
            progress: Walking interfaces... (3 entries) [("interfaces_walked", 3), ("interfaces_total", 3)]
            Level::Warn: ipAddressTable: 1 row with an index that lacks the length of the address, e.g. 1.192.0.2.2, read as 192.0.2.2
            Level::Info: ipAddressTable: 1 address left out: broadcast is no address of an interface, e.g. 192.0.2.255
            Level::Warn: 1 address left out: no table has the interface, e.g. 203.0.113.9 of ifIndex 99
        "#]],
    );
}

#[test]
fn an_agent_without_if_x_table_and_addresses_gives_what_it_has() {
    check(
        router().without(oid!("1.3.6.1.2.1.31")).without(oid!("1.3.6.1.2.1.4")),
        &expect![[r#"
            {"index":1,"description":"GigabitEthernet0/1","type":6,"type_name":"ethernetCsmacd","mtu":1500,"speed":null,"if_speed":4294967295,"mac":"00:00:5E:00:53:01","admin_status":1,"admin_status_name":"up","oper_status":7,"oper_status_name":"lowerLayerDown","last_change":300050,"last_change_age_seconds":1999,"duplex":3,"duplex_name":"fullDuplex","aggregate":7}
            {"index":7,"description":"Loopback0","type":24,"type_name":"softwareLoopback","last_change":500001,"last_change_age_seconds":null}
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1)]
            progress: Walking interfaces... (2 entries) [("interfaces_walked", 2), ("interfaces_total", 2)]
        "#]],
    );
}

#[test]
fn a_device_without_interfaces_gives_none() {
    check(
        device("1.3.6.1.2.1.1.3.0|67|500000"),
        &expect![[r#"
        progress: Walking interfaces... (0 entries) [("interfaces_walked", 0), ("interfaces_total", 0)]
    "#]],
    );
}

#[test]
fn what_was_read_before_a_table_broke_off_is_kept() {
    let device = router().breaking_off(oid!("1.3.6.1.2.1.2.2.1"), 1).silent_below(oid!("1.3.6.1.2.1.31"));
    check(
        device.silent_below(oid!("1.3.6.1.2.1.4")).silent_below(oid!("1.3.6.1.2.1.1")),
        &expect![[r#"
            {"index":1,"description":"GigabitEthernet0/1","type":6,"type_name":"ethernetCsmacd","mtu":1500,"speed":null,"if_speed":4294967295,"mac":"00:00:5E:00:53:01","admin_status":1,"admin_status_name":"up","oper_status":7,"oper_status_name":"lowerLayerDown","last_change":300050,"duplex":3,"duplex_name":"fullDuplex","aggregate":7}
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1)]
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1), ("interfaces_total", 1)]
        "#]],
    );
}

#[test]
fn an_agent_without_links_gives_the_rest() {
    let device = router().without(oid!("1.2")).without(oid!("1.3.6.1.2.1.10")).without(oid!("1.3.6.1.2.1.31.1.2"));
    check(
        device.without(oid!("1.3.6.1.2.1.4")),
        &expect![[r#"
            {"index":1,"description":"GigabitEthernet0/1","name":"Gi0/1","alias":"to upstream","type":6,"type_name":"ethernetCsmacd","mtu":1500,"speed":10000000000,"if_speed":4294967295,"if_high_speed":10000,"mac":"00:00:5E:00:53:01","admin_status":1,"admin_status_name":"up","oper_status":7,"oper_status_name":"lowerLayerDown","last_change":300050,"last_change_age_seconds":1999,"promiscuous":false,"connector_present":true,"counter_discontinuity_time":0}
            {"index":7,"description":"Loopback0","type":24,"type_name":"softwareLoopback","last_change":500001,"last_change_age_seconds":null}
            {"index":9,"name":"Tu9"}
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1)]
            progress: Walking interfaces... (3 entries) [("interfaces_walked", 3), ("interfaces_total", 3)]
        "#]],
    );
}

#[test]
fn a_link_of_the_wrong_syntax_is_null_or_left_out_beside_a_warning() {
    check(
        device(
            "1.2.840.10006.300.43.1.2.1.1.13.1|4|po1\n1.2.840.10006.300.43.1.2.1.1.13.2|2|-1
             1.3.6.1.2.1.2.2.1.3.1|2|6\n1.3.6.1.2.1.2.2.1.3.2|2|6\n1.3.6.1.2.1.2.2.1.3.3|2|53
             1.3.6.1.2.1.10.7.2.1.19.1|4|full\n1.3.6.1.2.1.10.7.2.1.19.2|66|2
             1.3.6.1.2.1.31.1.2.1.3.3.1|4|up\n1.3.6.1.2.1.31.1.2.1.3.3.2|4|up",
        ),
        &expect![[r#"
            {"index":1,"type":6,"type_name":"ethernetCsmacd","duplex":null,"aggregate":null,"warnings":["dot3adAggPortAttachedAggID: OCTET STRING instead of INTEGER","dot3StatsDuplexStatus: OCTET STRING instead of INTEGER"]}
            {"index":2,"type":6,"type_name":"ethernetCsmacd","duplex":2,"duplex_name":"halfDuplex","aggregate":null,"warnings":["dot3StatsDuplexStatus: Gauge32 instead of INTEGER","dot3adAggPortAttachedAggID: -1 instead of an ifIndex"]}
            {"index":3,"type":53,"type_name":"propVirtual","warnings":["ifStackStatus: OCTET STRING instead of INTEGER"]}
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1)]
            progress: Walking interfaces... (3 entries) [("interfaces_walked", 3), ("interfaces_total", 3)]
        "#]],
    );
}

#[test]
fn values_of_the_wrong_syntax_are_null_beside_a_warning() {
    check(
        device(
            "1.3.6.1.2.1.2.2.1.2.1|2|1\n1.3.6.1.2.1.2.2.1.3.1|2|9999\n1.3.6.1.2.1.2.2.1.4.1|4|big
             1.3.6.1.2.1.2.2.1.5.1|2|100\n1.3.6.1.2.1.2.2.1.6.1|2|5\n1.3.6.1.2.1.2.2.1.6.2|4x|0a0b
             1.3.6.1.2.1.31.1.1.1.1.1|64|192.0.2.1",
        ),
        &expect![[r#"
            {"index":1,"name":null,"type":9999,"mtu":null,"speed":100,"if_speed":100,"phys_address":null,"warnings":["ifDescr: INTEGER instead of OCTET STRING","ifMtu: OCTET STRING instead of INTEGER","ifSpeed: INTEGER instead of Gauge32","ifPhysAddress: INTEGER instead of OCTET STRING","ifName: IpAddress instead of OCTET STRING"]}
            {"index":2,"phys_address":"0a0b"}
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1)]
            progress: Walking interfaces... (2 entries) [("interfaces_walked", 2), ("interfaces_total", 2)]
        "#]],
    );
}

#[test]
fn speeds_that_contradict_each_other_are_null_beside_a_warning() {
    check(
        device("1.3.6.1.2.1.2.2.1.5.1|66|100000000\n1.3.6.1.2.1.31.1.1.1.15.1|66|1000"),
        &expect![[r#"
            {"index":1,"speed":null,"if_speed":100000000,"if_high_speed":1000,"warnings":["speed: ifSpeed 100000000 and ifHighSpeed 1000 contradict each other"]}
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1)]
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1), ("interfaces_total", 1)]
        "#]],
    );
}

/// Interfaces 1 to 5 and 10, and these rows beside them.
fn check_links(rows: &str, expected: &Expect) {
    let interfaces = [1, 2, 3, 4, 5, 10].map(|index| format!("1.3.6.1.2.1.2.2.1.3.{index}|2|6\n"));
    let mut device = device(&(interfaces.concat() + rows));
    let run = run::<Interfaces>(&mut device, "{}");
    let mut text = String::new();
    for interface in run.section("interfaces").as_array().unwrap() {
        let mut interface = interface.as_object().unwrap().clone();
        interface.retain(|key, _| !key.starts_with("type"));
        text.push_str(&format!("{}\n", serde_json::to_string(&interface).unwrap()));
    }
    for (level, line) in run.log {
        text.push_str(&format!("{level:?}: {line}\n"));
    }
    expected.assert_eq(&text);
}

#[test]
fn duplex_is_a_number_and_its_name_if_it_has_one() {
    check_links(
        "1.3.6.1.2.1.10.7.2.1.19.1|2|1
         1.3.6.1.2.1.10.7.2.1.19.2|2|2
         1.3.6.1.2.1.10.7.2.1.19.3|2|3
         1.3.6.1.2.1.10.7.2.1.19.4|2|0",
        &expect![[r#"
            {"index":1,"duplex":1,"duplex_name":"unknown"}
            {"index":2,"duplex":2,"duplex_name":"halfDuplex"}
            {"index":3,"duplex":3,"duplex_name":"fullDuplex"}
            {"index":4,"duplex":0}
            {"index":5}
            {"index":10}
        "#]],
    );
}

#[test]
fn a_port_that_is_attached_to_none_or_to_itself_has_no_aggregate() {
    check_links(
        "1.2.840.10006.300.43.1.2.1.1.13.1|2|10
         1.2.840.10006.300.43.1.2.1.1.13.2|2|0
         1.2.840.10006.300.43.1.2.1.1.13.3|2|3",
        &expect![[r#"
            {"index":1,"aggregate":10}
            {"index":2}
            {"index":3}
            {"index":4}
            {"index":5}
            {"index":10}
        "#]],
    );
}

#[test]
fn the_lower_layers_are_those_directly_and_actively_below_in_order() {
    check_links(
        "1.3.6.1.2.1.31.1.2.1.3.0.5|2|1
         1.3.6.1.2.1.31.1.2.1.3.1.0|2|1
         1.3.6.1.2.1.31.1.2.1.3.2.2|2|1
         1.3.6.1.2.1.31.1.2.1.3.4.1|2|1
         1.3.6.1.2.1.31.1.2.1.3.4.2|2|2
         1.3.6.1.2.1.31.1.2.1.3.4.3|2|1
         1.3.6.1.2.1.31.1.2.1.3.4.10|2|1
         1.3.6.1.2.1.31.1.2.1.3.5.4|2|1",
        &expect![[r#"
            {"index":1}
            {"index":2}
            {"index":3}
            {"index":4,"lower_layers":[1,3,10]}
            {"index":5,"lower_layers":[4]}
            {"index":10}
        "#]],
    );
}

#[test]
fn links_make_no_interfaces_and_those_of_none_are_counted() {
    check_links(
        "1.2.840.10006.300.43.1.2.1.1.13.98|2|10
         1.3.6.1.2.1.10.7.2.1.19.98|2|3
         1.3.6.1.2.1.10.7.2.1.19.99|2|3
         1.3.6.1.2.1.31.1.2.1.3.97.1|2|1",
        &expect![[r#"
            {"index":1}
            {"index":2}
            {"index":3}
            {"index":4}
            {"index":5}
            {"index":10}
            Level::Info: 4 rows left out of ifStackTable, dot3adAggPortTable, dot3StatsTable: no table lists their interfaces, e.g. ifIndex 97
        "#]],
    );
}

#[test]
fn links_with_malformed_indexes_are_reported_and_left_out() {
    check_links(
        "1.2.840.10006.300.43.1.2.1.1.13.1.0|2|10
         1.3.6.1.2.1.10.7.2.1.19.2.0|2|3
         1.3.6.1.2.1.31.1.2.1.3.4|2|1
         1.3.6.1.2.1.31.1.2.1.3.4.1.0|2|1",
        &expect![[r#"
            {"index":1}
            {"index":2}
            {"index":3}
            {"index":4}
            {"index":5}
            {"index":10}
            Level::Warn: ifStackTable: 2 rows left out for a malformed index, e.g. 4, 4.1.0
            Level::Warn: dot3adAggPortTable: 1 row left out for a malformed index, e.g. 1.0
            Level::Warn: dot3StatsTable: 1 row left out for a malformed index, e.g. 2.0
        "#]],
    );
}

#[test]
fn an_index_of_several_arcs_is_reported_and_left_out() {
    check(
        device("1.3.6.1.2.1.2.2.1.2.1|4|eth0\n1.3.6.1.2.1.2.2.1.2.2.0|4|eth1"),
        &expect![[r#"
            {"index":1,"description":"eth0"}
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1)]
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1), ("interfaces_total", 1)]
            Level::Warn: ifTable: 1 row left out for a malformed index, e.g. 2.0
        "#]],
    );
}

#[test]
fn older_tables_are_asked_where_the_newer_know_no_ipv6() {
    check(
        device(
            "1.3.6.1.2.1.2.2.1.2.1|4|eth0
             1.3.6.1.2.1.4.20.1.2.192.0.2.1|2|1
             1.3.6.1.2.1.55.1.8.1.2.1.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1|2|64
             1.3.6.1.2.1.55.1.8.1.2.1.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.2|2|129
             1.3.6.1.2.1.55.1.8.1.2.1.15.32.1.13.184|2|64
             1.3.6.1.4.1.9.10.86.1.1.2.1.3.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1|2|1
             1.3.6.1.4.1.9.10.86.1.1.2.1.7.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1|2|99",
        ),
        &expect![[r#"
            {"index":1,"description":"eth0","addresses":[{"address":"192.0.2.1","source":["ipAddrTable"]},{"address":"2001:db8::1","prefix_length":64,"status":99,"source":["cIpAddressTable","ipv6AddrTable"]},{"address":"2001:db8::2","source":["ipv6AddrTable"]}]}
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1)]
            progress: Walking interfaces... (1 entries) [("interfaces_walked", 1), ("interfaces_total", 1)]
            Level::Warn: ipv6AddrTable: 1 row left out for a malformed index, e.g. 1.15.32.1.13.184
            Level::Warn: ipv6AddrPfxLength: invalid prefix length 129
        "#]],
    );
}

#[test]
fn progress_comes_with_the_first_entry_and_every_hundred() {
    let rows: String = (1..=250).map(|index| format!("1.3.6.1.2.1.2.2.1.3.{index}|2|6\n")).collect();
    let run = run::<Interfaces>(&mut device(&rows), "{}");
    let lines: Vec<_> = run.progress.iter().map(|(line, _)| line.as_str()).collect();
    assert_eq!(
        lines,
        [
            "Walking interfaces... (1 entries)",
            "Walking interfaces... (100 entries)",
            "Walking interfaces... (200 entries)",
            "Walking interfaces... (250 entries)"
        ]
    );
}
