//! What is remembered of an agent between the sessions with it.
//!
//! How much it can be asked at a time, how many requests it can have in flight, whether it answers at all, and what
//! shows that it is another one. Records are found by a fingerprint, so no credentials are kept here. They are bounded
//! in number and forgotten after a while; one in use is not lost. Pure: it is told the time.

mod capabilities;
mod inquiry;
mod names;
mod verified;

mod breaker;
mod cache;
mod engine;
mod fingerprint;
mod restart;
mod window;

use std::time::Instant;

use self::restart::RestartDetector;
pub use self::{
    breaker::{Admission, Breaker},
    cache::{LastUsed, ProfileCache},
    capabilities::{Bulk, Capabilities},
    engine::{AuthoritativeEngine, EngineProfile, StaleEngine},
    fingerprint::{Fingerprint, Fingerprints},
    inquiry::InProgress,
    names::{Names, Ramp},
    window::WindowSize,
};
pub(crate) use self::{
    capabilities::{Order, Skip},
    inquiry::{Inquiry, Subject},
    verified::VerifiedRepetitions,
};
use crate::{Varbind, usm::EngineId};

/// What its answers have shown, and that there were none.
#[derive(Debug)]
pub struct AgentProfile {
    /// How much it can be asked at a time.
    pub capabilities: Capabilities,
    /// Whether it answers.
    pub breaker: Breaker,
    /// What shows that it is another one.
    restart: RestartDetector,
    has_bulk: bool,
    last_used: Instant,
}

impl AgentProfile {
    /// Of an agent of which nothing is known but whether its version has GETBULK.
    pub fn new(has_bulk: bool, now: Instant) -> Self {
        let (capabilities, breaker, restart) =
            (Capabilities::new(has_bulk), Breaker::default(), RestartDetector::default());
        Self { capabilities, breaker, restart, has_bulk, last_used: now }
    }

    /// When it last answered; before it has, when it was first asked.
    pub fn last_used(&self) -> Instant {
        self.last_used
    }

    /// Whether there was an answer after that.
    pub fn was_answered_since(&self, then: Instant) -> bool {
        self.last_used > then
    }

    /// Learns that a request was answered.
    pub fn request_answered(&mut self, now: Instant) {
        self.capabilities.is_alive = true;
        self.answered(now);
    }

    /// Looks at an answer, by whichever engine and with these values, for signs that the agent is another one or has
    /// started again. Then what was learned before is forgotten, and the answer to this is true.
    pub fn is_another(&mut self, engine: Option<(&EngineId, u32)>, values: &[Varbind], now: Instant) -> bool {
        let has_other_engine = engine.is_some_and(|(id, boots)| self.restart.engine_changed(id, boots));
        let is_another = self.restart.values_changed(values, now) || has_other_engine;
        if is_another {
            self.capabilities = Capabilities::new(self.has_bulk);
            self.capabilities.is_alive = true;
        }
        is_another
    }

    /// Learns that something came that the agent has signed.
    pub fn answered(&mut self, now: Instant) {
        self.last_used = now;
        self.breaker.answered();
    }
}
