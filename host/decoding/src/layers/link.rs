//! What a capture begins each packet with, by the link types of tcpdump.org.

use etherparse::EtherType;

use super::{
    ether, network,
    peeled::{Peeled, Reading, mac, unread},
    wireless,
};
use crate::frame::LinkPart;

/// Reads a packet of this link type.
pub(super) fn read(peeled: Peeled<'_>, number: i32) -> Reading {
    match number {
        0 | 108 => loopback(peeled),
        1 => ether::frame(peeled),
        // 802.5: access and frame control, two addresses, and a route if the sender's address says so.
        6 => {
            let route = if peeled.rest.get(8)? & 0x80 == 0 { 0 } else { usize::from(peeled.rest.get(14)? & 0x1f) };
            ether::llc(on("llc", peeled).other("token ring", 14 + route)?)
        }
        8 => network::ip(on("slip", peeled).other("SLIP", 16)?),
        9 | 50 => ether::ppp(on("ppp", peeled)),
        10 => ether::llc(on("llc", peeled).other("FDDI", 13)?),
        51 => ether::pppoe(on("ppp", peeled)),
        166 | 204 => ether::ppp(on("ppp", peeled).other("direction", 1)?),
        205 => {
            let protocol = peeled.half(3)?;
            ether::by_type(on("hdlc", peeled).other("direction and Cisco HDLC", 5)?, protocol)
        }
        206 => frame_relay(on("frame-relay", peeled).other("direction", 1)?),
        // Raw IP, by its number here and on some BSDs, and one version of it alone.
        12 | 14 | 101 | 228 | 229 => network::ip(peeled),
        100 => ether::llc(on("llc", peeled)),
        104 => {
            let protocol = peeled.half(2)?;
            ether::by_type(on("hdlc", peeled).other("Cisco HDLC", 4)?, protocol)
        }
        105 => wireless::frame(peeled, false),
        107 => frame_relay(on("frame-relay", peeled)),
        109 => network::ip(on("enc", peeled).other("enc", 12)?),
        113 => cooked_v1(peeled),
        // The header says its length, and is filled up to whole words.
        117 => {
            let octets = usize::from(*peeled.rest.first()?).next_multiple_of(4);
            network::ip(on("pflog", peeled).other("pflog", octets)?)
        }
        119 => wireless::prism(peeled),
        127 => wireless::radiotap(peeled),
        138 => {
            let protocol = peeled.half(16)?;
            ether::by_type(on("ieee1394", peeled).other("IEEE 1394", 18)?, protocol)
        }
        163 => wireless::avs(peeled),
        192 => wireless::ppi(peeled),
        239 => nflog(on("nflog", peeled)),
        240 => ether::frame(peeled.other("netANALYZER", 4)?),
        241 => ether::frame(peeled.other("netANALYZER and preamble", 12)?),
        258 => pktap(peeled),
        274 => ether::frame(peeled.other("preamble", 8)?),
        276 => cooked_v2(peeled),
        other => unread(format!("{}, which is not read", name(other))),
    }
}

/// A link type by its number and the name of tcpdump.org.
pub(super) fn name(number: i32) -> String {
    match NAMES.iter().find(|(known, _)| *known == number) {
        Some((_, name)) => format!("link type {number} ({name})"),
        None if (147..=162).contains(&number) => format!("link type {number} (USER{})", number - 147),
        None => format!("link type {number}"),
    }
}

const NAMES: &[(i32, &str)] = &[
    (0, "NULL"),
    (1, "ETHERNET"),
    (6, "IEEE802_5"),
    (7, "ARCNET_BSD"),
    (8, "SLIP"),
    (9, "PPP"),
    (10, "FDDI"),
    (50, "PPP_HDLC"),
    (51, "PPP_ETHER"),
    (99, "SYMANTEC_FIREWALL"),
    (100, "ATM_RFC1483"),
    (101, "RAW"),
    (104, "C_HDLC"),
    (105, "IEEE802_11"),
    (107, "FRELAY"),
    (108, "LOOP"),
    (109, "ENC"),
    (113, "LINUX_SLL"),
    (117, "PFLOG"),
    (119, "IEEE802_11_PRISM"),
    (122, "IP_OVER_FC"),
    (123, "SUNATM"),
    (127, "IEEE802_11_RADIOTAP"),
    (129, "ARCNET_LINUX"),
    (138, "APPLE_IP_OVER_IEEE1394"),
    (140, "MTP2"),
    (141, "MTP3"),
    (142, "SCCP"),
    (143, "DOCSIS"),
    (144, "LINUX_IRDA"),
    (163, "IEEE802_11_AVS"),
    (165, "BACNET_MS_TP"),
    (166, "PPP_PPPD"),
    (177, "LINUX_LAPD"),
    (178, "JUNIPER_ETHER"),
    (187, "BLUETOOTH_HCI_H4"),
    (189, "USB_LINUX"),
    (192, "PPI"),
    (195, "IEEE802_15_4_WITHFCS"),
    (201, "BLUETOOTH_HCI_H4_WITH_PHDR"),
    (203, "LAPD"),
    (204, "PPP_WITH_DIR"),
    (205, "C_HDLC_WITH_DIR"),
    (206, "FRELAY_WITH_DIR"),
    (215, "IEEE802_15_4_NONASK_PHY"),
    (220, "USB_LINUX_MMAPPED"),
    (224, "FC_2"),
    (226, "IPNET"),
    (227, "CAN_SOCKETCAN"),
    (228, "IPV4"),
    (229, "IPV6"),
    (230, "IEEE802_15_4_NOFCS"),
    (231, "DBUS"),
    (235, "DVB_CI"),
    (239, "NFLOG"),
    (240, "NETANALYZER"),
    (241, "NETANALYZER_TRANSPARENT"),
    (242, "IPOIB"),
    (243, "MPEG_2_TS"),
    (247, "INFINIBAND"),
    (248, "SCTP"),
    (249, "USBPCAP"),
    (251, "BLUETOOTH_LE_LL"),
    (252, "WIRESHARK_UPPER_PDU"),
    (253, "NETLINK"),
    (258, "PKTAP"),
    (264, "ISO_14443"),
    (272, "NORDIC_BLE"),
    (274, "ETHERNET_MPACKET"),
    (276, "LINUX_SLL2"),
    (283, "IEEE802_15_4_TAP"),
];

fn on<'a>(kind: &'static str, mut peeled: Peeled<'a>) -> Peeled<'a> {
    peeled.frame.link = Some(LinkPart { kind, src: None, dst: None });
    peeled
}

/// The header of Linux' cooked captures, in its first version: the protocol is in its last two octets.
pub(super) fn cooked_v1(peeled: Peeled<'_>) -> Reading {
    cooked(peeled, "linux-cooked", 14, 5, 6, 16)
}

/// The same in its second version: the protocol is in its first two octets.
pub(super) fn cooked_v2(peeled: Peeled<'_>) -> Reading {
    cooked(peeled, "linux-cooked-v2", 0, 11, 12, 20)
}

fn cooked(
    mut peeled: Peeled<'_>,
    kind: &'static str,
    protocol_at: usize,
    address_octets_at: usize,
    address_at: usize,
    octets: usize,
) -> Reading {
    let protocol = peeled.half(protocol_at)?;
    let has_six = peeled.rest.get(address_octets_at) == Some(&6);
    let src = peeled.rest.get(address_at..address_at + 6).filter(|_| has_six).map(mac);
    peeled.frame.link = Some(LinkPart { kind, src, dst: None });
    let peeled = peeled.other("Linux' cooked header", octets)?;
    match protocol {
        // What is no EtherType: a bare 802.3 frame, 802.2, and PPP.
        0x0004 => ether::llc(peeled),
        0x0007 | 0x0008 => ether::ppp(peeled),
        protocol => ether::by_type(peeled, protocol),
    }
}

/// BSD's loopback: the protocol family in the order of whichever machine wrote it.
pub(super) fn loopback(peeled: Peeled<'_>) -> Reading {
    let family = peeled.word(0)?;
    let family = if family > 0xffff { family.swap_bytes() } else { family };
    let is_ip = matches!(family, 2 | 10 | 24 | 28 | 30);
    let peeled = on("loopback", peeled).other("protocol family", 4)?;
    if is_ip { network::ip(peeled) } else { unread(format!("loopback with the protocol family {family}")) }
}

/// Frame relay: an address, a control octet, and the protocol's identifier (RFC 2427).
fn frame_relay(peeled: Peeled<'_>) -> Reading {
    match peeled.rest.get(2..)? {
        [0x03, 0xcc | 0x8e, ..] => network::ip(peeled.other("frame relay", 4)?),
        [0x03, 0x00, 0x80, 0, 0, 0, ..] | [0x03, 0x80, 0, 0, 0, ..] => {
            let octets = if peeled.rest.get(3) == Some(&0) { 8 } else { 7 };
            let protocol = peeled.half(octets)?;
            ether::by_type(peeled.other("frame relay and SNAP", octets + 2)?, protocol)
        }
        // Cisco's own form has an EtherType.
        [0x08, 0x00, ..] => ether::by_type(peeled.other("frame relay", 4)?, EtherType::IPV4.0),
        _ => unread("frame relay with a protocol that is not known"),
    }
}

/// macOS' header with the process that sent: its length, and the link type of what follows, in the order of Intel.
fn pktap(peeled: Peeled<'_>) -> Reading {
    let number = |at: usize| peeled.word(at).map(u32::swap_bytes);
    let (length, link) = (usize::try_from(number(0)?).ok()?, i32::try_from(number(8)?).ok()?);
    // Within itself there is none.
    if link == 258 { None } else { read(peeled.other("PKTAP", length)?, link) }
}

/// Linux' log of the firewall: a family, and fields of which one is the packet.
fn nflog(peeled: Peeled<'_>) -> Reading {
    const PACKET: u16 = 9;
    let mut at = 4;
    loop {
        // In the order of the machine that wrote it, which is Intel's nearly always.
        let (length, kind) = (peeled.half(at)?.swap_bytes(), peeled.half(at + 2)?.swap_bytes());
        if kind & 0x7fff == PACKET {
            return network::ip(peeled.other("nflog", at + 4)?);
        }
        at += usize::from(length).max(4).next_multiple_of(4);
    }
}
