//! The sockets: one for each family, shared by all sessions, each with one task that receives.
//!
//! A datagram that answers a request goes to whoever waits for it; everything else is counted and dropped. No
//! decision about retries or walks is taken here. The tasks end when the last [`crate::Engine`] and session is gone.

mod counters;
mod key_maker;
mod local;
mod receive;
mod sockets;
mod waiters;

use std::{io, net::SocketAddr, sync::Arc};

use snmp::{HubOptions, message::Security};
use tokio::{
    net::UdpSocket,
    sync::{AcquireError, Semaphore, SemaphorePermit},
    task::JoinSet,
};

use self::{counters::Counters, key_maker::KeyMaker, local::Local, waiters::Waiters};
pub use self::{counters::HubStats, local::LocalAgent};
pub(crate) use self::{
    key_maker::HeldKeys,
    waiters::{Answer, Final, Hint, WaiterEvent, Waiting},
};
pub(crate) use crate::udp::canonical;
use crate::{profiles::Profiles, udp};

/// The sockets and who waits at them.
#[derive(Debug)]
pub(crate) struct Hub {
    v4: Option<Arc<UdpSocket>>,
    v6: Option<Arc<UdpSocket>>,
    /// What answers in the place of sockets.
    local: Option<Local>,
    waiters: Arc<Waiters>,
    counters: Arc<Counters>,
    in_flight: Semaphore,
    profiles: Profiles,
    key_maker: KeyMaker,
    options: HubOptions,
    receive_buffer: usize,
    /// Receive; aborted when dropped.
    _tasks: JoinSet<()>,
}

impl Hub {
    /// Opens the sockets. One family is enough: a machine may have no IPv6, or nothing else.
    ///
    /// Must be called within a tokio runtime.
    pub(crate) fn open(options: HubOptions) -> io::Result<Self> {
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
            tasks.spawn(receive::receive(Arc::clone(socket), Arc::clone(&waiters), Arc::clone(&counters)));
        }
        let receive_buffer = [&v4, &v6].into_iter().flatten().filter_map(|socket| udp::receive_buffer(socket).ok());
        let receive_buffer = receive_buffer.min().unwrap_or(0);
        tracing::debug!(v4 = v4.is_some(), v6 = v6.is_some(), receive_buffer, "the SNMP sockets are open");
        Ok(Self { v4, v6, waiters, counters, receive_buffer, _tasks: tasks, ..Self::without_sockets(options)? })
    }

    /// Opens no socket: this agent answers, whichever address is asked.
    pub(crate) fn with_local_agent(options: HubOptions, agent: Arc<LocalAgent>) -> io::Result<Self> {
        Ok(Self { local: Some(Local::new(agent)), ..Self::without_sockets(options)? })
    }

    fn without_sockets(options: HubOptions) -> io::Result<Self> {
        Ok(Self {
            v4: None,
            v6: None,
            local: None,
            waiters: Arc::new(Waiters::new()),
            counters: Arc::new(Counters::default()),
            in_flight: Semaphore::new(options.max_in_flight.clamp(1, Semaphore::MAX_PERMITS)),
            profiles: Profiles::new(&options),
            key_maker: KeyMaker::new(options.max_keys)?,
            options,
            receive_buffer: 0,
            _tasks: JoinSet::new(),
        })
    }

    /// How many requests wait for an answer now.
    pub(crate) fn waiters(&self) -> usize {
        self.waiters.len()
    }

    /// How many more requests could be in flight now.
    pub(crate) fn free_slots(&self) -> usize {
        self.in_flight.available_permits()
    }

    /// What the sockets have seen.
    pub(crate) fn stats(&self) -> HubStats {
        self.counters.stats(self.receive_buffer, self.profiles.len())
    }

    /// Waits for the right to have a request in flight.
    pub(crate) async fn slot(&self) -> Result<SemaphorePermit<'_>, AcquireError> {
        self.in_flight.acquire().await
    }

    /// The right to have a request in flight, if there is one that nobody waits for.
    pub(crate) fn try_slot(&self) -> Option<SemaphorePermit<'_>> {
        self.in_flight.try_acquire().ok()
    }

    /// The bounds of this hub.
    pub(crate) fn options(&self) -> &HubOptions {
        &self.options
    }

    /// What is remembered of agents.
    pub(crate) fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    /// What makes keys of version 3, and remembers them.
    pub(crate) fn key_maker(&self) -> &KeyMaker {
        &self.key_maker
    }

    /// Begins to wait for an answer from `peer`, or from anywhere.
    pub(crate) fn wait_for(&self, peer: SocketAddr, security: &Arc<Security>, any_source: bool) -> Waiting {
        self.waiters.wait_for(peer, security, any_source)
    }

    /// Sends a datagram; returns whether the socket had room for it.
    pub(crate) fn send(&self, peer: SocketAddr, datagram: &[u8]) -> io::Result<bool> {
        if let Some(local) = &self.local {
            self.counters.sent.add(1);
            local.deliver(peer, datagram, &self.waiters, &self.counters);
            return Ok(true);
        }
        let socket = self.socket(peer)?;
        let mut errors_of_others = 0;
        loop {
            match socket.try_send_to(datagram, peer) {
                Ok(_) => break,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(false),
                // Nothing was sent: the socket told first what became of a datagram to another agent.
                Err(error) if udp::is_of_an_agent(&error) && errors_of_others < MAX_ERRORS_OF_OTHERS => {
                    errors_of_others += 1;
                }
                Err(error) => return Err(error),
            }
        }
        self.counters.sent.add(1);
        Ok(true)
    }

    /// Gives way to other tasks where an answer is there at once: a walk would never wait, and could not be cancelled.
    pub(crate) async fn give_way(&self) {
        if self.local.is_some() {
            tokio::task::yield_now().await;
        }
    }

    /// Waits until the socket may have room for a datagram.
    pub(crate) async fn writable(&self, peer: SocketAddr) -> io::Result<()> {
        self.socket(peer)?.writable().await
    }

    fn socket(&self, peer: SocketAddr) -> io::Result<&UdpSocket> {
        let socket = if peer.is_ipv4() { &self.v4 } else { &self.v6 };
        let none = || io::Error::new(io::ErrorKind::Unsupported, "this machine has no socket of that family");
        socket.as_deref().ok_or_else(none)
    }
}

/// How often sending is tried again because of what became of other datagrams. Then the error is taken for our own.
const MAX_ERRORS_OF_OTHERS: u32 = 8;
