//! The headers around a message, octet by octet, as the decoder's tree shows the message itself.
//!
//! IEEE 802.3 and 802.1Q, RFC 791, RFC 8200, RFC 768. Which headers there are and how long they are is known by then; here
//! their fields get their names and what they are for.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::Serialize;
use utoipa::ToSchema;

/// A field of a header, or a header with its fields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct HeaderNode {
    /// Where it begins in the packet, counted from 0.
    pub offset: usize,
    /// The field, or the header.
    pub name: &'static str,
    /// `header` or `octets`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its value, for people.
    pub text: Option<String>,
    /// What it is for.
    pub meaning: &'static str,
    /// The octets that no child has, in hexadecimal.
    pub raw: String,
    /// The fields of a header.
    #[schema(no_recursion)]
    pub children: Vec<HeaderNode>,
}

/// A header of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Header {
    /// Ethernet, with so many tags.
    Ethernet {
        /// VLAN tags.
        tags: usize,
    },
    /// Four octets of a VLAN tag where no Ethernet header is.
    VlanTag,
    /// An IP header with its options: so many octets.
    Ip(usize),
    /// IP's extension headers.
    Extensions(usize),
    /// UDP.
    Udp,
    /// Any other: its name, and how many octets it has.
    Other(&'static str, usize),
}

/// Octets of a VLAN tag.
const TAG: usize = 4;

/// Takes the headers of a packet apart. Behind them is a message of so many octets, which is left out.
pub(super) fn nodes(packet: &[u8], headers: &[Header], message: usize) -> Vec<HeaderNode> {
    let mut walk = Walk { packet, at: 0, nodes: Vec::new() };
    for header in headers {
        walk.next(*header);
    }
    walk.at += message;
    let behind = packet.len().saturating_sub(walk.at);
    if behind > 0 {
        walk.field("padding", behind, "fills the frame up to its shortest length; no part of the datagram", hidden);
    }
    walk.nodes
}

struct Walk<'a> {
    packet: &'a [u8],
    at: usize,
    nodes: Vec<HeaderNode>,
}

impl Walk<'_> {
    fn next(&mut self, header: Header) {
        match header {
            Header::Ethernet { tags } => self.ethernet(tags),
            Header::VlanTag => self.field("VLAN tag", TAG, "see 802.1Q", vlan),
            Header::Ip(octets) => self.ip(octets),
            Header::Extensions(octets) => {
                let meaning = "headers between those of IP and UDP: options, routing, fragments";
                self.field("extension headers", octets, meaning, hidden);
            }
            Header::Udp => self.udp(),
            Header::Other(name, octets) => {
                self.field(name, octets, "carries what follows; not taken apart further", hidden);
            }
        }
    }

    fn udp(&mut self) {
        self.header("UDP", "carries the message from port to port", |walk| {
            walk.field("source port", 2, "the sender's; agents answer from 161", number);
            walk.field("destination port", 2, "161 for requests, 162 for notifications", number);
            walk.field("length", 2, "of this header and all that follows", number);
            walk.field("checksum", 2, "over addresses, header and data; 0 where there is none", hexadecimal);
        });
    }

    /// The next octets, as far as they are there.
    fn field(&mut self, name: &'static str, octets: usize, meaning: &'static str, text: fn(&[u8]) -> Option<String>) {
        let behind = self.packet.get(self.at..).unwrap_or_default();
        let content = behind.get(..octets).unwrap_or(behind);
        let (offset, raw) = (self.at, const_hex::encode(content));
        if !content.is_empty() {
            let text = text(content);
            self.nodes.push(HeaderNode { offset, name, kind: "octets", text, meaning, raw, children: Vec::new() });
        }
        self.at += octets;
    }

    /// Fields that belong together.
    fn header(&mut self, name: &'static str, meaning: &'static str, fields: impl FnOnce(&mut Self)) {
        let (offset, outer) = (self.at, std::mem::take(&mut self.nodes));
        fields(self);
        let children = std::mem::replace(&mut self.nodes, outer);
        self.nodes.push(HeaderNode { offset, name, kind: "header", text: None, meaning, raw: String::new(), children });
    }

    fn ethernet(&mut self, tags: usize) {
        self.header("Ethernet", "carries the packet to the next device", |walk| {
            walk.field("destination", 6, "the next device", mac);
            walk.field("source", 6, "the device that sent the frame: the last router, or the sender itself", mac);
            for _ in 0..tags {
                walk.field("tag type", 2, "a VLAN tag follows", ether_type);
                walk.field("VLAN tag", 2, "3 bits of priority, 1 bit that it may be dropped, 12 bits of VLAN", vlan);
            }
            walk.field("type", 2, "what the frame carries", ether_type);
        });
    }

    fn ip(&mut self, octets: usize) {
        let is_v6 = self.packet.get(self.at).is_some_and(|first| first >> 4 == 6);
        if is_v6 {
            return self.header("IPv6", "carries the datagram from host to host", |walk| {
                walk.field(
                    "version, class, flow",
                    4,
                    "4 bits of version, 8 of traffic class, 20 of flow label",
                    hexadecimal,
                );
                walk.field("payload length", 2, "octets behind this header", number);
                walk.field("next header", 1, "17 is UDP; others come in between", protocol);
                walk.field("hop limit", 1, "each router takes one off", number);
                walk.field("source", 16, "the sender", v6);
                walk.field("destination", 16, "the receiver", v6);
            });
        }
        self.header("IPv4", "carries the datagram from host to host", |walk| {
            walk.field("version, header length", 1, "4 bits each; the length in words of 4 octets", hexadecimal);
            walk.field("service", 1, "how urgent the packet is (DSCP, ECN)", hexadecimal);
            walk.field("total length", 2, "of this header and all that follows", number);
            walk.field("identification", 2, "joins the fragments of a datagram", hexadecimal);
            walk.field(
                "flags, fragment offset",
                2,
                "bits: 0x4000 do not fragment, 0x2000 more fragments follow",
                hexadecimal,
            );
            walk.field("time to live", 1, "each router takes one off", number);
            walk.field("protocol", 1, "what the packet carries", protocol);
            walk.field("header checksum", 2, "over this header", hexadecimal);
            walk.field("source", 4, "the sender", v4);
            walk.field("destination", 4, "the receiver", v4);
            walk.field("options", octets.saturating_sub(20), "seldom used", hidden);
        });
    }
}

/// What the raw octets say well enough.
fn hidden(_: &[u8]) -> Option<String> {
    None
}

fn number(octets: &[u8]) -> Option<String> {
    Some(octets.iter().fold(0_u64, |number, octet| number << 8 | u64::from(*octet)).to_string())
}

fn hexadecimal(octets: &[u8]) -> Option<String> {
    Some(format!("0x{}", const_hex::encode(octets)))
}

fn mac(octets: &[u8]) -> Option<String> {
    Some(octets.iter().map(|octet| format!("{octet:02x}")).collect::<Vec<_>>().join(":"))
}

fn vlan(octets: &[u8]) -> Option<String> {
    let &[first, second, ..] = octets else { return None };
    Some(format!("VLAN {}, priority {}", u16::from_be_bytes([first & 0x0f, second]), first >> 5))
}

fn ether_type(octets: &[u8]) -> Option<String> {
    let name = match octets {
        [0x08, 0x00] => "IPv4",
        [0x86, 0xdd] => "IPv6",
        [0x81, 0x00] => "802.1Q",
        [0x88, 0xa8] => "802.1ad",
        _ => return hexadecimal(octets),
    };
    Some(name.to_owned())
}

fn protocol(octets: &[u8]) -> Option<String> {
    if octets == [17] { Some("UDP (17)".to_owned()) } else { number(octets) }
}

fn v4(octets: &[u8]) -> Option<String> {
    <[u8; 4]>::try_from(octets).ok().map(|octets| Ipv4Addr::from(octets).to_string())
}

fn v6(octets: &[u8]) -> Option<String> {
    <[u8; 16]>::try_from(octets).ok().map(|octets| Ipv6Addr::from(octets).to_string())
}
