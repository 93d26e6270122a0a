use proptest::prelude::*;

use super::*;
use crate::tests::packets::{get_request, pcap, pcapng};

fn read(octets: &[u8]) -> (Vec<Packet>, Vec<PacketProblem>) {
    read_with(octets)
}

fn read_with(from: impl Read) -> (Vec<Packet>, Vec<PacketProblem>) {
    let (mut capture, mut packets, mut problems) = (Capture::new(from), Vec::new(), Vec::new());
    while let Some(next) = capture.next() {
        match next {
            Ok(packet) => packets.push(packet),
            Err(wrong) => problems.push(wrong),
        }
    }
    (packets, problems)
}

#[test]
fn a_capture_that_breaks_off_gives_what_came_before() {
    let packet = get_request();
    for whole in [pcap(false, false, 101, &[&packet, &packet]), pcapng(true, &[&packet, &packet])] {
        let (packets, problems) = read(&whole[..whole.len() - 1]);
        assert_eq!(packets.len(), 1);
        assert_eq!(packets[0].octets, packet);
        assert!(problems[0].text.contains("breaks off"), "{problems:?}");
    }
}

/// Hands out an octet at a time, as a slow pipe may.
struct Slow<'a>(&'a [u8]);

impl Read for Slow<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some((first, rest)) = self.0.split_first() else { return Ok(0) };
        buffer[0] = *first;
        self.0 = rest;
        Ok(1)
    }
}

#[test]
fn a_capture_that_comes_slowly_is_the_same_capture() {
    let packet = get_request();
    for file in [pcap(true, true, 101, &[&packet, &packet]), pcapng(false, &[&packet, &packet])] {
        let mut capture = Capture::new(Slow(&file));
        let slowly: Vec<_> = std::iter::from_fn(|| capture.next()).collect();
        assert_eq!(slowly.len(), 2);
        assert!(slowly.iter().all(|next| next.as_ref().is_ok_and(|next| next.octets == packet)));
    }
}

#[test]
fn a_capture_of_any_length_takes_the_memory_of_a_block() {
    /// The same packet for ever.
    struct Endless(Vec<u8>, usize);
    impl Read for Endless {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let octets = buffer.len().min(self.0.len() - self.1);
            buffer[..octets].copy_from_slice(&self.0[self.1..self.1 + octets]);
            self.1 = (self.1 + octets) % self.0.len();
            Ok(octets)
        }
    }
    let file = pcap(false, false, 101, &[&get_request()]);
    let (header, packet) = file.split_at(24);
    let mut capture = Capture::new(header.chain(Endless(packet.to_vec(), 0)));
    for number in 1..=100_000 {
        assert_eq!(capture.next().unwrap().unwrap().number, number);
    }
    assert!(capture.buffer.capacity() < 4 * READ_OCTETS, "{}", capture.buffer.capacity());
}

#[test]
fn a_block_that_claims_to_be_endless_ends_the_capture() {
    let file = pcap(false, false, 101, &[&get_request()]);
    let mut broken = file[..24].to_vec();
    broken.extend([0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f]);
    let (packets, problems) = read_with(broken.chain(io::repeat(0)));
    assert!(packets.is_empty() && problems[0].text.contains("breaks off at octet 24"), "{problems:?}");
}

/// Two interfaces, of which the second counts in microseconds on a link of its own.
#[test]
fn packets_have_the_link_and_the_clock_of_their_interface() {
    let word = u32::to_le_bytes;
    let block = |kind: u32, content: &[u8]| {
        let length = word(u32::try_from(12 + content.len()).unwrap());
        [&word(kind)[..], &length, content, &length].concat()
    };
    let section = [&word(0x1a2b_3c4d)[..], &[1, 0, 0, 0], &[0xff; 8]].concat();
    let interface = |link: u8, options: &[u8]| [&[link, 0, 0, 0][..], &word(0), options].concat();
    let packet = |interface: u32, high: u32, low: u32| {
        [&word(interface)[..], &word(high), &word(low), &word(4), &word(4), &[1, 2, 3, 4]].concat()
    };
    let file = [
        block(0x0a0d_0d0a, &section),
        block(1, &interface(1, &[9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0])),
        block(1, &interface(101, &[])),
        block(6, &packet(1, 0, 1_500_000)),
        block(6, &packet(0, 0, 1_500_000)),
        block(6, &packet(7, 0, 0)),
        block(6, &packet(7, 0, 0)),
        // Those that came before: the number of packets that were lost stands beside the interface.
        block(2, &packet(1 | 5 << 16, 0, 2_500_000)),
        block(2, &packet(9 | 5 << 16, 0, 2_500_000)),
    ]
    .concat();
    let (packets, problems) = read(&file);
    assert!(packets.iter().all(|packet| packet.octets == [1, 2, 3, 4]));
    let shown: Vec<_> =
        packets.iter().map(|packet| (packet.link, packet.time.map(OffsetDateTime::unix_timestamp_nanos))).collect();
    assert_eq!(
        shown,
        [
            (Link::Type(101), Some(1_500_000_000)),
            (Link::Type(1), Some(1_500_000)),
            (Link::Unknown, None),
            (Link::Unknown, None),
            (Link::Type(101), Some(2_500_000_000)),
            (Link::Unknown, None),
        ]
    );
    let problems: Vec<_> = problems.iter().map(|wrong| (wrong.packet, wrong.text.as_str())).collect();
    assert_eq!(
        problems,
        [
            (
                Some(3),
                "this packet is of interface 7, which the capture does not describe: what it begins with is guessed"
            ),
            (
                Some(6),
                "this packet is of interface 9, which the capture does not describe: what it begins with is guessed"
            ),
        ]
    );
}

#[test]
fn packet_blocks_of_old_are_read_in_both_orders_and_broken_ones_break_off() {
    for is_big in [false, true] {
        let word = |number: u32| if is_big { number.to_be_bytes() } else { number.to_le_bytes() };
        let block = |kind: u32, content: &[u8]| {
            let length = word(u32::try_from(12 + content.len()).unwrap());
            [&word(kind)[..], &length, content, &length].concat()
        };
        let version = if is_big { [0, 1, 0, 0] } else { [1, 0, 0, 0] };
        let section = [&word(0x1a2b_3c4d)[..], &version, &[0xff; 8]].concat();
        let interface = if is_big { [0, 101, 0, 0] } else { [101, 0, 0, 0] };
        let packet = |captured: u32| {
            let zero = word(0);
            [&zero[..], &zero, &word(1_000_000), &word(captured), &word(9), &[1, 2, 3, 4, 5, 0, 0, 0]].concat()
        };
        let file = [
            block(0x0a0d_0d0a, &section),
            block(1, &[&interface[..], &word(0)].concat()),
            block(2, &packet(5)),
            block(2, &packet(50)),
        ]
        .concat();
        let (packets, problems) = read(&file);
        assert_eq!(packets.len(), 1);
        assert_eq!(
            (&packets[0].octets[..], packets[0].cut_from, packets[0].link),
            (&[1, 2, 3, 4, 5][..], Some(9), Link::Type(101))
        );
        assert_eq!(packets[0].time.map(OffsetDateTime::unix_timestamp), Some(1));
        assert!(problems.len() == 1 && problems[0].text.contains("breaks off"), "{problems:?}");
    }
}

#[test]
fn times_are_counted_as_the_interface_says() {
    let at = |resolution, offset, ticks| {
        let interface = Interface { link: Link::Type(101), ticks_per_second: ticks_per_second(resolution), offset };
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
                read(&file);
            }
        }
    }
}
