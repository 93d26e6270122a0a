//! The way from octets to a plugin: read, compile, check the imports, link, ask what it is, check the answer.
//!
//! Nothing of it runs on a thread that serves others: files are read and compiled on blocking threads, and `describe`
//! runs where all guests run, under limits of its own.

use std::{borrow::Cow, fs::File, io::Read as _, sync::Arc};

use limits::SandboxLimits;
use sha2::{Digest as _, Sha256};
use wasmtime::{
    Store,
    component::{Component, Linker},
};

use crate::{
    AnyPlugin, LoadError, Origin, Plugin, PluginSource, TrapDecoder, TrapEnricher,
    contract::{Prepared, VERSIONS},
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
            Prepared::Collector(prepared) => {
                let claims = self.ask(async |store| prepared.describe(store).await).await?;
                let manifest = claims.check(&self.limits).map_err(LoadError::Manifest)?;
                about.is_named(&manifest.name)?;
                AnyPlugin::Collector(Plugin::new(about.with(Arc::new(manifest), prepared)))
            }
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
        let unreadable = |error: std::io::Error| LoadError::Unreadable { reason: error.to_string() };
        // Opening a pipe would wait for somebody to write into it.
        if !std::fs::metadata(path).map_err(unreadable)?.is_file() {
            return Err(LoadError::Unreadable { reason: "it is not a file".to_owned() });
        }
        let limit = self.limits.file_bytes;
        let mut wasm = Vec::new();
        let file = File::open(path).map_err(unreadable)?;
        file.take(limit.saturating_add(1)).read_to_end(&mut wasm).map_err(unreadable)?;
        if u64::try_from(wasm.len()).is_ok_and(|octets| octets > limit) {
            return Err(LoadError::TooLarge { limit });
        }
        Ok(Cow::Owned(wasm))
    }
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
