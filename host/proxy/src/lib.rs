//! The proxy as one value: the engine, the plugins, the slots, and what can be done with them.

mod memory;
mod plugins;

use std::{io, net::UdpSocket, sync::Arc, time::Instant};

use api::{Api, TrapStreams};
use config::Settings;
use decoding::{DecodedStream, Decoding, Request};
use job::{Catalogue, Events, GetSpec, JobError, PollJob, Report, Runner as _, SYSTEM_INFO, WalkSpec};
use plugin_runtime::{LoadEvents, PluginSet, Runtime, RuntimeError, RuntimeOptions};
use polling::{
    DeviceSessions, PollRunner, catalogue,
    direct::{Direct, GetAnswer, WalkAnswer},
};
use receiving::{Means, Receiving};
use snmp::usm::UserError;
use snmp_engine::Engine;
use state::StateError;
use tickets::{Scheduler, Slots};
use tokio::{net::TcpListener, runtime::Handle};
use tokio_util::sync::CancellationToken;
use traps::log::OpenError;

use crate::memory::Memory;
pub use crate::plugins::{origin_word, plugin_list};

/// A proxy that is ready to work. Cloning is cheap, and all clones share its slots.
#[derive(Clone, Debug)]
pub struct Proxy(Arc<Parts>);

#[derive(Debug)]
struct Parts {
    settings: Settings,
    plugins: Arc<PluginSet>,
    engine: Engine,
    runtime: Runtime,
    runner: PollRunner,
    slots: Slots,
    direct: Arc<Direct>,
    decoding: Arc<Decoding>,
    memory: Memory,
    started: Instant,
}

/// Where a proxy is reached.
#[derive(Debug)]
pub struct Doors {
    /// For the API.
    pub http: TcpListener,
    /// For notifications; none: nothing is received.
    pub traps: Vec<UdpSocket>,
}

/// Why a proxy cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The system gives no UDP sockets.
    #[error("cannot open the sockets for SNMP")]
    Sockets(#[source] io::Error),
    /// What outlives the process cannot be had.
    #[error("cannot use the state directory")]
    State(#[source] StateError),
    /// The trap log that is there cannot be read.
    #[error("cannot open the trap log")]
    TrapLog(#[source] OpenError),
    /// The system has no random numbers.
    #[error("cannot make up an engine id")]
    Identity(#[source] StateError),
    /// The system has no random numbers.
    #[error("cannot make the secret that references to communities are keyed with")]
    Secret(#[source] StateError),
    /// The engine id in the state directory is none.
    #[error("the state directory has an engine id that is none")]
    EngineId(#[source] UserError),
    /// There is no sandbox for plugins.
    #[error("cannot set up the sandbox for plugins")]
    Sandbox(#[source] RuntimeError),
    /// The one plugin that every poll needs is not there.
    #[error("the plugin `{SYSTEM_INFO}` is missing{}", because(.reason))]
    NoSystemInfo {
        /// Why it could not be loaded, if it was tried.
        reason: Option<String>,
    },
}

impl Proxy {
    /// Opens the sockets and loads the plugins. Plugins that cannot be loaded are reported by
    /// [`Proxy::plugins`], and only the one that every poll needs is worth failing for.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        Self::start_and_tell(settings, &()).await
    }

    /// Like [`Proxy::start`], and tells which plugins are being loaded.
    pub async fn start_and_tell(settings: Settings, events: &dyn LoadEvents) -> Result<Self, StartError> {
        let memory = Memory::open(&settings).await?;
        let runtime = sandbox(&settings)?;
        let bundled = snmp_proxy_bundle::PLUGINS.iter().chain(DECODERS.into_iter().flatten());
        let bundled = bundled.map(|plugin| (plugin.name, plugin.wasm));
        let plugins = PluginSet::load_and_tell(&runtime, bundled, settings.plugins.dir.as_deref(), events).await;
        if plugins.get(SYSTEM_INFO).is_none() {
            let problem = plugins.problems().iter().find(|problem| problem.name == SYSTEM_INFO);
            return Err(StartError::NoSystemInfo { reason: problem.map(|problem| problem.error.with_causes()) });
        }
        Self::with(settings, runtime, plugins, memory).await
    }

    /// Starts a proxy that can do direct operations only, which is sooner done.
    pub async fn start_without_plugins(settings: Settings) -> Result<Self, StartError> {
        let runtime = sandbox(&settings)?;
        let memory = Memory::of_this_process(&settings)?;
        Self::with(settings, runtime, PluginSet::default(), memory).await
    }

    /// Starts a proxy that can do direct operations and decode, and tells which plugins are being loaded. Plugins that
    /// cannot be loaded are reported by [`Proxy::plugins`].
    pub async fn start_for_decoding(settings: Settings, events: &dyn LoadEvents) -> Result<Self, StartError> {
        let runtime = sandbox(&settings)?;
        let bundled = DECODERS.into_iter().flatten().map(|plugin| (plugin.name, plugin.wasm));
        let plugins = PluginSet::load_and_tell(&runtime, bundled, settings.plugins.dir.as_deref(), events).await;
        let memory = Memory::of_this_process(&settings)?;
        Self::with(settings, runtime, plugins, memory).await
    }

    async fn with(
        settings: Settings,
        runtime: Runtime,
        plugins: PluginSet,
        memory: Memory,
    ) -> Result<Self, StartError> {
        let engine = Engine::bind(settings.limits.hub_options()).await.map_err(StartError::Sockets)?;
        let plugins = Arc::new(plugins);
        let (limits, targets) = (settings.limits.clone(), settings.targets.clone());
        let slots = Slots::new(&limits.polls);
        let refs = memory.community_refs.clone();
        let decoding = Decoding::new(runtime.clone(), Arc::clone(&plugins), limits.decode.clone(), refs);
        let decoding = Arc::new(decoding);
        let devices = Arc::new(DeviceSessions::new(engine.clone(), limits, targets));
        let runner = PollRunner::new(Arc::clone(&devices), runtime.clone(), Arc::clone(&plugins), Handle::current());
        let direct = Arc::new(Direct::new(devices, Arc::clone(&slots.direct)));
        Ok(Self(Arc::new(Parts {
            settings,
            plugins,
            engine,
            runtime,
            runner,
            slots,
            direct,
            decoding,
            memory,
            started: Instant::now(),
        })))
    }

    /// The plugins, and what is wrong with those that could not be loaded.
    #[must_use]
    pub fn plugins(&self) -> &PluginSet {
        &self.0.plugins
    }

    /// The log of received notifications.
    #[must_use]
    pub fn traps(&self) -> &traps::TrapLog {
        &self.0.memory.traps
    }

    /// Serves the API and receives notifications until `shutdown` is cancelled. Polls that still run then are cancelled,
    /// open requests are answered, notifications that were let in are stored, and after the grace period what is left is
    /// cut off.
    pub async fn serve(&self, doors: Doors, shutdown: CancellationToken) -> io::Result<()> {
        let Parts { settings, plugins, runner, slots, direct, decoding, memory, started, .. } = &*self.0;
        let http = &settings.limits.http;
        let receiving = Arc::new(self.receive(doors.traps)?);
        let scheduler = Scheduler::start(Arc::new(runner.clone()), slots, &settings.limits);
        let _stopped = scheduler.stop_on_drop();
        let app = api::router(Api {
            settings: settings.clone(),
            catalogue: catalogue(plugins),
            plugins: Arc::new(plugin_list(plugins)),
            scheduler: scheduler.clone(),
            direct: Arc::clone(direct),
            decoding: Arc::clone(decoding),
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
        let (served, ()) = tokio::join!(api::serve(doors.http, app, http, shutdown.clone()), stop_polls);
        served
    }

    fn receive(&self, sockets: Vec<UdpSocket>) -> io::Result<Receiving> {
        let Parts { settings, plugins, engine, runtime, memory, .. } = &*self.0;
        let means = Means {
            runtime: runtime.clone(),
            plugins: Arc::clone(plugins),
            log: memory.traps.clone(),
            state: memory.state.clone(),
            identity: memory.identity.clone(),
            community_refs: memory.community_refs.clone(),
            engine: engine.clone(),
        };
        Receiving::start(sockets, &settings.traps, means)
    }

    /// Polls a device without a ticket. Dropping the future stops it.
    pub async fn poll_once(&self, job: PollJob, events: Arc<dyn Events>) -> Result<Report, JobError> {
        self.0.runner.run(job, events).await
    }

    /// What can be asked for.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        catalogue(&self.0.plugins)
    }

    /// Reads the value of one object.
    pub async fn get(&self, spec: &GetSpec) -> GetAnswer {
        self.0.direct.get(spec).await
    }

    /// Decodes packets of any number while they are read. `request` says how; its input is not looked at.
    pub fn decode_stream(&self, input: Box<dyn std::io::Read + Send>, request: Request) -> DecodedStream<'_> {
        self.0.decoding.stream(input, request)
    }

    /// Reads everything below an OID.
    pub async fn walk(&self, spec: &WalkSpec) -> WalkAnswer {
        self.0.direct.walk(spec).await
    }
}

/// The plugins that decode come with the program.
const DECODERS: [&[snmp_proxy_bundle::BundledPlugin]; 2] =
    [snmp_proxy_bundle::TRAP_DECODERS, snmp_proxy_bundle::TRAP_ENRICHERS];

fn sandbox(settings: &Settings) -> Result<Runtime, StartError> {
    let options = RuntimeOptions {
        cache_dir: settings.plugins.cache_dir.clone(),
        threads: settings.plugins.threads,
        limits: polling::plugin_limits(&settings.limits.sandbox),
    };
    Runtime::new(options).map_err(StartError::Sandbox)
}

fn because(reason: &Option<String>) -> String {
    reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default()
}
