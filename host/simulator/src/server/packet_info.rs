//! Datagrams with the address they were sent to, and from an address chosen for each (ip(7), IP_PKTINFO).

use std::{
    io::{self, IoSlice, IoSliceMut},
    net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket},
    os::fd::AsRawFd,
};

use nix::{
    libc::{in_addr, in_pktinfo},
    sys::socket::{ControlMessage, ControlMessageOwned, MsgFlags, SockaddrIn, recvmsg, sendmsg, setsockopt, sockopt},
};

/// Lets a socket tell where its datagrams were sent to, and hear nothing from outside this machine.
pub(super) fn request(socket: &UdpSocket) -> io::Result<()> {
    setsockopt(socket, sockopt::Ipv4PacketInfo, &true)?;
    // Some systems allow it to administrators only. Then datagrams from outside are received, and not answered, since
    // they are not for an address of the loopback network.
    let _ = socket2::SockRef::from(socket).bind_device(Some(b"lo"));
    Ok(())
}

/// Receives without waiting: the length, who sent it, and the address it was sent to.
pub(super) fn receive(socket: &UdpSocket, datagram: &mut [u8]) -> io::Result<(usize, SocketAddr, Ipv4Addr)> {
    let mut space = nix::cmsg_space!(in_pktinfo);
    let mut parts = [IoSliceMut::new(datagram)];
    let message = recvmsg::<SockaddrIn>(socket.as_raw_fd(), &mut parts, Some(&mut space), MsgFlags::empty())?;
    let to = message.cmsgs()?.find_map(|control| match control {
        ControlMessageOwned::Ipv4PacketInfo(info) => Some(Ipv4Addr::from(u32::from_be(info.ipi_addr.s_addr))),
        _ => None,
    });
    let peer = message.address.map(|peer| SocketAddr::V4(SocketAddrV4::new(peer.ip(), peer.port())));
    match (peer, to) {
        (Some(peer), Some(to)) => Ok((message.bytes, peer, to)),
        _ => Err(io::ErrorKind::AddrNotAvailable.into()),
    }
}

/// Sends without waiting, from `from`.
pub(super) fn send(socket: &UdpSocket, datagram: &[u8], peer: SocketAddr, from: Ipv4Addr) -> io::Result<()> {
    let SocketAddr::V4(peer) = peer else { return Err(io::ErrorKind::AddrNotAvailable.into()) };
    let address = |ip: Ipv4Addr| in_addr { s_addr: u32::from(ip).to_be() };
    let info = in_pktinfo { ipi_ifindex: 0, ipi_spec_dst: address(from), ipi_addr: address(Ipv4Addr::UNSPECIFIED) };
    let control = [ControlMessage::Ipv4PacketInfo(&info)];
    let parts = [IoSlice::new(datagram)];
    sendmsg(socket.as_raw_fd(), &parts, &control, MsgFlags::empty(), Some(&SockaddrIn::from(peer)))?;
    Ok(())
}
