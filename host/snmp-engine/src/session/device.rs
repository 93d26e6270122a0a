//! An agent as one session talks to it: what the session shares with others, and what is its own.

use std::{net::SocketAddr, sync::Arc};

use parking_lot::MutexGuard;
use snmp::{Credentials, RequestOptions, Target, profile::AgentProfile};
use tokio::sync::Notify;

use super::{
    identity::Identity,
    stats::{Counters, Stats},
    window::SessionWindow,
};
use crate::{
    hub::{Hub, canonical},
    profiles::SharedProfile,
};

/// An agent as one session talks to it.
#[derive(Clone)]
pub(super) struct Device {
    pub(super) hub: Arc<Hub>,
    pub(super) peer: SocketAddr,
    pub(super) identity: Arc<Identity>,
    pub(super) options: RequestOptions,
    pub(super) profile: Arc<SharedProfile>,
    pub(super) window: SessionWindow,
    pub(super) counters: Arc<Counters>,
    /// Told each time when the network says that the agent cannot be reached.
    pub(super) unreachable: Arc<Notify>,
}

impl Device {
    pub(super) fn new(hub: Arc<Hub>, target: Target, options: RequestOptions) -> Self {
        let Target { addr, credentials } = target;
        let peer = canonical(addr);
        let profile = hub.profiles().agent(peer, &credentials);
        let identity = Identity::new(&credentials, || hub.profiles().engine(peer));
        Self {
            hub,
            peer,
            identity: Arc::new(identity),
            window: SessionWindow::new(Arc::clone(&profile), options.window),
            profile,
            counters: Arc::default(),
            unreachable: Arc::default(),
            options,
        }
    }

    /// The same, with statistics of its own from now on; they count in these, too.
    pub(super) fn counted(&self) -> Self {
        let counters = Arc::new(Counters::part_of(&self.counters));
        Self { counters, ..self.clone() }
    }

    /// The same, whose requests are sent with other options from now on.
    pub(super) fn with_options(&self, options: RequestOptions) -> Self {
        let window = SessionWindow::new(Arc::clone(&self.profile), options.window);
        Self { window, options, ..self.clone() }
    }

    /// The same agent with other credentials. Requests count in these statistics, and wait for their turn in the same
    /// window: it is one device, however many contexts it has.
    pub(super) fn with_credentials(&self, credentials: &Credentials) -> Self {
        let profile = self.hub.profiles().agent(self.peer, credentials);
        let identity = Identity::new(credentials, || self.hub.profiles().engine(self.peer));
        Self { identity: Arc::new(identity), profile, ..self.clone() }
    }

    /// What was sent and what came back so far.
    pub(super) fn stats(&self) -> Stats {
        let Self { options, counters, window, .. } = self;
        let profile = self.lock();
        let bulk = profile.capabilities.uses_bulk(options);
        let max_repetitions = profile.capabilities.repetitions(1, options);
        drop(profile);
        counters.counts().stats(max_repetitions, bulk, window.size())
    }

    /// What was learned of the agent.
    pub(super) fn lock(&self) -> MutexGuard<'_, AgentProfile> {
        self.profile.lock()
    }
}
