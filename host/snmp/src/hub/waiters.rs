//! Who waits for an answer.
//!
//! Ids are never used twice at a time, over all agents, so an id alone finds its waiter; that the answer comes from
//! the right agent is compared then. A waiter takes itself out when it is dropped, at whatever await that happens.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use smallvec::SmallVec;
use tokio::{sync::oneshot, time::Instant};

use crate::{
    message::{Rejection, Security},
    pdu::Response,
};

/// All who wait.
#[derive(Debug)]
pub(super) struct Waiters {
    table: Arc<Mutex<Table>>,
}

/// One who waits. Dropping it ends the waiting.
#[derive(Debug)]
pub(crate) struct Waiting {
    table: Arc<Mutex<Table>>,
    id: i32,
    answer: oneshot::Receiver<Answer>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// What it says.
    pub(crate) response: Response,
    /// The octets of the datagram.
    pub(crate) octets: usize,
    /// When it came, however late it is picked up.
    pub(crate) received_at: Instant,
}

#[derive(Debug)]
struct Table {
    entries: HashMap<i32, Entry>,
    /// The ids that wait for each peer.
    peers: HashMap<SocketAddr, SmallVec<[i32; 4]>>,
    next_id: i32,
}

#[derive(Debug)]
struct Entry {
    peer: SocketAddr,
    security: Arc<Security>,
    answer: oneshot::Sender<Answer>,
    /// The last datagram that seemed to be the answer.
    rejected: Option<Rejection>,
}

impl Waiters {
    /// Nobody, and a first id that cannot be guessed from outside.
    pub(super) fn new() -> Self {
        let next_id = fastrand::i32(1..i32::MAX);
        Self { table: Arc::new(Mutex::new(Table { entries: HashMap::new(), peers: HashMap::new(), next_id })) }
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        lock(&self.table).entries.len()
    }

    /// Begins to wait for an answer from `peer`, under a new id.
    pub(super) fn wait_for(&self, peer: SocketAddr, security: &Arc<Security>) -> Waiting {
        let (sender, answer) = oneshot::channel();
        let entry = Entry { peer, security: Arc::clone(security), answer: sender, rejected: None };
        let mut table = lock(&self.table);
        while table.entries.contains_key(&table.next_id) {
            table.next_id = following(table.next_id);
        }
        let id = table.next_id;
        table.next_id = following(id);
        table.entries.insert(id, entry);
        table.peers.entry(peer).or_default().push(id);
        Waiting { table: Arc::clone(&self.table), id, answer }
    }

    /// Whose answer has this id, and how to open it.
    pub(super) fn find(&self, id: i32) -> Option<(SocketAddr, Arc<Security>)> {
        lock(&self.table).entries.get(&id).map(|entry| (entry.peer, Arc::clone(&entry.security)))
    }

    /// Hands an answer over, unless nobody waits for it any more.
    pub(super) fn answer(&self, id: i32, peer: SocketAddr, response: Response, octets: usize) -> bool {
        let entry = {
            let mut table = lock(&self.table);
            // The id may have been given to another since it was found.
            if table.entries.get(&id).is_none_or(|entry| entry.peer != peer) {
                return false;
            }
            table.remove(id)
        };
        let answer = Answer { response, octets, received_at: Instant::now() };
        entry.is_some_and(|entry| entry.answer.send(answer).is_ok())
    }

    /// Remembers why a datagram was not the answer to this id.
    pub(super) fn reject(&self, id: i32, rejection: Rejection) {
        if let Some(entry) = lock(&self.table).entries.get_mut(&id) {
            entry.rejected = Some(rejection);
        }
    }

    /// Remembers why a datagram from `peer` was not an answer to anything; returns whether anybody waits for that
    /// peer.
    pub(super) fn reject_from(&self, peer: SocketAddr, rejection: &Rejection) -> bool {
        let mut table = lock(&self.table);
        let Table { entries, peers, .. } = &mut *table;
        let Some(ids) = peers.get(&peer) else { return false };
        // Some are enough: a flood of noise must not cost more than its reading.
        for id in ids.iter().take(MOST_NOTED) {
            if let Some(entry) = entries.get_mut(id) {
                entry.rejected = Some(rejection.clone());
            }
        }
        true
    }
}

impl Waiting {
    /// The id to send.
    pub(crate) fn id(&self) -> i32 {
        self.id
    }

    /// Waits for the answer. May be called again after it was dropped. Nothing is returned where the hub is gone.
    pub(crate) async fn answer(&mut self) -> Option<Answer> {
        (&mut self.answer).await.ok()
    }

    /// Why the last datagram that seemed to be the answer was none.
    pub(crate) fn rejected(&self) -> Option<Rejection> {
        lock(&self.table).entries.get(&self.id).and_then(|entry| entry.rejected.clone())
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        // Closing comes first: an answered id may already belong to somebody else.
        self.answer.close();
        let mut table = lock(&self.table);
        if table.entries.get(&self.id).is_some_and(|entry| entry.answer.is_closed()) {
            table.remove(self.id);
        }
    }
}

impl Table {
    fn remove(&mut self, id: i32) -> Option<Entry> {
        let entry = self.entries.remove(&id)?;
        if let Some(ids) = self.peers.get_mut(&entry.peer) {
            ids.retain(|other| *other != id);
            if ids.is_empty() {
                self.peers.remove(&entry.peer);
            }
        }
        Some(entry)
    }
}

/// How many of those who wait for a peer learn of noise that came from there.
const MOST_NOTED: usize = 16;

fn following(id: i32) -> i32 {
    id.checked_add(1).unwrap_or(1)
}

fn lock(table: &Mutex<Table>) -> MutexGuard<'_, Table> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}
