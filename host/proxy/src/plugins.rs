//! The plugins as the API and the command line describe them.

use api::wire::{BUNDLED, PluginBody, PluginList, PluginProblem, PluginSection};
use polling::catalogue;
use runtime::{LoadProblem, Origin, Plugin, PluginSet, shown_path};
use snmp::Oid;

/// Describes the collectors, and what is wrong with plugins that could not be loaded.
#[must_use]
pub fn plugin_list(plugins: &PluginSet) -> PluginList {
    PluginList {
        plugins: plugins.plugins().map(plugin_body).collect(),
        problems: plugins.problems().iter().map(problem_body).collect(),
        warnings: warnings(plugins),
    }
}

/// What is odd about plugins that can be used: where `auto` has to choose, and what the operator names in vain.
#[must_use]
pub fn warnings(plugins: &PluginSet) -> Vec<String> {
    let mut lines = catalogue(plugins).disputes();
    let is_file = |name: &String| plugins.get(name).is_some_and(|plugin| *plugin.origin() != Origin::Bundled);
    let missing = plugins.takes_over().iter().filter(|name| !is_file(name));
    lines.extend(missing.map(|name| format!("`plugins.takes_over` names `{name}`: no such plugin is in the folder")));
    lines
}

fn plugin_body(plugin: &Plugin) -> PluginBody {
    let manifest = plugin.manifest();
    let dotted = |oids: &[Oid]| oids.iter().map(Oid::to_string).collect();
    PluginBody {
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        summary: manifest.summary.clone(),
        origin: origin_word(plugin.origin()),
        digest: plugin.digest().to_owned(),
        imports: plugin.imports().to_vec(),
        sections: manifest
            .sections
            .iter()
            .map(|section| PluginSection { name: section.name.clone(), schema: section.schema.shared() })
            .collect(),
        timing: manifest.timing.clone(),
        starting: manifest.starting.clone(),
        reads: dotted(&manifest.reads),
        device_prefixes: dotted(&manifest.device_prefixes),
        params_schema: manifest.params_schema.shared(),
    }
}

fn problem_body(problem: &LoadProblem) -> PluginProblem {
    PluginProblem {
        name: problem.name.clone(),
        path: problem.path.as_deref().map(shown_path),
        error: problem.error.with_causes(),
    }
}

/// `bundled`, or the path of a file.
pub fn origin_word(origin: &Origin) -> String {
    match origin {
        Origin::Bundled => BUNDLED.to_owned(),
        Origin::File(path) => shown_path(path),
    }
}
