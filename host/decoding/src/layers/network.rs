//! IP and UDP, as etherparse takes them apart.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use etherparse::{IpNumber, Ipv6ExtensionSlice, LaxNetSlice, LaxSlicedPacket, UdpHeader};

use super::{
    peeled::{Found, Fragment, Peeled, Reading, unread},
    score::{is_port_of_snmp, message_score},
    tunnel,
};
use crate::{frame::Checksum, frame::Frame, frame::IpPart, frame::UdpPart, headers::Header};

/// An IP packet.
pub(super) fn ip(mut peeled: Peeled<'_>) -> Reading {
    if peeled.is_too_deep() {
        return unread("packets within packets, more than are read");
    }
    let sliced = LaxSlicedPacket::from_ip(peeled.rest).ok()?;
    let (ip, payload, fragment) = match sliced.net.as_ref()? {
        LaxNetSlice::Ipv4(slice) => {
            let header = slice.header();
            let (found, right) = (header.header_checksum(), header.to_header().calc_header_checksum());
            let ip = IpPart {
                version: 4,
                src: IpAddr::V4(header.source_addr()),
                dst: IpAddr::V4(header.destination_addr()),
                hops_left: header.ttl(),
                fragments: None,
                checksum: Checksum::of(found, right, Some(0)),
            };
            peeled = peeled.header(Header::Ip(header.slice().len()), header.slice().len())?;
            if let Some(extension) = slice.extensions().auth {
                peeled = peeled.header(Header::Extensions(extension.slice().len()), extension.slice().len())?;
            }
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
            peeled = peeled.header(Header::Ip(header.slice().len()), header.slice().len())?;
            let extensions = slice.extensions().slice().len();
            if extensions > 0 {
                peeled = peeled.header(Header::Extensions(extensions), extensions)?;
            }
            let mut extensions = slice.extensions().clone().into_iter();
            let fragment = extensions.find_map(|extension| match extension {
                Ipv6ExtensionSlice::Fragment(header) if header.is_fragmenting_payload() => {
                    Some((header.identification(), header.fragment_offset(), header.more_fragments()))
                }
                _ => None,
            });
            (ip, slice.payload(), fragment)
        }
        LaxNetSlice::Arp(_) => return None,
    };
    let mut score = if ip.checksum == Checksum::Wrong { 1 } else { 4 };
    score += u8::from(peeled.frame.link.is_some());
    peeled.frame.ip = Some(ip);
    let protocol = payload.ip_number;
    if let Some((identification, offset, more_follow)) = fragment {
        let octets = payload.payload.to_vec();
        let protocol = protocol.0;
        let frame = peeled.frame;
        let fragment = Fragment { frame, identification, protocol, offset, more_follow, octets };
        return Some((score + 3, Found::Fragment(Box::new(fragment))));
    }
    // What fills the frame up is no part of the packet.
    peeled.rest = payload.payload;
    if protocol != IpNumber::UDP {
        return tunnel::by_protocol(peeled, protocol, score);
    }
    let (udp_score, found) = udp(peeled.frame.clone(), payload.payload, payload.incomplete)?;
    let Found::Datagram(frame, message) = found else { return Some((score + udp_score, found)) };
    if let Some(inner) = tunnel::by_port(&peeled, &frame, &message) {
        return Some(inner);
    }
    Some((score + udp_score, peeled.datagram(*frame, message)))
}

/// A datagram with nothing around it: its length must agree, and a message must be in it.
pub(super) fn bare_udp(peeled: Peeled<'_>) -> Reading {
    let (score, found) = udp(peeled.frame.clone(), peeled.rest, false)?;
    let agrees = peeled.half(4).is_some_and(|length| usize::from(length) == peeled.rest.len());
    match found {
        Found::Datagram(frame, message) if agrees && message_score(&message) > 1 => {
            Some((score, peeled.datagram(*frame, message)))
        }
        _ => None,
    }
}

/// Reads a UDP datagram, whose frame says where it came from.
pub(crate) fn udp(mut frame: Frame, octets: &[u8], is_cut: bool) -> Option<(u8, Found)> {
    let (&[a, b, c, d, e, f, g, h], behind) = octets.split_first_chunk::<8>()?;
    let [src_port, dst_port, length, checksum] = [[a, b], [c, d], [e, f], [g, h]].map(u16::from_be_bytes);
    // With no length a datagram goes on to the end of its packet (RFC 2675).
    let claimed = if length == 0 { octets.len() } else { usize::from(length) };
    let payload = behind.get(..claimed.saturating_sub(8)).unwrap_or(behind);
    let is_whole = !is_cut && claimed >= 8 && claimed <= octets.len();
    let header = UdpHeader { source_port: src_port, destination_port: dst_port, length, checksum };
    let addresses = frame.ip.as_ref().map(|ip| (ip.src, ip.dst));
    let right = match addresses {
        Some((IpAddr::V4(src), IpAddr::V4(dst))) => v4_checksum(&header, src, dst, payload),
        Some((IpAddr::V6(src), IpAddr::V6(dst))) => v6_checksum(&header, src, dst, payload),
        _ => None,
    };
    let unfinished = addresses.map(|(src, dst)| unfinished_checksum(src, dst, length));
    let verdict = match right {
        _ if checksum == 0 => Checksum::None,
        Some(right) if is_whole => Checksum::of(checksum, right, unfinished),
        // Nothing of the data is needed to see this.
        _ if Some(checksum) == unfinished => Checksum::Unfinished,
        _ => Checksum::Unverifiable,
    };
    frame.udp = Some(UdpPart { src_port, dst_port, length, checksum: verdict });
    if is_dtls(src_port, dst_port, payload) {
        return Some((2 + 2 * u8::from(is_whole), Found::Unread("SNMP over DTLS, encrypted".to_owned())));
    }
    let mut score = message_score(payload);
    score += u8::from(is_port_of_snmp(src_port) || is_port_of_snmp(dst_port)) + 2 * u8::from(is_whole);
    score += 2 * u8::from(matches!(verdict, Checksum::Ok | Checksum::Unfinished));
    Some((score, Found::Datagram(Box::new(frame), payload.to_vec())))
}

/// RFC 6353: the ports, and a record of the handshake or of data.
fn is_dtls(src_port: u16, dst_port: u16, payload: &[u8]) -> bool {
    let is_port = |port| matches!(port, 10_161 | 10_162);
    (is_port(src_port) || is_port(dst_port)) && matches!(payload, [20..=26, 0xfe, 0xfd..=0xff, ..])
}

/// What a host writes into the field that its network card completes: the sum over the pseudo-header, folded, and not
/// its complement (RFC 768, RFC 8200 section 8.1).
fn unfinished_checksum(src: IpAddr, dst: IpAddr, length: u16) -> u16 {
    let halves = |address: IpAddr| {
        let octets = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets().to_vec(),
        };
        octets.as_chunks::<2>().0.iter().map(|half| u32::from(u16::from_be_bytes(*half))).sum::<u32>()
    };
    let mut sum = halves(src) + halves(dst) + u32::from(length) + u32::from(IpNumber::UDP.0);
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    u16::try_from(sum).unwrap_or_default()
}

fn v4_checksum(header: &UdpHeader, src: Ipv4Addr, dst: Ipv4Addr, payload: &[u8]) -> Option<u16> {
    header.calc_checksum_ipv4_raw(src.octets(), dst.octets(), payload).ok()
}

fn v6_checksum(header: &UdpHeader, src: Ipv6Addr, dst: Ipv6Addr, payload: &[u8]) -> Option<u16> {
    header.calc_checksum_ipv6_raw(src.octets(), dst.octets(), payload).ok()
}
