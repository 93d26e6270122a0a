//! Receives on Linux: many datagrams at a time, and what else the kernel tells.
//!
//! That is how many datagrams it had to drop (`SO_RXQ_OVFL`, socket(7)), to which address one was sent (`IP_PKTINFO`,
//! ip(7), and `IPV6_PKTINFO`, ipv6(7)), and which agents cannot be reached (`IP_RECVERR`, ip(7)): the ICMP message,
//! with the address that our datagram went to. ICMP can be forged by whoever can guess our port, so it is a hint and no
//! more.

use std::{
    io::{self, IoSlice, IoSliceMut},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    os::fd::{AsRawFd, RawFd},
};

use nix::{
    cmsg_space,
    errno::Errno,
    libc::{in_addr, in_pktinfo, in6_addr, in6_pktinfo},
    sys::socket::{
        ControlMessage, ControlMessageOwned, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, recvmsg, sendmsg,
        setsockopt, sockopt,
    },
};
use snmp::{Unreachable, message::MAX_DATAGRAM};
use socket2::Domain;
use tokio::{io::Interest, net::UdpSocket};

use super::incoming::{Incoming, Local, Purpose};

/// One buffer for the socket's whole life, and where in it something is.
#[derive(Debug)]
pub(super) struct DatagramReader<const AT_A_TIME: usize> {
    buffer: Vec<u8>,
    datagrams: Vec<Datagram>,
    /// How many datagrams the kernel had dropped when the last one came in. It counts over and over.
    dropped: u32,
}

#[derive(Debug)]
struct Datagram {
    length: usize,
    source: Option<SocketAddr>,
    local: Option<Local>,
    /// How many datagrams the kernel had dropped until then, if it told.
    dropped: Option<u32>,
}

/// Asks the kernel for all that it can tell. What it cannot is not missed.
pub(super) fn ask(socket: &std::net::UdpSocket, domain: Domain, purpose: Purpose) {
    let dropped = setsockopt(socket, sockopt::RxqOvfl, &1);
    let more = match (purpose, domain) {
        (Purpose::Ask, Domain::IPV6) => setsockopt(socket, sockopt::Ipv6RecvErr, &true),
        (Purpose::Ask, _) => setsockopt(socket, sockopt::Ipv4RecvErr, &true),
        (Purpose::Listen, Domain::IPV6) => setsockopt(socket, sockopt::Ipv6RecvPacketInfo, &true),
        (Purpose::Listen, _) => setsockopt(socket, sockopt::Ipv4PacketInfo, &true),
    };
    for error in [dropped, more].into_iter().filter_map(Result::err) {
        tracing::debug!(%error, "the kernel does not tell all about a UDP socket");
    }
}

/// Asks for a receive buffer beyond the kernel's own maximum, which it gives to administrators (`CAP_NET_ADMIN`).
pub(super) fn force_receive_buffer(socket: &std::net::UdpSocket, octets: usize) {
    if let Err(error) = setsockopt(socket, sockopt::RcvBufForce, &octets) {
        tracing::debug!(%error, "cannot raise the receive buffer beyond the kernel's maximum");
    }
}

impl<const AT_A_TIME: usize> DatagramReader<AT_A_TIME> {
    pub(super) fn new() -> Self {
        let datagrams = Vec::with_capacity(AT_A_TIME);
        Self { buffer: vec![0; AT_A_TIME * MAX_DATAGRAM], datagrams, dropped: 0 }
    }

    /// Waits for what comes next. Cancel-safe.
    pub(super) async fn next(&mut self, socket: &UdpSocket) -> io::Result<impl Iterator<Item = Incoming<'_>>> {
        self.datagrams.clear();
        let unreachable = self.wait(socket).await?.map(|(peer, why)| Incoming::Unreachable { peer, why });
        let Self { buffer, datagrams, dropped: before } = self;
        let datagrams = buffer.chunks_exact(MAX_DATAGRAM).zip(datagrams).filter_map(|(octets, datagram)| {
            let now = datagram.dropped.unwrap_or(*before);
            let dropped = now.wrapping_sub(*before);
            *before = now;
            let octets = octets.get(..datagram.length).unwrap_or_default();
            Some(Incoming::Datagram { octets, source: datagram.source?, local: datagram.local, dropped })
        });
        Ok(unreachable.into_iter().chain(datagrams))
    }

    /// Waits, and takes datagrams or an error of the network. May come back with neither.
    async fn wait(&mut self, socket: &UdpSocket) -> io::Result<Option<(SocketAddr, Unreachable)>> {
        let fd = socket.as_raw_fd();
        let ready = socket.ready(Interest::READABLE | Interest::ERROR).await?;
        if ready.is_error() {
            match socket.try_io(Interest::ERROR, || receive_error(fd, &mut self.buffer)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                unreachable => return unreachable,
            }
        }
        let received = socket.try_io(Interest::READABLE, || {
            self.receive_datagrams(fd)?;
            // One alone was the last. Saying so here spares the call that would find nothing. Where there were more, so
            // many are on their way that it would find some.
            if self.datagrams.len() == 1 { Err(Errno::EAGAIN.into()) } else { Ok(()) }
        });
        match received {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            // What became of an earlier datagram of ours; the error queue says which.
            Err(error) if is_of_an_agent(&error) => Ok(None),
            received => received.map(|()| None),
        }
    }

    fn receive_datagrams(&mut self, fd: RawFd) -> io::Result<()> {
        let mut parts = self.buffer.chunks_exact_mut(MAX_DATAGRAM);
        let mut parts: [_; AT_A_TIME] = std::array::from_fn(|_| [IoSliceMut::new(parts.next().unwrap_or_default())]);
        // The kernel writes over the headers, so they cannot be used again.
        let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(AT_A_TIME, Some(cmsg_space!(u32, in6_pktinfo)));
        for message in recvmmsg(fd, &mut headers, parts.iter_mut(), MsgFlags::MSG_DONTWAIT, None)? {
            let (mut local, mut dropped) = (None, None);
            for control in message.cmsgs().into_iter().flatten() {
                match control {
                    ControlMessageOwned::RxqOvfl(count) => dropped = Some(count),
                    // The local address, which is another than the destination where that is a broadcast address.
                    ControlMessageOwned::Ipv4PacketInfo(info) => {
                        let ip = Ipv4Addr::from(u32::from_be(info.ipi_spec_dst.s_addr));
                        local = Some(Local { ip: ip.into(), interface: 0 });
                    }
                    ControlMessageOwned::Ipv6PacketInfo(info) => {
                        let ip = Ipv6Addr::from(info.ipi6_addr.s6_addr);
                        let interface = if ip.is_unicast_link_local() { info.ipi6_ifindex } else { 0 };
                        local = Some(Local { ip: ip.into(), interface });
                    }
                    _ => {}
                }
            }
            let source = message.address.as_ref().and_then(address);
            self.datagrams.push(Datagram { length: message.bytes, source, local, dropped });
        }
        Ok(())
    }
}

pub(super) fn send_from(socket: &UdpSocket, datagram: &[u8], peer: SocketAddr, from: Local) -> io::Result<()> {
    let parts = [IoSlice::new(datagram)];
    let peer = SockaddrStorage::from(peer);
    let send = |control: ControlMessage<'_>| {
        sendmsg(socket.as_raw_fd(), &parts, &[control], MsgFlags::MSG_DONTWAIT, Some(&peer)).map(drop)
    };
    match from.ip {
        IpAddr::V4(ip) => {
            let ipi_spec_dst = in_addr { s_addr: u32::from(ip).to_be() };
            let ipi_addr = in_addr { s_addr: 0 };
            send(ControlMessage::Ipv4PacketInfo(&in_pktinfo { ipi_ifindex: 0, ipi_spec_dst, ipi_addr }))?;
        }
        IpAddr::V6(ip) => {
            let ipi6_addr = in6_addr { s6_addr: ip.octets() };
            send(ControlMessage::Ipv6PacketInfo(&in6_pktinfo { ipi6_addr, ipi6_ifindex: from.interface }))?;
        }
    }
    Ok(())
}

fn receive_error(fd: RawFd, buffer: &mut [u8]) -> io::Result<Option<(SocketAddr, Unreachable)>> {
    let mut parts = [IoSliceMut::new(buffer)];
    let mut control = cmsg_space!([u8; 64]);
    let flags = MsgFlags::MSG_ERRQUEUE | MsgFlags::MSG_DONTWAIT;
    let message = recvmsg::<SockaddrStorage>(fd, &mut parts, Some(&mut control), flags)?;
    let Some(peer) = message.address.as_ref().and_then(address) else { return Ok(None) };
    let why = message.cmsgs()?.find_map(|control| match control {
        ControlMessageOwned::Ipv4RecvErr(error, _) | ControlMessageOwned::Ipv6RecvErr(error, _) => {
            i32::try_from(error.ee_errno).ok().and_then(unreachable)
        }
        _ => None,
    });
    Ok(why.map(|why| (peer, why)))
}

fn address(storage: &SockaddrStorage) -> Option<SocketAddr> {
    let v4 = storage.as_sockaddr_in().map(|v4| SocketAddr::V4((*v4).into()));
    v4.or_else(|| storage.as_sockaddr_in6().map(|v6| SocketAddr::V6((*v6).into())))
}

/// What an error says about the agent that was asked, if it says that there will be no answer.
fn unreachable(errno: i32) -> Option<Unreachable> {
    match Errno::from_raw(errno) {
        Errno::ECONNREFUSED => Some(Unreachable::Port),
        Errno::EHOSTUNREACH | Errno::EHOSTDOWN => Some(Unreachable::Host),
        Errno::ENETUNREACH => Some(Unreachable::Network),
        Errno::EACCES => Some(Unreachable::Prohibited),
        _ => None,
    }
}

pub(super) fn is_of_an_agent(error: &io::Error) -> bool {
    let errno = Errno::from_raw(error.raw_os_error().unwrap_or(0));
    let others = [Errno::EPROTO, Errno::ENOPROTOOPT, Errno::EMSGSIZE, Errno::EOPNOTSUPP, Errno::EINTR];
    unreachable(errno as i32).is_some() || others.contains(&errno)
}
