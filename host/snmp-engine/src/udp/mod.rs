//! UDP as all who speak SNMP share it: sockets with room to receive, many datagrams at a time, and answers that leave
//! from the address that was asked.
//!
//! How datagrams get out of the kernel is different on each platform, and a module of its own. What is in them is not
//! known here.
//!
//! By hand on top of socket2 and nix, and not quinn-udp: what counts here is what the kernel dropped (SO_RXQ_OVFL) and
//! which peer an ICMP error is about (IP_RECVERR), and it gives neither.

mod incoming;
mod interfaces;

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

use std::{io, net::SocketAddr, task::Poll, time::Duration};

pub use snmp::{Unreachable, message::MAX_DATAGRAM};
use socket2::{Domain, Protocol, SockRef, Socket, Type};
use tokio::net::UdpSocket;

#[cfg(not(target_os = "linux"))]
use self::elsewhere as platform;
#[cfg(target_os = "linux")]
use self::linux as platform;
pub use self::{
    incoming::{Incoming, Local, Purpose},
    interfaces::{InterfaceAddress, interface_addresses},
};

/// Receives from one socket, up to `AT_A_TIME` datagrams at a time. It has one buffer for the socket's whole life.
#[derive(Debug)]
pub struct DatagramReader<const AT_A_TIME: usize> {
    reader: platform::DatagramReader<AT_A_TIME>,
    /// What the socket has said last, if that was an error: it is logged when it changes.
    error_before: Option<SocketError>,
}

/// An error of a socket, as far as errors are told apart.
type SocketError = (io::ErrorKind, Option<i32>);

/// Whom a socket for IPv6 serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Those of its own family alone.
    Own,
    /// IPv4, too, where its address is the unspecified one.
    Both,
}

impl<const AT_A_TIME: usize> DatagramReader<AT_A_TIME> {
    /// Takes up to `AT_A_TIME` datagrams at a time, if there are as many.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "two megabytes are nothing to have by default")]
    pub fn new() -> Self {
        Self { reader: platform::DatagramReader::new(), error_before: None }
    }

    /// Waits for what comes next; nothing after an error of the socket. That is not about one datagram, and there is
    /// nothing to do about it: it is logged where it is another one than before, and after a pause one can go on.
    /// Cancel-safe.
    pub async fn next(&mut self, socket: &UdpSocket) -> impl Iterator<Item = Incoming<'_>> {
        // Those who got something out of the last datagrams go first: they make room for more, and datagrams that flood
        // in cannot starve them.
        let mut has_waited = false;
        std::future::poll_fn(|context| {
            if std::mem::replace(&mut has_waited, true) {
                return Poll::Ready(());
            }
            // Not `yield_now`, which would ask the kernel for events each time.
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
        let batch = match self.reader.next(socket).await {
            Ok(batch) => {
                self.error_before = None;
                Some(batch)
            }
            Err(error) => {
                if is_news(&mut self.error_before, &error) {
                    tracing::warn!(local = ?socket.local_addr().ok(), %error, "cannot receive from a UDP socket");
                }
                tokio::time::sleep(PAUSE).await;
                None
            }
        };
        batch.into_iter().flatten()
    }
}

/// Between two attempts to receive from a socket that has an error, so that they do not take a whole processor.
const PAUSE: Duration = Duration::from_millis(10);

/// Whether an error is another one than before.
fn is_news(before: &mut Option<SocketError>, error: &io::Error) -> bool {
    let error = Some((error.kind(), error.raw_os_error()));
    std::mem::replace(before, error) != error
}

/// Opens a socket at an address, where port 0 is any.
///
/// Without `SO_REUSEADDR`: with it Linux gives the same port to several sockets, and the datagrams to only one.
pub fn open(addr: SocketAddr, family: Family) -> io::Result<std::net::UdpSocket> {
    let socket = Socket::new(Domain::for_address(addr), Type::DGRAM, Some(Protocol::UDP))?;
    if addr.is_ipv6() {
        socket.set_only_v6(family == Family::Own)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    Ok(socket.into())
}

/// Makes a socket ready to receive: a receive buffer of so many octets, as far as the kernel allows, and all that it
/// can tell. Must be called within a tokio runtime.
pub fn prepare(socket: std::net::UdpSocket, purpose: Purpose, receive_buffer: usize) -> io::Result<UdpSocket> {
    let kernel = SockRef::from(&socket);
    if kernel.recv_buffer_size()? < receive_buffer {
        // The kernel cuts it at its own maximum; what it gave is read back for the statistics.
        if let Err(error) = kernel.set_recv_buffer_size(receive_buffer) {
            tracing::debug!(%error, "cannot raise the receive buffer");
        }
        if kernel.recv_buffer_size()? < receive_buffer {
            platform::force_receive_buffer(&socket, receive_buffer);
        }
    }
    platform::ask(&socket, Domain::for_address(socket.local_addr()?), purpose);
    socket.set_nonblocking(true)?;
    UdpSocket::from_std(socket)
}

/// The receive buffer that the kernel really uses, in octets.
pub fn receive_buffer(socket: &UdpSocket) -> io::Result<usize> {
    SockRef::from(socket).recv_buffer_size()
}

/// Sends a datagram without waiting, from the address that another one came to.
///
/// `peer` is what the socket has said, not what [`canonical`] made of it. Where the kernel cannot send from there, as
/// from a broadcast address, it chooses.
pub fn send_from(socket: &UdpSocket, datagram: &[u8], peer: SocketAddr, from: Option<Local>) -> io::Result<()> {
    if let Some(from) = from.filter(|from| !from.ip.is_unspecified() && !from.ip.is_multicast()) {
        match platform::send_from(socket, datagram, peer, from) {
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => {}
            sent => return sent,
        }
    }
    SockRef::from(socket).send_to(datagram, &peer.into()).map(drop)
}

/// Makes addresses comparable: IPv4 as IPv4, and no zone where the address needs none.
#[must_use]
pub fn canonical(addr: SocketAddr) -> SocketAddr {
    let SocketAddr::V6(mut v6) = addr else { return addr };
    if let Some(v4) = v6.ip().to_ipv4_mapped() {
        return SocketAddr::from((v4, v6.port()));
    }
    v6.set_flowinfo(0);
    if !v6.ip().is_unicast_link_local() {
        v6.set_scope_id(0);
    }
    SocketAddr::V6(v6)
}

/// Whether an error of a socket call may be about a datagram that was sent before, to whomever.
pub(crate) fn is_of_an_agent(error: &io::Error) -> bool {
    platform::is_of_an_agent(error)
}

#[cfg(test)]
mod tests;
