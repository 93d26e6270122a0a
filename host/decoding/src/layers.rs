//! From a packet to the SNMP message in it: links, tunnels, IP and UDP, each as far as they are there.
//!
//! Of a packet whose beginning is not known, every reading is tried, and the one that fits best wins: lengths that
//! agree and checksums that are right count most. A packet that fits nothing is taken for a message, whose tree then
//! shows where it breaks. `link` peels off what a capture begins with, `ether` what Ethernet carries, `wireless` the
//! headers of 802.11, `network` IP and UDP, and `tunnel` what hides another packet in a datagram.

mod ether;
mod link;
mod network;
mod tunnel;
mod wireless;

use etherparse::IpFragOffset;

pub(super) use self::network::udp;
use super::{
    frame::{Frame, VlanTag},
    headers::{self, Header},
    input::{Link, Packet},
};

/// What a packet holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A message with nothing around it, or something taken for one.
    Message(Vec<u8>),
    /// A PDU alone.
    Pdu(Vec<u8>),
    /// A UDP datagram with what was around it, and what is in it.
    Datagram(Box<Frame>, Vec<u8>),
    /// A part of a datagram.
    Fragment(Box<Fragment>),
    /// Something else, in a word: it was read, and is no SNMP over UDP.
    Other(String),
    /// Something that cannot be read here, and what it is: there may be SNMP in it.
    Unread(String),
}

/// A part of a datagram.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    /// What was around it.
    pub(super) frame: Frame,
    /// What joins it with the others: addresses are in the frame.
    pub(super) identification: u32,
    pub(super) protocol: u8,
    pub(super) offset: IpFragOffset,
    pub(super) more_follow: bool,
    pub(super) octets: Vec<u8>,
}

/// A reading of a packet: how well it fits, and what it found. Nothing where the octets are too few.
type Reading = Option<(u8, Found)>;

/// Packets within packets. Beyond, the rest is not read.
const MAX_TUNNELS: usize = 8;

/// VLAN tags and labels of one packet. Beyond, the rest is not read.
const MAX_HEADERS: usize = 64;

/// How well a message fits that has exactly the length it says, and a version.
const FITS: u8 = 9;

/// A packet whose headers are being peeled off.
#[derive(Clone)]
struct Peeled<'a> {
    packet: &'a Packet,
    /// What is left.
    rest: &'a [u8],
    frame: Frame,
    headers: Vec<Header>,
    tunnels: usize,
}

impl<'a> Peeled<'a> {
    fn new(packet: &'a Packet) -> Self {
        Self { packet, rest: &packet.octets, frame: Frame::of(packet), headers: Vec::new(), tunnels: 0 }
    }

    /// Takes a header off.
    fn header(mut self, header: Header, octets: usize) -> Option<Self> {
        self.rest = self.rest.get(octets..)?;
        self.headers.push(header);
        Some(self)
    }

    /// Takes a header off of which only its name and its length are known.
    fn other(self, name: &'static str, octets: usize) -> Option<Self> {
        self.header(Header::Other(name, octets), octets)
    }

    /// Notes what the datagram was wrapped into.
    fn within(mut self, what: impl Into<String>) -> Self {
        self.frame.encapsulation.push(what.into());
        self
    }

    /// Notes a VLAN tag, which was taken off.
    fn tag(&mut self, tag: VlanTag) {
        self.frame.vlan.push(tag);
    }

    /// A number of two octets, in the order of the network.
    fn half(&self, at: usize) -> Option<u16> {
        Some(u16::from_be_bytes([*self.rest.get(at)?, *self.rest.get(at + 1)?]))
    }

    /// A number of four octets, in the order of the network.
    fn word(&self, at: usize) -> Option<u32> {
        Some(u32::from(self.half(at)?) << 16 | u32::from(self.half(at + 2)?))
    }

    /// Whether there are too many headers to go on.
    fn is_too_deep(&self) -> bool {
        self.headers.len() + self.frame.vlan.len() > MAX_HEADERS || self.tunnels > MAX_TUNNELS
    }

    /// The datagram in it, with its headers octet by octet.
    fn datagram(mut self, frame: Frame, message: Vec<u8>) -> Found {
        self.headers.push(Header::Udp);
        let nodes = headers::nodes(&self.packet.octets, &self.headers, message.len());
        Found::Datagram(Box::new(Frame { nodes, ..frame }), message)
    }
}

/// Something that is no SNMP.
fn other(score: u8, what: impl Into<String>) -> Reading {
    Some((score, Found::Other(what.into())))
}

/// Something that cannot be read. It fits no packet whose beginning is not known.
fn unread(what: impl Into<String>) -> Reading {
    Some((0, Found::Unread(what.into())))
}

/// Whether octets look like a packet for themselves.
pub(super) fn fits(octets: &[u8]) -> bool {
    let packet = Packet { number: 1, time: None, link: Link::Unknown, cut_from: None, octets: octets.to_vec() };
    match best(&packet) {
        (score, Found::Message(_) | Found::Pdu(_)) => score >= FITS,
        (_, Found::Datagram(_, message)) => message_score(&message) >= FITS,
        (score, Found::Fragment(_)) => score >= FITS - 1,
        (_, Found::Other(_) | Found::Unread(_)) => false,
    }
}

/// Finds what a packet holds.
pub(super) fn find(packet: &Packet) -> Found {
    match packet.link {
        Link::Unknown => best(packet).1,
        Link::Type(number) => {
            let found = link::read(Peeled::new(packet), number);
            let too_short = || Found::Unread(format!("{}, cut off or broken", link::name(number)));
            found.map_or_else(too_short, |(_, found)| found)
        }
    }
}

/// The reading that fits best, and how well. Among equals the simplest wins.
fn best(packet: &Packet) -> (u8, Found) {
    let octets = &packet.octets;
    let message = (message_score(octets), Found::Message(octets.clone()));
    let pdu = Some((pdu_score(octets), Found::Pdu(octets.clone())));
    let peeled = || Peeled::new(packet);
    let readings = [
        pdu,
        ether::frame(peeled()),
        network::ip(peeled()),
        network::bare_udp(peeled()),
        link::cooked_v1(peeled()),
        link::cooked_v2(peeled()),
        link::loopback(peeled()),
    ];
    readings.into_iter().flatten().fold(message, |best, reading| if reading.0 > best.0 { reading } else { best })
}

/// How well octets fit a message: a SEQUENCE that begins with a version, and a length that agrees.
fn message_score(octets: &[u8]) -> u8 {
    let Some((0x30, length, content)) = header(octets) else { return 0 };
    let begins = match content {
        [2, 1, 0 | 1 | 3, ..] => 4,
        [2, ..] => 1,
        _ => 0,
    };
    let agrees = match length.map(|length| length.cmp(&content.len())) {
        Some(std::cmp::Ordering::Equal) => 6,
        Some(std::cmp::Ordering::Less) => 4,
        Some(std::cmp::Ordering::Greater) => 2,
        None => 0,
    };
    if begins == 0 { agrees.min(1) } else { begins + agrees }
}

/// How well octets fit a PDU.
fn pdu_score(octets: &[u8]) -> u8 {
    let Some((tag @ 0xa0..=0xa8, length, content)) = header(octets) else { return 0 };
    let begins = content.first() == Some(if tag == 0xa4 { &6 } else { &2 });
    let agrees = length == Some(content.len());
    match (begins, agrees) {
        (true, true) => FITS,
        (true, false) => 5,
        (false, true) => 4,
        (false, false) => 2,
    }
}

/// The tag, the length if it is one, and what follows.
fn header(octets: &[u8]) -> Option<(u8, Option<usize>, &[u8])> {
    let (tag, rest) = octets.split_first()?;
    let (first, rest) = rest.split_first()?;
    let more = usize::from(first & 0x7f);
    if *first < 0x80 {
        return Some((*tag, Some(more), rest));
    }
    let (length, content) = rest.split_at_checked(more)?;
    let length = (1..=4).contains(&more).then(|| length.iter().fold(0, |sum, octet| sum << 8 | usize::from(*octet)));
    Some((*tag, length, content))
}

/// Whether a datagram can be of SNMP: by its ports, or since it holds something that looks like it.
pub(super) fn is_snmp(frame: &Frame, payload: &[u8]) -> bool {
    frame
        .udp
        .as_ref()
        .is_some_and(|udp| network::is_port_of_snmp(udp.src_port) || network::is_port_of_snmp(udp.dst_port))
        || message_score(payload) > 4
}

impl Frame {
    fn of(packet: &Packet) -> Self {
        let captured_at = packet.time.and_then(|time| time.format(&time::format_description::well_known::Rfc3339).ok());
        Self {
            packet: packet.number,
            captured_at,
            link: None,
            vlan: Vec::new(),
            encapsulation: Vec::new(),
            ip: None,
            udp: None,
            cut_from: packet.cut_from,
            nodes: Vec::new(),
        }
    }
}

fn mac(octets: &[u8]) -> String {
    let digits: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    digits.join(":")
}

#[cfg(test)]
mod tests;
