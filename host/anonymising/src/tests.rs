//! Tables whose rows belong together before and afterwards.

use std::collections::{BTreeMap, BTreeSet};

use expect_test::expect;
use proptest::prelude::*;
use snmp::{Oid, Value};

use super::*;

/// Reads `OID|TAG|VALUE` with the tags that are needed here.
fn read(text: &str) -> Vec<Varbind> {
    let line = |line: &str| {
        let mut fields = line.splitn(3, '|');
        let (name, tag, value) = (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap());
        let value = match tag {
            "2" => Value::Integer(value.parse().unwrap()),
            "4" => Value::OctetString(value.as_bytes().to_vec()),
            "4x" => Value::OctetString(
                (0..value.len() / 2).map(|at| u8::from_str_radix(&value[2 * at..2 * at + 2], 16).unwrap()).collect(),
            ),
            "6" => Value::ObjectIdentifier(value.parse().unwrap()),
            "64" => Value::IpAddress(value.parse::<std::net::Ipv4Addr>().unwrap().octets()),
            _ => panic!("{tag}"),
        };
        Varbind { name: name.parse().unwrap(), value }
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(line).collect()
}

pub(crate) fn identifiers_of(text: &str) -> Identifiers {
    Identifiers::among(&read(text), &Objects::new(), &[])
}

fn anonymised(text: &str) -> Anonymised {
    anonymise(read(text), &Seed::of_text("a seed"), &["s3cret-community"])
}

/// The values of a column, by what stands behind it.
fn column(all: &[Varbind], column: &str) -> BTreeMap<Vec<u32>, Value> {
    let column: Oid = column.parse().unwrap();
    let rows =
        all.iter().filter_map(|varbind| Some((varbind.name.strip_prefix(&column)?.to_vec(), varbind.value.clone())));
    rows.collect()
}

fn octets(value: &Value) -> Vec<u32> {
    match value {
        Value::OctetString(octets) => octets.iter().map(|octet| (*octet).into()).collect(),
        Value::IpAddress(address) => address.map(u32::from).to_vec(),
        other => panic!("{other:?}"),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::OctetString(octets) => String::from_utf8(octets.clone()).unwrap(),
        other => panic!("{other:?}"),
    }
}

const NETWORK: &str = "
    1.3.6.1.2.1.2.2.1.6.7|4x|001122334455
    1.3.6.1.2.1.4.20.1.1.192.0.2.1|64|192.0.2.1
    1.3.6.1.2.1.4.20.1.2.192.0.2.1|2|7
    1.3.6.1.2.1.4.20.1.3.192.0.2.1|64|255.255.255.0
    1.3.6.1.2.1.4.22.1.2.7.192.0.2.9|4x|0011223344aa
    1.3.6.1.2.1.4.22.1.3.7.192.0.2.9|64|192.0.2.9
    1.3.6.1.2.1.4.34.1.3.1.4.192.0.2.1|2|7
    1.3.6.1.2.1.4.34.1.5.1.4.192.0.2.1|6|1.3.6.1.2.1.4.32.1.5.7.1.4.192.0.2.0.24
    1.3.6.1.2.1.4.32.1.5.7.1.4.192.0.2.0.24|2|2
    1.3.6.1.2.1.4.34.1.3.2.16.254.128.0.0.0.0.0.0.2.17.34.255.254.51.68.85|2|7
    1.3.6.1.2.1.4.35.1.4.7.1.4.192.0.2.9|4x|0011223344aa
    1.3.6.1.2.1.17.4.3.1.1.0.17.34.51.68.170|4x|0011223344aa
    1.3.6.1.2.1.17.4.3.1.2.0.17.34.51.68.170|2|3
    1.3.6.1.2.1.17.7.1.2.2.1.2.10.0.17.34.51.68.170|2|3
    1.3.6.1.2.1.17.2.5.0|4x|8000001122334455
    1.3.6.1.2.1.31.1.4.1.2.7.6.0.17.34.51.68.85|2|1
";

#[test]
fn what_belonged_together_belongs_together() {
    let Anonymised { varbinds: all, report } = anonymised(NETWORK);
    let ports = column(&all, "1.3.6.1.2.1.2.2.1.6");
    let mac = octets(&ports[&vec![7]]);
    assert_eq!(mac[..3], [0, 0x11, 0x22], "the manufacturer stays");
    assert_ne!(mac[3..], [0x33, 0x44, 0x55]);

    let (index, own) = column(&all, "1.3.6.1.2.1.4.20.1.1").pop_first().unwrap();
    assert_eq!(index, octets(&own), "an address is the same in an index and in a value");
    assert_ne!(index, [192, 0, 2, 1]);
    assert_eq!(octets(&column(&all, "1.3.6.1.2.1.4.20.1.3")[&index]), [255, 255, 255, 0]);
    let (newer, pointer) = column(&all, "1.3.6.1.2.1.4.34.1.5").pop_first().unwrap();
    assert_eq!(newer, [&[1, 4][..], &index].concat(), "and the same with its type and length");
    let prefix =
        Value::ObjectIdentifier(all.iter().find(|one| one.name.to_string().contains(".4.32.")).unwrap().name.clone());
    assert_eq!(pointer, prefix, "a pointer points to its row");

    let (neighbour, neighbour_mac) = column(&all, "1.3.6.1.2.1.4.22.1.2").pop_first().unwrap();
    let (same, same_mac) = column(&all, "1.3.6.1.2.1.4.35.1.4").pop_first().unwrap();
    assert_eq!((&same[3..], &same_mac), (&neighbour[1..], &neighbour_mac));
    assert_eq!(neighbour[1..4], index[..3], "it is in the same network");
    let (learned, value) = column(&all, "1.3.6.1.2.1.17.4.3.1.1").pop_first().unwrap();
    assert_eq!((&learned, octets(&value)), (&octets(&neighbour_mac), octets(&neighbour_mac)));
    let in_vlan = column(&all, "1.3.6.1.2.1.17.7.1.2.2.1.2").pop_first().unwrap().0;
    assert_eq!(in_vlan[1..], learned);
    assert_eq!(octets(&column(&all, "1.3.6.1.2.1.17.2.5")[&vec![0]])[2..], mac, "a bridge is named by its address");
    assert_eq!(column(&all, "1.3.6.1.2.1.31.1.4.1.2").pop_first().unwrap().0[2..], mac);

    let v6 = column(&all, "1.3.6.1.2.1.4.34.1.3").pop_last().unwrap().0;
    let interface = [mac[0] ^ 2, mac[1], mac[2], 0xff, 0xfe, mac[3], mac[4], mac[5]];
    assert_eq!(v6[..10], [2, 16, 254, 128, 0, 0, 0, 0, 0, 0], "a link-local address stays one");
    assert_eq!(v6[10..], interface, "and names the MAC address that it was made of");
    expect![[r#"
        3 IPv4 addresses in 12 places
        1 IPv6 address in 1 place
        2 MAC addresses in 9 places"#]]
    .assert_eq(&report.lines().join("\n"));
}

const NAMES: &str = "
    1.3.6.1.2.1.1.1.0|4|Linux core-sw1 5.10, s/n FOC1234X0YZ, 192.0.2.1
    1.3.6.1.2.1.1.4.0|4|NOC <noc@example.net>
    1.3.6.1.2.1.1.5.0|4|core-sw1.example.net
    1.3.6.1.2.1.1.6.0|4|Room 12, Example City
    1.3.6.1.2.1.2.2.1.2.7|4|GigabitEthernet0/1
    1.3.6.1.2.1.31.1.1.1.18.7|4|to Customer 42
    1.3.6.1.2.1.47.1.1.1.1.11.1|4|FOC1234X0YZ
    1.3.6.1.2.1.47.1.1.1.1.13.1|4|WS-C2960X-24TS-L
    1.3.6.1.2.1.47.1.1.1.1.10.1|4|12.2.33.1
    1.0.8802.1.1.2.1.4.1.1.4.0.7.1|2|4
    1.0.8802.1.1.2.1.4.1.1.5.0.7.1|4x|444546474849
    1.0.8802.1.1.2.1.4.1.1.4.0.8.1|2|7
    1.0.8802.1.1.2.1.4.1.1.5.0.8.1|4|edge-sw2
    1.0.8802.1.1.2.1.4.1.1.4.0.9.1|2|5
    1.0.8802.1.1.2.1.4.1.1.5.0.9.1|4x|01c0000209
    1.0.8802.1.1.2.1.4.1.1.6.0.7.1|2|5
    1.0.8802.1.1.2.1.4.1.1.7.0.7.1|4|ge-0/0/1
    1.0.8802.1.1.2.1.4.1.1.9.0.7.1|4|core-sw1.example.net
    1.0.8802.1.1.2.1.4.2.1.3.0.7.1.1.4.192.0.2.1|2|2
    1.3.6.1.4.1.9.9.23.1.2.1.1.6.7.1|4|core-sw1(FOC1234X0YZ)
    1.3.6.1.4.1.9.9.23.1.2.1.1.4.7.1|4x|c0000201
    1.3.6.1.4.1.32473.1.1.0|4|Fan tray of core-sw1
    1.3.6.1.4.1.32473.1.2.0|4|Fan tray
    1.3.6.1.4.1.32473.1.3.0|4|ABC1234567
    1.3.6.1.4.1.32473.1.4.0|4|trap to s3cret-community
    1.3.6.1.4.1.32473.1.5.1.2.192.0.2.1.0.17.34.51.68.85|2|1
    1.3.6.1.4.1.32473.1.6.0|64|192.0.2.1
    1.3.6.1.4.1.32473.1.7.0|4x|001122334455
";

#[test]
fn a_name_is_the_same_in_every_table_and_within_texts() {
    let Anonymised { varbinds: all, report } = anonymised(NAMES);
    let get = |name: &str| all.iter().find(|one| one.name.to_string() == name).unwrap().value.clone();
    let name = text(&get("1.3.6.1.2.1.1.5.0"));
    let (host, _) = name.split_once('.').unwrap();
    let serial = text(&get("1.3.6.1.2.1.47.1.1.1.1.11.1"));
    assert_eq!((name.len(), serial.len()), ("core-sw1.example.net".len(), "FOC1234X0YZ".len()));
    let address = octets(&get("1.3.6.1.4.1.32473.1.6.0")).iter().map(ToString::to_string).collect::<Vec<_>>().join(".");
    assert_eq!(text(&get("1.3.6.1.2.1.1.1.0")), format!("Linux {host} 5.10, s/n {serial}, {address}"));
    assert_eq!(text(&get("1.0.8802.1.1.2.1.4.1.1.9.0.7.1")), name);
    assert_eq!(text(&get("1.3.6.1.4.1.9.9.23.1.2.1.1.6.7.1")), format!("{host}({serial})"));
    assert_eq!(text(&get("1.3.6.1.4.1.32473.1.1.0")), format!("Fan tray of {host}"));
    assert_ne!(text(&get("1.3.6.1.4.1.32473.1.3.0")), "ABC1234567");
    for (name, kept) in [
        ("1.3.6.1.2.1.2.2.1.2.7", "GigabitEthernet0/1"),
        ("1.3.6.1.2.1.47.1.1.1.1.13.1", "WS-C2960X-24TS-L"),
        ("1.3.6.1.2.1.47.1.1.1.1.10.1", "12.2.33.1"),
        ("1.0.8802.1.1.2.1.4.1.1.7.0.7.1", "ge-0/0/1"),
        ("1.3.6.1.4.1.32473.1.2.0", "Fan tray"),
    ] {
        assert_eq!(text(&get(name)), kept);
    }
    let chassis = octets(&get("1.0.8802.1.1.2.1.4.1.1.5.0.7.1"));
    assert_eq!(chassis[..3], [0x44, 0x45, 0x46], "six letters are a MAC address where the subtype says so");
    assert_ne!(chassis[3..], [0x47, 0x48, 0x49]);
    assert_eq!(octets(&get("1.0.8802.1.1.2.1.4.1.1.5.0.9.1"))[..2], [1, 192], "the family stays");

    // Nothing of what identified somebody is left, in no form.
    let shown: String = all.iter().map(|one| format!("{} {:?}\n", one.name, one.value)).collect();
    let texts: String = all
        .iter()
        .filter_map(|one| match &one.value {
            Value::OctetString(octets) => Some(String::from_utf8_lossy(octets).to_lowercase() + "\n"),
            _ => None,
        })
        .collect();
    for lost in [
        "core-sw1",
        "example",
        "noc",
        "room",
        "customer",
        "foc1234x0yz",
        "s3cret",
        "edge-sw2",
        "abc1234567",
        "192.0.2.1",
    ] {
        assert!(!texts.contains(lost), "{lost}: {texts}");
    }
    assert!(!shown.contains("192.0.2.1") && !shown.contains("[192, 0, 2, 1]"), "{shown}");
    assert!(!shown.contains("0.17.34.51.68.85"), "{shown}");
    assert_eq!(report.unknown_texts, 1, "the fan tray: {report:?}");
}

#[test]
fn one_seed_gives_one_result_and_another_one_another() {
    let under = |seed: &str| anonymise(read(&(NETWORK.to_owned() + NAMES)), &Seed::of_text(seed), &[]).varbinds;
    assert_eq!(under("a"), under("a"));
    assert_ne!(under("a"), under("b"));
    // A recording of a neighbour names the same things alike.
    let alone = anonymise(read("1.3.6.1.2.1.1.5.0|4|core-sw1.example.net"), &Seed::of_text("a"), &[]).varbinds;
    assert!(under("a").contains(&alone[0]));
}

#[test]
fn indexes_that_are_not_as_the_mib_says_are_replaced_all_the_same() {
    // Without the length, and with four zeros behind.
    let all = anonymised(
        "1.3.6.1.2.1.4.34.1.3.1.192.0.2.1|2|7
         1.3.6.1.2.1.4.34.1.3.1.192.0.2.2.0.0.0.0|2|7
         1.3.6.1.2.1.4.34.1.3.3.8.192.0.2.3.0.0.0.7|2|7
         1.3.6.1.2.1.4.20.1.1.192.0.2.1|64|192.0.2.1",
    );
    let identifiers = column(&all.varbinds, "1.3.6.1.2.1.4.20.1.1").pop_first().unwrap().0;
    for index in column(&all.varbinds, "1.3.6.1.2.1.4.34.1.3").into_keys() {
        let shown = index.iter().map(ToString::to_string).collect::<Vec<_>>().join(".");
        assert!(!shown.contains("192.0.2."), "{shown}");
        let network: Vec<String> = identifiers[..3].iter().map(ToString::to_string).collect();
        assert!(shown.contains(&network.join(".")), "{shown}");
    }
}

#[test]
fn physical_addresses_of_any_form_are_replaced_alike() {
    let all = anonymised(
        "1.3.6.1.2.1.2.2.1.6.1|4x|001122334455
         1.3.6.1.2.1.2.2.1.6.2|4|00:11:22:33:44:55
         1.3.6.1.2.1.2.2.1.6.3|4|0011.2233.4455
         1.3.6.1.2.1.2.2.1.6.4|4|001122334455
         1.3.6.1.2.1.2.2.1.6.5|4x|0011223344556677
         1.3.6.1.2.1.2.2.1.6.6|4x|
         1.3.6.1.2.1.2.2.1.6.7|4x|000000000000",
    )
    .varbinds;
    let macs = column(&all, "1.3.6.1.2.1.2.2.1.6");
    let digits: BTreeSet<String> = (2..=4).map(|row| text(&macs[&vec![row]]).replace([':', '.'], "")).collect();
    let hex: String = octets(&macs[&vec![1]]).iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(digits, BTreeSet::from([hex]));
    assert_eq!((octets(&macs[&vec![5]]).len(), octets(&macs[&vec![6]]).len()), (8, 0));
    assert_eq!(octets(&macs[&vec![7]]), [0; 6]);
}

#[test]
fn an_engine_id_keeps_its_form_and_is_replaced_by_what_it_is_made_of() {
    let engine = |hex: &str| octets(&anonymised(&format!("1.3.6.1.6.3.10.2.1.1.0|4x|{hex}")).varbinds[0].value);
    let seed = Seed::of_text("a seed");
    let of_mac = engine("8000000903001122334455");
    assert_eq!(of_mac[..5], [0x80, 0, 0, 9, 3]);
    assert_eq!(of_mac[5..], seed.mac([0, 0x11, 0x22, 0x33, 0x44, 0x55]).map(u32::from));
    assert_eq!(engine("8000000901c0000201")[5..], seed.ipv4([192, 0, 2, 1]).map(u32::from));
    let other = engine("80001f8880aabbccdd11223344");
    assert_eq!((other.len(), &other[..5]), (13, &[0x80, 0, 0x1f, 0x88, 0x80][..]));
    assert_ne!(other[5..], [0xaa, 0xbb, 0xcc, 0xdd, 0x11, 0x22, 0x33, 0x44]);
}

#[test]
fn tables_of_secrets_that_were_asked_for_are_replaced_too() {
    let all = anonymised(
        "1.3.6.1.6.3.10.2.1.1.0|4x|8000000903001122334455
         1.3.6.1.6.3.15.1.2.2.1.3.11.128.0.0.9.3.0.17.34.51.68.85.5.97.108.105.99.101|4|alice
         1.3.6.1.6.3.16.1.2.1.3.3.5.97.108.105.99.101|4|admins
         1.3.6.1.6.3.18.1.1.1.2.120.49|4|s3cret",
    )
    .varbinds;
    let engine = octets(&column(&all, "1.3.6.1.6.3.10.2.1.1").pop_first().unwrap().1);
    let (user, name) = column(&all, "1.3.6.1.6.3.15.1.2.2.1.3").pop_first().unwrap();
    assert_eq!((user[1..12].to_vec(), user[13..].to_vec()), (engine, octets(&name)));
    assert_eq!(column(&all, "1.3.6.1.6.3.16.1.2.1.3").pop_first().unwrap().0[2..], octets(&name));
    let shown: String = all.iter().map(|one| format!("{:?}", one.value)).collect();
    for lost in ["alice", "admins", "s3cret"] {
        assert!(!shown.contains(&format!("{:?}", lost.as_bytes())), "{lost}");
    }
}

#[test]
fn the_name_of_a_machine_is_found_in_what_uname_prints() {
    let all = anonymised("1.3.6.1.2.1.1.1.0|4|Linux nms7 5.10.0 #1 SMP x86_64\n1.3.6.1.4.1.8072.1.1.0|4|run on nms7")
        .varbinds;
    let texts: Vec<String> = all.iter().map(|one| text(&one.value)).collect();
    assert!(texts[0].starts_with("Linux ") && texts[0].ends_with(" 5.10.0 #1 SMP x86_64"), "{texts:?}");
    assert!(!texts.concat().contains("nms7"), "{texts:?}");
}

#[test]
fn lists_of_ports_and_other_bits_stay() {
    let text = "1.3.6.1.2.1.17.7.1.4.3.1.2.10|4x|00112233445f
         1.3.6.1.4.1.32473.2.1.0|4x|fff000000000
         1.3.6.1.2.1.2.2.1.5.1|2|1000";
    assert_eq!(anonymised(text).varbinds.len(), 3);
    for varbind in read(text) {
        assert!(anonymised(text).varbinds.contains(&varbind), "{varbind:?}");
    }
}

proptest! {
    #[test]
    fn no_object_is_lost_whatever_a_device_says(
        objects in proptest::collection::btree_map(
            (0..3_usize, proptest::collection::vec(0..300_u32, 0..24)),
            prop_oneof![
                proptest::collection::vec(any::<u8>(), 0..24).prop_map(Value::OctetString),
                "[ -~]{0,30}".prop_map(|text| Value::OctetString(text.into_bytes())),
                any::<[u8; 4]>().prop_map(Value::IpAddress),
                any::<i32>().prop_map(Value::Integer),
            ],
            0..30,
        )
    ) {
        let roots = ["1.3.6.1.2.1.4.34.1", "1.3.6.1.4.1.32473", "1.0.8802.1.1.2.1.4.2.1"];
        let varbinds: Vec<Varbind> = objects
            .into_iter()
            .map(|((root, arcs), value)| {
                let name = roots[root].parse::<Oid>().unwrap().join(&arcs).unwrap();
                Varbind { name, value }
            })
            .collect();
        let anonymised = anonymise(varbinds.clone(), &Seed::of_text("a"), &[]).varbinds;
        let names: BTreeSet<&Oid> = anonymised.iter().map(|varbind| &varbind.name).collect();
        prop_assert_eq!(names.len(), varbinds.len());
        prop_assert!(anonymised.is_sorted_by(|one, other| one.name < other.name));
    }
}
