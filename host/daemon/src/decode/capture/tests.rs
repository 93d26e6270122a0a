use proptest::prelude::*;

use super::*;
use crate::decode::tests::packets::{get_request, pcap, pcapng};

#[test]
fn a_capture_that_breaks_off_gives_what_came_before() {
    let packet = get_request();
    for whole in [pcap(false, false, 101, &[&packet, &packet]), pcapng(true, &[&packet, &packet])] {
        let input = read(&whole[..whole.len() - 1], 10);
        assert_eq!(input.packets.len(), 1);
        assert_eq!(input.packets[0].octets, packet);
        assert!(input.problems[0].text.contains("breaks off"), "{:?}", input.problems);
    }
}

#[test]
fn the_number_of_packets_is_bounded() {
    let packet = get_request();
    let input = read(&pcapng(false, &[&packet[..]; 5]), 3);
    assert_eq!((input.packets.len(), input.problems.len()), (3, 1));
}

#[test]
fn times_are_counted_as_the_interface_says() {
    let at = |resolution, offset, ticks| {
        let interface = Interface { link: Link::Ip, ticks_per_second: ticks_per_second(resolution), offset };
        interface.time(ticks).map(OffsetDateTime::unix_timestamp_nanos)
    };
    assert_eq!(at(6, 0, 1_500_000), Some(1_500_000_000));
    assert_eq!(at(9, -1, 1_500_000_000), Some(500_000_000));
    assert_eq!(at(0x81, 10, 3), Some(11_500_000_000));
    assert_eq!(at(0xff, i64::MAX, u64::MAX), None);
    assert_eq!(at(6, 0, u64::MAX), None);
}

proptest! {
    #[test]
    fn damaged_captures_are_read_without_a_panic(place in 0..300usize, octet: u8, end in 0..300usize, is_big: bool) {
        let packet = get_request();
        for mut file in [pcap(is_big, false, 1, &[&packet]), pcapng(is_big, &[&packet, &packet])] {
            if let Some(place) = file.get_mut(place) {
                *place = octet;
            }
            file.truncate(end);
            if is_one(&file) {
                read(&file, 10);
            }
        }
    }
}
