//! What is remembered of agents between the sessions with them.
//!
//! All sessions with the same address and credentials share one record: how much the agent can be asked at a time,
//! how many requests it can have in flight, and whether it answers at all. Records are found by a fingerprint, so no
//! credentials are kept here. They are bounded in number and forgotten after a while; one in use is not lost.

mod breaker;
mod engine;
mod fingerprint;
mod life;
mod store;
mod window;

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::time::Instant;

pub(crate) use self::{
    breaker::{Admission, Breaker},
    engine::{Discovering, FoundEngine, KnownEngine, Stale},
    window::{Permit, Window},
};
use self::{
    fingerprint::{Fingerprint, Fingerprints},
    life::Life,
    store::{LastUsed, Store},
};
use crate::{Credentials, HubOptions, Varbind, usm::EngineId, walk::Agent};

/// All agents that are remembered.
#[derive(Debug)]
pub(crate) struct KnownAgents {
    fingerprints: Fingerprints,
    agents: Mutex<Store<(SocketAddr, Fingerprint), KnownAgent>>,
    engines: Mutex<Store<SocketAddr, KnownEngine>>,
}

/// What is remembered of one agent.
#[derive(Debug)]
pub(crate) struct KnownAgent {
    /// How many requests may be in flight.
    pub(crate) window: Window,
    learned: Mutex<Learned>,
}

/// What its answers have shown, and that there were none.
#[derive(Debug)]
pub(crate) struct Learned {
    /// How much it can be asked at a time.
    pub(crate) agent: Agent,
    /// Whether it answers.
    pub(crate) breaker: Breaker,
    /// What shows that it is another one.
    life: Life,
    has_bulk: bool,
    last_used: Instant,
}

impl KnownAgents {
    /// Nobody is known yet.
    pub(crate) fn new(options: &HubOptions) -> Self {
        let (max, keep) = (options.max_known_agents, options.known_for);
        Self {
            fingerprints: Fingerprints::new(),
            agents: Mutex::new(Store::new(max, keep)),
            engines: Mutex::new(Store::new(max, keep)),
        }
    }

    /// What is known of the agent at `addr` as it shows itself to `credentials`. Of a new one, nothing.
    pub(crate) fn agent(&self, addr: SocketAddr, credentials: &Credentials) -> Arc<KnownAgent> {
        let key = (addr, self.fingerprints.of(credentials));
        let has_bulk = !matches!(credentials, Credentials::V1 { .. });
        let now = Instant::now();
        lock(&self.agents).get_or_insert(key, now, || KnownAgent::new(has_bulk, now))
    }

    /// What is known of the engine of version 3 at `addr`, whoever the user is.
    pub(crate) fn engine(&self, addr: SocketAddr) -> Arc<KnownEngine> {
        let now = Instant::now();
        lock(&self.engines).get_or_insert(addr, now, || KnownEngine::new(now))
    }

    /// How many agents are remembered.
    pub(crate) fn len(&self) -> usize {
        lock(&self.agents).len()
    }
}

impl KnownAgent {
    fn new(has_bulk: bool, now: Instant) -> Self {
        let (agent, breaker, life) = (Agent::new(has_bulk), Breaker::default(), Life::default());
        let learned = Learned { agent, breaker, life, has_bulk, last_used: now };
        Self { window: Window::new(), learned: Mutex::new(learned) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Learned> {
        lock(&self.learned)
    }
}

impl Learned {
    /// Whether there was an answer after that.
    pub(crate) fn was_answered_since(&self, then: Instant) -> bool {
        self.last_used > then
    }

    /// Learns that a request was answered.
    pub(crate) fn request_answered(&mut self, now: Instant) {
        self.agent.is_alive = true;
        self.answered(now);
    }

    /// Looks at an answer, by whichever engine and with these values, for signs that the agent is another one or has
    /// started again. Then what was learned before is forgotten, and the answer to this is true.
    pub(crate) fn is_another(&mut self, engine: Option<(&EngineId, u32)>, values: &[Varbind], now: Instant) -> bool {
        let has_other_engine = engine.is_some_and(|(id, boots)| self.life.heed_engine(id, boots));
        let is_another = self.life.heed_values(values, now) || has_other_engine;
        if is_another {
            self.agent = Agent::new(self.has_bulk);
            self.agent.is_alive = true;
        }
        is_another
    }

    /// Learns that something came that the agent has signed.
    pub(crate) fn answered(&mut self, now: Instant) {
        self.last_used = now;
        self.breaker.answered();
    }
}

impl LastUsed for KnownAgent {
    fn last_used(&self) -> Instant {
        self.lock().last_used
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
