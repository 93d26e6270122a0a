//! What the sockets count.

use std::sync::atomic::{AtomicU64, Ordering};

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
    /// How often the network said that an agent cannot be reached. Told on Linux only.
    pub unreachable: u64,
    /// Datagrams that the kernel dropped because its receive buffer was full. Told on Linux only, and with the next
    /// datagram that comes in.
    pub dropped: u64,
    /// The receive buffer that the kernel gave each socket.
    pub receive_buffer: usize,
    /// Agents that are remembered.
    pub known_agents: usize,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) received: Counter,
    pub(super) answers: Counter,
    pub(super) unexpected: Counter,
    pub(super) rejected: Counter,
    pub(super) sent: Counter,
    pub(super) unreachable: Counter,
    pub(super) dropped: Counter,
}

#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, count: u64) {
        self.0.fetch_add(count, Ordering::Relaxed);
    }
}

impl Counters {
    pub(super) fn stats(&self, receive_buffer: usize, known_agents: usize) -> HubStats {
        let Self { received, answers, unexpected, rejected, sent, unreachable, dropped } = self;
        let count = |counter: &Counter| counter.0.load(Ordering::Relaxed);
        HubStats {
            received: count(received),
            answers: count(answers),
            unexpected: count(unexpected),
            rejected: count(rejected),
            sent: count(sent),
            unreachable: count(unreachable),
            dropped: count(dropped),
            receive_buffer,
            known_agents,
        }
    }
}
