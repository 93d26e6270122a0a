//! Answers that go out later, ordered by their time.
//!
//! They have a thread of their own that does nothing but wait and send: the timers of the asynchronous runtime round
//! up to the next millisecond or two, which would make a simulated round trip of 5 ms one of more than 6.

use std::{
    cmp::Ordering,
    collections::BinaryHeap,
    io,
    net::SocketAddr,
    sync::Arc,
    thread,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::port::Route;

/// Answers that wait for their time. Putting one in waits for nothing; dropping the outbox ends its thread.
#[derive(Debug)]
pub(super) struct Outbox {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    /// Told when an answer came in that is due before all others, and at the end.
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    answers: BinaryHeap<Answer>,
    /// How many came in so far, so that answers of the same time keep their order.
    count: u64,
    closed: bool,
}

#[derive(Debug)]
struct Answer {
    due: Instant,
    place: u64,
    datagram: Vec<u8>,
    peer: SocketAddr,
    route: Route,
}

impl Outbox {
    /// The most answers that wait; beyond it new ones are lost.
    pub(super) const MAX_WAITING: usize = 100_000;
    /// How long the thread sleeps where nothing is due.
    const IDLE: Duration = Duration::from_secs(3_600);

    /// Starts the thread.
    pub(super) fn open() -> io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let sending = Arc::clone(&shared);
        let thread =
            thread::Builder::new().name("simulator-outbox".to_owned()).spawn(move || sending.send_in_time())?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Lets an answer wait until `due`; says `false` if too many are waiting.
    pub(super) fn put(&self, due: Instant, datagram: Vec<u8>, peer: SocketAddr, route: Route) -> bool {
        let mut waiting = self.shared.waiting();
        if waiting.answers.len() >= Self::MAX_WAITING {
            return false;
        }
        waiting.count += 1;
        let place = waiting.count;
        let first = waiting.answers.peek().is_none_or(|first| due < first.due);
        waiting.answers.push(Answer { due, place, datagram, peer, route });
        if first {
            self.shared.changed.notify_one();
        }
        true
    }
}

impl Drop for Outbox {
    fn drop(&mut self) {
        self.shared.waiting().closed = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // It ends at once: it never does anything longer than sending a datagram.
            let _ = thread.join();
        }
    }
}

impl Shared {
    /// Sends each answer when its time has come, until the outbox is closed.
    fn send_in_time(&self) {
        let mut waiting = self.waiting();
        while !waiting.closed {
            let now = Instant::now();
            let wait = match waiting.answers.peek() {
                Some(first) if first.due > now => first.due - now,
                Some(_) => {
                    let due = waiting.answers.pop();
                    drop(waiting);
                    if let Some(answer) = due {
                        // A client that is gone is no business of ours.
                        let _ = answer.route.send(&answer.datagram, answer.peer);
                    }
                    waiting = self.waiting();
                    continue;
                }
                None => Outbox::IDLE,
            };
            self.changed.wait_for(&mut waiting, wait);
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock()
    }
}

impl Ord for Answer {
    /// The greatest is the one that is due first, as the heap wants it.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.due, other.place).cmp(&(self.due, self.place))
    }
}

impl PartialOrd for Answer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Answer {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Answer {}
