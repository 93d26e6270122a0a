//! Packets within packets: IP in IP, GRE (RFC 2784, RFC 2637), EtherIP (RFC 3378), and over UDP VXLAN (RFC 7348), Geneve
//! (RFC 8926), GTP-U, TZSP, Teredo (RFC 4380), and MPLS and GRE (RFC 7510, RFC 8086); and the packet that an ICMP error
//! quotes (RFC 792, RFC 4443).

use etherparse::{IpNumber, TcpSlice};

use super::{
    ether,
    peeled::{Found, Peeled, Reading, other, unread},
    score::{is_port_of_snmp, is_snmp},
    wireless,
};
use crate::{frame::Frame, headers::Header};

/// What is behind an IP header, by its protocol.
pub(super) fn by_protocol(peeled: Peeled<'_>, protocol: IpNumber, score: u8) -> Reading {
    let found = match protocol {
        IpNumber::IPV4 | IpNumber::IPV6 => inside(peeled, "IP in IP").ip(),
        IpNumber::GRE => gre(peeled, false),
        IpNumber::MPLS_IN_IP => ether::mpls(inside(peeled, "MPLS in IP")),
        ETHER_IP => ether_ip(peeled),
        IpNumber::ENCAPSULATING_SECURITY_PAYLOAD => unread("ESP, encrypted"),
        IpNumber::TCP if carries_snmp(peeled.rest) => unread("SNMP over TCP (RFC 3430)"),
        IpNumber::ICMP => return icmp(&peeled, 0x1838).or_else(|| other_protocol(protocol, score)),
        IpNumber::IPV6_ICMP => return icmp(&peeled, 0x1e).or_else(|| other_protocol(protocol, score)),
        _ => return other_protocol(protocol, score),
    };
    found.or_else(|| unread(format!("a tunnel (IP protocol {}) that is cut off or broken", protocol.0)))
}

/// What is in an IP packet that is neither UDP nor a tunnel.
fn other_protocol(protocol: IpNumber, score: u8) -> Reading {
    other(score, protocol.keyword_str().map_or_else(|| format!("IP protocol {}", protocol.0), str::to_owned))
}

/// The packet in a datagram, if its port is that of a tunnel; nothing where it is none.
pub(super) fn by_port(peeled: &Peeled<'_>, frame: &Frame, payload: &[u8]) -> Reading {
    let udp = frame.udp.as_ref()?;
    if is_snmp(frame, payload) {
        return None;
    }
    let within = || {
        let octets = peeled.rest.get(..(payload.len() + UDP_OCTETS).min(peeled.rest.len())).unwrap_or_default();
        Peeled { rest: octets, ..peeled.clone() }.header(Header::Udp, UDP_OCTETS)
    };
    // Answers come from another port to the same one, but for GTP.
    let found = match udp.dst_port {
        4_789 | 8_472 => vxlan(within()?),
        4_790 => vxlan_gpe(within()?),
        6_081 => geneve(within()?),
        37_008 => tzsp(within()?),
        4_754 => gre(within()?, true),
        6_635 => ether::mpls(inside(within()?, "MPLS in UDP")),
        2_152 => gtp(within()?),
        _ if udp.src_port == 2_152 => gtp(within()?),
        _ if udp.src_port == 3_544 || udp.dst_port == 3_544 => inside(within()?, "Teredo").ip(),
        _ => None,
    };
    // Something else may use the port.
    found.filter(|(_, found)| !matches!(found, Found::Unread(_)))
}

const UDP_OCTETS: usize = 8;

/// Whether a segment of TCP has content, and a port of SNMP.
fn carries_snmp(segment: &[u8]) -> bool {
    let Ok(header) = TcpSlice::from_slice(segment) else { return false };
    let is_port = is_port_of_snmp;
    (is_port(header.source_port()) || is_port(header.destination_port())) && !header.payload().is_empty()
}

/// The number of EtherIP.
const ETHER_IP: IpNumber = IpNumber(97);

fn ether_ip(peeled: Peeled<'_>) -> Reading {
    ether::frame(inside(peeled, "EtherIP").other("EtherIP", 2)?)
}

/// Notes a tunnel with the addresses of its ends.
fn inside<'a>(mut peeled: Peeled<'a>, what: &str) -> Peeled<'a> {
    peeled.tunnels += 1;
    let ends = peeled.frame.ip.take().map(|ip| format!("{what} from {} to {}", ip.src, ip.dst));
    peeled.frame.udp = None;
    peeled.within(ends.unwrap_or_else(|| what.to_owned()))
}

/// GRE, in its version 1 also, and ERSPAN in it.
fn gre(peeled: Peeled<'_>, is_in_udp: bool) -> Reading {
    const HAS_CHECKSUM: u16 = 0x8000;
    const HAS_ROUTING: u16 = 0x4000;
    const HAS_KEY: u16 = 0x2000;
    const HAS_SEQUENCE: u16 = 0x1000;
    const HAS_ACKNOWLEDGEMENT: u16 = 0x0080;
    let (flags, protocol) = (peeled.half(0)?, peeled.half(2)?);
    let is_point_to_point = flags & 7 == 1;
    let has = |flag: u16| if flags & flag == 0 { 0 } else { 4 };
    let mut octets = 4 + has(HAS_KEY) + has(HAS_SEQUENCE);
    octets += if is_point_to_point { has(HAS_ACKNOWLEDGEMENT) } else { has(HAS_CHECKSUM | HAS_ROUTING) };
    let peeled = inside(peeled, if is_in_udp { "GRE in UDP" } else { "GRE" }).other("GRE", octets)?;
    match protocol {
        0x880b => ether::ppp(peeled),
        // ERSPAN: without a number it has no header, in version 1 one of 8 octets, in version 2 one of 12 and perhaps
        // another of 8.
        0x88be if flags & HAS_SEQUENCE == 0 => ether::frame(peeled.within("ERSPAN")),
        0x88be => ether::frame(peeled.other("ERSPAN", 8)?.within("ERSPAN")),
        0x22eb => {
            let octets = if peeled.rest.get(11)? & 1 == 0 { 12 } else { 20 };
            ether::frame(peeled.other("ERSPAN", octets)?.within("ERSPAN"))
        }
        0x6558 => ether::frame(peeled),
        protocol => ether::by_type(peeled, protocol),
    }
}

fn vxlan(peeled: Peeled<'_>) -> Reading {
    let network = peeled.word(4)? >> 8;
    ether::frame(inside(peeled, &format!("VXLAN {network}")).other("VXLAN", 8)?)
}

fn vxlan_gpe(peeled: Peeled<'_>) -> Reading {
    let (network, next) = (peeled.word(4)? >> 8, *peeled.rest.get(3)?);
    let peeled = inside(peeled, &format!("VXLAN-GPE {network}")).other("VXLAN-GPE", 8)?;
    match next {
        1 | 2 => peeled.ip(),
        3 => ether::frame(peeled),
        5 => ether::mpls(peeled),
        _ => None,
    }
}

fn geneve(peeled: Peeled<'_>) -> Reading {
    let options = usize::from(*peeled.rest.first()? & 0x3f) * 4;
    let (protocol, network) = (peeled.half(2)?, peeled.word(4)? >> 8);
    let peeled = inside(peeled, &format!("Geneve {network}")).other("Geneve", 8 + options)?;
    if protocol == 0x6558 { ether::frame(peeled) } else { ether::by_type(peeled, protocol) }
}

/// GTP-U of version 1: extension headers follow where the first octet says so.
fn gtp(peeled: Peeled<'_>) -> Reading {
    const USER_DATA: u8 = 255;
    let (&flags, &kind) = (peeled.rest.first()?, peeled.rest.get(1)?);
    if flags >> 4 != 3 || kind != USER_DATA {
        return None;
    }
    let tunnel = peeled.word(4)?;
    let mut octets = if flags & 7 == 0 { 8 } else { 12 };
    let mut next = if flags & 4 == 0 { 0 } else { *peeled.rest.get(11)? };
    while next != 0 {
        octets += usize::from(*peeled.rest.get(octets)?).max(1) * 4;
        next = *peeled.rest.get(octets - 1)?;
    }
    inside(peeled, &format!("GTP tunnel {tunnel}")).other("GTP", octets)?.ip()
}

/// TZSP, as access points and MikroTik's routers send what they have captured.
fn tzsp(peeled: Peeled<'_>) -> Reading {
    const PADDING: u8 = 0;
    const END: u8 = 1;
    let protocol = peeled.half(2)?;
    let mut octets = 4;
    loop {
        match *peeled.rest.get(octets)? {
            PADDING => octets += 1,
            END => break,
            _ => octets += 2 + usize::from(*peeled.rest.get(octets + 1)?),
        }
    }
    let peeled = inside(peeled, "TZSP").other("TZSP", octets + 1)?;
    match protocol {
        1 => ether::frame(peeled),
        18 => wireless::frame(peeled, false),
        119 => wireless::prism(peeled),
        _ => None,
    }
}

/// The datagram that an error is about. `errors` has a bit for each type that quotes one.
fn icmp(peeled: &Peeled<'_>, errors: u32) -> Reading {
    let kind = *peeled.rest.first()?;
    if errors.checked_shr(u32::from(kind))? & 1 == 0 {
        return None;
    }
    let code = peeled.rest.get(1)?;
    let what = format!("ICMP error (type {kind}, code {code}) about this datagram");
    let found = inside(peeled.clone(), &what).other("ICMP", 8)?.ip()?;
    matches!(&found.1, Found::Datagram(frame, octets) if is_snmp(frame, octets)).then_some(found)
}
