//! The record of the SNMPv3 engine at an address, shared by all sessions with it, and the right to discover it.
//!
//! One session discovers the engine for all; the others wait for it.

use std::{sync::Arc, time::Instant};

use parking_lot::{Mutex, MutexGuard};
use snmp::{
    RequestError,
    message::DiscoveredEngine,
    profile::{AuthoritativeEngine, EngineProfile, LastUsed, StaleEngine},
};

/// The engine at an address.
#[derive(Debug)]
pub(crate) struct SharedEngine {
    record: Mutex<EngineProfile>,
    /// Held by the one who discovers.
    discovering: tokio::sync::Mutex<()>,
}

/// The right to discover an engine, given up when dropped.
#[derive(Debug)]
pub(crate) struct DiscoveryPermit<'a> {
    engine: &'a SharedEngine,
    _guard: tokio::sync::MutexGuard<'a, ()>,
}

impl SharedEngine {
    /// An engine of which nothing is known.
    pub(super) fn new(now: Instant) -> Self {
        Self { record: Mutex::new(EngineProfile::new(now)), discovering: tokio::sync::Mutex::new(()) }
    }

    /// The engine, if it is known and not the one that is stale.
    pub(crate) fn current(&self, stale: Option<&StaleEngine>, now: Instant) -> Option<Arc<AuthoritativeEngine>> {
        self.lock().current(stale, now)
    }

    /// Waits for the right to discover. Others who had it may have found the engine by then.
    pub(crate) async fn discovering(&self) -> DiscoveryPermit<'_> {
        DiscoveryPermit { engine: self, _guard: self.discovering.lock().await }
    }

    /// Why a discovery has failed that was not over yet at `since`: whoever waited for it shares its failure.
    pub(crate) fn failed_since(&self, since: Instant) -> Option<RequestError> {
        self.lock().failed_since(since)
    }

    fn lock(&self) -> MutexGuard<'_, EngineProfile> {
        self.record.lock()
    }
}

impl DiscoveryPermit<'_> {
    /// Remembers what was found.
    pub(crate) fn found(
        &self,
        found: DiscoveredEngine,
        stale: Option<&StaleEngine>,
        now: Instant,
    ) -> Arc<AuthoritativeEngine> {
        self.engine.lock().found(found, stale, now)
    }

    /// Remembers for those who wait that nothing was found.
    pub(crate) fn failed(&self, error: &RequestError, now: Instant) {
        self.engine.lock().failed(error, now);
    }
}

impl LastUsed for SharedEngine {
    fn last_used(&self) -> Instant {
        self.lock().last_used()
    }
}
