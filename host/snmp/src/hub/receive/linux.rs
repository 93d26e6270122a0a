//! Receives on Linux: many datagrams at a time, and what else the kernel tells.
//!
//! That is how many datagrams it had to drop (`SO_RXQ_OVFL`, socket(7)), and which agents cannot be reached
//! (`IP_RECVERR`, ip(7)): the ICMP message, with the address that our datagram went to. ICMP can be forged by whoever
//! can guess our port, so it is a hint and no more.

use std::{
    io::{self, IoSliceMut},
    net::SocketAddr,
    os::fd::{AsRawFd, RawFd},
};

use nix::{
    cmsg_space,
    errno::Errno,
    sys::socket::{
        ControlMessageOwned, MsgFlags, MultiHeaders, SockaddrStorage, recvmmsg, recvmsg, setsockopt, sockopt,
    },
};
use smallvec::SmallVec;
use socket2::{Domain, Socket};
use tokio::{io::Interest, net::UdpSocket};

use super::{Incoming, MAX_DATAGRAM};
use crate::hub::Unreachable;

/// How many datagrams are taken at a time.
const AT_A_TIME: usize = 8;

/// One buffer for the socket's whole life, and where in it something is.
pub(super) struct Receiver {
    buffer: Vec<u8>,
    datagrams: Datagrams,
    /// How many datagrams the kernel had dropped when the last one came in. It counts over and over.
    dropped: u32,
}

type Datagrams = SmallVec<[Datagram; AT_A_TIME]>;

struct Datagram {
    length: usize,
    source: Option<SocketAddr>,
    dropped: Option<u32>,
}

/// Asks the kernel for all that it can tell. What it cannot is not missed.
pub(in crate::hub) fn prepare(socket: &Socket, domain: Domain) {
    let asked = setsockopt(socket, sockopt::RxqOvfl, &1).and_then(|()| match domain {
        Domain::IPV6 => setsockopt(socket, sockopt::Ipv6RecvErr, &true),
        _ => setsockopt(socket, sockopt::Ipv4RecvErr, &true),
    });
    if let Err(error) = asked {
        tracing::debug!(%error, "the kernel does not tell all about a UDP socket");
    }
}

impl Receiver {
    pub(super) fn new() -> Self {
        Self { buffer: vec![0; AT_A_TIME * MAX_DATAGRAM], datagrams: Datagrams::new(), dropped: 0 }
    }

    /// Waits for what comes next, and hands it over. Cancel-safe.
    pub(super) async fn next(&mut self, socket: &UdpSocket, mut deliver: impl FnMut(Incoming<'_>)) -> io::Result<()> {
        let fd = socket.as_raw_fd();
        let Self { buffer, datagrams, dropped: before } = self;
        let ready = socket.ready(Interest::READABLE | Interest::ERROR).await?;
        if ready.is_error() {
            match socket.try_io(Interest::ERROR, || receive_error(fd, buffer)) {
                Ok(unreachable) => {
                    unreachable.into_iter().for_each(|(peer, why)| deliver(Incoming::Unreachable { peer, why }));
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
        datagrams.clear();
        let received = socket.try_io(Interest::READABLE, || {
            receive_datagrams(fd, buffer, datagrams)?;
            // One alone was the last. Saying so here spares the call that would find nothing. Where there were more, so
            // many are on their way that it would find some.
            if datagrams.len() == 1 { Err(Errno::EAGAIN.into()) } else { Ok(()) }
        });
        for (octets, Datagram { length, source, dropped }) in buffer.chunks_exact(MAX_DATAGRAM).zip(datagrams) {
            let now = dropped.unwrap_or(*before);
            let dropped = now.wrapping_sub(*before);
            *before = now;
            let (octets, Some(source)) = (octets.get(..*length).unwrap_or_default(), *source) else { continue };
            deliver(Incoming::Datagram { octets, source, dropped });
        }
        match received {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
            // What became of an earlier datagram of ours; the error queue says which.
            Err(error) if is_of_an_agent(&error) => Ok(()),
            received => received,
        }
    }
}

fn receive_datagrams(fd: RawFd, buffer: &mut [u8], datagrams: &mut Datagrams) -> io::Result<()> {
    let mut parts = buffer.chunks_exact_mut(MAX_DATAGRAM);
    let mut parts: [_; AT_A_TIME] = std::array::from_fn(|_| [IoSliceMut::new(parts.next().unwrap_or_default())]);
    // The kernel writes over the headers, so they cannot be used again.
    let mut headers = MultiHeaders::<SockaddrStorage>::preallocate(AT_A_TIME, Some(cmsg_space!(u32)));
    for message in recvmmsg(fd, &mut headers, parts.iter_mut(), MsgFlags::MSG_DONTWAIT, None)? {
        let dropped = message.cmsgs()?.find_map(|control| match control {
            ControlMessageOwned::RxqOvfl(dropped) => Some(dropped),
            _ => None,
        });
        let source = message.address.as_ref().and_then(address);
        datagrams.push(Datagram { length: message.bytes, source, dropped });
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

/// Whether an error of a socket call may be about a datagram that was sent before, to whomever.
pub(in crate::hub) fn is_of_an_agent(error: &io::Error) -> bool {
    let errno = Errno::from_raw(error.raw_os_error().unwrap_or(0));
    let others = [Errno::EPROTO, Errno::ENOPROTOOPT, Errno::EMSGSIZE, Errno::EOPNOTSUPP, Errno::EINTR];
    unreachable(errno as i32).is_some() || others.contains(&errno)
}
