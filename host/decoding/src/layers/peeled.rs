//! A packet whose headers are being peeled off, and what is found in it.

use etherparse::IpFragOffset;

use crate::{frame::Frame, frame::VlanTag, headers, headers::Header, packet::Packet};

/// What a packet holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
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
pub(crate) struct Fragment {
    /// What was around it.
    pub(crate) frame: Frame,
    /// What joins it with the others: addresses are in the frame.
    pub(crate) identification: u32,
    pub(crate) protocol: u8,
    pub(crate) offset: IpFragOffset,
    pub(crate) more_follow: bool,
    pub(crate) octets: Vec<u8>,
}

/// A reading of a packet: how well it fits, and what it found. Nothing where the octets are too few.
pub(super) type Reading = Option<(u8, Found)>;

/// Packets within packets. Beyond, the rest is not read.
const MAX_TUNNELS: usize = 8;

/// VLAN tags and labels of one packet. Beyond, the rest is not read.
const MAX_HEADERS: usize = 64;

/// A packet whose headers are being peeled off.
#[derive(Clone)]
pub(super) struct Peeled<'a> {
    pub(super) packet: &'a Packet,
    /// What is left.
    pub(super) rest: &'a [u8],
    pub(super) frame: Frame,
    pub(super) headers: Vec<Header>,
    pub(super) tunnels: usize,
    /// What reads an IP packet: nearly every layer may hold one, and it may hold nearly every layer again. So whoever
    /// begins gives it along, and no layer needs those that need it.
    pub(super) ip: ReadIp,
}

/// Reads the IP packet that is left.
type ReadIp = fn(Peeled<'_>) -> Reading;

impl<'a> Peeled<'a> {
    /// A packet of which nothing is peeled off yet. `ip` reads IP packets wherever one is found.
    pub(super) fn new(packet: &'a Packet, ip: ReadIp) -> Self {
        Self { packet, rest: &packet.octets, frame: Frame::of(packet), headers: Vec::new(), tunnels: 0, ip }
    }

    /// Reads what is left as an IP packet.
    pub(super) fn ip(self) -> Reading {
        (self.ip)(self)
    }

    /// Takes a header off.
    pub(super) fn header(mut self, header: Header, octets: usize) -> Option<Self> {
        self.rest = self.rest.get(octets..)?;
        self.headers.push(header);
        Some(self)
    }

    /// Takes a header off of which only its name and its length are known.
    pub(super) fn other(self, name: &'static str, octets: usize) -> Option<Self> {
        self.header(Header::Other(name, octets), octets)
    }

    /// Notes what the datagram was wrapped into.
    pub(super) fn within(mut self, what: impl Into<String>) -> Self {
        self.frame.encapsulation.push(what.into());
        self
    }

    /// Notes a VLAN tag, which was taken off.
    pub(super) fn tag(&mut self, tag: VlanTag) {
        self.frame.vlan.push(tag);
    }

    /// A number of two octets, in the order of the network.
    pub(super) fn half(&self, at: usize) -> Option<u16> {
        Some(u16::from_be_bytes([*self.rest.get(at)?, *self.rest.get(at + 1)?]))
    }

    /// A number of four octets, in the order of the network.
    pub(super) fn word(&self, at: usize) -> Option<u32> {
        Some(u32::from(self.half(at)?) << 16 | u32::from(self.half(at + 2)?))
    }

    /// Whether there are too many headers to go on.
    pub(super) fn is_too_deep(&self) -> bool {
        self.headers.len() + self.frame.vlan.len() > MAX_HEADERS || self.tunnels > MAX_TUNNELS
    }

    /// The datagram in it, with its headers octet by octet.
    pub(super) fn datagram(mut self, frame: Frame, message: Vec<u8>) -> Found {
        self.headers.push(Header::Udp);
        let nodes = headers::nodes(&self.packet.octets, &self.headers, message.len());
        Found::Datagram(Box::new(Frame { nodes, ..frame }), message)
    }
}

/// Something that is no SNMP.
pub(super) fn other(score: u8, what: impl Into<String>) -> Reading {
    Some((score, Found::Other(what.into())))
}

/// Something that cannot be read. It fits no packet whose beginning is not known.
pub(super) fn unread(what: impl Into<String>) -> Reading {
    Some((0, Found::Unread(what.into())))
}

impl Frame {
    pub(super) fn of(packet: &Packet) -> Self {
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

pub(super) fn mac(octets: &[u8]) -> String {
    let digits: Vec<String> = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    digits.join(":")
}
