//! The plugins of the sandbox as whoever takes a poll sees them.

use job::{Catalogue, CatalogueEntry, JobError, PluginId};
use runtime::{Plugin, PluginSet};

/// Which plugins can be asked for.
#[must_use]
pub fn catalogue(plugins: &PluginSet) -> Catalogue {
    let entry = |plugin: &Plugin| CatalogueEntry {
        plugin: id_of(plugin),
        sections: plugin.manifest().sections.iter().map(|section| section.name.clone()).collect(),
        device_prefixes: plugin.manifest().device_prefixes.clone(),
        probe: plugin.manifest().probe.clone(),
        params: plugin.manifest().params.clone(),
    };
    plugins.plugins().map(entry).collect()
}

/// The plugin that a job names, or why it is not there: it may have been replaced since the job was taken.
pub(super) fn resolve(plugins: &PluginSet, wanted: &PluginId) -> Result<Plugin, JobError> {
    let refused = |reason: String| JobError::Plugin { plugin: wanted.name.clone(), reason };
    let plugin = plugins.get(&wanted.name).ok_or_else(|| refused("it is not installed where the poll runs".into()))?;
    let found = id_of(plugin);
    if found == *wanted {
        Ok(plugin.clone())
    } else {
        Err(refused(format!(
            "version {} ({}) was asked for, and version {} ({}) is installed",
            wanted.version, wanted.digest, found.version, found.digest
        )))
    }
}

fn id_of(plugin: &Plugin) -> PluginId {
    let manifest = plugin.manifest();
    PluginId { name: manifest.name.clone(), version: manifest.version.clone(), digest: plugin.digest().to_owned() }
}
