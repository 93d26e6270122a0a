//! An agent inside this process, in the place of the sockets.
//!
//! It answers at once, so nothing is ever under way, lost or late. Its answers take the way of all datagrams: they are
//! read, matched and counted like those of a socket.

use std::{fmt, net::SocketAddr, sync::Arc};

use super::{counters::Counters, receive::take, waiters::Waiters};
use crate::udp::Incoming;

/// An agent inside this process: told a datagram, it says at once what is sent back, or nothing.
pub type LocalAgent = dyn Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync;

/// The agent.
pub(super) struct Local(Arc<LocalAgent>);

impl Local {
    pub(super) fn new(agent: Arc<LocalAgent>) -> Self {
        Self(agent)
    }

    /// Hands a datagram over, and its answer to whoever waits for it.
    pub(super) fn deliver(&self, peer: SocketAddr, datagram: &[u8], waiters: &Waiters, counters: &Counters) {
        if let Some(answer) = (self.0)(datagram) {
            take(Incoming::Datagram { octets: &answer, source: peer, local: None, dropped: 0 }, waiters, counters);
        }
    }
}

impl fmt::Debug for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Local")
    }
}
