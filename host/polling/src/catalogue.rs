//! The plugins of the sandbox as whoever takes a poll sees them.

use job::{Catalogue, CatalogueEntry, JobError, PluginBuild, PluginId, Standing};
use runtime::{Origin, Plugin, PluginSet};

/// Which plugins can be asked for.
#[must_use]
pub fn catalogue(plugins: &PluginSet) -> Catalogue {
    let entry = |plugin: &Plugin| CatalogueEntry {
        plugin: id_of(plugin),
        sections: plugin.manifest().sections.iter().map(|section| section.name.clone()).collect(),
        device_prefixes: plugin.manifest().device_prefixes.clone(),
        standing: standing(plugin, plugins),
        probe: plugin.manifest().probe.clone(),
        params: plugin.manifest().params.clone(),
    };
    let failed = plugins.problems().iter().map(|problem| (problem.name.clone(), problem.error.with_causes()));
    let catalogue: Catalogue = plugins.plugins().map(entry).collect();
    catalogue.with_compiling(plugins.compiling().map(|(name, _)| name)).with_failed(failed)
}

/// How a plugin stands to the bundled ones. A file with the name of a bundled plugin is in its place, for its sections.
fn standing(plugin: &Plugin, plugins: &PluginSet) -> Standing {
    let manifest = plugin.manifest();
    let is_owner = |section: &str| plugins.bundled_owner(section) == Some(&manifest.name);
    let is_free = |section: &str| plugins.bundled_owner(section).is_none();
    let mut sections = manifest.sections.iter().map(|section| section.name.as_str());
    if *plugin.origin() == Origin::Bundled {
        Standing::Bundled
    } else if plugins.takes_over().contains(&manifest.name) {
        Standing::TakesOver
    } else if sections.clone().any(is_owner) && sections.all(|section| is_owner(section) || is_free(section)) {
        Standing::Bundled
    } else {
        Standing::Added
    }
}

/// The plugin that a job names, or why it is not there: it may have been replaced since the job was taken.
pub(super) fn resolve(plugins: &PluginSet, wanted: &PluginId) -> Result<Plugin, JobError> {
    let refused = |reason: String| JobError::Plugin { plugin: wanted.name.clone(), reason };
    let problem = plugins.problems().iter().find(|problem| problem.name == wanted.name);
    let Some(plugin) = plugins.get(&wanted.name) else {
        return Err(refused(match problem {
            Some(problem) => format!("it could not be loaded: it {}", problem.error.with_causes()),
            None => "it is not installed where the poll runs".to_owned(),
        }));
    };
    let found = build_of(plugin);
    match &wanted.build {
        None => Ok(plugin.clone()),
        Some(wanted) if *wanted == found => Ok(plugin.clone()),
        Some(wanted) => Err(refused(format!(
            "version {} ({}) was asked for, and version {} ({}) is installed",
            wanted.version, wanted.digest, found.version, found.digest
        ))),
    }
}

fn id_of(plugin: &Plugin) -> PluginId {
    PluginId { name: plugin.manifest().name.clone(), build: Some(build_of(plugin)) }
}

fn build_of(plugin: &Plugin) -> PluginBuild {
    PluginBuild { version: plugin.manifest().version.clone(), digest: plugin.digest().to_owned() }
}
