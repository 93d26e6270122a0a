//! The way from octets to a plugin: read, check parts and interfaces, compile, link, ask what it is, check the answer.
//!
//! Nothing of it runs on a thread that serves others: files are read and linked on blocking threads, `compile` has a place
//! of its own, and `describe` runs where all guests run, under limits of its own.

use std::{
    borrow::Cow,
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use limits::SandboxLimits;
use plugin_folder::Rules;
use sha2::{Digest as _, Sha256};
use snmp::Oid;
use wasmtime::{
    Store,
    component::{Component, Linker},
};

use crate::{
    AnyPlugin, CollectError, LoadError, LoadEvents, Origin, Plugin, PluginSource, TrapDecoder, TrapEnricher,
    compile::{CacheMiss, Compiling, Trust, Wanted},
    contract::{Collecting, Prepared, VERSIONS},
    guest_memory::UsualMemory,
    imports,
    imports::Recognised,
    load_problem::shown_name,
    plugin::Loaded,
    precheck, run,
    run::{CpuBudget, RunState},
    terms::{Admitted, Terms},
    text,
    ticker::Ticker,
};

/// What is needed to load a plugin.
#[derive(Clone)]
pub(crate) struct Loader {
    pub(crate) ticker: Ticker,
    pub(crate) linker: Arc<Linker<RunState>>,
    pub(crate) limits: Arc<SandboxLimits>,
    pub(crate) compiling: Compiling,
    pub(crate) allowed_secrets: Arc<[(String, Oid)]>,
    pub(crate) rules: Arc<Rules>,
}

/// The octets of a plugin that may be compiled.
pub(crate) struct Checked {
    wasm: Arc<[u8]>,
    known: Recognised,
    admitted: Admitted,
}

/// A plugin that was not asked yet what it is.
pub(crate) struct Linked {
    prepared: Prepared,
    imports: Vec<String>,
    missing: Vec<String>,
    admitted: Admitted,
}

/// A plugin of a file, or why there is none.
pub(crate) type LoadedSource = (PluginSource, Result<AnyPlugin, LoadError>);

impl Loader {
    /// Reads and checks. Must not be called on an asynchronous thread.
    pub(crate) fn read(&self, source: &PluginSource, terms: &Terms) -> Result<Checked, LoadError> {
        let wasm: Arc<[u8]> = self.octets(source)?.into();
        let admitted = terms.admit(source, &wasm, &self.rules)?;
        let known = imports::check(precheck::check(&wasm, &self.limits)?, VERSIONS)?;
        Ok(Checked { wasm, known, admitted })
    }

    /// Compiles, which may take as long as `compile_time`, or where `on_miss` puts that off finds out whether it was done.
    pub(crate) async fn compile(
        &self,
        source: &PluginSource,
        checked: &Checked,
        on_miss: CacheMiss,
        events: &dyn LoadEvents,
    ) -> Result<Option<Component>, LoadError> {
        let Checked { wasm, admitted: Admitted { digest, .. }, .. } = checked;
        let trust = match source {
            PluginSource::Bundled { .. } => Trust::Bundled,
            PluginSource::File(_) => Trust::File,
        };
        let name = shown_name(source);
        let wanted = Wanted { name: &name, wasm, digest: digest.as_str(), trust, on_miss };
        self.compiling.compile(self.ticker.engine(), wanted, &self.limits, events).await
    }

    /// Links. Must not be called on an asynchronous thread.
    pub(crate) fn link(&self, component: &Component, checked: Checked) -> Result<Linked, LoadError> {
        let Checked { known: Recognised { kind, version, imports }, admitted, .. } = checked;
        let misfit = |error: wasmtime::Error| LoadError::Misfit { reason: text::one_line(&error) };
        let mut linker = Linker::clone(&self.linker);
        let missing = version.link_missing(&mut linker, self.ticker.engine(), component).map_err(misfit)?;
        let instance = linker.instantiate_pre(component).map_err(misfit)?;
        let prepared = version.prepare(kind, instance).map_err(misfit)?;
        Ok(Linked { prepared, imports, missing, admitted })
    }

    /// Asks the plugin what it is, and checks the answer.
    pub(crate) async fn describe(&self, source: PluginSource, linked: Linked) -> Result<AnyPlugin, LoadError> {
        let Linked { prepared, imports, missing, admitted } = linked;
        let digest = admitted.digest.to_string();
        let about = About { source, imports, missing, digest, limits: Arc::clone(&self.limits), admitted };
        Ok(match prepared {
            Prepared::Collector(prepared) => AnyPlugin::Collector(self.describe_collector(about, prepared).await?),
            Prepared::Configured(_) => return Err(LoadError::NoConfiguration),
            Prepared::TrapDecoder(prepared) => {
                let (claims, memory) = self.ask(async |store| prepared.describe(store).await).await?;
                let manifest = claims.check().map_err(LoadError::Manifest)?;
                about.is_named(&manifest.name)?;
                AnyPlugin::TrapDecoder(TrapDecoder::new(about.with(manifest, prepared, memory)))
            }
            Prepared::TrapEnricher(prepared) => {
                let (claims, memory) = self.ask(async |store| prepared.describe(store).await).await?;
                let manifest = claims.check().map_err(LoadError::Manifest)?;
                about.is_named(&manifest.name)?;
                AnyPlugin::TrapEnricher(TrapEnricher::new(about.with(manifest, prepared, memory)))
            }
        })
    }

    async fn describe_collector(&self, about: About, prepared: Arc<dyn Collecting>) -> Result<Plugin, LoadError> {
        let (claims, memory) = self.ask(async |store| prepared.describe(store).await).await?;
        let mut manifest = claims.check(&self.limits).map_err(LoadError::Manifest)?;
        about.is_named(&manifest.name)?;
        about.admitted.apply(&mut manifest)?;
        let allowed = self.allowed_secrets.iter().filter(|(plugin, _)| *plugin == manifest.name);
        manifest.allowed_secrets = allowed.map(|(_, subtree)| subtree.clone()).collect();
        Ok(Plugin::new(about.with(Arc::new(manifest), prepared, memory)))
    }

    /// The plugin that a component is with the configuration of this file.
    pub(crate) async fn describe_configured(
        &self,
        source: PluginSource,
        configuration: String,
        linked: &Linked,
    ) -> Result<AnyPlugin, LoadError> {
        let Prepared::Configured(configured) = &linked.prepared else { return Err(LoadError::NoConfiguration) };
        // The same component with another configuration is another plugin.
        let digest = Sha256::new()
            .chain_update(linked.admitted.digest.as_str())
            .chain_update("\n")
            .chain_update(&configuration)
            .finalize();
        let about = About {
            source,
            imports: linked.imports.clone(),
            missing: linked.missing.clone(),
            digest: format!("sha256:{digest:x}"),
            limits: Arc::clone(&self.limits),
            admitted: linked.admitted.clone(),
        };
        let described = self.describe_collector(about, configured.with(configuration.into())).await;
        described.map(AnyPlugin::Collector).map_err(|error| match error {
            LoadError::Describe(refusal @ CollectError::Plugin { .. }) => LoadError::Configuration(refusal),
            error => error,
        })
    }

    /// Runs a `describe` within its limits. With its answer comes what it took.
    async fn ask<T>(
        &self,
        describe: impl AsyncFnOnce(&mut Store<RunState>) -> wasmtime::Result<T>,
    ) -> Result<(T, UsualMemory), LoadError> {
        let state = RunState::new(Arc::clone(&self.limits), None);
        let deadline = tokio::time::Instant::now() + self.limits.describe;
        let ended = run::run(&self.ticker, state, CpuBudget::of(&self.limits), deadline, describe).await;
        let answer = ended.answer.map_err(LoadError::Describe)?;
        Ok((answer, UsualMemory::of(ended.state.memory.peak())))
    }

    fn octets(&self, source: &PluginSource) -> Result<Cow<'static, [u8]>, LoadError> {
        let path = match source {
            PluginSource::Bundled { wasm, .. } => return Ok(Cow::Borrowed(wasm)),
            PluginSource::File(path) => path,
        };
        Ok(Cow::Owned(read_file(path, self.limits.file_bytes)?))
    }
}

impl Linked {
    /// Whether it is a plugin only together with a configuration.
    pub(crate) fn is_configured(&self) -> bool {
        matches!(self.prepared, Prepared::Configured(_))
    }
}

/// Octets of a plugin's configuration. Beyond, the plugin is not loaded.
const CONFIGURATION_OCTETS: u64 = 1 << 20;

/// The files of a folder, sorted by name, but for hidden ones; at most so many.
pub(crate) fn configurations(folder: &Path, max: usize) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable = |error: io::Error| LoadError::Unreadable { reason: error.to_string() };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.map_err(unreadable)?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        if !hidden && path.is_file() {
            files.push(path);
        }
        if files.len() > max {
            return Err(LoadError::TooManyFiles { limit: max });
        }
    }
    files.sort();
    Ok(files)
}

/// The configuration of a plugin in a file.
pub(crate) fn read_configuration(path: &Path) -> Result<String, LoadError> {
    let octets = read_file(path, CONFIGURATION_OCTETS)?;
    String::from_utf8(octets).map_err(|error| LoadError::Unreadable { reason: error.to_string() })
}

fn read_file(path: &Path, limit: u64) -> Result<Vec<u8>, LoadError> {
    let unreadable = |error: io::Error| LoadError::Unreadable { reason: error.to_string() };
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
    missing: Vec<String>,
    digest: String,
    limits: Arc<SandboxLimits>,
    admitted: Admitted,
}

impl About {
    /// Checks that the plugin has the name under which it was found.
    fn is_named(&self, name: &str) -> Result<(), LoadError> {
        if name == self.source.name() { Ok(()) } else { Err(LoadError::OtherName { name: name.to_owned() }) }
    }

    fn with<M, P>(self, manifest: M, prepared: P, usual_memory: UsualMemory) -> Loaded<M, P> {
        let origin = match self.source {
            PluginSource::Bundled { .. } => Origin::Bundled,
            PluginSource::File(path) => Origin::File(path),
        };
        let Self { imports, missing, digest, limits, admitted, .. } = self;
        Loaded { manifest, origin, digest, lock: admitted.lock, imports, missing, prepared, usual_memory, limits }
    }
}
