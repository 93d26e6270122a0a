//! The sandbox with the plugins that are loaded into it: what whoever runs plugins needs, and no socket.

use std::{convert::Infallible, sync::Arc, time::Duration};

use config::Settings;
use decoding::Decoding;
use job::{Catalogue, SYSTEM_INFO};
use polling::{DeviceSessions, PollRunner, catalogue};
use runtime::{Compiler, LivePlugins, LoadEvents, PluginSet, PluginSources, Reloaded, Runtime, RuntimeOptions};
use tokio::runtime::Handle;
use tracing::info;
use traps::CommunityRefs;

use crate::{StartError, proxy_state::ProxyState};

/// A sandbox and its plugins. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Sandbox {
    pub(crate) runtime: Runtime,
    pub(crate) plugins: LivePlugins,
}

/// The plugins that decode come with the program.
const DECODERS: [&[bundle::BundledPlugin]; 2] = [bundle::TRAP_DECODERS, bundle::TRAP_ENRICHERS];

impl Sandbox {
    /// Loads all plugins, waits for them, and tells which are being loaded. Those that cannot be loaded are reported by
    /// [`Sandbox::plugins`], and only the one that every poll needs is worth failing for.
    pub async fn load(
        settings: &Settings,
        compiler: Compiler,
        events: Arc<dyn LoadEvents>,
    ) -> Result<Self, StartError> {
        let sandbox = Self::start(settings, compiler, events).await?;
        sandbox.plugins.loaded().await;
        Ok(sandbox)
    }

    /// Loads those plugins that need not be compiled first, and begins with the others. The one that every poll needs is
    /// waited for.
    pub async fn start(
        settings: &Settings,
        compiler: Compiler,
        events: Arc<dyn LoadEvents>,
    ) -> Result<Self, StartError> {
        let bundled = bundle::PLUGINS.iter().chain(DECODERS.into_iter().flatten());
        let sandbox = Self::start_these(settings, compiler, bundled, events).await?;
        let has_first = |set: &PluginSet| set.get(SYSTEM_INFO).is_some() || !set.is_compiling(SYSTEM_INFO);
        let set = sandbox.plugins.until(has_first).await;
        if set.get(SYSTEM_INFO).is_none() {
            let problem = set.problems().iter().find(|problem| problem.name == SYSTEM_INFO);
            return Err(StartError::NoSystemInfo { reason: problem.map(|problem| problem.error.with_causes()) });
        }
        Ok(sandbox)
    }

    /// Loads the bundled plugins that decode and those of the folder, waits for them, and tells which are being loaded.
    pub async fn load_for_decoding(
        settings: &Settings,
        compiler: Compiler,
        events: Arc<dyn LoadEvents>,
    ) -> Result<Self, StartError> {
        let sandbox = Self::start_these(settings, compiler, DECODERS.into_iter().flatten(), events).await?;
        sandbox.plugins.loaded().await;
        Ok(sandbox)
    }

    /// A sandbox without plugins.
    pub fn empty(settings: &Settings) -> Result<Self, StartError> {
        Ok(Self { runtime: runtime(settings, Compiler::Here)?, plugins: LivePlugins::fixed(PluginSet::default()) })
    }

    async fn start_these(
        settings: &Settings,
        compiler: Compiler,
        bundled: impl Iterator<Item = &'static bundle::BundledPlugin>,
        events: Arc<dyn LoadEvents>,
    ) -> Result<Self, StartError> {
        let runtime = runtime(settings, compiler)?;
        let plugins = &settings.plugins;
        let sources = PluginSources {
            bundled: bundled.map(|plugin| (plugin.name, plugin.wasm)).collect(),
            dir: plugins.dir.clone(),
            takes_over: plugins.takes_over.clone(),
        };
        let plugins = LivePlugins::start(&runtime, sources, events).await;
        Ok(Self { runtime, plugins })
    }

    /// The plugins as they are now, and what is wrong with those that could not be loaded.
    #[must_use]
    pub fn plugins(&self) -> Arc<PluginSet> {
        self.plugins.now()
    }

    /// The plugins, to be waited for.
    #[must_use]
    pub fn live_plugins(&self) -> &LivePlugins {
        &self.plugins
    }

    /// Loads the plugins of the folder again, and tells the log what came of it.
    pub async fn reload(&self) -> Reloaded {
        let reloaded = self.plugins.reload().await;
        tell(&reloaded);
        reloaded
    }

    /// Looks at the folder from time to time, and loads the plugins again where it has changed. Never ends.
    pub async fn watch(&self, every: Duration) -> Infallible {
        self.plugins.watch(every, |reloaded| tell(&reloaded)).await
    }

    /// What polls can ask for now.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        catalogue(&self.plugins.now())
    }

    /// Decodes with these plugins. Communities have names of this process.
    pub fn decoding(&self, settings: &Settings) -> Result<Decoding, StartError> {
        Ok(self.decoding_with(settings, ProxyState::of_this_process(settings)?.community_refs))
    }

    pub(crate) fn decoding_with(&self, settings: &Settings, refs: CommunityRefs) -> Decoding {
        Decoding::new(self.runtime.clone(), self.plugins.clone(), settings.limits.decode.clone(), refs)
    }

    /// Runs polls with these plugins. Must be called within a tokio runtime.
    #[must_use]
    pub fn poll_runner(&self, devices: Arc<DeviceSessions>) -> PollRunner {
        PollRunner::new(devices, self.runtime.clone(), self.plugins.clone(), Handle::current())
    }
}

/// What is wrong with single plugins is told where it is found.
fn tell(reloaded: &Reloaded) {
    let Reloaded { read, removed, problems } = reloaded;
    let (read, removed) = (read.join(", "), removed.join(", "));
    info!(read, removed, problems = problems.len(), "the plugins were loaded again");
}

fn runtime(settings: &Settings, compiler: Compiler) -> Result<Runtime, StartError> {
    let options = RuntimeOptions {
        cache_dir: settings.plugins.cache_dir.clone(),
        compiler,
        threads: settings.plugins.threads,
        limits: settings.limits.sandbox.clone(),
        allowed_secrets: settings.plugins.may_read_secrets.clone(),
        rules: settings.plugins.rules.clone(),
    };
    Runtime::new(options).map_err(StartError::Sandbox)
}
