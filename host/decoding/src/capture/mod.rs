//! Captures: pcap in both orders of octets and all its resolutions, and pcapng with its sections and interfaces.
//!
//! A capture is read block by block: whatever its size, no more than one block of it is in memory. One that breaks off
//! gives the packets before that place, and a problem that names it.

use std::{
    collections::BTreeSet,
    io::{self, Read},
};

use pcap_parser::{
    Block, LegacyPcapBlock, Linktype, PcapError, PcapHeader, nom, parse_block_be, parse_block_le, parse_pcap_frame,
    parse_pcap_frame_be, parse_pcap_frame_modified, parse_pcap_header, traits::PcapNGPacketBlock as _,
};
use time::OffsetDateTime;

use super::packet::{Link, Packet, PacketProblem};

/// Interfaces of one capture. Beyond, their packets are of interfaces that nobody described.
const MAX_INTERFACES: usize = 1_000;

/// Interfaces that nobody described and that are told. Beyond, packets of others are read without a word.
const MAX_MISSING: usize = 100;

/// Octets of one block. Beyond, reading ends with a problem: no frame is that long, so its length is wrong.
const MAX_BLOCK_OCTETS: usize = 16 << 20;

/// Octets that are read at once.
const READ_OCTETS: usize = 64 << 10;

/// Octets of the beginning that show whether it is a capture: the header of a pcap, and more than that of a pcapng's
/// first block.
pub(super) const BEGINNING_OCTETS: usize = 24;

/// What a section of pcapng begins with.
const SECTION: [u8; 4] = [0x0a, 0x0d, 0x0d, 0x0a];

/// Whether octets begin as a capture does.
pub(super) fn is_one(octets: &[u8]) -> bool {
    octets.starts_with(&SECTION) || (octets.len() >= BEGINNING_OCTETS && parse_pcap_header(octets).is_ok())
}

/// A capture that is being read.
pub(super) struct Capture<R> {
    from: R,
    /// What was read and is not taken apart yet.
    buffer: Vec<u8>,
    /// Where in the buffer the next block begins.
    at: usize,
    /// Octets of the capture before the buffer.
    before: usize,
    packets: usize,
    kind: Kind,
    is_at_end: bool,
    /// The packet of which it was just told what is wrong.
    told: Option<Packet>,
    /// The interfaces without a description that were told.
    missing: BTreeSet<u32>,
}

enum Kind {
    /// Not known yet.
    Begin,
    Pcap {
        link: Link,
        nanos_per_tick: i128,
        parse: ParseFrame,
    },
    PcapNg {
        is_big_endian: bool,
        interfaces: Vec<Interface>,
    },
}

type ParseFrame = fn(&[u8]) -> nom::IResult<&[u8], LegacyPcapBlock<'_>, PcapError<&[u8]>>;

/// An interface of pcapng, as far as it matters here.
struct Interface {
    link: Link,
    /// What times are counted in: so many of them make a second.
    ticks_per_second: u128,
    /// Seconds to be added to times.
    offset: i64,
}

/// What a block was.
enum Taken {
    Packet(Packet),
    /// A packet of an interface that the capture does not describe.
    Unattached(Packet, u32),
    /// Something else that took octets.
    Other,
    /// There is not all of it.
    Incomplete,
    /// It is none.
    Wrong,
}

impl<R: Read> Capture<R> {
    /// Reads a capture from its beginning.
    pub(super) fn new(from: R) -> Self {
        let buffer = Vec::with_capacity(2 * READ_OCTETS);
        let missing = BTreeSet::new();
        Self { from, buffer, at: 0, before: 0, packets: 0, kind: Kind::Begin, is_at_end: false, told: None, missing }
    }

    /// The next packet, or what is wrong with it or with the rest; nothing at the end.
    pub(super) fn next(&mut self) -> Option<Result<Packet, PacketProblem>> {
        if let Some(packet) = self.told.take() {
            return Some(Ok(packet));
        }
        loop {
            let rest = self.buffer.get(self.at..).unwrap_or_default();
            if rest.is_empty() && self.is_at_end {
                return None;
            }
            let (taken, octets) = self.kind.take(rest, self.packets + 1);
            self.at += octets;
            match taken {
                Taken::Packet(packet) => {
                    self.packets += 1;
                    return Some(Ok(packet));
                }
                Taken::Unattached(packet, interface) => {
                    self.packets += 1;
                    if self.missing.len() >= MAX_MISSING || !self.missing.insert(interface) {
                        return Some(Ok(packet));
                    }
                    let text = format!(
                        "this packet is of interface {interface}, which the capture does not describe: what it begins \
                         with is guessed"
                    );
                    self.told = Some(packet);
                    return Some(Err(PacketProblem::new("capture", Some(self.packets), text)));
                }
                Taken::Other if octets > 0 => {}
                Taken::Incomplete if !self.is_at_end && rest.len() < MAX_BLOCK_OCTETS => {
                    if let Err(error) = self.fill() {
                        self.end();
                        return Some(Err(PacketProblem::new(
                            "capture",
                            None,
                            format!("the capture cannot be read: {error}"),
                        )));
                    }
                }
                // A block that takes nothing would go on for ever.
                Taken::Incomplete | Taken::Wrong | Taken::Other => {
                    let at = self.before + self.at;
                    self.end();
                    let text =
                        format!("the capture breaks off at octet {at}: what begins there is incomplete or wrong");
                    return Some(Err(PacketProblem::new("capture", None, text).at(at)));
                }
            }
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.at);
        self.before += self.at;
        self.at = 0;
        let had = self.buffer.len();
        self.buffer.resize(had + READ_OCTETS, 0);
        let read = loop {
            match self.from.read(self.buffer.get_mut(had..).unwrap_or_default()) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(had + read.as_ref().copied().unwrap_or(0));
        self.is_at_end = read? == 0;
        Ok(())
    }

    fn end(&mut self) {
        self.buffer.clear();
        self.at = 0;
        self.is_at_end = true;
    }
}

impl Kind {
    /// Takes the block at the beginning of these octets, and says how many it takes.
    fn take(&mut self, rest: &[u8], number: usize) -> (Taken, usize) {
        match self {
            Self::Begin if rest.starts_with(&SECTION) => {
                *self = Self::PcapNg { is_big_endian: false, interfaces: Vec::new() };
                self.take(rest, number)
            }
            Self::Begin => match parsed(rest, parse_pcap_header(rest)) {
                Ok((header, octets)) => {
                    *self = Self::of_pcap(&header);
                    (Taken::Other, octets)
                }
                Err(taken) => (taken, 0),
            },
            Self::Pcap { link, nanos_per_tick, parse } => match parsed(rest, parse(rest)) {
                Ok((block, octets)) => {
                    let nanos = i128::from(block.ts_sec) * 1_000_000_000 + i128::from(block.ts_usec) * *nanos_per_tick;
                    let time = OffsetDateTime::from_unix_timestamp_nanos(nanos).ok();
                    (Taken::Packet(Packet::captured(number, time, *link, block.origlen, block.data)), octets)
                }
                Err(taken) => (taken, 0),
            },
            Self::PcapNg { is_big_endian, interfaces } => {
                let block = if *is_big_endian { parse_block_be(rest) } else { parse_block_le(rest) };
                match parsed(rest, block) {
                    Ok((block, octets)) => (pcapng(&block, is_big_endian, interfaces, number), octets),
                    Err(taken) => (taken, 0),
                }
            }
        }
    }

    fn of_pcap(header: &PcapHeader) -> Self {
        let parse: ParseFrame = match (header.is_modified_format(), header.is_bigendian()) {
            (true, _) => parse_pcap_frame_modified,
            (_, true) => parse_pcap_frame_be,
            (_, false) => parse_pcap_frame,
        };
        let nanos_per_tick = if header.is_nanosecond_precision() { 1 } else { 1_000 };
        Self::Pcap { link: link(header.network), nanos_per_tick, parse }
    }
}

/// What was parsed, and how many octets it takes.
fn parsed<T>(all: &[u8], result: nom::IResult<&[u8], T, PcapError<&[u8]>>) -> Result<(T, usize), Taken> {
    match result {
        Ok((behind, block)) => Ok((block, all.len() - behind.len())),
        Err(nom::Err::Incomplete(_)) => Err(Taken::Incomplete),
        Err(_) => Err(Taken::Wrong),
    }
}

fn pcapng(block: &Block<'_>, is_big_endian: &mut bool, interfaces: &mut Vec<Interface>, number: usize) -> Taken {
    match block {
        Block::SectionHeader(section) => {
            interfaces.clear();
            *is_big_endian = section.big_endian();
        }
        Block::InterfaceDescription(interface) if interfaces.len() < MAX_INTERFACES => {
            interfaces.push(Interface {
                link: link(interface.linktype),
                ticks_per_second: ticks_per_second(interface.if_tsresol),
                offset: interface.if_tsoffset,
            });
        }
        Block::EnhancedPacket(packet) => {
            let ticks = u64::from(packet.ts_high) << 32 | u64::from(packet.ts_low);
            return of_interface(interfaces, packet.if_id, Some(ticks), |time, link| {
                Packet::captured(number, time, link, packet.origlen, packet.packet_data())
            });
        }
        // The parser reads this type as if all captures were little-endian.
        Block::Unknown(block) if [OBSOLETE_PACKET, OBSOLETE_PACKET.swap_bytes()].contains(&block.block_type) => {
            return obsolete_packet(block.data, *is_big_endian, interfaces, number).unwrap_or(Taken::Wrong);
        }
        Block::SimplePacket(packet) => {
            // The block is filled up to whole words; the packet may be shorter.
            let octets = usize::try_from(packet.origlen).unwrap_or(usize::MAX).min(packet.data.len());
            let data = packet.data.get(..octets).unwrap_or_default();
            return of_interface(interfaces, 0, None, |time, link| {
                Packet::captured(number, time, link, packet.origlen, data)
            });
        }
        _ => {}
    }
    Taken::Other
}

/// A packet with the clock and the link of its interface.
fn of_interface(
    interfaces: &[Interface],
    number: u32,
    ticks: Option<u64>,
    packet: impl FnOnce(Option<OffsetDateTime>, Link) -> Packet,
) -> Taken {
    match usize::try_from(number).ok().and_then(|place| interfaces.get(place)) {
        Some(interface) => Taken::Packet(packet(ticks.and_then(|ticks| interface.time(ticks)), interface.link)),
        None => Taken::Unattached(packet(None, Link::Unknown), number),
    }
}

/// The type of the Packet Block, which the Enhanced Packet Block replaced (draft-ietf-opsawg-pcapng, appendix A).
const OBSOLETE_PACKET: u32 = 2;

/// Reads a Packet Block: interface and drops of two octets each, the time, the captured and the original length, and the
/// packet. Nothing where it is too short.
fn obsolete_packet(data: &[u8], is_big_endian: bool, interfaces: &[Interface], number: usize) -> Option<Taken> {
    let (header, rest) = data.split_first_chunk::<20>()?;
    let (words, _) = header.as_chunks::<4>();
    let word = |at: usize| {
        let octets = *words.get(at)?;
        Some(if is_big_endian { u32::from_be_bytes(octets) } else { u32::from_le_bytes(octets) })
    };
    let [first, second, ..] = *header;
    let interface =
        if is_big_endian { u16::from_be_bytes([first, second]) } else { u16::from_le_bytes([first, second]) };
    let ticks = u64::from(word(1)?) << 32 | u64::from(word(2)?);
    let (captured, original) = (usize::try_from(word(3)?).ok()?, word(4)?);
    let octets = rest.get(..captured)?;
    Some(of_interface(interfaces, interface.into(), Some(ticks), |time, link| {
        Packet::captured(number, time, link, original, octets)
    }))
}

impl Packet {
    fn captured(number: usize, time: Option<OffsetDateTime>, link: Link, original: u32, octets: &[u8]) -> Self {
        let is_cut = usize::try_from(original).is_ok_and(|original| original > octets.len());
        Self { number, time, link, cut_from: is_cut.then_some(original), octets: octets.to_vec() }
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

/// The upper half says how long a frame's checksum is, in the header of a pcap.
fn link(linktype: Linktype) -> Link {
    Link::Type(linktype.0 & 0xffff)
}

#[cfg(test)]
mod tests;
