//! What Ethernet carries, by its EtherType: VLAN tags (IEEE 802.1Q), provider bridges (802.1ah), MACsec (802.1AE), PPPoE
//! (RFC 2516) with PPP (RFC 1661), MPLS (RFC 3032), LLC and SNAP (IEEE 802.2).

use super::peeled::{Peeled, Reading, mac, other, unread};
use crate::{frame::LinkPart, frame::VlanTag, headers::Header};

/// Octets of an Ethernet header without tags.
const ETHERNET_OCTETS: usize = 14;

/// An Ethernet frame. Where one is in another packet, the link stays the outer one.
pub(super) fn frame(mut peeled: Peeled<'_>) -> Reading {
    let ether_type = peeled.half(12)?;
    if peeled.headers.is_empty() {
        let address = |at: usize| peeled.rest.get(at..at + 6).map(mac);
        peeled.frame.link = Some(LinkPart { kind: "ethernet", src: address(6), dst: address(0) });
    }
    by_type(peeled.header(Header::Ethernet { tags: 0 }, ETHERNET_OCTETS)?, ether_type)
}

/// What is behind an EtherType, or in its place a length.
pub(super) fn by_type(mut peeled: Peeled<'_>, ether_type: u16) -> Reading {
    if peeled.is_too_deep() {
        return unread("headers within headers, more than are read");
    }
    match ether_type {
        0x0800 | 0x86dd => peeled.ip(),
        0x0806 => other(3, "ARP"),
        0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300 => {
            let (tag, next) = (peeled.half(0)?, peeled.half(2)?);
            let priority = u8::try_from(tag >> 13).unwrap_or_default();
            peeled.tag(VlanTag { id: tag & 0x0fff, priority });
            let peeled = match peeled.headers.last_mut() {
                Some(Header::Ethernet { tags }) => {
                    *tags += 1;
                    Peeled { rest: peeled.rest.get(4..)?, ..peeled }
                }
                _ => peeled.header(Header::VlanTag, 4)?,
            };
            by_type(peeled, next)
        }
        // PBB: the service's identifier, and a frame within.
        0x88e7 => {
            let service = peeled.word(0)? & 0x00ff_ffff;
            frame(peeled.other("802.1ah tag", 4)?.within(format!("802.1ah service {service}")))
        }
        0x88e5 => macsec(peeled),
        // Cisco's VN-tag, and the E-tag of 802.1BR.
        0x8926 => tagged(peeled, "VN-tag", 4),
        0x893f => tagged(peeled, "802.1BR tag", 6),
        0x8864 => pppoe(peeled),
        0x8863 => other(0, "PPPoE discovery"),
        0x8847 | 0x8848 => mpls(peeled),
        0x6558 => frame(peeled.within("Ethernet within Ethernet")),
        0x0000..=0x05dc => llc(peeled),
        other_type => match name(other_type) {
            Some(name) => other(0, name),
            None => unread(format!("EtherType 0x{other_type:04x}")),
        },
    }
}

/// A tag of so many octets, and behind it the next EtherType.
fn tagged(peeled: Peeled<'_>, name: &'static str, octets: usize) -> Reading {
    let next = peeled.half(octets)?;
    by_type(peeled.other(name, octets + 2)?.within(name), next)
}

/// Octets of a PPPoE header.
const PPPOE_OCTETS: usize = 6;

/// A PPPoE session: version and type, a code, the session and a length.
pub(super) fn pppoe(peeled: Peeled<'_>) -> Reading {
    let session = peeled.half(2)?;
    ppp(peeled.other("PPPoE", PPPOE_OCTETS)?.within(format!("PPPoE session {session}")))
}

/// PPP: perhaps an address and a control octet, and a protocol, which may be compressed to one octet (RFC 1661 section
/// 6.5).
pub(super) fn ppp(peeled: Peeled<'_>) -> Reading {
    let framing = if peeled.rest.starts_with(&[0xff, 0x03]) { 2 } else { 0 };
    let (protocol, octets) = match peeled.rest.get(framing..)? {
        [short, ..] if short & 1 == 1 => (u16::from(*short), 1),
        _ => (peeled.half(framing)?, 2),
    };
    let peeled = peeled.other("PPP", framing + octets)?;
    match protocol {
        0x0021 | 0x0057 => peeled.ip(),
        0x0281 | 0x0283 => mpls(peeled),
        // Control protocols, and the authentication between them.
        0x8000.. => other(0, format!("PPP protocol 0x{protocol:04x}")),
        _ => unread(format!("PPP protocol 0x{protocol:04x}")),
    }
}

/// MPLS labels up to the bottom of the stack. What they carry is not said (RFC 4928): an IP packet tells itself, and all
/// else is taken for Ethernet, with or without a control word (RFC 4448).
pub(super) fn mpls(mut peeled: Peeled<'_>) -> Reading {
    loop {
        if peeled.is_too_deep() {
            return unread("headers within headers, more than are read");
        }
        let entry = peeled.word(0)?;
        peeled = peeled.other("MPLS label", 4)?.within(format!("MPLS label {}", entry >> 12));
        if entry & 0x100 != 0 {
            break;
        }
    }
    match peeled.rest.first()? >> 4 {
        4 | 6 => peeled.ip(),
        0 => frame(peeled.clone().other("control word", 4)?).filter(|found| found.0 > 0).or_else(|| frame(peeled)),
        _ => frame(peeled),
    }
}

/// MACsec: what is only signed can be read.
fn macsec(peeled: Peeled<'_>) -> Reading {
    const HAS_SCI: u8 = 0x20;
    const IS_CHANGED: u8 = 0x0c;
    let flags = *peeled.rest.first()?;
    if flags & IS_CHANGED != 0 {
        return unread("MACsec, encrypted");
    }
    let octets = if flags & HAS_SCI == 0 { 6 } else { 14 };
    tagged(peeled, "MACsec", octets)
}

/// IEEE 802.2: SNAP has an EtherType, IP an access point of its own.
pub(super) fn llc(peeled: Peeled<'_>) -> Reading {
    match peeled.rest {
        [0xaa, 0xaa, 0x03, 0, 0, 0 | 0xf8, ..] => {
            let ether_type = peeled.half(6)?;
            by_type(peeled.other("LLC and SNAP", 8)?, ether_type)
        }
        [0x06, 0x06, 0x03, ..] => peeled.other("LLC", 3)?.ip(),
        [0x42, 0x42, ..] => other(0, "spanning tree"),
        [0xfe, 0xfe, ..] => other(0, "OSI routing"),
        [0xaa, 0xaa, 0x03, vendor @ ..] if vendor.len() > 4 => other(0, "SNAP of a vendor (CDP and its like)"),
        [0xff, 0xff, ..] | [0xe0, 0xe0, ..] => other(0, "IPX"),
        [point, ..] => other(0, format!("802.2 LLC, access point 0x{point:02x}")),
        [] => None,
    }
}

/// Protocols that have no room for a datagram.
fn name(ether_type: u16) -> Option<&'static str> {
    Some(match ether_type {
        0x0842 => "Wake-on-LAN",
        0x22f0 => "AVTP",
        0x22ea => "SRP",
        0x8035 => "RARP",
        0x809b | 0x80f3 => "AppleTalk",
        0x8137 => "IPX",
        0x8808 => "flow control",
        0x8809 => "LACP and other slow protocols",
        0x888e => "EAPOL",
        0x8892 => "PROFINET",
        0x88a4 => "EtherCAT",
        0x88b8 => "GOOSE",
        0x88ba => "sampled values (IEC 61850)",
        0x88cc => "LLDP",
        0x88e1 | 0x8912 => "HomePlug",
        0x88f5..=0x88f6 => "MVRP, MMRP",
        0x88f7 => "PTP",
        0x8902 => "CFM",
        0x8906 => "FCoE",
        0x8914 => "FIP",
        0x9000 => "loopback test",
        _ => return None,
    })
}
