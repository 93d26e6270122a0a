//! Opens UDP sockets.
//!
//! Without `SO_REUSEADDR`: with it Linux gives the same port to several sockets, and the answers to only one.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
};

use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::UdpSocket;

/// Opens a socket for IPv4.
pub(super) fn open_v4(receive_buffer: usize) -> io::Result<UdpSocket> {
    open(Domain::IPV4, (Ipv4Addr::UNSPECIFIED, 0).into(), receive_buffer)
}

/// Opens a socket for IPv6 alone; IPv4 has its own.
pub(super) fn open_v6(receive_buffer: usize) -> io::Result<UdpSocket> {
    open(Domain::IPV6, (Ipv6Addr::UNSPECIFIED, 0).into(), receive_buffer)
}

/// The receive buffer that the kernel really uses.
pub(super) fn receive_buffer(socket: &UdpSocket) -> io::Result<usize> {
    SockRef::from(socket).recv_buffer_size()
}

fn open(domain: Domain, addr: SocketAddr, receive_buffer: usize) -> io::Result<UdpSocket> {
    let socket = Socket::new(domain, Type::DGRAM, Some(Protocol::UDP))?;
    if domain == Domain::IPV6 {
        socket.set_only_v6(true)?;
    }
    if socket.recv_buffer_size()? < receive_buffer {
        // The kernel cuts it at its own maximum; what it gave is read back for the statistics.
        if let Err(error) = socket.set_recv_buffer_size(receive_buffer) {
            tracing::debug!(%error, "the receive buffer cannot be raised");
        }
    }
    super::receive::prepare(&socket, domain);
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    UdpSocket::from_std(socket.into())
}
