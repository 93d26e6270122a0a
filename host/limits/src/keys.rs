//! Limits on API keys: how short one may be, and how fast one may be guessed.

use std::time::Duration;

use crate::section;

/// Octets of a configured API key. Below, the program does not start, unless only this machine can reach it.
pub const API_KEY_MIN_OCTETS: usize = 8;

/// Octets of a configured API key. Below, the program warns.
pub const API_KEY_ADVISED_OCTETS: usize = 16;

/// Octets of an API key. Beyond, the program does not start.
pub const API_KEY_MAX_OCTETS: usize = 255;

section! {
    /// What happens to clients with a wrong key.
    pub struct KeyLimits = "keys" {
        /// Wrong keys of one source within `memory` that are answered at once. Beyond, each is answered after `delay`, and so
        /// is a right key if its source had none before; clients that worked go on without a delay.
        failures: u32 as Count = 10, in 0..=1_000;
        /// Time for which the answer to a wrong key is kept back. Beyond, it is sent.
        delay: Duration as Time = Duration::from_secs(1), in Duration::ZERO..=Duration::from_secs(60);
        /// Time for which wrong and right keys of a source are remembered. Beyond, they are forgotten.
        memory: Duration as Time = Duration::from_secs(900), in Duration::from_secs(1)..=Duration::from_secs(86_400);
        /// Sources of which wrong keys are remembered, and as many of which right ones are. Beyond, the one that was heard of
        /// longest ago is forgotten.
        sources: usize as Count = 4_096, in 1..=1_000_000;
    }
}
