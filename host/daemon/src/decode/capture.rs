//! Captures: pcap in both orders of octets and all its resolutions, and pcapng with its sections and interfaces.
//!
//! A capture that breaks off gives the packets before that place, and a problem that names it.

use pcap_parser::{
    Block, Linktype, PcapHeader, parse_block_be, parse_block_le, parse_pcap_frame, parse_pcap_frame_be,
    parse_pcap_frame_modified, parse_pcap_header, traits::PcapNGPacketBlock as _,
};
use time::OffsetDateTime;

use super::input::{Input, Link, Packet, Wrong, too_many};

/// Interfaces of one capture. Beyond, their packets have a link type that is not known.
const MAX_INTERFACES: usize = 1_000;

/// What a section of pcapng begins with.
const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// Whether octets begin as a capture does.
pub(super) fn is_one(octets: &[u8]) -> bool {
    octets.starts_with(&SECTION) || (octets.len() >= 24 && parse_pcap_header(octets).is_ok())
}

/// Reads a capture: at most `max_packets` of it.
pub(super) fn read(octets: &[u8], max_packets: usize) -> Input {
    let mut reader = Reader { all: octets, input: Input::default(), max_packets };
    match parse_pcap_header(octets) {
        Ok((rest, header)) => reader.pcap(rest, &header),
        Err(_) => reader.pcapng(),
    }
    if reader.input.packets.is_empty() && reader.input.problems.is_empty() {
        reader.input.problems.push(Wrong::new("capture", None, "the capture has no packet"));
    }
    reader.input
}

struct Reader<'a> {
    all: &'a [u8],
    input: Input,
    max_packets: usize,
}

/// An interface of pcapng, as far as it matters here.
struct Interface {
    link: Link,
    /// What times are counted in: so many of them make a second.
    ticks_per_second: u128,
    /// Seconds to be added to times.
    offset: i64,
}

impl Reader<'_> {
    fn pcap(&mut self, mut rest: &[u8], header: &PcapHeader) {
        let link = link(header.network);
        let per_tick = if header.is_nanosecond_precision() { 1 } else { 1_000 };
        let parse = match (header.is_modified_format(), header.is_bigendian()) {
            (true, _) => parse_pcap_frame_modified,
            (_, true) => parse_pcap_frame_be,
            (_, false) => parse_pcap_frame,
        };
        while !rest.is_empty() {
            let Ok((behind, block)) = parse(rest) else { return self.breaks_off(rest) };
            let nanos = i128::from(block.ts_sec) * 1_000_000_000 + i128::from(block.ts_usec) * per_tick;
            let time = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok();
            if !self.packet(time, link, block.origlen, block.data) {
                return;
            }
            rest = behind;
        }
    }

    fn pcapng(&mut self) {
        let mut rest = self.all;
        let mut interfaces = Vec::new();
        let mut is_big_endian = false;
        while !rest.is_empty() {
            let parsed = if is_big_endian { parse_block_be(rest) } else { parse_block_le(rest) };
            let Ok((behind, block)) = parsed else { return self.breaks_off(rest) };
            // Each block takes octets; one that does not would go on for ever.
            if behind.len() >= rest.len() {
                return self.breaks_off(rest);
            }
            match block {
                Block::SectionHeader(section) => {
                    interfaces.clear();
                    is_big_endian = section.big_endian();
                }
                Block::InterfaceDescription(interface) if interfaces.len() < MAX_INTERFACES => {
                    interfaces.push(Interface {
                        link: link(interface.linktype),
                        ticks_per_second: ticks_per_second(interface.if_tsresol),
                        offset: interface.if_tsoffset,
                    });
                }
                Block::EnhancedPacket(packet) => {
                    let interface = usize::try_from(packet.if_id).ok().and_then(|place| interfaces.get(place));
                    let ticks = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
                    let time = interface.and_then(|interface| interface.time(ticks));
                    let link = interface.map_or(Link::Unknown, |interface| interface.link);
                    if !self.packet(time, link, packet.origlen, packet.packet_data()) {
                        return;
                    }
                }
                Block::SimplePacket(packet) => {
                    let link = interfaces.first().map_or(Link::Unknown, |interface: &Interface| interface.link);
                    // The block is filled up to whole words; the packet may be shorter.
                    let octets = usize::try_from(packet.origlen).unwrap_or(usize::MAX).min(packet.data.len());
                    let data = packet.data.get(..octets).unwrap_or_default();
                    if !self.packet(None, link, packet.origlen, data) {
                        return;
                    }
                }
                _ => {}
            }
            rest = behind;
        }
    }

    /// Adds a packet; returns whether there is room for more.
    fn packet(&mut self, time: Option<OffsetDateTime>, link: Link, original: u32, octets: &[u8]) -> bool {
        if self.input.packets.len() >= self.max_packets {
            self.input.problems.push(too_many(self.max_packets));
            return false;
        }
        let number = self.input.packets.len() + 1;
        let is_cut = usize::try_from(original).is_ok_and(|original| original > octets.len());
        let cut_from = is_cut.then_some(original);
        self.input.packets.push(Packet { number, time, link, cut_from, octets: octets.to_vec() });
        true
    }

    fn breaks_off(&mut self, rest: &[u8]) {
        let at = self.all.len() - rest.len();
        let text = format!("the capture breaks off: what begins at octet {at} is incomplete or wrong");
        self.input.problems.push(Wrong::new("capture", None, text).at(at));
    }
}

impl Interface {
    fn time(&self, ticks: u64) -> Option<OffsetDateTime> {
        let nanos = u128::from(ticks).checked_mul(1_000_000_000)?.checked_div(self.ticks_per_second)?;
        let nanos = i128::try_from(nanos).ok()?.checked_add(i128::from(self.offset) * 1_000_000_000)?;
        OffsetDateTime::from_unix_timestamp_nanos(nanos).ok()
    }
}

/// The option if_tsresol: a negative power of ten, or of two where the highest bit is set.
fn ticks_per_second(resolution: u8) -> u128 {
    let exponent = u32::from(resolution & 0x7f);
    let ticks = if resolution & 0x80 == 0 { 10_u128.checked_pow(exponent) } else { 2_u128.checked_pow(exponent) };
    ticks.unwrap_or(u128::MAX)
}

/// The link types of tcpdump.org that can hold SNMP over UDP.
fn link(linktype: Linktype) -> Link {
    // The upper half says how long a frame's checksum is, in the header of a pcap.
    match linktype.0 & 0xffff {
        1 => Link::Ethernet,
        // Raw IP, by its number here and on some BSDs, and one version of it alone.
        12 | 14 | 101 | 228 | 229 => Link::Ip,
        113 => Link::CookedV1,
        276 => Link::CookedV2,
        0 | 108 => Link::Loopback,
        other => Link::Other(other),
    }
}

#[cfg(test)]
mod tests;
