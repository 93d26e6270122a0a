//! The engine: what opens the sockets and starts sessions.

use std::{io, sync::Arc};

use snmp::{HubOptions, RequestOptions, Target};

use crate::{
    Session,
    hub::{Hub, HubStats, LocalAgent},
};

/// The engine: a hub of sockets that any number of sessions share. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine {
    hub: Arc<Hub>,
}

impl Engine {
    /// Opens the sockets. One family is enough: a machine may have no IPv6, or nothing else.
    ///
    /// Must be called within a tokio runtime.
    #[expect(clippy::unused_async, reason = "must run within a runtime, and will wait for more than sockets")]
    pub async fn bind(options: HubOptions) -> io::Result<Self> {
        Ok(Self { hub: Arc::new(Hub::open(options)?) })
    }

    /// Opens no socket: whatever address is asked, this agent answers, such as a recording that is played. All else is as
    /// with an agent behind a network.
    pub fn with_local_agent(options: HubOptions, agent: Arc<LocalAgent>) -> io::Result<Self> {
        Ok(Self { hub: Arc::new(Hub::with_local_agent(options, agent)?) })
    }

    /// Starts a session with an agent. Sends nothing.
    #[must_use]
    pub fn session(&self, target: Target, options: RequestOptions) -> Session {
        Session::new(Arc::clone(&self.hub), target, options)
    }

    /// How many keys of version 3 are remembered: those that sessions use.
    #[must_use]
    pub fn remembered_keys(&self) -> usize {
        self.hub.key_maker().len()
    }

    /// How many requests wait for an answer now.
    #[must_use]
    pub fn waiters(&self) -> usize {
        self.hub.waiters()
    }

    /// How many more requests could be in flight now.
    #[must_use]
    pub fn free_slots(&self) -> usize {
        self.hub.free_slots()
    }

    /// What the sockets have seen.
    #[must_use]
    pub fn stats(&self) -> HubStats {
        self.hub.stats()
    }
}
