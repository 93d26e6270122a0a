//! The sockets: one for each family, shared by all sessions, each with one task that receives.
//!
//! A datagram that answers a request goes to whoever waits for it; everything else is counted and dropped. No
//! decision about retries or walks is taken here. The tasks end when the last [`Engine`] and session is gone.

mod sockets;
mod waiters;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    net::UdpSocket,
    sync::{AcquireError, Semaphore, SemaphorePermit},
    task::JoinSet,
};

use self::waiters::Waiters;
pub(crate) use self::waiters::{Answer, Waiting};
use crate::{
    HubOptions, RequestOptions, Session, Target,
    message::{Envelope, Rejection, Security},
};

/// The engine: a hub of sockets that any number of sessions share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine {
    hub: Arc<Hub>,
}

/// What the sockets have seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HubStats {
    /// Datagrams that came in.
    pub received: u64,
    /// Those that answered a request.
    pub answers: u64,
    /// Those that nobody waited for: late, twice, or unasked.
    pub unexpected: u64,
    /// Those that seemed to answer a request but did not: unreadable, or of another source, version or community.
    pub rejected: u64,
    /// Datagrams sent.
    pub sent: u64,
    /// The receive buffer that the kernel gave each socket.
    pub receive_buffer: usize,
}

impl Engine {
    /// Opens the sockets. One family is enough: a machine may have no IPv6, or nothing else.
    ///
    /// Must be called within a tokio runtime.
    #[expect(clippy::unused_async, reason = "must run within a runtime, and will wait for more than sockets")]
    pub async fn bind(options: HubOptions) -> io::Result<Self> {
        let waiters = Arc::new(Waiters::new());
        let counters = Arc::new(Counters::default());
        let v4 = sockets::open_v4(options.receive_buffer);
        let v6 = sockets::open_v6(options.receive_buffer);
        if let (Err(error), Err(_)) = (&v4, &v6) {
            return Err(io::Error::new(error.kind(), format!("cannot open a UDP socket: {error}")));
        }
        let (v4, v6) = (v4.ok().map(Arc::new), v6.ok().map(Arc::new));
        let mut tasks = JoinSet::new();
        for socket in [&v4, &v6].into_iter().flatten() {
            tasks.spawn(receive(Arc::clone(socket), Arc::clone(&waiters), Arc::clone(&counters)));
        }
        let in_flight = Semaphore::new(options.max_in_flight.clamp(1, Semaphore::MAX_PERMITS));
        let receive_buffer = [&v4, &v6].into_iter().flatten().filter_map(|socket| sockets::receive_buffer(socket).ok());
        let receive_buffer = receive_buffer.min().unwrap_or(0);
        tracing::debug!(v4 = v4.is_some(), v6 = v6.is_some(), receive_buffer, "the SNMP sockets are open");
        Ok(Self { hub: Arc::new(Hub { v4, v6, waiters, counters, in_flight, receive_buffer, _tasks: tasks }) })
    }

    /// Starts a session with an agent. Sends nothing.
    #[must_use]
    pub fn session(&self, target: Target, options: RequestOptions) -> Session {
        Session::new(Arc::clone(&self.hub), target, options)
    }

    /// How many requests wait for an answer now.
    #[must_use]
    pub fn waiters(&self) -> usize {
        self.hub.waiters.len()
    }

    /// How many more requests could be in flight now.
    #[must_use]
    pub fn free_slots(&self) -> usize {
        self.hub.in_flight.available_permits()
    }

    /// What the sockets have seen.
    #[must_use]
    pub fn stats(&self) -> HubStats {
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let counters = &self.hub.counters;
        HubStats {
            received: count(&counters.received),
            answers: count(&counters.answers),
            unexpected: count(&counters.unexpected),
            rejected: count(&counters.rejected),
            sent: count(&counters.sent),
            receive_buffer: self.hub.receive_buffer,
        }
    }
}

/// The sockets and who waits at them.
#[derive(Debug)]
pub(crate) struct Hub {
    v4: Option<Arc<UdpSocket>>,
    v6: Option<Arc<UdpSocket>>,
    waiters: Arc<Waiters>,
    counters: Arc<Counters>,
    in_flight: Semaphore,
    receive_buffer: usize,
    /// Receive; aborted when dropped.
    _tasks: JoinSet<()>,
}

#[derive(Debug, Default)]
struct Counters {
    received: AtomicU64,
    answers: AtomicU64,
    unexpected: AtomicU64,
    rejected: AtomicU64,
    sent: AtomicU64,
}

impl Hub {
    /// Waits for the right to have a request in flight.
    pub(crate) async fn slot(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.in_flight.acquire().await
    }

    /// Begins to wait for an answer from `peer`.
    pub(crate) fn wait_for(&self, peer: SocketAddr, security: &Arc<Security>) -> Waiting {
        self.waiters.wait_for(peer, security)
    }

    /// Sends a datagram.
    pub(crate) async fn send(&self, peer: SocketAddr, datagram: &[u8]) -> io::Result<()> {
        let socket = if peer.is_ipv4() { &self.v4 } else { &self.v6 };
        let Some(socket) = socket else {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "this machine has no socket of that family"));
        };
        socket.send_to(datagram, peer).await?;
        self.counters.sent.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// Makes addresses comparable: IPv4 as IPv4, and no zone where the address needs none.
pub(crate) fn canonical(addr: SocketAddr) -> SocketAddr {
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

/// Receives for ever.
async fn receive(socket: Arc<UdpSocket>, waiters: Arc<Waiters>, counters: Arc<Counters>) {
    // The largest datagram there is; one buffer for the socket's whole life.
    let mut buffer = vec![0; 65_507];
    loop {
        match socket.recv_from(&mut buffer).await {
            Ok((length, source)) => {
                counters.received.fetch_add(1, Ordering::Relaxed);
                let datagram = buffer.get(..length).unwrap_or_default();
                let counter = match dispatch(datagram, canonical(source), &waiters) {
                    Dispatched::Answer => &counters.answers,
                    Dispatched::Unexpected => &counters.unexpected,
                    Dispatched::Rejected => &counters.rejected,
                };
                counter.fetch_add(1, Ordering::Relaxed);
            }
            Err(error) => {
                // Not about one answer, and nothing to do about; but it must not spin.
                tracing::warn!(%error, "cannot receive from a UDP socket");
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        }
    }
}

enum Dispatched {
    Answer,
    Unexpected,
    Rejected,
}

/// Finds out whom a datagram is for.
fn dispatch(datagram: &[u8], source: SocketAddr, waiters: &Waiters) -> Dispatched {
    let envelope = match Envelope::read(datagram) {
        Ok(envelope) => envelope,
        Err(rejection) => {
            // It has no id that could be read: it may be for any who wait for this peer.
            let is_expected = waiters.reject_from(source, &rejection);
            return if is_expected { Dispatched::Rejected } else { Dispatched::Unexpected };
        }
    };
    let Some((peer, security)) = waiters.find(envelope.id) else { return Dispatched::Unexpected };
    let opened = if peer == source { security.open(&envelope) } else { Err(Rejection::Source(source)) };
    match opened {
        Ok(response) => match waiters.answer(envelope.id, peer, response, datagram.len()) {
            true => Dispatched::Answer,
            false => Dispatched::Unexpected,
        },
        Err(rejection) => {
            waiters.reject(envelope.id, rejection);
            Dispatched::Rejected
        }
    }
}
