//! What is remembered of agents between the sessions with them, shared by all of them.
//!
//! All sessions with the same address and credentials share one record: how much the agent can be asked at a time,
//! how many requests it can have in flight, and whether it answers at all. What is learned and decided is
//! [`snmp::profile`]; here are the locks around it, the turns in the window and the right to discover an engine.

mod engine;
mod window;

use std::{net::SocketAddr, sync::Arc, time::Instant};

use parking_lot::{Mutex, MutexGuard};
use snmp::{
    Credentials, HubOptions,
    profile::{AgentProfile, Fingerprint, Fingerprints, LastUsed, ProfileCache},
};

pub(crate) use self::{
    engine::{DiscoveryPermit, SharedEngine},
    window::{Permit, Window},
};
use crate::clock::now;

/// All agents that are remembered.
#[derive(Debug)]
pub(crate) struct Profiles {
    fingerprints: Fingerprints,
    agents: Mutex<ProfileCache<(SocketAddr, Fingerprint), SharedProfile>>,
    engines: Mutex<ProfileCache<SocketAddr, SharedEngine>>,
}

/// What is remembered of one agent.
#[derive(Debug)]
pub(crate) struct SharedProfile {
    /// How many requests may be in flight.
    pub(crate) window: Window,
    profile: Mutex<AgentProfile>,
}

impl Profiles {
    /// Nobody is known yet.
    pub(crate) fn new(options: &HubOptions) -> Self {
        let (max, keep) = (options.max_known_agents, options.known_for);
        Self {
            fingerprints: Fingerprints::default(),
            agents: Mutex::new(ProfileCache::new(max, keep)),
            engines: Mutex::new(ProfileCache::new(max, keep)),
        }
    }

    /// What is known of the agent at `addr` as it shows itself to `credentials`. Of a new one, nothing.
    pub(crate) fn agent(&self, addr: SocketAddr, credentials: &Credentials) -> Arc<SharedProfile> {
        let key = (addr, self.fingerprints.of(credentials));
        let has_bulk = !matches!(credentials, Credentials::V1 { .. });
        let now = now();
        lock(&self.agents).get_or_insert(key, now, || SharedProfile::new(has_bulk, now))
    }

    /// What is known of the engine of version 3 at `addr`, whoever the user is.
    pub(crate) fn engine(&self, addr: SocketAddr) -> Arc<SharedEngine> {
        let now = now();
        lock(&self.engines).get_or_insert(addr, now, || SharedEngine::new(now))
    }

    /// How many agents are remembered.
    pub(crate) fn len(&self) -> usize {
        lock(&self.agents).count()
    }
}

impl SharedProfile {
    fn new(has_bulk: bool, now: Instant) -> Self {
        Self { window: Window::new(), profile: Mutex::new(AgentProfile::new(has_bulk, now)) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, AgentProfile> {
        lock(&self.profile)
    }
}

impl LastUsed for SharedProfile {
    fn last_used(&self) -> Instant {
        self.lock().last_used()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock()
}
