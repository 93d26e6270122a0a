//! The way back to where a datagram came from.

use std::{fmt, net::SocketAddr, sync::Arc};

use snmp_engine::udp::{self, Local};
use tokio::net::UdpSocket;

use super::{gate::Answer, stats::Counters};

/// Where a datagram came from and where it came to: its answer goes the same way. Cheap to clone.
#[derive(Clone)]
pub(super) struct ReplyPath {
    pub(super) socket: Arc<UdpSocket>,
    /// The address that the socket listens on.
    pub(super) listens_at: SocketAddr,
    /// As the socket has said it.
    pub(super) peer: SocketAddr,
    pub(super) local: Option<Local>,
}

impl ReplyPath {
    /// Sends an answer, without waiting, and counts it.
    pub(super) fn send(&self, answer: &Answer, counters: &Counters) {
        let (octets, counter) = match answer {
            Answer::Response(octets) => (octets, &counters.informs_answered),
            Answer::Report(octets) => (octets, &counters.reports),
        };
        match udp::send_from(&self.socket, octets, self.peer, self.local) {
            Ok(()) => counter.add(1),
            Err(error) => {
                tracing::debug!(peer = %self.peer, %error, "an answer to a notification was not sent");
                counters.send_failures.add(1)
            }
        };
    }
}

impl fmt::Debug for ReplyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyPath").field("peer", &self.peer).field("local", &self.local).finish_non_exhaustive()
    }
}
