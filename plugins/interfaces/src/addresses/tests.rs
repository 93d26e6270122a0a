//! Addresses as real agents show them. The recordings are made up after the agents' kinds; the addresses are
//! documentation's.

use expect_test::{Expect, expect};
use snmp_proxy_sdk::{
    serde_json::Value,
    testing::{RecordedDevice, run},
};

use crate::Interfaces;

/// Interfaces 1, 2 and 7, and these rows beside them: what addresses each has, and what the log says.
fn check(rows: &str, expected: &Expect) {
    check_with(&[1, 2, 7], rows, expected);
}

fn check_with(interfaces: &[u32], rows: &str, expected: &Expect) {
    let interfaces: String = interfaces.iter().map(|index| format!("1.3.6.1.2.1.2.2.1.3.{index}|2|6\n")).collect();
    let mut device = RecordedDevice::parse(&(interfaces + rows)).unwrap();
    let run = run::<Interfaces>(&mut device, "{}");
    let mut text = String::new();
    for interface in run.section("interfaces").as_array().unwrap() {
        for address in interface["addresses"].as_array().into_iter().flatten() {
            let length = match &address["prefix_length"] {
                Value::Null => String::new(),
                length => format!("/{length}"),
            };
            text.push_str(&format!("{}: {}{length}\n", interface["index"], address["address"].as_str().unwrap()));
        }
    }
    for (level, line) in run.log {
        text.push_str(&format!("{level:?}: {line}\n"));
    }
    expected.assert_eq(&text);
}

/// Each address of ipAddressTable with this index on interface 1.
fn ip_address(index: &str) -> String {
    format!("1.3.6.1.2.1.4.34.1.3.{index}|2|1\n")
}

fn text(text: &str) -> String {
    text.bytes().map(|octet| format!(".{octet}")).collect()
}

#[test]
fn an_ip_address_table_without_lengths_is_read_with_a_warning() {
    check(
        &[
            ip_address("1.192.0.2.43"),
            ip_address("2.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1"),
            ip_address("4.254.128.0.0.0.0.0.0.2.0.1.255.254.0.0.1"),
        ]
        .concat(),
        &expect![[r#"
            1: 192.0.2.43
            1: 2001:db8::1
            1: fe80::200:1ff:fe00:1
            Level::Warn: ipAddressTable: 2 rows with an index that lacks the length of the address, e.g. 1.192.0.2.43, read as 192.0.2.43
            Level::Warn: ipAddressTable: 1 row with an index that lacks the length and the zone of the address, e.g. 4.254.128.0.0.0.0.0.0.2.0.1.255.254.0.0.1, read as fe80::200:1ff:fe00:1
        "#]],
    );
}

#[test]
fn four_zeros_behind_an_address_are_no_part_of_it() {
    check(
        &[
            ip_address("1.192.0.2.49.0.0.0.0"),
            ip_address("2.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.0"),
            ip_address("2.254.128.0.0.0.0.0.0.2.0.94.255.254.0.83.1.0.0.0.0"),
        ]
        .concat(),
        &expect![[r#"
            1: 192.0.2.49
            1: 2001:db8::1
            1: fe80::200:5eff:fe00:5301
            Level::Warn: ipAddressTable: 3 rows with an index that lacks the length of the address and has four zeros behind it, e.g. 1.192.0.2.49.0.0.0.0, read as 192.0.2.49
        "#]],
    );
}

#[test]
fn addresses_as_text_are_read_in_every_table() {
    check(
        &[
            ip_address(&format!("2.39{}", text("2001:0db8:0000:0000:0000:0000:0000:fae9"))),
            ip_address(&format!("2.12{}", text("198.51.100.2"))),
        ]
        .concat(),
        &expect![[r#"
            1: 198.51.100.2
            1: 2001:db8::fae9
            Level::Warn: ipAddressTable: 2 rows with an index that has the address as text, e.g. 2.12.49.57.56.46.53.49.46.49.48.48.46.50, read as 198.51.100.2
        "#]],
    );
    check(
        &[
            format!("1.3.6.1.2.1.55.1.8.1.2.7{}|2|64\n", text("2001:db8:738::2c85:1/64")),
            format!("1.3.6.1.2.1.55.1.8.1.2.2.15{}|2|48\n", text("2001:db8::120:2")),
        ]
        .concat(),
        &expect![[r#"
            2: 2001:db8::120:2/48
            7: 2001:db8:738::2c85:1/64
            Level::Warn: ipv6AddrTable: 2 rows with an index that has the address as text, e.g. 2.15.50.48.48.49.58.100.98.56.58.58.49.50.48.58.50, read as 2001:db8::120:2 of ifIndex 2
        "#]],
    );
}

#[test]
fn where_the_index_of_ip_addr_table_is_no_address_its_column_has_it() {
    let row = |index: &str, address: &str, if_index: u32| {
        format!(
            "1.3.6.1.2.1.4.20.1.1.{index}|64|{address}
             1.3.6.1.2.1.4.20.1.2.{index}|2|{if_index}
             1.3.6.1.2.1.4.20.1.3.{index}|64|255.255.255.0\n"
        )
    };
    check(
        &[
            row("1.192.0.2.10", "192.0.2.10", 1),
            row("192.0.2.41.1", "192.0.2.41", 2),
            row("0", "198.51.100.251", 7),
            row("1.0.0.0.0", "0.0.0.0", 1),
            row("203.0.113.1", "203.0.113.1", 1),
        ]
        .concat(),
        &expect![[r#"
            1: 192.0.2.10/24
            1: 203.0.113.1/24
            2: 192.0.2.41/24
            7: 198.51.100.251/24
            Level::Warn: ipAddrTable: 4 rows with an index that is not the address, which a column has, e.g. 0, read as 198.51.100.251
            Level::Info: ipAddrTable: 1 address left out: unspecified, e.g. 0.0.0.0
        "#]],
    );
    // Nobody knows what these are.
    check(
        "1.3.6.1.2.1.4.20.1.2.1.192.0.2.10|2|1\n1.3.6.1.2.1.4.20.1.2.0|2|1",
        &expect![[r#"
        Level::Warn: ipAddrTable: 2 rows left out for a malformed index, e.g. 0, 1.192.0.2.10
    "#]],
    );
}

#[test]
fn an_address_may_be_one_number() {
    check(
        "1.3.6.1.2.1.4.20.1.2.3325256714|2|1\n1.3.6.1.2.1.4.20.1.3.3325256714|64|255.255.255.192",
        &expect![[r#"
        1: 198.51.100.10/26
        Level::Warn: ipAddrTable: 1 row with an index that has the address as one number, e.g. 3325256714, read as 198.51.100.10
    "#]],
    );
}

#[test]
fn a_prefix_pointer_counts_only_if_its_prefix_holds_the_address() {
    check(
        "1.3.6.1.2.1.4.20.1.2.192.0.2.107|2|2
         1.3.6.1.2.1.4.20.1.3.192.0.2.107|64|255.255.255.0
         1.3.6.1.2.1.4.20.1.2.198.51.100.9|2|2
         1.3.6.1.2.1.4.20.1.3.198.51.100.9|64x|ffffffc0
         1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.107|2|2
         1.3.6.1.2.1.4.34.1.5.1.4.192.0.2.107|6|1.3.6.1.2.1.4.32.1.5.2.1.4.56.0.0.0.0
         1.3.6.1.2.1.4.34.1.3.1.4.198.51.100.9|2|2
         1.3.6.1.2.1.4.34.1.5.1.4.198.51.100.9|6|1.3.6.1.2.1.4.32.1.5.2.1.4.198.51.101.0.24
         1.3.6.1.2.1.4.34.1.3.2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1|2|1
         1.3.6.1.2.1.4.34.1.5.2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1|6|1.3.6.1.2.1.4.34.1.3.2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0
         1.3.6.1.2.1.4.34.1.3.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.7|2|7
         1.3.6.1.2.1.4.34.1.5.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.7|6|1.3.6.1.2.1.4.32.1.5.7.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.64",
        &expect![[r#"
            1: ::1
            2: 192.0.2.107/24
            2: 198.51.100.9/26
            7: fe80::1%7/64
            Level::Info: ipAddressTable: 3 pointers to a prefix that does not contain the address, e.g. from 192.0.2.107 to 1.3.6.1.2.1.4.32.1.5.2.1.4.56.0.0.0.0
        "#]],
    );
}

#[test]
fn the_prefix_of_the_interface_that_holds_an_address_is_its_prefix() {
    check(
        "1.3.6.1.2.1.4.34.1.3.2.16.32.1.13.184.0.1.0.0.0.0.0.0.0.0.0.57|2|7
         1.3.6.1.2.1.4.34.1.5.2.16.32.1.13.184.0.1.0.0.0.0.0.0.0.0.0.57|6|0.0
         1.3.6.1.2.1.4.34.1.3.2.16.254.128.0.7.0.0.0.0.0.0.0.0.0.0.0.57|2|7
         1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.57|2|7
         1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.58|2|2
         1.3.6.1.2.1.4.32.1.5.7.2.16.32.1.13.184.0.1.0.0.0.0.0.0.0.0.0.0.64|2|2
         1.3.6.1.2.1.4.32.1.5.7.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.0.32|2|2
         1.3.6.1.2.1.4.32.1.5.7.2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0|2|2
         1.3.6.1.2.1.4.32.1.5.7.4.20.254.128.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.7.64|2|2
         1.3.6.1.2.1.4.32.1.5.7.1.192.0.2.0.26|2|2",
        &expect![[r#"
            2: 192.0.2.58
            7: 192.0.2.57/26
            7: 2001:db8:1::39/64
            7: fe80::39%7/64
            Level::Warn: ipAddressPrefixTable: 1 row with an index that lacks the length of the address, e.g. 7.1.192.0.2.0, read as 192.0.2.0 of ifIndex 7
        "#]],
    );
}

#[test]
fn what_is_no_address_of_an_interface_is_left_out_with_a_line() {
    check(
        "1.3.6.1.2.1.4.20.1.2.0.0.0.0|2|1
         1.3.6.1.2.1.4.20.1.2.192.0.2.1|2|1
         1.3.6.1.2.1.4.20.1.2.192.0.2.2|4|one
         1.3.6.1.2.1.4.20.1.3.192.0.2.3|64|255.255.255.0
         1.3.6.1.2.1.4.34.1.3.2.16.255.2.0.0.0.0.0.0.0.0.0.0.0.0.0.1|2|1
         1.3.6.1.2.1.4.34.1.4.2.16.255.2.0.0.0.0.0.0.0.0.0.0.0.0.0.1|2|2
         1.3.6.1.2.1.4.34.1.3.2.16.255.2.0.0.0.0.0.0.0.0.0.1.255.0.83.1|2|1
         1.3.6.1.2.1.4.34.1.3.2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0|2|1
         1.3.6.1.2.1.4.34.1.3.1.4.224.0.0.1|2|1",
        &expect![[r#"
            1: 192.0.2.1
            Level::Info: ipAddressTable: 1 address left out: unspecified, e.g. ::
            Level::Info: ipAddressTable: 3 addresses left out: multicast is no address of an interface, e.g. 224.0.0.1
            Level::Warn: ipAdEntIfIndex: OCTET STRING instead of INTEGER
            Level::Info: ipAddrTable: 1 address left out: unspecified, e.g. 0.0.0.0
            Level::Warn: ipAddrTable: 2 addresses left out: the row does not say of which interface, e.g. 192.0.2.2
        "#]],
    );
}

#[test]
fn a_zone_within_a_link_local_address_is_shown_as_its_zone() {
    check(
        "1.3.6.1.2.1.55.1.8.1.2.2.254.128.0.2.0.0.0.0.2.0.94.255.254.0.83.1|2|64",
        &expect![[r#"
        2: fe80::200:5eff:fe00:5301%2/64
    "#]],
    );
    check(
        "1.3.6.1.2.1.4.34.1.3.2.16.254.128.0.1.0.0.0.0.0.0.0.0.0.0.0.1|2|1
         1.3.6.1.2.1.4.34.1.5.2.16.254.128.0.1.0.0.0.0.0.0.0.0.0.0.0.1|6|1.3.6.1.2.1.4.32.1.5.1.2.16.254.128.0.1.0.0.0.0.0.0.0.0.0.0.0.0.64",
        &expect![[r#"
            1: fe80::1%1/64
        "#]],
    );
}

#[test]
fn an_address_of_interface_0_stays_where_there_is_one() {
    let rows = "1.3.6.1.2.1.4.20.1.2.192.0.2.45|2|0\n1.3.6.1.2.1.4.20.1.3.192.0.2.45|64|255.255.255.0\n";
    check_with(
        &[0, 1],
        rows,
        &expect![[r#"
        0: 192.0.2.45/24
    "#]],
    );
    check(
        rows,
        &expect![[r#"
        Level::Warn: 1 address left out: no table has the interface, e.g. 192.0.2.45 of ifIndex 0
    "#]],
    );
}

#[test]
fn an_if_index_has_32_bits_without_a_sign() {
    check_with(
        &[1, 3_221_250_304, 4_294_967_295],
        "1.3.6.1.2.1.4.20.1.2.198.51.100.1|2|-1073716992
         1.3.6.1.2.1.4.20.1.3.198.51.100.1|64|255.255.255.192
         1.3.6.1.2.1.4.34.1.3.1.4.198.51.100.1|66|3221250304
         1.3.6.1.2.1.4.34.1.3.1.4.198.51.100.65|2|-1
         1.3.6.1.2.1.4.34.1.3.2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1|2|-2147483648",
        &expect![[r#"
            3221250304: 198.51.100.1/26
            4294967295: 198.51.100.65
            Level::Warn: ipAddressIfIndex: Gauge32 instead of INTEGER
            Level::Warn: 1 address left out: no table has the interface, e.g. 2001:db8::1 of ifIndex 2147483648
        "#]],
    );
}

#[test]
fn what_is_odd_in_many_rows_is_one_line() {
    let rows: String = (1..=9)
        .map(|host| {
            format!(
                "1.3.6.1.2.1.4.20.1.2.192.0.2.{host}|66|1
                 1.3.6.1.2.1.4.20.1.3.192.0.2.{host}|64|255.0.255.0\n"
            )
        })
        .collect();
    check(
        &(rows + "1.3.6.1.2.1.4.20.1.2.198.51.100.1|2|77"),
        &expect![[r#"
            1: 192.0.2.1
            1: 192.0.2.2
            1: 192.0.2.3
            1: 192.0.2.4
            1: 192.0.2.5
            1: 192.0.2.6
            1: 192.0.2.7
            1: 192.0.2.8
            1: 192.0.2.9
            Level::Warn: ipAdEntIfIndex: Gauge32 instead of INTEGER (9 rows)
            Level::Warn: ipAdEntNetMask: invalid network mask 255.0.255.0 (9 rows)
            Level::Warn: 1 address left out: no table has the interface, e.g. 198.51.100.1 of ifIndex 77
        "#]],
    );
}
