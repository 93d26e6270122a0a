//! Receives where the kernel tells nothing but datagrams.

use std::io;

use socket2::{Domain, Socket};
use tokio::net::UdpSocket;

use super::{Incoming, MAX_DATAGRAM};

/// One buffer for the socket's whole life.
pub(super) struct Receiver {
    buffer: Vec<u8>,
}

/// Nothing to ask for.
pub(in crate::hub) fn prepare(_: &Socket, _: Domain) {}

impl Receiver {
    pub(super) fn new() -> Self {
        Self { buffer: vec![0; MAX_DATAGRAM] }
    }

    /// Waits for the next datagram, and hands it over. Cancel-safe.
    pub(super) async fn next(&mut self, socket: &UdpSocket, mut deliver: impl FnMut(Incoming<'_>)) -> io::Result<()> {
        match socket.recv_from(&mut self.buffer).await {
            Ok((length, source)) => {
                let octets = self.buffer.get(..length).unwrap_or_default();
                deliver(Incoming::Datagram { octets, source, dropped: 0 });
                Ok(())
            }
            // Windows says so here when an earlier datagram of ours found a closed port, and not whose it was.
            Err(error) if is_of_an_agent(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Whether an error of a socket call may be about a datagram that was sent before, to whomever.
pub(in crate::hub) fn is_of_an_agent(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ConnectionReset
}
