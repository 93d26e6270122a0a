//! Notifications that wait to be decoded: in their order, bounded by number and by octets.
//!
//! Many are put in and taken out at a time. Beyond the bounds nothing is let in; what is there stays.

use std::collections::VecDeque;

use parking_lot::{Mutex, MutexGuard};
use tokio::sync::Notify;

use super::reply::Reply;
use crate::{Arrival, Sender};

/// The queue, shared by those who put in and the one who takes out.
#[derive(Debug)]
pub(super) struct Queue {
    max: usize,
    max_octets: usize,
    waiting: Mutex<Waiting>,
    news: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    arrivals: VecDeque<Arrival>,
    octets: usize,
    is_closed: bool,
}

impl Queue {
    /// An empty queue of at most so many, and of so many octets.
    pub(super) fn new(max: usize, max_octets: usize) -> Self {
        Self { max, max_octets, waiting: Mutex::default(), news: Notify::new() }
    }

    /// Puts notifications in; what remains in `arrivals` found no room.
    pub(super) fn put(&self, arrivals: &mut Vec<Arrival>) {
        let mut waiting = self.lock();
        if !waiting.is_closed {
            let was_empty = waiting.arrivals.is_empty();
            let mut refused = Vec::new();
            for arrival in arrivals.drain(..) {
                let octets = octets(&arrival);
                if waiting.arrivals.len() < self.max && octets <= self.max_octets.saturating_sub(waiting.octets) {
                    waiting.octets += octets;
                    waiting.arrivals.push_back(arrival);
                } else {
                    refused.push(arrival);
                }
            }
            arrivals.append(&mut refused);
            if was_empty && !waiting.arrivals.is_empty() {
                self.news.notify_one();
            }
        }
    }

    /// Takes out what is there, at most so many, and waits until there is something; nothing once the queue is closed
    /// and empty. Cancel-safe.
    pub(super) async fn take(&self, max: usize) -> Option<Vec<Arrival>> {
        loop {
            {
                let mut waiting = self.lock();
                let count = waiting.arrivals.len().min(max.max(1));
                if count > 0 {
                    let batch: Vec<_> = waiting.arrivals.drain(..count).collect();
                    waiting.octets -= batch.iter().map(octets).sum::<usize>();
                    return Some(batch);
                }
                if waiting.is_closed {
                    return None;
                }
            }
            self.news.notified().await;
        }
    }

    /// Lets nothing in any more.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.news.notify_one();
    }

    /// How many wait, and how many octets they have.
    pub(super) fn len(&self) -> (usize, usize) {
        let waiting = self.lock();
        (waiting.arrivals.len(), waiting.octets)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock()
    }
}

/// What a notification takes while it waits, with all that is allocated for it.
fn octets(arrival: &Arrival) -> usize {
    let sender = match &arrival.sender {
        Sender::Community(reference) => reference.capacity(),
        Sender::User(user) => {
            let engine_ids = user.engine_id.octets().len() + user.context_engine_id.capacity();
            user.name.capacity() + user.context.capacity() + engine_ids
        }
    };
    let reply = arrival.reply.as_ref().map_or(0, Reply::octets);
    size_of::<Arrival>() + arrival.message.capacity() + arrival.pdu.capacity() + sender + reply
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::Version;

    fn arrival(octets: usize) -> Arrival {
        Arrival {
            received_at: SystemTime::UNIX_EPOCH,
            source: ([192, 0, 2, 1], 4_711).into(),
            local: ([0, 0, 0, 0], 162).into(),
            version: Version::V2c,
            pdu: vec![0; octets],
            message: Vec::new(),
            sender: Sender::Community("hmac:0000000000000000".into()),
            octets_behind: 0,
            reply: None,
        }
    }

    fn put(queue: &Queue, octets: &[usize]) -> usize {
        let mut arrivals = octets.iter().map(|octets| arrival(*octets)).collect();
        queue.put(&mut arrivals);
        arrivals.len()
    }

    #[tokio::test]
    async fn a_queue_is_bounded_by_number_and_by_octets() {
        // A reference to a community takes 21 octets.
        let queue = Queue::new(3, 3 * (size_of::<Arrival>() + 21) + 100);
        assert_eq!(put(&queue, &[10, 10, 10, 10]), 1);
        assert_eq!(queue.take(2).await.unwrap().len(), 2);
        assert_eq!(put(&queue, &[90, 90 + 21 + size_of::<Arrival>(), 0]), 1, "the large one");
        assert_eq!(queue.len().0, 3);
        assert_eq!(queue.take(9).await.unwrap().len(), 3);
        assert_eq!(queue.len(), (0, 0));
    }

    #[tokio::test]
    async fn a_closed_queue_gives_what_it_has_and_then_nothing() {
        let queue = Queue::new(9, 9_000);
        assert_eq!(put(&queue, &[1, 2]), 0);
        queue.close();
        assert_eq!(put(&queue, &[3]), 1);
        assert_eq!(queue.take(9).await.unwrap().len(), 2);
        assert!(queue.take(9).await.is_none());
        assert!(queue.take(9).await.is_none());
    }

    #[tokio::test]
    async fn whoever_waits_is_woken_also_after_a_wait_was_cancelled() {
        let queue = Queue::new(9, 9_000);
        for _ in 0..3 {
            tokio::select! {
                biased;
                _ = queue.take(9) => panic!("there is nothing"),
                () = std::future::ready(()) => {}
            }
            let (batch, _) = tokio::join!(queue.take(9), async { put(&queue, &[1]) });
            assert_eq!(batch.unwrap().len(), 1);
        }
    }
}
