//! Messages whose keys have to be made first.
//!
//! Those that wait are bounded by number and by octets, and those of one source more so: whoever makes up engine ids
//! stands in their own way.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::SystemTime,
};

use parking_lot::Mutex;
use snmp_engine::udp::{MAX_DATAGRAM, canonical};
use tokio::{sync::mpsc, time::Instant};

use super::{rates::rate_key, reply_path::ReplyPath};

/// Where messages wait for their keys.
#[derive(Debug)]
pub(super) struct KeyQueue {
    sender: mpsc::Sender<PendingMessage>,
    waiting: Arc<Mutex<Waiting>>,
    max_octets: usize,
    /// What one source may take.
    source: Taken,
}

/// The other end, where the keys are made.
#[derive(Debug)]
pub(super) struct PendingMessages {
    pending: mpsc::Receiver<PendingMessage>,
    waiting: Arc<Mutex<Waiting>>,
}

/// A message that waits for its keys.
pub(super) struct PendingMessage {
    /// The message, without what came behind it.
    pub(super) octets: Vec<u8>,
    pub(super) octets_behind: usize,
    pub(super) back: ReplyPath,
    pub(super) now: Instant,
    pub(super) received_at: SystemTime,
}

/// What the messages that wait take, by source.
#[derive(Debug, Default)]
struct Waiting {
    octets: usize,
    sources: HashMap<IpAddr, Taken>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Taken {
    messages: usize,
    octets: usize,
}

/// The part of the queue that one source may take: a sixteenth, but so many messages, and one of any size.
const MIN_OF_A_SOURCE: Taken = Taken { messages: 4, octets: MAX_DATAGRAM };

/// A queue of at most so many messages and octets.
pub(super) fn key_queue(max: usize, max_octets: usize) -> (KeyQueue, PendingMessages) {
    let (sender, pending) = mpsc::channel(max.max(1));
    let waiting = Arc::<Mutex<Waiting>>::default();
    let source = Taken {
        messages: (max / 16).max(MIN_OF_A_SOURCE.messages),
        octets: (max_octets / 16).max(MIN_OF_A_SOURCE.octets),
    };
    (KeyQueue { sender, waiting: Arc::clone(&waiting), max_octets, source }, PendingMessages { pending, waiting })
}

impl KeyQueue {
    /// Puts a message in, if there is room for it.
    pub(super) fn put(&self, pending: PendingMessage) -> bool {
        let (source, octets) = (source(pending.back.peer), pending.octets.len());
        let mut waiting = self.waiting.lock();
        let taken = waiting.sources.get(&source).copied().unwrap_or_default();
        let taken = Taken { messages: taken.messages + 1, octets: taken.octets + octets };
        let fits = taken.messages <= self.source.messages
            && taken.octets <= self.source.octets
            && waiting.octets + octets <= self.max_octets
            && self.sender.try_send(pending).is_ok();
        if fits {
            waiting.octets += octets;
            waiting.sources.insert(source, taken);
        }
        fits
    }
}

impl PendingMessages {
    /// Waits for the next message; nothing where none can come any more. Cancel-safe.
    pub(super) async fn next(&mut self) -> Option<PendingMessage> {
        let pending = self.pending.recv().await?;
        let octets = pending.octets.len();
        let mut waiting = self.waiting.lock();
        waiting.octets -= octets;
        let source = source(pending.back.peer);
        match waiting.sources.get_mut(&source) {
            Some(taken) if taken.messages > 1 => {
                *taken = Taken { messages: taken.messages - 1, octets: taken.octets - octets };
            }
            _ => drop(waiting.sources.remove(&source)),
        }
        Some(pending)
    }
}

/// What counts as one source.
fn source(peer: SocketAddr) -> IpAddr {
    rate_key(canonical(peer).ip())
}

impl fmt::Debug for PendingMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingMessage")
            .field("octets", &self.octets.len())
            .field("back", &self.back)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Puts messages of these octets in, each from the next address, and shows which have found room.
    async fn put(queue: &KeyQueue, peers: &[&str], octets: &[usize]) -> Vec<bool> {
        let socket = Arc::new(tokio::net::UdpSocket::bind("127.0.0.1:0").await.unwrap());
        let one = |(octets, peer): (&usize, &&str)| {
            let listens_at = socket.local_addr().unwrap();
            let back = ReplyPath { socket: Arc::clone(&socket), listens_at, peer: peer.parse().unwrap(), local: None };
            let (now, received_at) = (Instant::now(), SystemTime::now());
            queue.put(PendingMessage { octets: vec![0; *octets], octets_behind: 0, back, now, received_at })
        };
        octets.iter().zip(peers.iter().cycle()).map(one).collect()
    }

    #[tokio::test]
    async fn messages_are_bounded_by_number_and_by_octets_and_those_of_a_source_more_so() {
        // All of one network of IPv6 are one source.
        let (queue, mut pending_messages) = key_queue(100, 1_000);
        let network = ["[2001:db8::1]:9", "[2001:db8::ffff]:9"];
        assert_eq!(put(&queue, &network, &[1; 7]).await, [true, true, true, true, true, true, false]);
        assert_eq!(put(&queue, &["[2001:db8:0:1::1]:9"], &[900, 95, 94]).await, [true, false, true]);
        pending_messages.next().await.unwrap();
        assert_eq!(put(&queue, &network, &[2, 1]).await, [false, true]);
        drop(queue);
        let mut count = 0;
        while pending_messages.next().await.is_some() {
            count += 1;
        }
        let waiting = pending_messages.waiting.lock();
        assert_eq!((count, waiting.octets, waiting.sources.len()), (8, 0, 0));
    }
}
