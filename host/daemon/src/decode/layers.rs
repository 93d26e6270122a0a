//! From a packet to the SNMP message in it: links, VLAN tags, IP and UDP, each as far as they are there.
//!
//! Of a packet whose beginning is not known, every reading is tried, and the one that fits best wins: lengths that
//! agree and checksums that are right count most. A packet that fits nothing is taken for a message, whose tree then
//! shows where it breaks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use etherparse::{
    EtherType, IpFragOffset, IpNumber, Ipv6ExtensionSlice, LaxLinkExtSlice, LaxNetSlice, LaxSlicedPacket, LinkSlice,
    UdpHeader,
};

use super::{
    frame::{Checksum, Frame, IpPart, LinkPart, UdpPart, VlanTag},
    headers::{self, Lengths},
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
    /// Something else, in a word.
    Other(String),
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

/// Octets of an Ethernet header without tags.
const ETHERNET_OCTETS: usize = 14;

/// How well a message fits that has exactly the length it says, and a version.
const FITS: u8 = 9;

/// Whether octets look like a packet for themselves.
pub(super) fn fits(octets: &[u8]) -> bool {
    let packet = Packet { number: 1, time: None, link: Link::Unknown, cut_from: None, octets: octets.to_vec() };
    match best(&packet) {
        (score, Found::Message(_) | Found::Pdu(_)) => score >= FITS,
        (_, Found::Datagram(_, message)) => message_score(&message) >= FITS,
        (score, Found::Fragment(_)) => score >= FITS - 1,
        (_, Found::Other(_)) => false,
    }
}

/// Finds what a packet holds.
pub(super) fn find(packet: &Packet) -> Found {
    let whole = |found: Option<(u8, Found)>, what: &str| {
        found.map_or_else(|| Found::Other(format!("no {what} that can be read")), |(_, found)| found)
    };
    match packet.link {
        Link::Unknown => best(packet).1,
        Link::Ethernet => whole(ethernet(packet), "Ethernet frame"),
        Link::Ip => whole(ip(packet, &packet.octets, None), "IP packet"),
        Link::CookedV1 => whole(cooked(packet, 1), "cooked frame"),
        Link::CookedV2 => whole(cooked(packet, 2), "cooked frame"),
        Link::Loopback => whole(loopback(packet), "loopback frame"),
        Link::Other(number) => Found::Other(format!("link type {number}, which is not known here")),
    }
}

/// The reading that fits best, and how well. Among equals the simplest wins.
fn best(packet: &Packet) -> (u8, Found) {
    let octets = &packet.octets;
    let message = (message_score(octets), Found::Message(octets.clone()));
    let pdu = Some((pdu_score(octets), Found::Pdu(octets.clone())));
    let readings =
        [pdu, ethernet(packet), ip(packet, octets, None), bare_udp(packet), cooked(packet, 1), cooked(packet, 2)];
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

fn ethernet(packet: &Packet) -> Option<(u8, Found)> {
    let sliced = LaxSlicedPacket::from_ethernet(&packet.octets).ok()?;
    let Some(LinkSlice::Ethernet2(header)) = &sliced.link else { return None };
    let link = LinkPart { kind: "ethernet", src: Some(mac(&header.source())), dst: Some(mac(&header.destination())) };
    network(packet, &sliced, Some(link), ETHERNET_OCTETS)
}

/// Linux' cooked captures: the protocol is an EtherType, in the last or the first two octets of the header.
fn cooked(packet: &Packet, version: u8) -> Option<(u8, Found)> {
    let (kind, protocol_at, address_octets_at, address_at, header_octets) = match version {
        1 => ("linux-cooked", 14, 5, 6, 16),
        _ => ("linux-cooked-v2", 0, 11, 12, 20),
    };
    let octets = &packet.octets;
    let protocol = u16::from_be_bytes([*octets.get(protocol_at)?, *octets.get(protocol_at + 1)?]);
    let has_six = octets.get(address_octets_at) == Some(&6);
    let src = octets.get(address_at..address_at + 6).filter(|_| has_six).map(mac);
    let link = LinkPart { kind, src, dst: None };
    let sliced = LaxSlicedPacket::from_ether_type(EtherType(protocol), octets.get(header_octets..)?);
    network(packet, &sliced, Some(link), header_octets)
}

/// BSD's loopback: the protocol family in the order of whichever machine wrote it.
fn loopback(packet: &Packet) -> Option<(u8, Found)> {
    let link = LinkPart { kind: "loopback", src: None, dst: None };
    ip(packet, packet.octets.get(4..)?, Some(link))
}

fn ip(packet: &Packet, octets: &[u8], link: Option<LinkPart>) -> Option<(u8, Found)> {
    let link_octets = packet.octets.len() - octets.len();
    network(packet, &LaxSlicedPacket::from_ip(octets).ok()?, link, link_octets)
}

/// Reads what etherparse has taken apart.
fn network(
    packet: &Packet,
    sliced: &LaxSlicedPacket<'_>,
    link: Option<LinkPart>,
    link_octets: usize,
) -> Option<(u8, Found)> {
    let vlan = sliced.link_exts.iter().filter_map(|tag| match tag {
        LaxLinkExtSlice::Vlan(tag) => {
            Some(VlanTag { id: tag.vlan_identifier().value(), priority: tag.priority_code_point().value() })
        }
        LaxLinkExtSlice::Macsec(_) => None,
    });
    let mut frame = Frame { link, vlan: vlan.collect(), ..Frame::of(packet) };
    let mut lengths = Lengths { link: link_octets, tags: frame.vlan.len(), ..Lengths::default() };
    let (ip, payload, fragment) = match sliced.net.as_ref()? {
        LaxNetSlice::Ipv4(slice) => {
            let header = slice.header();
            let right = header.to_header().calc_header_checksum() == header.header_checksum();
            let ip = IpPart {
                version: 4,
                src: IpAddr::V4(header.source_addr()),
                dst: IpAddr::V4(header.destination_addr()),
                hops_left: header.ttl(),
                fragments: None,
                checksum: Checksum::of(right),
            };
            lengths.ip = header.slice().len();
            lengths.extensions = slice.extensions().auth.map_or(0, |header| header.slice().len());
            let fragment = (u32::from(header.identification()), header.fragments_offset(), header.more_fragments());
            (ip, slice.payload(), slice.is_payload_fragmented().then_some(fragment))
        }
        LaxNetSlice::Ipv6(slice) => {
            let header = slice.header();
            let ip = IpPart {
                version: 6,
                src: IpAddr::V6(header.source_addr()),
                dst: IpAddr::V6(header.destination_addr()),
                hops_left: header.hop_limit(),
                fragments: None,
                checksum: Checksum::None,
            };
            lengths.ip = header.slice().len();
            lengths.extensions = slice.extensions().slice().len();
            let mut extensions = slice.extensions().clone().into_iter();
            let fragment = extensions.find_map(|extension| match extension {
                Ipv6ExtensionSlice::Fragment(header) if header.is_fragmenting_payload() => {
                    Some((header.identification(), header.fragment_offset(), header.more_fragments()))
                }
                _ => None,
            });
            (ip, slice.payload(), fragment)
        }
        LaxNetSlice::Arp(_) => return Some((3, Found::Other("ARP".to_owned()))),
    };
    let mut score = if ip.checksum == Checksum::Wrong { 1 } else { 4 };
    score += u8::from(frame.link.is_some());
    frame.ip = Some(ip);
    let protocol = payload.ip_number;
    if let Some((identification, offset, more_follow)) = fragment {
        let octets = payload.payload.to_vec();
        let protocol = protocol.0;
        let fragment = Fragment { frame, identification, protocol, offset, more_follow, octets };
        return Some((score + 3, Found::Fragment(Box::new(fragment))));
    }
    if protocol != IpNumber::UDP {
        let what = protocol.keyword_str().map_or_else(|| format!("IP protocol {}", protocol.0), str::to_owned);
        return Some((score, Found::Other(what)));
    }
    let (udp_score, mut found) = udp(frame, payload.payload, payload.incomplete)?;
    with_nodes(&mut found, &packet.octets, lengths);
    Some((score + udp_score, found))
}

/// A datagram with nothing around it: its length must agree, and a message must be in it.
fn bare_udp(packet: &Packet) -> Option<(u8, Found)> {
    let (score, mut found) = udp(Frame::of(packet), &packet.octets, false)?;
    with_nodes(&mut found, &packet.octets, Lengths::default());
    let length = u16::from_be_bytes([*packet.octets.get(4)?, *packet.octets.get(5)?]);
    let agrees = usize::from(length) == packet.octets.len();
    match &found {
        Found::Datagram(_, payload) if agrees && message_score(payload) > 1 => Some((score, found)),
        _ => None,
    }
}

/// Takes the headers apart that are around the message of a datagram.
fn with_nodes(found: &mut Found, packet: &[u8], lengths: Lengths) {
    if let Found::Datagram(frame, message) = found {
        frame.nodes = headers::nodes(packet, Lengths { datagram: message.len() + 8, ..lengths });
    }
}

/// Reads a UDP datagram, whose frame says where it came from.
pub(super) fn udp(mut frame: Frame, octets: &[u8], is_cut: bool) -> Option<(u8, Found)> {
    let (&[a, b, c, d, e, f, g, h], behind) = octets.split_first_chunk::<8>()?;
    let [src_port, dst_port, length, checksum] = [[a, b], [c, d], [e, f], [g, h]].map(u16::from_be_bytes);
    // With no length a datagram goes on to the end of its packet (RFC 2675).
    let claimed = if length == 0 { octets.len() } else { usize::from(length) };
    let payload = behind.get(..claimed.saturating_sub(8)).unwrap_or(behind);
    let is_whole = !is_cut && claimed >= 8 && claimed <= octets.len();
    let header = UdpHeader { source_port: src_port, destination_port: dst_port, length, checksum };
    let expected = match frame.ip.as_ref().map(|ip| (ip.src, ip.dst)) {
        Some((IpAddr::V4(src), IpAddr::V4(dst))) => v4_checksum(&header, src, dst, payload),
        Some((IpAddr::V6(src), IpAddr::V6(dst))) => v6_checksum(&header, src, dst, payload),
        _ => None,
    };
    let verdict = match expected {
        _ if checksum == 0 => Checksum::None,
        Some(expected) if is_whole => Checksum::of(expected == checksum),
        _ => Checksum::Unverifiable,
    };
    frame.udp = Some(UdpPart { src_port, dst_port, length, checksum: verdict });
    let well_known = |port| matches!(port, 161 | 162 | 10_161 | 10_162);
    let mut score = message_score(payload);
    score += u8::from(well_known(src_port) || well_known(dst_port)) + 2 * u8::from(is_whole);
    score += 2 * u8::from(verdict == Checksum::Ok);
    Some((score, Found::Datagram(Box::new(frame), payload.to_vec())))
}

fn v4_checksum(header: &UdpHeader, src: Ipv4Addr, dst: Ipv4Addr, payload: &[u8]) -> Option<u16> {
    header.calc_checksum_ipv4_raw(src.octets(), dst.octets(), payload).ok()
}

fn v6_checksum(header: &UdpHeader, src: Ipv6Addr, dst: Ipv6Addr, payload: &[u8]) -> Option<u16> {
    header.calc_checksum_ipv6_raw(src.octets(), dst.octets(), payload).ok()
}

/// Whether a datagram can be of SNMP: by its ports, or since it holds something that looks like it.
pub(super) fn is_snmp(frame: &Frame, payload: &[u8]) -> bool {
    let well_known = |port| matches!(port, 161 | 162 | 10_161 | 10_162);
    let by_port = frame.udp.as_ref().is_some_and(|udp| well_known(udp.src_port) || well_known(udp.dst_port));
    by_port || message_score(payload) > 4
}

impl Frame {
    fn of(packet: &Packet) -> Self {
        let captured_at = packet.time.and_then(|time| time.format(&time::format_description::well_known::Rfc3339).ok());
        Self {
            packet: packet.number,
            captured_at,
            link: None,
            vlan: Vec::new(),
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
