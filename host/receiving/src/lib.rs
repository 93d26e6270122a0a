//! Notifications: from the listener's queue into the trap log, and from there to others.
//!
//! The crate `traps` receives, keeps and forwards, and the runtime's sandbox decodes; what joins them is here.
//! `decoded` makes records of what was let in, `dedupe` counts what says the same, and `pipeline` sees to the order:
//! nothing is acknowledged before it is stored.

mod counters;
mod cursors;
mod decoded;
mod dedupe;
mod pipeline;

use std::{
    io,
    net::{SocketAddr, UdpSocket},
    sync::Arc,
    time::Duration,
};

use config::TrapSettings;
use parking_lot::Mutex;
use runtime::{LivePlugins, Runtime};
use snmp::usm::LocalEngine;
use snmp_engine::Engine;
use state::State;
use tokio::time::{Instant, timeout_at};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use traps::{
    CommunityRefs, TrapLog,
    forward::{Cursors, ForwardParts, ForwarderStats, Forwarders, MemoryCursors},
    listener::{Listener, ListenerStats},
};

pub use self::counters::ReceiveStats;
use self::{
    counters::Counters,
    cursors::StoredCursors,
    decoded::{DecodedTrap, RecordSettings, TrapDecoding},
    dedupe::Windows,
};

/// What receives notifications and what forwards them. Dropping it stops both at once.
#[derive(Debug)]
pub struct Receiving {
    listening: Option<Listening>,
    counters: Arc<Counters>,
    forwarders: Forwarders,
    log: TrapLog,
}

/// What is there where there are sockets to receive from.
#[derive(Debug)]
struct Listening {
    /// Gone once it is to stop.
    listener: Mutex<Option<Listener>>,
    addresses: Vec<SocketAddr>,
    _pipeline: AbortOnDropHandle<()>,
    /// Cancelled when all that was let in is stored, or in memory because it cannot be.
    drained: CancellationToken,
    /// Cancelled when all that was let in is stored.
    done: CancellationToken,
}

/// What notifications are received and forwarded with.
#[derive(Debug)]
pub struct Dependencies {
    /// Decodes.
    pub runtime: Runtime,
    /// The decoder and the enrichers.
    pub plugins: LivePlugins,
    /// Where they are kept.
    pub log: TrapLog,
    /// Where forwarders keep how far they are; none: in memory.
    pub state: Option<State>,
    /// Who we are in version 3.
    pub identity: LocalEngine,
    /// What records call communities.
    pub community_refs: CommunityRefs,
    /// What notifications are sent with.
    pub engine: Engine,
}

/// How receiving and forwarding are going.
#[derive(Debug)]
pub struct Stats {
    /// Where they are received.
    pub addresses: Vec<SocketAddr>,
    /// None where nobody listens.
    pub listener: Option<ListenerStats>,
    /// What became of those that were let in.
    pub received: ReceiveStats,
    /// How each receiver is getting on.
    pub forwarders: Vec<ForwarderStats>,
}

impl Receiving {
    /// Starts to receive from these sockets, and to forward. Must be called within a tokio runtime.
    pub fn start(sockets: Vec<UdpSocket>, settings: &TrapSettings, dependencies: Dependencies) -> io::Result<Self> {
        let counters = Arc::new(Counters::default());
        let parts = ForwardParts {
            proxy_name: Some(settings.proxy_name.clone()),
            engine: dependencies.engine.clone(),
            local: dependencies.identity.clone(),
        };
        let cursors: Arc<dyn Cursors> = match &dependencies.state {
            Some(state) => Arc::new(StoredCursors(state.clone())),
            None => Arc::new(MemoryCursors::default()),
        };
        let forwarders = Forwarders::start(settings.forward.clone(), dependencies.log.clone(), cursors, &parts);
        let log = dependencies.log.clone();
        let listening = if sockets.is_empty() {
            None
        } else {
            Some(Listening::open(sockets, settings, dependencies, Arc::clone(&counters))?)
        };
        Ok(Self { listening, counters, forwarders, log })
    }

    /// How it is going.
    pub fn stats(&self) -> Stats {
        let listening = self.listening.as_ref();
        let listener = listening.and_then(|listening| Some(listening.listener().as_ref()?.stats()));
        Stats {
            addresses: listening.map(|listening| listening.addresses.clone()).unwrap_or_default(),
            listener,
            received: self.counters.read(),
            forwarders: self.forwarders.stats(),
        }
    }

    /// Takes nothing in any more, stores what is on its way and forwards it. After `grace` it gives up: what was not
    /// stored was not acknowledged, and what was stored and not forwarded will be, if there is a state directory.
    pub async fn stop(&self, grace: Duration) {
        let deadline = Instant::now() + grace;
        if let Some(listening) = &self.listening {
            drop(listening.listener().take());
            if timeout_at(deadline, listening.drained.cancelled()).await.is_err() {
                tracing::warn!(
                    "shutdown: notifications that were not stored within the grace period are lost (limit `http.shutdown_grace`)"
                );
            }
            // What cannot be stored leaves time to send it on at least.
            let left = deadline.saturating_duration_since(Instant::now());
            if timeout_at(Instant::now() + left / 2, listening.done.cancelled()).await.is_err() {
                let records = self.log.unstored().records;
                tracing::error!(records, "notifications could not be stored and are not in the trap log");
            }
        }
        self.forwarders.stop(deadline.saturating_duration_since(Instant::now())).await;
    }
}

impl Listening {
    fn open(
        sockets: Vec<UdpSocket>,
        settings: &TrapSettings,
        dependencies: Dependencies,
        counters: Arc<Counters>,
    ) -> io::Result<Self> {
        let (listener, arrivals) =
            Listener::bind(sockets, &settings.listener, dependencies.identity, dependencies.community_refs)?;
        let decoding_stage = TrapDecoding {
            runtime: dependencies.runtime,
            plugins: dependencies.plugins,
            settings: RecordSettings {
                proxy_name: settings.proxy_name.clone(),
                site: settings.site.clone(),
                trusted_relays: settings.trusted_relays.clone(),
            },
            counters,
        };
        let window = settings.dedupe_window;
        let repetitions =
            (!window.is_zero()).then(|| Windows::new(window, settings.dedupe_records, DecodedTrap::octets));
        let done = CancellationToken::new();
        let ended = done.clone().drop_guard();
        let drained = CancellationToken::new();
        let is_drained = drained.clone();
        let pipeline = tokio::spawn(async move {
            let _ended = ended;
            let _drained = is_drained.clone().drop_guard();
            pipeline::run(arrivals, Arc::new(decoding_stage), dependencies.log, repetitions, is_drained).await;
        });
        let addresses = listener.local_addrs().to_vec();
        let listener = Mutex::new(Some(listener));
        Ok(Self { listener, addresses, _pipeline: AbortOnDropHandle::new(pipeline), drained, done })
    }

    fn listener(&self) -> parking_lot::MutexGuard<'_, Option<Listener>> {
        self.listener.lock()
    }
}
