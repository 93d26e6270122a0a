//! Our own engine, for messages in which we are the authority on time: informs to us, and traps of ours (RFC 3414
//! section 1.5.1).

use std::time::Instant;

use super::{EngineId, TIME_WINDOW_SECONDS};

/// An SNMP engine of our own: its id, how often it has booted, and since when it runs.
#[derive(Clone, Debug)]
pub struct LocalEngine {
    id: EngineId,
    boots: u32,
    started: Instant,
}

/// What a counter of seconds holds (RFC 3414 section 2.2.2).
const LAST: u64 = 2_147_483_647;

impl LocalEngine {
    /// An engine that has run since `started`. Its boots must be higher at each start, or others take its messages for
    /// old ones.
    #[must_use]
    pub fn new(id: EngineId, boots: u32, started: Instant) -> Self {
        Self { id, boots, started }
    }

    /// snmpEngineID.
    #[must_use]
    pub fn id(&self) -> &EngineId {
        &self.id
    }

    /// snmpEngineBoots.
    #[must_use]
    pub fn boots(&self) -> u32 {
        self.boots
    }

    /// snmpEngineTime: seconds since the start.
    #[must_use]
    pub fn time(&self, now: Instant) -> u32 {
        let seconds = now.saturating_duration_since(self.started).as_secs().min(LAST);
        u32::try_from(seconds).unwrap_or(u32::MAX)
    }

    /// Whether a message to us that was authenticated comes at the right time (RFC 3414 section 3.2, step 7 a).
    #[must_use]
    pub fn is_in_time(&self, boots: u32, time: u32, now: Instant) -> bool {
        u64::from(self.boots) < LAST && boots == self.boots && self.time(now).abs_diff(time) <= TIME_WINDOW_SECONDS
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_message_to_us_may_be_150_seconds_off_and_of_no_other_boot() {
        let engine = LocalEngine::new(EngineId::new(b"12345").unwrap(), 3, Instant::now());
        let now = Instant::now() + Duration::from_secs(1_000);
        assert_eq!(engine.time(now), 1_000);
        for (boots, time, expected) in
            [(3, 850, true), (3, 849, false), (3, 1_150, true), (3, 1_151, false), (2, 1_000, false), (4, 1_000, false)]
        {
            assert_eq!(engine.is_in_time(boots, time, now), expected, "{boots}, {time}");
        }
    }
}
