//! A handle to the users and the engine of one address of a simulator, for those who send notifications as it.

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;

use crate::{agent::Agent, v3::Usm};

/// The users and the engine of one address of a simulator.
#[derive(Clone, Debug)]
pub(crate) struct EngineHandle {
    agent: Arc<Mutex<Agent>>,
    /// When the engine began to count its time.
    start: tokio::time::Instant,
    address: usize,
}

impl EngineHandle {
    pub(crate) fn new(agent: Arc<Mutex<Agent>>, start: tokio::time::Instant, address: usize) -> Self {
        Self { agent, start, address }
    }

    /// Runs something short with the security model, the number of the address, and the time since the start.
    pub(crate) fn with<R>(&self, work: impl FnOnce(&mut Usm, usize, Duration) -> R) -> R {
        let now = self.start.elapsed();
        // An agent has no state that a panic could leave half changed and that would matter to a test.
        let mut agent = self.agent.lock();
        work(agent.usm_mut(), self.address, now)
    }
}
