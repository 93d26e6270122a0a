//! Who waits for an answer.
//!
//! Ids are never used twice at a time, over all agents, so an id alone finds its waiter; that the answer comes from
//! the right agent is compared then. No agent can tell from the ids that it sees which ones others will see. A waiter takes itself out when it is dropped, at whatever await that happens.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
    sync::Arc,
    task::{Poll, Waker},
    time::Instant,
};

use foldhash::{SharedSeed, fast::SeedableRandomState};
use parking_lot::{Mutex, MutexGuard};
use smallvec::SmallVec;
use snmp::{
    Unreachable,
    ber::DecodeError,
    message::{DiscoveredEngine, Opened, Rejection, Security},
    pdu::Response,
    usm::Report,
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
    slot: Arc<Slot>,
}

/// What one who waits may learn.
#[derive(Debug)]
pub(crate) enum WaiterEvent {
    /// An answer of some kind. There will be no other under this id.
    Final(Final),
    /// Something that makes it unlikely that there will be one.
    Hint(Hint),
}

/// An answer of some kind: what an agent has said, as certain as its security model can make it.
#[derive(Debug)]
pub(crate) enum Final {
    /// The answer.
    Answer(Answer),
    /// It has signed that it refuses.
    Report(Report),
    /// It has signed that its clock went back.
    ClockWentBack,
    /// It has said who it is. Only a discovery is answered so.
    Engine(DiscoveredEngine),
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

/// Why there will hardly be an answer. Anybody could have sent it, so it is not final.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Hint {
    /// What came has our id and comes from the agent, but cannot be read; it would be the same the next time.
    Malformed(DecodeError),
    /// The network says that the agent cannot be reached.
    Unreachable(Unreachable),
    /// The agent of version 3 refuses, says a message that is not signed.
    Report(Report),
}

/// Where an answer is handed over.
#[derive(Debug)]
pub(super) struct Slot {
    /// Who is asked.
    pub(super) peer: SocketAddr,
    /// How its answers are recognised.
    pub(super) security: Arc<Security>,
    /// Whether they may come from elsewhere.
    pub(super) any_source: bool,
    state: Mutex<SlotState>,
}

#[derive(Debug, Default)]
struct SlotState {
    has_answer: bool,
    news: Option<WaiterEvent>,
    /// The last datagram that seemed to be the answer; the first, as long as none could be read.
    rejected: Option<Rejection>,
    waker: Option<Waker>,
}

#[derive(Debug)]
struct Table {
    slots: HashMap<i32, Arc<Slot>, FastHashes>,
    /// The ids that wait for each peer.
    peers: HashMap<SocketAddr, SmallVec<[i32; 4]>, FastHashes>,
    /// Turns numbers into ids with a key of its own.
    ids: RandomState,
    given: u64,
}

/// Each packet is looked up here, and a fast hash is safe: the ids are our own, the addresses those that we were told to
/// ask, and the seed comes from the operating system. What senders choose freely is hashed with [`RandomState`].
type FastHashes = SeedableRandomState;

impl Waiters {
    /// Nobody.
    pub(super) fn new() -> Self {
        let hashes = FastHashes::with_seed(RandomState::new().hash_one(0_u64), SharedSeed::global_random());
        let (slots, peers) = (HashMap::with_hasher(hashes.clone()), HashMap::with_hasher(hashes));
        let table = Table { slots, peers, ids: RandomState::new(), given: 0 };
        Self { table: Arc::new(Mutex::new(table)) }
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        lock(&self.table).slots.len()
    }

    /// Begins to wait for an answer from `peer`, under a new id.
    pub(super) fn wait_for(&self, peer: SocketAddr, security: &Arc<Security>, any_source: bool) -> Waiting {
        let slot = Arc::new(Slot { peer, security: Arc::clone(security), any_source, state: Mutex::default() });
        let mut table = lock(&self.table);
        let id = table.add(Arc::clone(&slot));
        drop(table);
        Waiting { table: Arc::clone(&self.table), id, slot }
    }

    /// Who waits for an answer with this id.
    pub(super) fn find(&self, id: i32) -> Option<Arc<Slot>> {
        lock(&self.table).slots.get(&id).map(Arc::clone)
    }

    /// Remembers why a datagram from `peer` was not an answer to anything; returns whether anybody waits for that
    /// peer.
    pub(super) fn reject_from(&self, peer: SocketAddr, rejection: &Rejection) -> bool {
        let slots = self.waiting_for(peer);
        slots.iter().for_each(|slot| slot.reject(rejection.clone()));
        !slots.is_empty()
    }

    /// Tells those who wait for `peer` that it cannot be reached; returns whether anybody does.
    pub(super) fn unreachable(&self, peer: SocketAddr, why: Unreachable) -> bool {
        let slots = self.waiting_for(peer);
        slots.iter().for_each(|slot| slot.hint(Hint::Unreachable(why)));
        !slots.is_empty()
    }

    /// Some who wait for `peer`. That is enough: a flood of noise must not cost more than its reading.
    fn waiting_for(&self, peer: SocketAddr) -> SmallVec<[Arc<Slot>; MAX_TOLD]> {
        let table = lock(&self.table);
        let ids = table.peers.get(&peer).into_iter().flatten().take(MAX_TOLD);
        ids.filter_map(|id| table.slots.get(id).map(Arc::clone)).collect()
    }
}

impl Slot {
    /// Hands an answer over, unless there was one.
    pub(super) fn answer(&self, opened: Opened, octets: usize, received_at: Instant) -> bool {
        let mut state = self.lock();
        if state.has_answer {
            return false;
        }
        state.has_answer = true;
        state.news = Some(WaiterEvent::Final(match opened {
            Opened::Response(response) => Final::Answer(Answer { response, octets, received_at }),
            Opened::Report(report) => Final::Report(report),
            Opened::ClockWentBack => Final::ClockWentBack,
            Opened::Engine(engine) => Final::Engine(engine),
        }));
        wake(state);
        true
    }

    /// Remembers why a datagram was not the answer.
    pub(super) fn reject(&self, rejection: Rejection) {
        let mut state = self.lock();
        let is_again =
            matches!((&state.rejected, &rejection), (Some(Rejection::Malformed(_)), Rejection::Malformed(_)));
        if !is_again {
            state.rejected = Some(rejection);
        }
    }

    /// Tells why there will hardly be an answer.
    pub(super) fn hint(&self, hint: Hint) {
        let mut state = self.lock();
        if !state.has_answer {
            state.news = Some(WaiterEvent::Hint(hint));
            wake(state);
        }
    }

    fn lock(&self) -> MutexGuard<'_, SlotState> {
        lock(&self.state)
    }
}

/// Wakes who waits, but not before the lock is free.
fn wake(mut state: MutexGuard<'_, SlotState>) {
    let waker = state.waker.take();
    drop(state);
    waker.into_iter().for_each(Waker::wake);
}

impl Waiting {
    /// The id to send.
    pub(crate) fn id(&self) -> i32 {
        self.id
    }

    /// Waits for the answer, or for a hint that there will be none. Dropping the future loses nothing.
    pub(crate) async fn news(&mut self) -> WaiterEvent {
        std::future::poll_fn(|context| {
            let mut state = self.slot.lock();
            if let Some(news) = state.news.take() {
                return Poll::Ready(news);
            }
            if !state.waker.as_ref().is_some_and(|waker| waker.will_wake(context.waker())) {
                state.waker = Some(context.waker().clone());
            }
            Poll::Pending
        })
        .await
    }

    /// Why the last datagram that seemed to be the answer was none; why the first was, where none could be read.
    pub(crate) fn rejected(&self) -> Option<Rejection> {
        self.slot.lock().rejected.clone()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        lock(&self.table).remove(self.id);
    }
}

impl Table {
    fn add(&mut self, slot: Arc<Slot>) -> i32 {
        let peer = slot.peer;
        let id = loop {
            self.given += 1;
            let id = self.ids.hash_one(self.given) as i32 & i32::MAX;
            if let Entry::Vacant(free) = self.slots.entry(id) {
                free.insert(slot);
                break id;
            }
        };
        self.peers.entry(peer).or_default().push(id);
        id
    }

    fn remove(&mut self, id: i32) {
        let Some(slot) = self.slots.remove(&id) else { return };
        if let Some(ids) = self.peers.get_mut(&slot.peer) {
            if let Some(place) = ids.iter().position(|other| *other == id) {
                ids.swap_remove(place);
            }
            if ids.is_empty() {
                self.peers.remove(&slot.peer);
            }
        }
    }
}

/// How many of those who wait for a peer learn of noise that came from there.
const MAX_TOLD: usize = 16;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}
