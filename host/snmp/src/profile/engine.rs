//! What is known of the SNMPv3 engine at an address: its id and its clock.
//!
//! All users and contexts share it. The clock belongs to the address and the engine id together: there are devices
//! that share an engine id and not its time. Pure: whoever discovers the engine tells what was found.

use std::{sync::Arc, time::Instant};

use crate::{
    RequestError,
    message::DiscoveredEngine,
    usm::{Clock, EngineId},
};

/// The engine at an address.
#[derive(Debug)]
pub struct EngineProfile {
    engine: Option<Arc<AuthoritativeEngine>>,
    /// The one before it. Whoever says that the engine is another must not make its clock be forgotten.
    former: Option<Arc<AuthoritativeEngine>>,
    /// Why the last discovery failed, and when.
    failed: Option<(Instant, RequestError)>,
    last_used: Instant,
}

/// An engine that was found.
#[derive(Debug)]
pub struct AuthoritativeEngine {
    /// Its id.
    pub id: EngineId,
    /// Its clock, at this address.
    pub clock: Arc<Clock>,
}

/// Why an engine that is known has to be discovered again.
#[derive(Clone, Debug)]
pub struct StaleEngine {
    /// What is known so far.
    pub engine: Arc<AuthoritativeEngine>,
    /// Whether it has proved that its clock went back. Then it gets a new one.
    pub clock_went_back: bool,
}

impl EngineProfile {
    /// An engine of which nothing is known.
    pub fn new(now: Instant) -> Self {
        Self { engine: None, former: None, failed: None, last_used: now }
    }

    /// When somebody last asked for the engine.
    pub fn last_used(&self) -> Instant {
        self.last_used
    }

    /// The engine, if it is known and not the one that is stale.
    pub fn current(&mut self, stale: Option<&StaleEngine>, now: Instant) -> Option<Arc<AuthoritativeEngine>> {
        self.last_used = now;
        let is_fresh =
            |engine: &&Arc<AuthoritativeEngine>| !stale.is_some_and(|stale| Arc::ptr_eq(engine, &stale.engine));
        self.engine.as_ref().filter(is_fresh).map(Arc::clone)
    }

    /// Why a discovery has failed that was not over yet at `since`: whoever waited for it shares its failure.
    pub fn failed_since(&self, since: Instant) -> Option<RequestError> {
        self.failed.as_ref().filter(|(at, _)| *at > since).map(|(_, error)| error.clone())
    }

    /// Remembers what was found.
    ///
    /// Nobody signed it. So it replaces no clock of the same engine, unless that has proved that it is wrong.
    pub fn found(
        &mut self,
        found: DiscoveredEngine,
        stale: Option<&StaleEngine>,
        now: Instant,
    ) -> Arc<AuthoritativeEngine> {
        let DiscoveredEngine { engine_id, boots, time } = found;
        let keeps_clock = !stale.is_some_and(|stale| stale.clock_went_back);
        let (known, former) = (self.engine.take(), self.former.take());
        let is_it = |engine: &&Arc<AuthoritativeEngine>| engine.id == engine_id && keeps_clock;
        let engine = known.as_ref().filter(is_it).or(former.as_ref().filter(is_it)).map(Arc::clone);
        let engine = engine.unwrap_or_else(|| Arc::new(AuthoritativeEngine { id: engine_id, clock: Arc::default() }));
        engine.clock.guess(boots, time, now);
        let is_another = |other: &Arc<AuthoritativeEngine>| other.id != engine.id;
        self.former = known.filter(is_another).or(former.filter(is_another));
        self.engine = Some(Arc::clone(&engine));
        self.failed = None;
        engine
    }

    /// Remembers for those who wait that nothing was found.
    pub fn failed(&mut self, error: &RequestError, now: Instant) {
        self.failed = Some((now, error.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(id: u8, boots: u32) -> DiscoveredEngine {
        DiscoveredEngine { engine_id: EngineId::new(&[0x80, 0, 0, 0, id]).unwrap(), boots, time: 0 }
    }

    #[test]
    fn a_clock_is_replaced_with_its_engine_or_once_it_has_proved_wrong() {
        let now = Instant::now();
        let mut known = EngineProfile::new(now);
        let first = known.found(found(1, 5), None, now);
        assert_eq!(first.clock.read(now), (5, 0));
        let stale = |clock_went_back| StaleEngine { engine: Arc::clone(&first), clock_went_back };
        let same = known.found(found(1, 3), Some(&stale(false)), now);
        assert!(Arc::ptr_eq(&first, &same));
        let back = known.found(found(1, 2), Some(&stale(true)), now);
        assert_eq!((back.clock.read(now), first.clock.read(now)), ((2, 0), (3, 0)));
        let other = known.found(found(2, 9), Some(&stale(false)), now);
        assert_eq!((other.clock.read(now), known.current(Some(&stale(true)), now).is_some()), ((9, 0), true));
        let again = known.found(found(1, 8), Some(&StaleEngine { engine: other, clock_went_back: false }), now);
        assert!(Arc::ptr_eq(&back, &again), "an engine that comes back keeps its clock");
    }
}
