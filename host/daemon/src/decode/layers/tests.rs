use proptest::prelude::*;

use super::*;
use crate::decode::tests::packets::{V4, ethernet, get_request, ipv4, pdu, udp as datagram};

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
    assert!(matches!(find(&packet(&frame, Link::Ethernet)), Found::Datagram(_, octets) if octets == get_request()));
}

proptest! {
    #[test]
    fn anything_is_taken_apart_without_a_panic(octets in prop::collection::vec(any::<u8>(), 0..120), place in 0..90usize, octet: u8) {
        let mut frame = ethernet(&[(0x8100, 7)], &ipv4(&datagram(V4, 1, 161, &get_request()), &[7, 3, 4, 0]));
        if let Some(place) = frame.get_mut(place) {
            *place = octet;
        }
        for octets in [octets, frame] {
            for link in [Link::Unknown, Link::Ethernet, Link::Ip, Link::CookedV1, Link::CookedV2, Link::Loopback] {
                find(&packet(&octets, link));
            }
        }
    }
}
