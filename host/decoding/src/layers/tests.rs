use proptest::prelude::*;

use super::*;
use crate::{
    frame::Checksum,
    tests::packets::{V4, V6, ethernet, get_request, ipv4, ipv6, pdu, udp as datagram},
};

fn packet(octets: &[u8], link: Link) -> Packet {
    Packet { number: 1, time: None, link, cut_from: None, octets: octets.to_vec() }
}

#[test]
fn only_what_is_whole_fits() {
    let frame = ethernet(&[], &ipv4(&datagram(V4, 1, 161, &get_request()), &[]));
    for whole in [&get_request(), &pdu(), &datagram(V4, 1, 161, &get_request()), &frame] {
        assert!(fits(whole));
        assert!(!fits(&whole[..whole.len() - 9]));
    }
    assert!(!fits(&[]) && !fits(&[0x30]) && !fits(&[0; 60]));
}

#[test]
fn what_fills_an_ethernet_frame_up_is_no_part_of_the_message() {
    let mut frame = ethernet(&[], &ipv4(&datagram(V4, 1, 161, &get_request()), &[]));
    frame.extend([0; 12]);
    assert!(matches!(find(&packet(&frame, Link::Type(1))), Found::Datagram(_, octets) if octets == get_request()));
}

/// An IP packet with a request in it.
fn inner() -> Vec<u8> {
    ipv4(&datagram(V4, 49_152, 161, &get_request()), &[])
}

/// What an Ethernet frame carries of a type.
fn carried(ether_type: u16, content: &[u8]) -> Vec<u8> {
    [&[0; 12][..], &ether_type.to_be_bytes(), content].concat()
}

/// An IPv4 packet of any protocol.
fn of_protocol(protocol: u8, content: &[u8]) -> Vec<u8> {
    let mut packet = ipv4(content, &[]);
    packet[9] = protocol;
    packet
}

#[track_caller]
fn holds_the_request(link: i32, octets: &[u8], encapsulation: &[&str]) {
    match find(&packet(octets, Link::Type(link))) {
        Found::Datagram(frame, message) => {
            assert_eq!(message, get_request());
            assert_eq!(frame.encapsulation, encapsulation);
            let ip = frame.ip.unwrap();
            assert_eq!((ip.src.to_string().as_str(), ip.checksum), ("192.0.2.1", Checksum::Ok));
            let headers: usize = frame.nodes.iter().map(octets_of).sum();
            assert_eq!(headers + message.len(), octets.len(), "each octet has its place");
        }
        other => panic!("{other:?}"),
    }
}

fn octets_of(node: &crate::HeaderNode) -> usize {
    node.raw.len() / 2 + node.children.iter().map(octets_of).sum::<usize>()
}

#[test]
fn what_ethernet_carries_is_peeled_off() {
    let ip = inner();
    let with = |header: &[u8]| [header, &ip].concat();
    let frame = carried(0x0800, &ip);
    for (ether_type, content, encapsulation) in [
        (0x8864, with(&[0x11, 0, 0, 17, 0, 59, 0, 0x21]), &["PPPoE session 17"][..]),
        (0x8864, with(&[0x11, 0, 0, 17, 0, 58, 0x21]), &["PPPoE session 17"]),
        (0x8847, with(&[0, 1, 0, 64, 0, 1, 17, 64]), &["MPLS label 16", "MPLS label 17"]),
        (0x8847, [&[0, 1, 1, 64][..], &frame].concat(), &["MPLS label 16"]),
        (0x8847, [&[0, 1, 1, 64, 0, 0, 0, 0][..], &frame].concat(), &["MPLS label 16"]),
        (0x8100, with(&[0, 7, 0x88, 0x64, 0x11, 0, 0, 17, 0, 59, 0, 0x21]), &["PPPoE session 17"]),
        (0x88e5, with(&[0, 0, 0, 0, 0, 1, 8, 0]), &["MACsec"]),
        (0x88e7, [&[0, 0, 0, 9][..], &frame].concat(), &["802.1ah service 9"]),
        (0x8926, with(&[0, 0, 0, 0, 8, 0]), &["VN-tag"]),
        (0x6558, frame.clone(), &["Ethernet within Ethernet"]),
        (0x0030, with(&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0]), &[]),
        (0x0030, with(&[6, 6, 3]), &[]),
    ] {
        holds_the_request(1, &carried(ether_type, &content), encapsulation);
    }
}

#[test]
fn every_link_that_can_carry_ip_is_read() {
    let ip = inner();
    let with = |header: &[u8]| [header, &ip].concat();
    let llc = [0xaa, 0xaa, 3, 0, 0, 0, 8, 0];
    let wireless = [&[0x08, 0x01][..], &[0; 22], &llc].concat();
    let quality = [&[0x88, 0x02][..], &[0; 24], &llc].concat();
    let padded = [&[0x88, 0x02][..], &[0; 26], &llc].concat();
    for (link, octets) in [
        (0, with(&[2, 0, 0, 0])),
        (108, with(&[0, 0, 0, 2])),
        (9, with(&[0, 0x21])),
        (50, with(&[0xff, 3, 0, 0x21])),
        (204, with(&[1, 0xff, 3, 0, 0x21])),
        (8, with(&[0; 16])),
        (205, with(&[1, 0x0f, 0, 8, 0])),
        (206, with(&[1, 0x18, 0x41, 3, 0xcc])),
        (258, with(&[&[12, 0, 0, 0, 0, 0, 0, 0, 101, 0, 0, 0][..]].concat())),
        (10, with(&[&[0; 13][..], &llc].concat())),
        (6, with(&[&[0; 14][..], &llc].concat())),
        (100, with(&llc)),
        (101, ip.clone()),
        (104, with(&[0x0f, 0, 8, 0])),
        (105, with(&wireless)),
        (107, with(&[0x18, 0x41, 3, 0xcc])),
        (109, with(&[0; 12])),
        (113, with(&[&[0; 14][..], &[8, 0]].concat())),
        (117, with(&[&[61][..], &[0; 63]].concat())),
        (119, with(&[&[0x44, 0, 0, 0, 144, 0, 0, 0][..], &[0; 136], &wireless].concat())),
        (127, with(&[&[0, 0, 8, 0, 0, 0, 0, 0][..], &wireless].concat())),
        // The timer, and flags that say that the header is filled up.
        (127, with(&[&[0, 0, 17, 0, 3, 0, 0, 0][..], &[0; 8], &[0x20], &padded].concat())),
        (127, with(&[&[0, 0, 8, 0, 0, 0, 0, 0][..], &quality].concat())),
        (138, with(&[&[0; 16][..], &[8, 0]].concat())),
        (163, with(&[&[0x80, 0x21, 0x10, 1, 0, 0, 0, 8][..], &wireless].concat())),
        (192, with(&[&[0, 0, 8, 0, 105, 0, 0, 0][..], &wireless].concat())),
        (239, with(&[2, 0, 0, 0, 8, 0, 5, 0, 0, 0, 0, 1, 84, 0, 9, 0])),
        (240, [&[0; 4][..], &carried(0x0800, &ip)].concat()),
        (274, [&[0x55; 8][..], &carried(0x0800, &ip)].concat()),
        (276, with(&[&[8, 0][..], &[0; 18]].concat())),
    ] {
        holds_the_request(link, &octets, &[]);
    }
    holds_the_request(51, &with(&[0x11, 0, 0, 17, 0, 59, 0, 0x21]), &["PPPoE session 17"]);
}

#[test]
fn packets_within_packets_are_read_with_the_ends_of_the_tunnel() {
    let ip = inner();
    let with = |header: &[u8]| [header, &ip].concat();
    let frame = carried(0x0800, &ip);
    let framed = |header: &[u8]| [header, &frame].concat();
    for (protocol, content, name) in [
        (4, ip.clone(), "IP in IP"),
        (47, with(&[0, 0, 8, 0]), "GRE"),
        (47, with(&[0xb0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2]), "GRE"),
        (47, framed(&[0, 0, 0x65, 0x58]), "GRE"),
        (47, with(&[0x30, 1, 0x88, 0x0b, 0, 60, 0, 7, 0, 0, 0, 1, 0xff, 3, 0, 0x21]), "GRE"),
        (97, framed(&[0x30, 0]), "EtherIP"),
    ] {
        let within = format!("{name} from 192.0.2.1 to 192.0.2.2");
        holds_the_request(101, &of_protocol(protocol, &content), &[&within]);
    }
    let erspan = framed(&[0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0, 0, 0, 0, 0, 0, 0]);
    holds_the_request(101, &of_protocol(47, &erspan), &["GRE from 192.0.2.1 to 192.0.2.2", "ERSPAN"]);
    for (port, content, name) in [
        (4_789, framed(&[8, 0, 0, 0, 0, 0x13, 0x88, 0]), "VXLAN 5000"),
        (8_472, framed(&[8, 0, 0, 0, 0, 0, 1, 0]), "VXLAN 1"),
        (4_790, with(&[0x0c, 0, 0, 1, 0, 0, 1, 0]), "VXLAN-GPE 1"),
        (6_081, framed(&[1, 0, 0x65, 0x58, 0, 0, 1, 0, 1, 2, 3, 4]), "Geneve 1"),
        (2_152, with(&[0x30, 255, 0, 72, 0, 0, 0, 9]), "GTP tunnel 9"),
        (2_152, with(&[0x34, 255, 0, 80, 0, 0, 0, 9, 0, 0, 0, 0x85, 1, 0, 9, 0]), "GTP tunnel 9"),
        (37_008, framed(&[1, 0, 0, 1, 0, 10, 1, 5, 1]), "TZSP"),
        (3_544, ip.clone(), "Teredo"),
        (6_635, with(&[0, 1, 1, 64]), "MPLS in UDP"),
    ] {
        let octets = ipv4(&datagram(V4, 40_000, port, &content), &[]);
        let within = format!("{name} from 192.0.2.1 to 192.0.2.2");
        let labels: &[&str] = if name == "MPLS in UDP" { &["MPLS label 16"] } else { &[] };
        holds_the_request(101, &octets, &[&[within.as_str()][..], labels].concat());
    }
    // An agent on such a port is asked all the same.
    holds_the_request(101, &ipv4(&datagram(V4, 40_000, 4_789, &get_request()), &[]), &[]);
    let quoted = of_protocol(1, &with(&[3, 3, 0, 0, 0, 0, 0, 0]));
    holds_the_request(101, &quoted, &["ICMP error (type 3, code 3) about this datagram from 192.0.2.1 to 192.0.2.2"]);
}

#[test]
fn what_cannot_be_read_is_named_and_what_is_no_snmp_too() {
    let check = |link: i32, octets: &[u8], expected: Found| {
        assert_eq!(find(&packet(octets, Link::Type(link))), expected);
    };
    let unread = |what: &str| Found::Unread(what.to_owned());
    let other = |what: &str| Found::Other(what.to_owned());
    check(1, &carried(0x88b5, &[0; 40]), unread("EtherType 0x88b5"));
    check(1, &carried(0x88cc, &[0; 40]), other("LLDP"));
    check(1, &carried(0x0806, &[0; 28]), other("ARP"));
    check(1, &carried(0x8863, &[0; 40]), other("PPPoE discovery"));
    check(1, &carried(0x8864, &[0x11, 0, 0, 1, 0, 4, 0xc0, 0x21, 9, 1]), other("PPP protocol 0xc021"));
    check(1, &carried(0x88e5, &[0x0c; 40]), unread("MACsec, encrypted"));
    check(1, &carried(0x0026, &[0x42, 0x42, 3, 0]), other("spanning tree"));
    check(1, &[0; 9], unread("link type 1 (ETHERNET), cut off or broken"));
    check(1, &carried(0x0800, &[0x45; 4]), unread("link type 1 (ETHERNET), cut off or broken"));
    check(105, &[0x08, 0x41, 0, 0], unread("802.11, encrypted"));
    check(105, &[0x80, 0], other("802.11 management"));
    check(147, &[0; 40], unread("link type 147 (USER0), which is not read"));
    check(9_999, &[0; 40], unread("link type 9999, which is not read"));
    check(101, &of_protocol(6, &[0; 20]), other("TCP"));
    let segment = |to: u8| {
        [&[0x9c, 0x40, 0, to, 0, 0, 0, 1, 0, 0, 0, 1, 0x50, 0x18, 0, 9, 0, 0, 0, 0][..], &get_request()].concat()
    };
    check(101, &of_protocol(6, &segment(161)), unread("SNMP over TCP (RFC 3430)"));
    check(101, &of_protocol(6, &segment(80)), other("TCP"));
    check(101, &of_protocol(50, &[0; 20]), unread("ESP, encrypted"));
    let dtls = ipv4(&datagram(V4, 40_000, 10_161, &[22, 0xfe, 0xfd, 0, 0]), &[]);
    check(101, &dtls, unread("SNMP over DTLS, encrypted"));
    // Layers that never end.
    let tags = [&[0, 1, 0x81, 0][..]; 200].concat();
    check(1, &carried(0x8100, &tags), unread("headers within headers, more than are read"));
    let labels = [0, 1, 0, 64].repeat(100);
    check(1, &carried(0x8847, &labels), unread("headers within headers, more than are read"));
    let nested = (0..20).fold(inner(), |packet, _| of_protocol(4, &packet));
    check(101, &nested, unread("packets within packets, more than are read"));
}

/// The sum over the pseudo-header, as a host leaves it to its network card.
fn leave_unfinished(udp: &mut [u8], addresses: &[u8]) {
    let halves = addresses.chunks(2).map(|half| u32::from(u16::from_be_bytes([half[0], half[1]])));
    let mut sum = halves.sum::<u32>() + 17 + u32::try_from(udp.len()).unwrap();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    udp[6..8].copy_from_slice(&u16::try_from(sum).unwrap().to_be_bytes());
}

#[test]
fn a_checksum_that_the_network_card_computes_is_not_wrong() {
    let check = |octets: &[u8], expected: Checksum| match find(&packet(octets, Link::Type(101))) {
        Found::Datagram(frame, _) => assert_eq!(frame.udp.unwrap().checksum, expected),
        other => panic!("{other:?}"),
    };
    let mut v4 = datagram(V4, 49_152, 161, &get_request());
    check(&ipv4(&v4, &[]), Checksum::Ok);
    leave_unfinished(&mut v4, &[192, 0, 2, 1, 192, 0, 2, 2]);
    check(&ipv4(&v4, &[]), Checksum::Unfinished);
    v4[7] ^= 1;
    check(&ipv4(&v4, &[]), Checksum::Wrong);
    let mut v6 = datagram(V6, 49_152, 161, &get_request());
    let whole = ipv6(&v6, false);
    leave_unfinished(&mut v6, &whole[8..40]);
    check(&ipv6(&v6, false), Checksum::Unfinished);
    // A card that computes IP's too.
    let mut packet_4 = inner();
    packet_4[10..12].fill(0);
    match find(&packet(&packet_4, Link::Type(101))) {
        Found::Datagram(frame, _) => assert_eq!(frame.ip.unwrap().checksum, Checksum::Unfinished),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #[test]
    fn anything_is_taken_apart_without_a_panic(octets in prop::collection::vec(any::<u8>(), 0..120), place in 0..90usize, octet: u8) {
        let mut frame = ethernet(&[(0x8100, 7)], &ipv4(&datagram(V4, 1, 161, &get_request()), &[7, 3, 4, 0]));
        if let Some(place) = frame.get_mut(place) {
            *place = octet;
        }
        for octets in [octets, frame] {
            find(&packet(&octets, Link::Unknown));
            for link in 0..300 {
                find(&packet(&octets, Link::Type(link)));
            }
        }
    }
}
