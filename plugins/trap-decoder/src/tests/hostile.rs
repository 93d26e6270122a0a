//! Octets that nobody meant well with: nothing panics, nothing grows, and the tree has every octet once.

use proptest::prelude::*;
use snmp_proxy_sdk::serde_json::{self, Value};
use snmp_proxy_sdk::text::hex;
use snmp_proxy_sdk::traps::{Part, Version};

use super::packet::*;
use super::{decode, octets_of, tree};
use crate::tree::MAX_NODES;

/// Octets of a record for an octet of the PDU at most, beside what every record has.
const GROWTH: usize = 70;

fn check(octets: &[u8]) {
    for version in [Version::V1, Version::V2c, Version::V3] {
        let record = decode(version, octets);
        assert!(record.len() <= 1_000 + GROWTH * octets.len(), "{} octets of {}", record.len(), octets.len());
        let read: Value = serde_json::from_str(&record).unwrap();
        assert!(read["varbinds"].is_array());
    }
    for part in [Part::Message, Part::ScopedPdu, Part::Pdu] {
        let tree = tree(part, octets);
        assert_eq!(octets_of(&tree["nodes"]), hex(octets));
        assert_eq!(tree["complete"], tree["problems"].as_array().unwrap().is_empty());
        check_offsets(&tree["nodes"], 0);
        for problem in tree["problems"].as_array().unwrap() {
            assert!(problem["offset"].as_u64().unwrap() <= octets.len() as u64, "{problem}");
        }
    }
}

/// Each node begins where the one before it ended. Answers where the last one ends.
fn check_offsets(nodes: &Value, begin: usize) -> usize {
    nodes.as_array().unwrap().iter().fold(begin, |begin, node| {
        assert_eq!(node["offset"], begin, "{node}");
        check_offsets(&node["children"], begin + node["raw"].as_str().unwrap().len() / 2)
    })
}

fn whole() -> Vec<Vec<u8>> {
    let varbinds = [varbind("1.3.6.1.2.1.2.2.1.1.3", integer(3)), varbind("1.3.6.1.2.1.1.5.0", text("r\u{fc}1"))];
    vec![
        message(0, trap_v1("1.3.6.1.4.1.8072.3.2.10", 6, 1, &varbinds)),
        message(1, trap(LINK_DOWN, &varbinds)),
        message_v3(0, scoped(trap(LINK_DOWN, &varbinds))),
        message_v3(3, text("encrypted octets")),
        trap_v1("1.3.6.1.4.1.8072.3.2.10", 2, 0, &varbinds),
        trap(LINK_DOWN, &varbinds),
    ]
}

#[test]
fn every_truncation_and_every_damaged_octet_is_survived() {
    for packet in whole() {
        for end in 0..=packet.len() {
            check(&packet[..end]);
        }
        for position in 0..packet.len() {
            for octet in [0, 1, 0x1f, 0x30, 0x7f, 0x80, 0x84, 0xff] {
                let mut damaged = packet.clone();
                damaged[position] = octet;
                check(&damaged);
            }
        }
    }
}

#[test]
fn nesting_as_deep_as_a_datagram_ends_at_a_bound() {
    let mut nested = Vec::new();
    while nested.len() < 60_000 {
        nested.splice(0..0, [0x30, 0x82, (nested.len() >> 8) as u8, nested.len() as u8]);
    }
    check(&nested);
    check(&vec![0x30; 5_000]);
    check(&[0x30, 0x80].repeat(5_000));
}

#[test]
fn a_record_grows_with_its_pdu_and_no_faster() {
    for varbind in [&[0x30, 0][..], &[0x0c, 0], &[0x1f, 0, 0], &[0x30, 5, 0x06, 1, 0x2b, 0x05, 0]] {
        let list = element(0x30, &varbind.repeat(1_500));
        check(&container(0xa7, &[integer(7), integer(0), integer(0), list]));
    }
}

#[test]
fn a_tree_of_more_nodes_than_the_bound_says_so() {
    let list = element(0x30, &[0x30, 0].repeat(MAX_NODES + 10));
    let pdu = container(0xa7, &[integer(7), integer(0), integer(0), list]);
    check(&pdu);
    let problems = tree(Part::Pdu, &pdu)["problems"].to_string();
    assert!(problems.contains("octets are not taken apart"), "no word of the bound");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_octets_are_survived(octets in prop::collection::vec(any::<u8>(), 0..300)) {
        check(&octets);
    }

    #[test]
    fn any_octets_inside_a_pdu_are_survived(
        tag in 0xa0..0xa9_u8,
        octets in prop::collection::vec(prop_oneof![Just(0x30), Just(0x02), Just(0x06), Just(0), 0..20_u8, any::<u8>()], 0..200),
    ) {
        check(&element(tag, &octets));
        check(&message(1, element(tag, &octets)));
    }

    #[test]
    fn several_damages_at_once_are_survived(
        which in 0..6_usize,
        damages in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut packet = whole().swap_remove(which);
        for (place, octet) in damages {
            let place = place.index(packet.len());
            packet[place] = octet;
        }
        check(&packet);
    }
}
