//! The contract with plugins: one seam by kind and version.
//!
//! What a plugin of each kind can be asked is a trait here; each version of the contract implements them for the
//! components that were made for it, and translates into the same types of this crate. A further version is one more
//! folder beside `v0_1`, and one more row in [`VERSIONS`]: nobody else names a version.

#[cfg(test)]
mod tests;
mod v0_1;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use wasmtime::{
    Engine, Store,
    component::{Component, InstancePre, Linker},
};

use crate::{
    CollectError, MessagePart, NotificationPdu, PluginKind,
    manifest::{Claims, DecoderClaims, EnricherClaims},
    run::RunState,
};

/// The versions that this host has, the newest last.
#[cfg(not(test))]
pub(crate) const VERSIONS: &[Version] = &[v0_1::VERSION];

/// And one that there is not yet, to see that there can be more than one at a time.
#[cfg(test)]
pub(crate) const VERSIONS: &[Version] = &[v0_1::VERSION, tests::v0_2::VERSION];

/// A version of the contract: its patch releases are compatible.
#[derive(Debug)]
pub(crate) struct Version {
    /// E.g. `0.1`.
    pub(crate) line: &'static str,
    /// Offers the host's interfaces.
    link: fn(&mut Linker<RunState>) -> wasmtime::Result<()>,
    /// Offers what a component imports of a later release of this version, which stops it with the function's name.
    /// Returns these functions.
    link_missing: fn(&mut Linker<RunState>, &Engine, &Component) -> wasmtime::Result<Vec<String>>,
    /// Finds the exports of a plugin of this kind.
    prepare: fn(PluginKind, InstancePre<RunState>) -> wasmtime::Result<Prepared>,
}

/// A plugin that is ready to be instantiated, of any version.
#[derive(Clone)]
pub(crate) enum Prepared {
    Collector(Arc<dyn Collecting>),
    Configured(Arc<dyn Configured>),
    TrapDecoder(Arc<dyn Decoding>),
    TrapEnricher(Arc<dyn Enriching>),
}

/// What a guest answers, or why it ended without an answer.
pub(crate) type Answer<'a, T> = BoxFuture<'a, wasmtime::Result<T>>;

/// A plugin that collects.
pub(crate) trait Collecting: Send + Sync {
    /// Asks the plugin what it is.
    fn describe<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, Claims>;

    /// Lets the plugin collect; returns its JSON, or the error with which it gave up.
    fn collect<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, Result<String, CollectError>>;
}

/// A component that is a plugin that collects with each configuration that it takes.
pub(crate) trait Configured: Send + Sync {
    /// The plugin that it is with this configuration. Whether it takes it shows when it is described.
    fn with(&self, configuration: Arc<str>) -> Arc<dyn Collecting>;
}

/// A plugin that takes notifications apart.
pub(crate) trait Decoding: Send + Sync {
    /// Asks the plugin what it is.
    fn describe<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, DecoderClaims>;

    /// Decodes PDUs. How many answers there are is the plugin's doing.
    fn decode<'a>(
        &'a self,
        store: &'a mut Store<RunState>,
        notifications: &'a [NotificationPdu],
    ) -> Answer<'a, Vec<Result<String, CollectError>>>;

    /// Takes octets apart for people.
    fn tree<'a>(
        &'a self,
        store: &'a mut Store<RunState>,
        part: MessagePart,
        octets: &'a [u8],
    ) -> Answer<'a, Result<String, CollectError>>;
}

/// A plugin that knows a vendor's notifications.
pub(crate) trait Enriching: Send + Sync {
    /// Asks the plugin what it is.
    fn describe<'a>(&'a self, store: &'a mut Store<RunState>) -> Answer<'a, EnricherClaims>;

    /// Adds to records. How many answers there are is the plugin's doing.
    fn enrich<'a>(
        &'a self,
        store: &'a mut Store<RunState>,
        records: &'a [String],
    ) -> Answer<'a, Vec<Result<Option<String>, CollectError>>>;
}

impl Version {
    /// Offers what a component of this version imports and this host does not have. Returns these functions, as
    /// `job.offers` names them.
    pub(crate) fn link_missing(
        &self,
        linker: &mut Linker<RunState>,
        engine: &Engine,
        component: &Component,
    ) -> wasmtime::Result<Vec<String>> {
        (self.link_missing)(linker, engine, component)
    }

    /// Finds the exports of a plugin of this version and kind.
    pub(crate) fn prepare(&self, kind: PluginKind, instance: InstancePre<RunState>) -> wasmtime::Result<Prepared> {
        (self.prepare)(kind, instance)
    }
}

/// Offers the interfaces of every version.
pub(crate) fn link(linker: &mut Linker<RunState>) -> wasmtime::Result<()> {
    VERSIONS.iter().try_for_each(|version| (version.link)(linker))
}
