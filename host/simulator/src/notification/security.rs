//! Whose keys and clock a sender uses: its own, or those of a simulator at one of its addresses.

use std::{fmt, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{engine_handle::EngineHandle, v3::Usm};

/// The security model behind a sender.
pub(super) enum Security {
    /// One engine with users of its own, which began to count its time at `start`.
    Own {
        /// Its address number 0 is the sender.
        usm: Mutex<Usm>,
        start: Instant,
    },
    /// That of a simulator, so that its devices ask and are asked as the same engine.
    Simulator(EngineHandle),
}

impl Security {
    pub(super) fn of(usm: Usm) -> Self {
        Self::Own { usm: Mutex::new(usm), start: Instant::now() }
    }

    /// Runs something short with the model, the number of the address there, and the time since its start.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut Usm, usize, Duration) -> R) -> R {
        match self {
            // Nothing here is left half changed by a panic.
            Self::Own { usm, start } => work(&mut usm.lock(), 0, start.elapsed()),
            Self::Simulator(handle) => handle.with(work),
        }
    }
}

impl fmt::Debug for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.with(|usm, address, now| {
            let clock = usm.clock(address, now);
            f.debug_struct("Security").field("engine_id", &clock.map(|clock| Arc::clone(&clock.id))).finish()
        })
    }
}
