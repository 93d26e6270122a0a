//! That the packets are what the tests of others take them for.

use std::collections::HashSet;

use super::*;
use crate::element::Element;

#[test]
fn they_are_the_same_every_time_and_none_comes_twice() {
    let packets = sample();
    assert_eq!(packets, sample());
    assert_eq!(packets.iter().collect::<HashSet<_>>().len(), packets.len());
    assert!((3_000..20_000).contains(&packets.len()), "{}", packets.len());
}

#[test]
fn each_fits_into_a_datagram() {
    let longest = sample().iter().map(Vec::len).max();
    assert!(longest.is_some_and(|octets| (60_000..=65_507).contains(&octets)), "{longest:?}");
}

#[test]
fn each_valid_message_is_cut_at_each_octet_and_is_not_among_them_itself() {
    let packets: HashSet<Vec<u8>> = sample().into_iter().collect();
    for message in valid::messages().iter().map(Element::encode) {
        assert!((0..message.len()).all(|end| packets.contains(&message[..end])));
        assert!(!packets.contains(&message));
    }
}

#[test]
fn a_valid_message_is_what_the_rfcs_say() {
    let expected = "302d 020100 0406 7075626c6963 a220 0204 11223344 020100 020100
                    3012 3010 0608 2b06010201010100 0404 74657874";
    let hex: String = valid::messages()[0].encode().iter().map(|octet| format!("{octet:02x}")).collect();
    assert_eq!(hex, expected.split_whitespace().collect::<String>());
}
