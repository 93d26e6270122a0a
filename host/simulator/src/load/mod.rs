//! Load: as many datagrams a second as a storm or a benchmark needs, from one address or from many.
//!
//! The datagrams are made before, and differ in a number of four octets that counts up: the request-id, or the
//! time-stamp of a trap of version 1. One thread sends them, many with one call of the system (on Linux), and keeps to
//! the rate over windows of some milliseconds; a backlog that is older is dropped rather than sent as a burst.
//! Nothing is read here: what comes back to informs is lost.

mod pace;
mod packet;
mod running;
mod socket;

use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use pace::Rate;
pub use packet::LoadPacket;
pub use running::{LoadReport, RunningLoad};
use socket::Source;

/// The description of a load.
#[derive(Clone, Debug)]
#[must_use]
pub struct Load {
    to: SocketAddr,
    from: Vec<SocketAddr>,
    packets: Vec<LoadPacket>,
    rate: Rate,
    first_number: u32,
    one_by_one: bool,
    max: Option<u64>,
    longest: Option<Duration>,
}

/// Why a load cannot start.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// There is nothing to send.
    #[error("there is no packet to send")]
    NoPacket,
    /// It has no address to send from, or more than [`Load::MAX_SOURCES`].
    #[error("invalid number of addresses: {0}; use 1 to {max}", max = Load::MAX_SOURCES)]
    Sources(usize),
    /// The address is not free, or not one of this machine.
    #[error("cannot send from {0}")]
    Bind(SocketAddr, #[source] io::Error),
    /// The system has no room for one more thread.
    #[error("cannot start the thread of the load")]
    Thread(#[source] io::Error),
}

impl Load {
    /// The most addresses to send from; each takes a socket.
    pub const MAX_SOURCES: usize = 1_000;
    /// The addresses of [`Load::from_many`] begin here: away from those of simulated devices.
    const FIRST_SOURCE: Ipv4Addr = Ipv4Addr::new(127, 2, 0, 1);

    /// Begins to describe a load on a receiver: as fast as possible, from one address, until it is stopped.
    pub fn new(to: SocketAddr) -> Self {
        let from = match to.ip() {
            IpAddr::V4(_) => SocketAddr::from(([0, 0, 0, 0], 0)),
            IpAddr::V6(_) => SocketAddr::from(([0_u16; 8], 0)),
        };
        Self {
            to,
            from: vec![from],
            packets: Vec::new(),
            rate: Rate::Unbounded,
            first_number: 1,
            one_by_one: false,
            max: None,
            longest: None,
        }
    }

    /// Sends from these addresses in turn; port 0 takes a free one.
    pub fn from(self, addrs: impl IntoIterator<Item = SocketAddr>) -> Self {
        Self { from: addrs.into_iter().collect(), ..self }
    }

    /// Sends from `count` addresses of the loopback network in turn. Where the system is not Linux, they are ports of
    /// 127.0.0.1 instead.
    pub fn from_many(self, count: usize) -> Self {
        let first = u32::from(Self::FIRST_SOURCE);
        let source = |place: usize| {
            let more = if cfg!(target_os = "linux") { u32::try_from(place).unwrap_or(u32::MAX) } else { 0 };
            let ip = if cfg!(target_os = "linux") { first.saturating_add(more).into() } else { Ipv4Addr::LOCALHOST };
            SocketAddr::from((ip, 0))
        };
        // One more than can be had is as wrong as any number beyond.
        let count = count.min(Self::MAX_SOURCES + 1);
        Self { from: (0..count).map(source).collect(), ..self }
    }

    /// Adds a packet; of several each is sent in turn.
    pub fn packet(mut self, packet: LoadPacket) -> Self {
        self.packets.push(packet);
        self
    }

    /// Sends this many datagrams a second, of all addresses together.
    pub fn per_second(self, datagrams: u32) -> Self {
        Self { rate: Rate::PerSecond(datagrams.max(1)), ..self }
    }

    /// Sets the number of the first datagram (1, unless it is said), from where it counts up over all addresses.
    pub fn first_number(self, number: u32) -> Self {
        Self { first_number: number, ..self }
    }

    /// Lets every datagram go through the system by itself, at three times the cost: what many devices would do. Unless
    /// it is said, those of one length are cut apart at the receiver's socket.
    pub fn one_by_one(self) -> Self {
        Self { one_by_one: true, ..self }
    }

    /// Ends after this many datagrams.
    pub fn count(self, datagrams: u64) -> Self {
        Self { max: Some(datagrams), ..self }
    }

    /// Ends after this time.
    pub fn lasting(self, time: Duration) -> Self {
        Self { longest: Some(time), ..self }
    }

    /// Starts to send. The load ends when what is returned is dropped, if not by itself before.
    pub fn start(self) -> Result<RunningLoad, LoadError> {
        if self.packets.is_empty() {
            return Err(LoadError::NoPacket);
        }
        if self.from.is_empty() || self.from.len() > Self::MAX_SOURCES {
            return Err(LoadError::Sources(self.from.len()));
        }
        let open = |from: &SocketAddr| Source::open(*from, self.to).map_err(|error| LoadError::Bind(*from, error));
        let sources = self.from.iter().map(open).collect::<Result<Vec<_>, _>>()?;
        RunningLoad::start(self, sources).map_err(LoadError::Thread)
    }
}

#[cfg(test)]
mod tests;
