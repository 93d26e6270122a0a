//! The way from octets to a plugin: read, compile, check the imports, link, ask what it is, check the answer.
//!
//! Nothing of it runs on a thread that serves others: files are read and compiled on blocking threads, and `describe`
//! runs where all guests run, under limits of its own.

use std::{borrow::Cow, fs::File, io::Read as _, path::Path, sync::Arc};

use limits::SandboxLimits;
use sha2::{Digest as _, Sha256};
use snmp::Oid;
use wasmtime::{
    Store,
    component::{Component, Linker},
};

use crate::{
    AnyPlugin, CollectError, LoadError, Origin, Plugin, PluginSource, TrapDecoder, TrapEnricher,
    contract::{Collecting, Prepared, VERSIONS},
    imports,
    imports::Known,
    plugin::Loaded,
    run,
    run::{CpuBudget, RunState},
    text,
    ticker::Ticker,
};

/// What is needed to load a plugin.
#[derive(Clone)]
pub(crate) struct Loader {
    pub(crate) ticker: Ticker,
    pub(crate) linker: Arc<Linker<RunState>>,
    pub(crate) limits: Arc<SandboxLimits>,
    pub(crate) allowed_secrets: Arc<[(String, Oid)]>,
}

/// A plugin that was not asked yet what it is.
pub(crate) struct Compiled {
    prepared: Prepared,
    imports: Vec<String>,
    digest: String,
}

impl Loader {
    /// Reads, compiles, checks and links. Takes up to seconds, and must not be called on an asynchronous thread.
    pub(crate) fn compile(&self, source: &PluginSource) -> Result<Compiled, LoadError> {
        let wasm = self.read(source)?;
        if wasm.starts_with(b"\0asm\x01\0\0\0") {
            return Err(LoadError::CoreModule);
        }
        let component = Component::from_binary(self.ticker.engine(), &wasm)
            .map_err(|error| LoadError::NotAComponent { reason: one_line(&error) })?;
        let Known { kind, version, imports } = imports::check(self.ticker.engine(), &component, VERSIONS)?;
        let misfit = |error| LoadError::Misfit { reason: one_line(&error) };
        let mut linker = Linker::clone(&self.linker);
        version.link_missing(&mut linker, self.ticker.engine(), &component).map_err(misfit)?;
        let instance = linker.instantiate_pre(&component).map_err(misfit)?;
        let prepared = version.prepare(kind, instance).map_err(misfit)?;
        Ok(Compiled { prepared, imports, digest: format!("sha256:{:x}", Sha256::digest(&wasm)) })
    }

    /// Asks the plugin what it is, and checks the answer.
    pub(crate) async fn describe(&self, source: PluginSource, compiled: Compiled) -> Result<AnyPlugin, LoadError> {
        let Compiled { prepared, imports, digest } = compiled;
        let about = About { source, imports, digest, limits: Arc::clone(&self.limits) };
        Ok(match prepared {
            Prepared::Collector(prepared) => AnyPlugin::Collector(self.describe_collector(about, prepared).await?),
            Prepared::Configured(_) => return Err(LoadError::NoConfiguration),
            Prepared::TrapDecoder(prepared) => {
                let claims = self.ask(async |store| prepared.describe(store).await).await?;
                let manifest = claims.check().map_err(LoadError::Manifest)?;
                about.is_named(&manifest.name)?;
                AnyPlugin::TrapDecoder(TrapDecoder::new(about.with(manifest, prepared)))
            }
            Prepared::TrapEnricher(prepared) => {
                let claims = self.ask(async |store| prepared.describe(store).await).await?;
                let manifest = claims.check().map_err(LoadError::Manifest)?;
                about.is_named(&manifest.name)?;
                AnyPlugin::TrapEnricher(TrapEnricher::new(about.with(manifest, prepared)))
            }
        })
    }

    async fn describe_collector(&self, about: About, prepared: Arc<dyn Collecting>) -> Result<Plugin, LoadError> {
        let claims = self.ask(async |store| prepared.describe(store).await).await?;
        let mut manifest = claims.check(&self.limits).map_err(LoadError::Manifest)?;
        about.is_named(&manifest.name)?;
        let allowed = self.allowed_secrets.iter().filter(|(plugin, _)| *plugin == manifest.name);
        manifest.allowed_secrets = allowed.map(|(_, subtree)| subtree.clone()).collect();
        Ok(Plugin::new(about.with(Arc::new(manifest), prepared)))
    }

    /// The plugin that a component is when it is configured by this file.
    pub(crate) async fn describe_configured(
        &self,
        configuration: &Path,
        compiled: &Compiled,
    ) -> Result<AnyPlugin, LoadError> {
        let Prepared::Configured(configured) = &compiled.prepared else { return Err(LoadError::NoConfiguration) };
        let octets = read_file(configuration, CONFIGURATION_OCTETS)?;
        let text = String::from_utf8(octets).map_err(|error| LoadError::Unreadable { reason: error.to_string() })?;
        // The same component with another configuration is another plugin.
        let digest = Sha256::new().chain_update(&compiled.digest).chain_update("\n").chain_update(&text).finalize();
        let about = About {
            source: PluginSource::File(configuration.to_owned()),
            imports: compiled.imports.clone(),
            digest: format!("sha256:{digest:x}"),
            limits: Arc::clone(&self.limits),
        };
        let described = self.describe_collector(about, configured.with(text.into())).await;
        described.map(AnyPlugin::Collector).map_err(|error| match error {
            LoadError::Describe(refusal @ CollectError::Plugin { .. }) => LoadError::Configuration(refusal),
            error => error,
        })
    }

    /// Runs a `describe` within its limits.
    async fn ask<T>(
        &self,
        describe: impl AsyncFnOnce(&mut Store<RunState>) -> wasmtime::Result<T>,
    ) -> Result<T, LoadError> {
        let state = RunState::new(Arc::clone(&self.limits), None);
        let deadline = tokio::time::Instant::now() + self.limits.describe;
        let ended = run::run(&self.ticker, state, CpuBudget::of(&self.limits), deadline, describe).await;
        ended.answer.map_err(LoadError::Describe)
    }

    fn read(&self, source: &PluginSource) -> Result<Cow<'static, [u8]>, LoadError> {
        let path = match source {
            PluginSource::Bundled { wasm, .. } => return Ok(Cow::Borrowed(wasm)),
            PluginSource::File(path) => path,
        };
        Ok(Cow::Owned(read_file(path, self.limits.file_bytes)?))
    }
}

impl Compiled {
    /// Whether it is a plugin only together with a configuration.
    pub(crate) fn is_configured(&self) -> bool {
        matches!(self.prepared, Prepared::Configured(_))
    }
}

/// Octets of a plugin's configuration. Beyond, the plugin is not loaded.
const CONFIGURATION_OCTETS: u64 = 1 << 20;

fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, LoadError> {
    let unreadable = |error: std::io::Error| LoadError::Unreadable { reason: error.to_string() };
    // Opening a pipe would wait for somebody to write into it.
    if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
        return Err(LoadError::Unreadable { reason: "it is not a file".to_owned() });
    }
    let mut octets = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(limit.saturating_add(1)).read_to_end(&mut octets).map_err(unreadable)?;
    if u64::try_from(octets.len()).is_ok_and(|octets| octets > limit) {
        return Err(LoadError::TooLarge { limit });
    }
    Ok(octets)
}

/// What is known of a plugin besides what it says.
struct About {
    source: PluginSource,
    imports: Vec<String>,
    digest: String,
    limits: Arc<SandboxLimits>,
}

impl About {
    /// Checks that the plugin has the name under which it was found.
    fn is_named(&self, name: &str) -> Result<(), LoadError> {
        if name == self.source.name() { Ok(()) } else { Err(LoadError::OtherName { name: name.to_owned() }) }
    }

    fn with<M, P>(self, manifest: M, prepared: P) -> Loaded<M, P> {
        let origin = match self.source {
            PluginSource::Bundled { .. } => Origin::Bundled,
            PluginSource::File(path) => Origin::File(path),
        };
        Loaded { manifest, origin, digest: self.digest, imports: self.imports, prepared, limits: self.limits }
    }
}

/// wasmtime's errors have several lines, and causes.
fn one_line(error: &wasmtime::Error) -> String {
    const MOST: usize = 1_000;
    let words = format!("{error:#}");
    text::clean(&words.split_whitespace().collect::<Vec<_>>().join(" "), MOST)
}
