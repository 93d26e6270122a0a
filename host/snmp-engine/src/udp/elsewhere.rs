//! Receives where the kernel tells nothing but datagrams.

use std::{io, iter, net::SocketAddr};

use snmp::message::MAX_DATAGRAM;
use socket2::Domain;
use tokio::net::UdpSocket;

use super::incoming::{Incoming, Local, Purpose};

/// One buffer for the socket's whole life. Datagrams are taken one at a time.
#[derive(Debug)]
pub(super) struct DatagramReader<const AT_A_TIME: usize> {
    buffer: Vec<u8>,
}

impl<const AT_A_TIME: usize> DatagramReader<AT_A_TIME> {
    pub(super) fn new() -> Self {
        Self { buffer: vec![0; MAX_DATAGRAM] }
    }

    /// Waits for the next datagram. Cancel-safe.
    pub(super) async fn next(&mut self, socket: &UdpSocket) -> io::Result<impl Iterator<Item = Incoming<'_>>> {
        loop {
            match socket.recv_from(&mut self.buffer).await {
                Ok((length, source)) => {
                    let octets = self.buffer.get(..length).unwrap_or_default();
                    return Ok(iter::once(Incoming::Datagram { octets, source, local: None, dropped: 0 }));
                }
                // Windows says so here when an earlier datagram of ours found a closed port, and not whose it was.
                Err(error) if is_of_an_agent(&error) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Nothing to ask for.
pub(super) fn ask(_: &std::net::UdpSocket, _: Domain, _: Purpose) {}

/// Nobody may have more than the kernel wants to give.
pub(super) fn force_receive_buffer(_: &std::net::UdpSocket, _: usize) {}

/// The kernel chooses the address.
pub(super) fn send_from(_: &UdpSocket, _: &[u8], _: SocketAddr, _: Local) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

pub(super) fn is_of_an_agent(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ConnectionReset
}
