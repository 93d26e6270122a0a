//! What a sender of informs knows of the engine that receives them (RFC 3414 section 2.3).

use std::{sync::Arc, time::Duration};

use tokio::time::Instant;

use crate::v3::EngineClock;

/// The engine of a receiver of informs, as it told of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiverEngine {
    pub(super) clock: EngineClock,
    pub(super) learned: Instant,
}

impl ReceiverEngine {
    pub(super) fn new(clock: EngineClock) -> Self {
        Self { clock, learned: Instant::now() }
    }

    /// Its engine id.
    #[must_use]
    pub fn engine_id(&self) -> &[u8] {
        &self.clock.id
    }

    /// Its engineBoots.
    #[must_use]
    pub fn boots(&self) -> i32 {
        self.clock.boots
    }

    /// Its engineTime when it told of itself, in seconds.
    #[must_use]
    pub fn time(&self) -> i32 {
        self.clock.time
    }

    /// Its clock as it must be by now.
    pub(super) fn clock_now(&self) -> EngineClock {
        let passed: Duration = self.learned.elapsed();
        let time = self.clock.time.saturating_add(i32::try_from(passed.as_secs()).unwrap_or(i32::MAX));
        EngineClock { id: Arc::clone(&self.clock.id), boots: self.clock.boots, time }
    }
}
