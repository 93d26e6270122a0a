//! What comes out of a socket, and what the kernel is asked to tell about it.

use std::net::{IpAddr, SocketAddr};

use snmp::Unreachable;

/// Something that came out of a socket.
#[derive(Clone, Copy, Debug)]
pub enum Incoming<'a> {
    /// A datagram.
    Datagram {
        /// What is in it.
        octets: &'a [u8],
        /// Who sent it, as the socket says: see [`super::canonical`].
        source: SocketAddr,
        /// Where it was sent to; told to those who [`Purpose::Listen`], where the kernel can.
        local: Option<Local>,
        /// How many were lost just before it, because the receive buffer was full. Told on Linux only.
        dropped: u32,
    },
    /// The network says so. Told on Linux only, to those who [`Purpose::Ask`].
    Unreachable {
        /// Who cannot be reached.
        peer: SocketAddr,
        /// Why.
        why: Unreachable,
    },
}

/// An address of this machine that a datagram came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Local {
    pub(super) ip: IpAddr,
    /// The number of the interface, where an answer has to leave through the same; otherwise 0.
    #[cfg_attr(not(target_os = "linux"), expect(dead_code, reason = "told on Linux only"))]
    pub(super) interface: u32,
}

/// What a socket is for, and so what the kernel is asked to tell about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To ask others: whether they can be reached.
    Ask,
    /// To be asked by others: which address they asked.
    Listen,
}
