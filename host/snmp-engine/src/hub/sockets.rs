//! Opens the hub's UDP sockets.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
};

use tokio::net::UdpSocket;

use crate::udp::{self, Family, Purpose};

/// Opens a socket for IPv4.
pub(super) fn open_v4(receive_buffer: usize) -> io::Result<UdpSocket> {
    open((Ipv4Addr::UNSPECIFIED, 0).into(), receive_buffer)
}

/// Opens a socket for IPv6 alone; IPv4 has its own.
pub(super) fn open_v6(receive_buffer: usize) -> io::Result<UdpSocket> {
    open((Ipv6Addr::UNSPECIFIED, 0).into(), receive_buffer)
}

fn open(addr: SocketAddr, receive_buffer: usize) -> io::Result<UdpSocket> {
    udp::prepare(udp::open(addr, Family::Own)?, Purpose::Ask, receive_buffer)
}
