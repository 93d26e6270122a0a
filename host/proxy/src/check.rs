//! What a file turns out to be when it is loaded as the proxy loads it, before it is one of the plugins.

use std::path::PathBuf;

use runtime::{AnyPlugin, LoadError, LoadEvents, Plugin, PluginKind, PluginSource};
use snmp::Oid;

use crate::Sandbox;

/// A plugin that can be loaded.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedPlugin {
    /// What it is.
    pub kind: PluginKind,
    /// Its version; none where it is a plugin only with a configuration.
    pub version: Option<String>,
    /// One sentence for people; none as with the version.
    pub summary: Option<String>,
    /// The subtrees that it declares.
    pub reads: Vec<Oid>,
}

/// The plugins that come with the program, and what each is.
pub fn bundled() -> impl Iterator<Item = (&'static str, PluginKind)> {
    let kinds = [
        (bundle::PLUGINS, PluginKind::Collector),
        (bundle::TRAP_DECODERS, PluginKind::TrapDecoder),
        (bundle::TRAP_ENRICHERS, PluginKind::TrapEnricher),
    ];
    kinds.into_iter().flat_map(|(plugins, kind)| plugins.iter().map(move |plugin| (plugin.name, kind)))
}

impl Sandbox {
    /// Loads a file as the proxy does when it starts, and keeps nothing but the compiled code. A component that is
    /// configured is checked with each of the files in the folder of its own name beside it, where there are some. Tells
    /// of a compilation.
    pub async fn check(&self, wasm: PathBuf, events: &dyn LoadEvents) -> Result<CheckedPlugin, LoadError> {
        let name = PluginSource::File(wasm.clone()).name();
        let mut checked = Vec::new();
        for (_, loaded) in self.runtime.load_all(PluginSource::File(wasm), events).await {
            match loaded {
                Ok(plugin) => checked.push(of_plugin(&plugin)),
                Err(LoadError::NoConfiguration) => checked.push(CheckedPlugin {
                    kind: PluginKind::ConfiguredCollector,
                    version: None,
                    summary: None,
                    reads: Vec::new(),
                }),
                Err(error) => return Err(error),
            }
        }
        let stopped = || LoadError::Runtime { reason: "the runtime is shutting down".to_owned() };
        let mut first = checked.pop().ok_or_else(stopped)?;
        first.reads.extend(checked.into_iter().flat_map(|other| other.reads));
        match bundled().find(|(bundled, _)| *bundled == name) {
            Some((_, bundled)) if bundled != first.kind => Err(LoadError::OtherKind { found: first.kind, bundled }),
            _ => Ok(first),
        }
    }
}

fn of_plugin(plugin: &AnyPlugin) -> CheckedPlugin {
    let (version, summary) = match plugin {
        AnyPlugin::Collector(plugin) => (&plugin.manifest().version, &plugin.manifest().summary),
        AnyPlugin::TrapDecoder(decoder) => (&decoder.manifest().version, &decoder.manifest().summary),
        AnyPlugin::TrapEnricher(enricher) => (&enricher.manifest().version, &enricher.manifest().summary),
    };
    let reads = |plugin: &Plugin| plugin.manifest().reads.clone();
    CheckedPlugin {
        kind: plugin.kind(),
        version: Some(version.clone()),
        summary: Some(summary.clone()),
        reads: if let AnyPlugin::Collector(plugin) = plugin { reads(plugin) } else { Vec::new() },
    }
}
