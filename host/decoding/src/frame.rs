//! What is around a message, as answers have it.

use std::net::IpAddr;

use serde::Serialize;
use utoipa::ToSchema;

use super::headers::HeaderNode;

/// What was around a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Frame {
    /// The packet's place in the input, counted from 1. Of a datagram in fragments, the one that completed it.
    pub packet: usize,
    /// When it was captured (RFC 3339), where a capture says so.
    pub captured_at: Option<String>,
    /// What carried it; null where there was nothing.
    pub link: Option<LinkPart>,
    /// The VLAN tags, the outermost first.
    pub vlan: Vec<VlanTag>,
    /// What else the datagram was wrapped into, the outermost first, e.g. `PPPoE session 17`, `MPLS label 16` or
    /// `VXLAN 5000 from 192.0.2.1 to 192.0.2.2`. The IP and UDP headers below are the innermost.
    pub encapsulation: Vec<String>,
    /// The IP header.
    pub ip: Option<IpPart>,
    /// The UDP header.
    pub udp: Option<UdpPart>,
    /// How many octets the packet had, where the capture has fewer.
    pub cut_from: Option<u32>,
    /// The headers octet by octet, and what is behind the datagram; none of a datagram that came in fragments. Put together
    /// with the message between them, their `raw` octets are the packet.
    pub nodes: Vec<HeaderNode>,
}

/// A header of the link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LinkPart {
    /// `ethernet`, `linux-cooked`, `linux-cooked-v2`, `loopback`, `ppp`, `hdlc`, `frame-relay`, `ieee802.11`, `llc`,
    /// `ieee1394`, `slip`, `nflog`, `pflog` or `enc`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The sender's address, e.g. `02:fc:00:00:00:01`.
    pub src: Option<String>,
    /// The receiver's address.
    pub dst: Option<String>,
}

/// A VLAN tag (IEEE 802.1Q).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct VlanTag {
    /// The VLAN.
    pub id: u16,
    /// The priority, 0 to 7.
    pub priority: u8,
}

/// An IP header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct IpPart {
    /// 4 or 6.
    pub version: u8,
    /// The sender.
    #[schema(value_type = String)]
    pub src: IpAddr,
    /// The receiver.
    #[schema(value_type = String)]
    pub dst: IpAddr,
    /// How many routers it may still pass (time to live, hop limit).
    pub hops_left: u8,
    /// How many fragments the datagram was put together of; null where it came in one piece.
    pub fragments: Option<usize>,
    /// Whether the header's checksum is right.
    pub checksum: Checksum,
}

/// A UDP header.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UdpPart {
    /// The sender's port.
    pub src_port: u16,
    /// The receiver's port.
    pub dst_port: u16,
    /// Octets of the datagram, as it says.
    pub length: u16,
    /// Whether the datagram's checksum is right.
    pub checksum: Checksum,
}

/// What is to be said of a checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Checksum {
    /// It is right.
    Ok,
    /// It is wrong.
    Wrong,
    /// It is not computed yet: the capture was taken on the sending host, whose network card completes it. In its place
    /// there is the sum over the addresses and the length (UDP), or zero (IPv4).
    Unfinished,
    /// There is none: IPv6 has none in its header, and UDP over IPv4 need not.
    None,
    /// It cannot be verified: octets are missing, or what it covers is unknown.
    Unverifiable,
}

impl Checksum {
    /// The word that answers have for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Wrong => "wrong",
            Self::Unfinished => "unfinished",
            Self::None => "none",
            Self::Unverifiable => "unverifiable",
        }
    }

    /// Says of a checksum whether it is what it should be, or what stands there before it is computed.
    pub(super) fn of(found: u16, right: u16, unfinished: Option<u16>) -> Self {
        match found {
            found if found == right => Self::Ok,
            found if Some(found) == unfinished => Self::Unfinished,
            _ => Self::Wrong,
        }
    }
}
