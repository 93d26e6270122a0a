//! The listener: from datagrams to notifications that may come in.
//!
//! One socket takes all versions. What may come in waits in a bounded queue, an inform with the [`Reply`] that is sent
//! once it is stored; everything else is dropped and counted, each datagram once. `gate` decides, and knows neither
//! sockets nor tasks; `receive` and `intake` are the thin layer around it. What is in a PDU is not known here.

mod arrival;
mod communities;
mod gate;
mod informs;
mod intake;
mod key_maker;
mod key_queue;
mod open;
mod queue;
mod rates;
mod receive;
mod reply;
mod reply_path;
mod stats;
#[cfg(test)]
mod tests;
mod users;
mod warnings;

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use parking_lot::Mutex;
use snmp::{
    Community,
    usm::{KeyCache, LocalEngine, SecurityLevel, User},
};
use snmp_engine::{udp, udp::Purpose};
use tokio::task::JoinSet;

pub use self::{arrival::Arrival, open::open, reply::Reply, stats::ListenerStats};
use self::{gate::Gate, informs::Informs, intake::Intake, key_maker::KeyMaker, queue::Queue, stats::Counters};
use crate::CommunityRefs;

/// Sockets that listen. They are closed when it is dropped.
#[derive(Debug)]
pub struct Listener {
    local_addrs: Vec<SocketAddr>,
    receive_buffer: usize,
    counters: Arc<Counters>,
    queue: Arc<Queue>,
    /// Receive, and make keys; aborted when dropped.
    _tasks: JoinSet<()>,
}

/// The notifications that were let in, in their order.
#[derive(Debug)]
pub struct Arrivals(Arc<Queue>);

/// Who may send notifications, and how many.
#[derive(Clone, Debug)]
pub struct ListenerOptions {
    /// Communities of versions 1 and 2c.
    pub communities: Vec<Community>,
    /// Whether any community will do.
    pub accept_any_community: bool,
    /// Whether messages and PDUs keep communities in clear text.
    pub include_community: bool,
    /// Users of version 3. There may be several of one name, with old passwords and new ones.
    pub users: Vec<TrapUser>,
    /// Octets of the kernel's receive buffer of each socket, as far as the kernel allows. Beyond, it drops datagrams,
    /// which is counted.
    pub receive_buffer: usize,
    /// Datagrams of one source in a second, on average: of an address of IPv4, or of a network of 64 bits of IPv6.
    /// Beyond, they are dropped before they are read.
    pub source_rate: u32,
    /// Datagrams of one source at once, after it was silent.
    pub source_burst: u32,
    /// Notifications of all sources in a second, on average, that may come in. Beyond, they are dropped.
    pub total_rate: u32,
    /// Notifications of all sources at once.
    pub total_burst: u32,
    /// Sources whose rate is remembered. Beyond, those that were silent for longest are forgotten, as if they had sent
    /// nothing.
    pub sources: usize,
    /// Notifications that wait to be decoded. Beyond, they are dropped, and informs are not answered.
    pub queue: usize,
    /// Octets of the notifications that wait, with all that is allocated for them, and as many of messages that wait
    /// for their keys. Beyond, as with `queue` and `key_queue`.
    pub queue_bytes: usize,
    /// Engines of senders whose keys and clocks are remembered, by engine id alone. Beyond, those that were silent for longest are
    /// forgotten, and the next authentic message of theirs sets their clock again.
    pub engines: usize,
    /// Keys that are remembered. Beyond, they are made again, which takes time.
    pub keys: usize,
    /// Messages that wait for their keys to be made, a sixteenth of them (but four at least) from one source. Beyond,
    /// they are dropped.
    pub key_queue: usize,
    /// Informs that are recognised when they are sent again. Beyond, the oldest are forgotten, and stored once more
    /// when they come again.
    pub informs: usize,
    /// For how long an inform is recognised when it is sent again.
    pub inform_memory: Duration,
}

/// A user who may send notifications.
#[derive(Clone, Debug)]
pub struct TrapUser {
    /// The name and the passwords.
    pub user: User,
    /// How well a message of this user must be secured at least.
    pub level: SecurityLevel,
    /// Whether messages of this user may come from engines whose ID has fewer octets than RFC 3411 allows, or more
    /// ([`ENGINE_ID_OCTETS`](snmp::usm::ENGINE_ID_OCTETS)). There are agents that have one.
    pub any_engine_id: bool,
}

impl Listener {
    /// Begins to listen at sockets that somebody has opened, see [`open`](open()). `engine` is who we are to the
    /// senders of informs of version 3, `refs` what arrivals call their communities.
    ///
    /// Must be called within a tokio runtime. Fails where a socket cannot be used, or where the operating system has no
    /// random numbers.
    pub fn bind(
        sockets: Vec<std::net::UdpSocket>,
        options: &ListenerOptions,
        engine: LocalEngine,
        refs: CommunityRefs,
    ) -> io::Result<(Self, Arrivals)> {
        let ready = |socket| udp::prepare(socket, Purpose::Listen, options.receive_buffer).map(Arc::new);
        let sockets: Vec<_> = sockets.into_iter().map(ready).collect::<io::Result<_>>()?;
        let local_addrs: Vec<_> = sockets.iter().map(|socket| socket.local_addr()).collect::<io::Result<_>>()?;
        let receive_buffer = sockets.iter().filter_map(|socket| udp::receive_buffer(socket).ok()).min().unwrap_or(0);
        let cache = Arc::new(KeyCache::new(options.keys)?);
        let users = options.users.iter().map(|user| user.user.clone()).collect();
        let (keys, pending_messages) = key_queue::key_queue(options.key_queue, options.queue_bytes);
        let maker = KeyMaker::new(Arc::clone(&cache), users, engine.id().clone());
        let informs = Arc::new(Mutex::new(Informs::new(options.informs, options.inform_memory)));
        let counters = Arc::new(Counters::default());
        let gate = Gate::new(options, engine, refs, cache, Arc::clone(&informs), Arc::clone(&counters));
        let queue = Arc::new(Queue::new(options.queue, options.queue_bytes));
        let (gate, inside_queue) = (Mutex::new(gate), Arc::clone(&queue));
        let intake = Arc::new(Intake { gate, informs, queue: inside_queue, counters: Arc::clone(&counters) });
        let keys = Arc::new(keys);
        let mut tasks = JoinSet::new();
        tasks.spawn(Arc::clone(&intake).take_unproved(pending_messages, maker));
        for (socket, addr) in sockets.into_iter().zip(&local_addrs) {
            tasks.spawn(receive::receive(socket, *addr, Arc::clone(&intake), Arc::clone(&keys)));
        }
        let arrivals = Arrivals(Arc::clone(&queue));
        Ok((Self { local_addrs, receive_buffer, counters, queue, _tasks: tasks }, arrivals))
    }

    /// The addresses of the sockets, in their order.
    #[must_use]
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.local_addrs
    }

    /// What was seen so far.
    #[must_use]
    pub fn stats(&self) -> ListenerStats {
        let (queue, queue_bytes) = self.queue.len();
        ListenerStats { receive_buffer: self.receive_buffer, queue, queue_bytes, ..self.counters.stats() }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl Arrivals {
    /// Waits until there are notifications and takes them, at most so many (0 is taken as 1); nothing once the listener
    /// is dropped and all were taken. Cancel-safe.
    pub async fn next_batch(&mut self, max: usize) -> Option<Vec<Arrival>> {
        self.0.take(max).await
    }
}

impl Drop for Arrivals {
    fn drop(&mut self) {
        self.0.close();
    }
}
