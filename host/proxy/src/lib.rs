//! Puts the parts of the proxy together, each from what it needs and no more.
//!
//! [`devices`] opens the sockets for SNMP, [`local_device`] has an agent in their place: there is no sandbox. [`Sandbox`] loads
//! plugins and decodes: it has no socket. [`Proxy`] is what serves, and has everything.

mod check;
mod error;
mod plugins;
mod proxy_state;
mod sandbox;

use std::{io, net::UdpSocket, sync::Arc, time::Instant};

use api::{Api, Connections, SocketStats, TrapStreams, WrongKeys};
use budget::AnswerBudget;
use config::Settings;
use polling::{DeviceSessions, DirectRunner};
use receiving::{Dependencies, Receiving};
use runtime::{Compiler, LoadEvents};
use snmp_engine::{Engine, LocalAgent};
use tickets::{Direct, DirectSlots, Scheduler};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use crate::{
    check::{CheckedPlugin, bundled},
    error::StartError,
    plugins::{origin_word, plugin_list, warnings},
    sandbox::Sandbox,
};
use crate::{
    plugins::{current_plugins, reload_plugins},
    proxy_state::ProxyState,
};

/// Opens the sockets for SNMP. What is denied to clients of the server is denied there, and not to whoever types a command.
pub async fn devices(settings: &Settings) -> Result<Arc<DeviceSessions>, StartError> {
    Ok(Arc::new(sessions(settings).await?))
}

async fn sessions(settings: &Settings) -> Result<DeviceSessions, StartError> {
    let engine = Engine::bind(settings.limits.hub_options()).await.map_err(StartError::Sockets)?;
    Ok(DeviceSessions::new(engine, settings.limits.clone(), settings.targets.clone()))
}

/// Opens no socket: whatever device is asked, this agent answers inside the process.
pub fn local_device(settings: &Settings, agent: Arc<LocalAgent>) -> Result<Arc<DeviceSessions>, StartError> {
    let engine = Engine::with_local_agent(settings.limits.hub_options(), agent).map_err(StartError::Sockets)?;
    let sessions = DeviceSessions::new(engine, settings.limits.clone(), settings.targets.clone());
    Ok(Arc::new(sessions.without_network()))
}

/// A proxy that is ready to serve.
#[derive(Debug)]
pub struct Proxy {
    settings: Settings,
    sandbox: Sandbox,
    devices: Arc<DeviceSessions>,
    proxy_state: ProxyState,
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
    /// Opens the state directory and the sockets, and loads those plugins that need not be compiled first. The others
    /// follow while it serves.
    pub async fn start(
        settings: Settings,
        compiler: Compiler,
        events: Arc<dyn LoadEvents>,
    ) -> Result<Self, StartError> {
        let proxy_state = ProxyState::open(&settings).await?;
        let sandbox = Sandbox::start(&settings, compiler, events).await?;
        Self::with(settings, sandbox, proxy_state).await
    }

    /// Starts without plugins, which is sooner done: it polls nothing and decodes nothing.
    pub async fn start_without_plugins(settings: Settings) -> Result<Self, StartError> {
        let proxy_state = ProxyState::of_this_process(&settings)?;
        let sandbox = Sandbox::empty(&settings)?;
        Self::with(settings, sandbox, proxy_state).await
    }

    async fn with(settings: Settings, sandbox: Sandbox, proxy_state: ProxyState) -> Result<Self, StartError> {
        let devices = Arc::new(sessions(&settings).await?.denying(settings.denied_targets.clone()));
        Ok(Self { settings, sandbox, devices, proxy_state, started: Instant::now() })
    }

    /// The sandbox with its plugins.
    #[must_use]
    pub fn sandbox(&self) -> &Sandbox {
        &self.sandbox
    }

    /// The log of received notifications.
    #[must_use]
    pub fn traps(&self) -> &traps::TrapLog {
        &self.proxy_state.traps
    }

    /// Serves the API and receives notifications until `shutdown` is cancelled. Polls that still run then are cancelled,
    /// open requests are answered, notifications that were let in are stored, and after the grace period what is left is
    /// cut off.
    pub async fn serve(&self, listeners: Listeners, shutdown: CancellationToken) -> io::Result<()> {
        let Self { settings, sandbox, devices, proxy_state, started } = self;
        let http = &settings.limits.http;
        let receiving = Arc::new(self.receive(listeners.traps)?);
        let slots = Arc::new(DirectSlots::new(&settings.limits.polls));
        let runner = sandbox.poll_runner(Arc::clone(devices));
        let answers = AnswerBudget::new(&settings.limits.answers);
        let scheduler = Scheduler::start(Arc::new(runner), answers.clone(), &settings.limits);
        let _stopped = scheduler.stop_on_drop();
        let connections = Arc::new(Connections::new(http));
        let app = api::router(Api {
            settings: settings.clone(),
            plugins: current_plugins(sandbox.plugins.clone()),
            reload: reload_plugins(sandbox.clone()),
            scheduler: scheduler.clone(),
            targets: Arc::clone(devices) as Arc<dyn job::Targets>,
            direct: Direct::new(Arc::new(DirectRunner::new(Arc::clone(devices))), slots, answers.clone()),
            answers,
            connections: Arc::clone(&connections),
            wrong_keys: WrongKeys::new(&settings.limits.keys),
            socket_stats: SocketStats(Arc::new({
                let devices = Arc::clone(devices);
                move || devices.hub_stats()
            })),
            decoding: Arc::new(sandbox.decoding_with(settings, proxy_state.community_refs.clone())),
            traps: proxy_state.traps.clone(),
            receiving: Arc::clone(&receiving),
            trap_streams: TrapStreams::new(settings.traps.event_streams),
            started: *started,
            stopping: shutdown.clone(),
        });
        let stop_polls = async {
            shutdown.cancelled().await;
            tokio::join!(scheduler.shut_down(http.shutdown_grace), receiving.stop(http.shutdown_grace));
        };
        let (served, ()) =
            tokio::join!(api::serve(listeners.http, app, connections, http, shutdown.clone()), stop_polls);
        served
    }

    fn receive(&self, sockets: Vec<UdpSocket>) -> io::Result<Receiving> {
        let Self { settings, sandbox, devices, proxy_state, .. } = self;
        let dependencies = Dependencies {
            runtime: sandbox.runtime.clone(),
            plugins: sandbox.plugins.clone(),
            log: proxy_state.traps.clone(),
            state: proxy_state.state.clone(),
            identity: proxy_state.identity.clone(),
            community_refs: proxy_state.community_refs.clone(),
            engine: devices.engine().clone(),
        };
        Receiving::start(sockets, &settings.traps, dependencies)
    }
}
