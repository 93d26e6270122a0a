//! Puts the parts of the proxy together, each from what it needs and no more.
//!
//! [`devices`] opens the sockets for SNMP and [`direct()`] reads through them: there is no sandbox. [`Sandbox`] loads
//! plugins and decodes: it has no socket. [`Proxy`] is what serves, and has everything.

mod check;
mod error;
mod memory;
mod plugins;
mod sandbox;

use std::{io, net::UdpSocket, sync::Arc, time::Instant};

use api::{Api, SocketStats, TrapStreams};
use config::Settings;
use polling::{DeviceSessions, DirectRunner};
use receiving::{Dependencies, Receiving};
use runtime::LoadEvents;
use snmp_engine::Engine;
use tickets::{Direct, Scheduler, Slots};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::memory::Memory;
pub use crate::{
    check::{CheckedPlugin, bundled},
    error::StartError,
    plugins::{origin_word, plugin_list},
    sandbox::Sandbox,
};

/// Opens the sockets for SNMP.
pub async fn devices(settings: &Settings) -> Result<Arc<DeviceSessions>, StartError> {
    let engine = Engine::bind(settings.limits.hub_options()).await.map_err(StartError::Sockets)?;
    Ok(Arc::new(DeviceSessions::new(engine, settings.limits.clone(), settings.targets.clone())))
}

/// What does direct operations, without a server.
pub async fn direct(settings: &Settings) -> Result<DirectRunner, StartError> {
    Ok(DirectRunner::new(devices(settings).await?))
}

/// A proxy that is ready to serve.
#[derive(Debug)]
pub struct Proxy {
    settings: Settings,
    sandbox: Sandbox,
    devices: Arc<DeviceSessions>,
    memory: Memory,
    started: Instant,
}

/// The sockets that a proxy listens on.
#[derive(Debug)]
pub struct Listeners {
    /// For the API.
    pub http: TcpListener,
    /// For notifications; none: nothing is received.
    pub traps: Vec<UdpSocket>,
}

impl Proxy {
    /// Opens the state directory and the sockets, and loads all plugins.
    pub async fn start(settings: Settings, events: &dyn LoadEvents) -> Result<Self, StartError> {
        let memory = Memory::open(&settings).await?;
        let sandbox = Sandbox::load(&settings, events).await?;
        Self::with(settings, sandbox, memory).await
    }

    /// Starts without plugins, which is sooner done: it polls nothing and decodes nothing.
    pub async fn start_without_plugins(settings: Settings) -> Result<Self, StartError> {
        let memory = Memory::of_this_process(&settings)?;
        let sandbox = Sandbox::empty(&settings)?;
        Self::with(settings, sandbox, memory).await
    }

    async fn with(settings: Settings, sandbox: Sandbox, memory: Memory) -> Result<Self, StartError> {
        let devices = devices(&settings).await?;
        Ok(Self { settings, sandbox, devices, memory, started: Instant::now() })
    }

    /// The sandbox with its plugins.
    #[must_use]
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The log of received notifications.
    #[must_use]
    pub fn traps(&self) -> &traps::TrapLog {
        &self.memory.traps
    }

    /// Serves the API and receives notifications until `shutdown` is cancelled. Polls that still run then are cancelled,
    /// open requests are answered, notifications that were let in are stored, and after the grace period what is left is
    /// cut off.
    pub async fn serve(&self, listeners: Listeners, shutdown: CancellationToken) -> io::Result<()> {
        let Self { settings, sandbox, devices, memory, started } = self;
        let http = &settings.limits.http;
        let receiving = Arc::new(self.receive(listeners.traps)?);
        let slots = Slots::new(&settings.limits.polls);
        let runner = sandbox.poll_runner(Arc::clone(devices));
        let scheduler = Scheduler::start(Arc::new(runner), &slots, &settings.limits);
        let _stopped = scheduler.stop_on_drop();
        let app = api::router(Api {
            settings: settings.clone(),
            catalogue: sandbox.catalogue(),
            plugins: Arc::new(plugin_list(&sandbox.plugins)),
            scheduler: scheduler.clone(),
            direct: Direct::new(Arc::new(DirectRunner::new(Arc::clone(devices))), Arc::clone(&slots.direct)),
            socket_stats: SocketStats(Arc::new({
                let devices = Arc::clone(devices);
                move || devices.hub_stats()
            })),
            decoding: Arc::new(sandbox.decoding_with(settings, memory.community_refs.clone())),
            traps: memory.traps.clone(),
            receiving: Arc::clone(&receiving),
            trap_streams: TrapStreams::new(settings.traps.event_streams),
            started: *started,
            stopping: shutdown.clone(),
        });
        let stop_polls = async {
            shutdown.cancelled().await;
            tokio::join!(scheduler.shut_down(http.shutdown_grace), receiving.stop(http.shutdown_grace));
        };
        let (served, ()) = tokio::join!(api::serve(listeners.http, app, http, shutdown.clone()), stop_polls);
        served
    }

    fn receive(&self, sockets: Vec<UdpSocket>) -> io::Result<Receiving> {
        let Self { settings, sandbox, devices, memory, .. } = self;
        let dependencies = Dependencies {
            runtime: sandbox.runtime.clone(),
            plugins: Arc::clone(&sandbox.plugins),
            log: memory.traps.clone(),
            state: memory.state.clone(),
            identity: memory.identity.clone(),
            community_refs: memory.community_refs.clone(),
            engine: devices.engine().clone(),
        };
        Receiving::start(sockets, &settings.traps, dependencies)
    }
}
