//! The sandbox with the plugins that are loaded into it: what whoever runs plugins needs, and no socket.

use std::sync::Arc;

use config::Settings;
use decoding::Decoding;
use job::{Catalogue, SYSTEM_INFO};
use polling::{DeviceSessions, PollRunner, catalogue};
use runtime::{LoadEvents, PluginSet, Runtime, RuntimeOptions};
use tokio::runtime::Handle;
use traps::CommunityRefs;

use crate::{StartError, memory::Memory};

/// A sandbox and its plugins. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Sandbox {
    pub(crate) runtime: Runtime,
    pub(crate) plugins: Arc<PluginSet>,
}

/// The plugins that decode come with the program.
const DECODERS: [&[bundle::BundledPlugin]; 2] = [bundle::TRAP_DECODERS, bundle::TRAP_ENRICHERS];

impl Sandbox {
    /// Loads all plugins, and tells which are being loaded. Those that cannot be loaded are reported by
    /// [`Sandbox::plugins`], and only the one that every poll needs is worth failing for.
    pub async fn load(settings: &Settings, events: &dyn LoadEvents) -> Result<Self, StartError> {
        let bundled = bundle::PLUGINS.iter().chain(DECODERS.into_iter().flatten());
        let sandbox = Self::load_these(settings, bundled, events).await?;
        if sandbox.plugins.get(SYSTEM_INFO).is_none() {
            let problem = sandbox.plugins.problems().iter().find(|problem| problem.name == SYSTEM_INFO);
            return Err(StartError::NoSystemInfo { reason: problem.map(|problem| problem.error.with_causes()) });
        }
        Ok(sandbox)
    }

    /// Loads the bundled plugins that decode and those of the folder, and tells which are being loaded.
    pub async fn load_for_decoding(settings: &Settings, events: &dyn LoadEvents) -> Result<Self, StartError> {
        Self::load_these(settings, DECODERS.into_iter().flatten(), events).await
    }

    /// A sandbox without plugins.
    pub fn empty(settings: &Settings) -> Result<Self, StartError> {
        Ok(Self { runtime: runtime(settings)?, plugins: Arc::default() })
    }

    async fn load_these(
        settings: &Settings,
        bundled: impl Iterator<Item = &'static bundle::BundledPlugin>,
        events: &dyn LoadEvents,
    ) -> Result<Self, StartError> {
        let runtime = runtime(settings)?;
        let bundled = bundled.map(|plugin| (plugin.name, plugin.wasm));
        let plugins = PluginSet::load_and_tell(&runtime, bundled, settings.plugins.dir.as_deref(), events).await;
        Ok(Self { runtime, plugins: Arc::new(plugins) })
    }

    /// The plugins, and what is wrong with those that could not be loaded.
    #[must_use]
    pub fn plugins(&self) -> &PluginSet {
        &self.plugins
    }

    /// What polls can ask for.
    #[must_use]
    pub fn catalogue(&self) -> Catalogue {
        catalogue(&self.plugins)
    }

    /// Decodes with these plugins. Communities have names of this process.
    pub fn decoding(&self, settings: &Settings) -> Result<Decoding, StartError> {
        Ok(self.decoding_with(settings, Memory::of_this_process(settings)?.community_refs))
    }

    pub(crate) fn decoding_with(&self, settings: &Settings, refs: CommunityRefs) -> Decoding {
        Decoding::new(self.runtime.clone(), Arc::clone(&self.plugins), settings.limits.decode.clone(), refs)
    }

    /// Runs polls with these plugins. Must be called within a tokio runtime.
    #[must_use]
    pub fn poll_runner(&self, devices: Arc<DeviceSessions>) -> PollRunner {
        PollRunner::new(devices, self.runtime.clone(), Arc::clone(&self.plugins), Handle::current())
    }
}

fn runtime(settings: &Settings) -> Result<Runtime, StartError> {
    let options = RuntimeOptions {
        cache_dir: settings.plugins.cache_dir.clone(),
        threads: settings.plugins.threads,
        limits: settings.limits.sandbox.clone(),
        allowed_secrets: settings.plugins.may_read_secrets.clone(),
    };
    Runtime::new(options).map_err(StartError::Sandbox)
}
