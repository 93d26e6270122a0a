//! The plugins as the API and the command line describe them.

use std::{path::Path, sync::Arc};

use api::{
    CurrentPlugins, PluginsNow, ReloadPlugins,
    wire::{BUNDLED, PluginBody, PluginCompiling, PluginList, PluginLock, PluginProblem, PluginSection, ReloadBody},
};
use futures_util::FutureExt as _;
use parking_lot::Mutex;
use polling::catalogue;
use runtime::{LivePlugins, LoadProblem, LockTerms, Manifest, Origin, Plugin, PluginSet, Reloaded, shown_path};
use snmp::Oid;

use crate::Sandbox;

/// Describes the collectors, and what is wrong with plugins that could not be loaded.
#[must_use]
pub fn plugin_list(plugins: &PluginSet) -> PluginList {
    PluginList {
        plugins: plugins.plugins().map(plugin_body).collect(),
        compiling: plugins.compiling().map(|(name, path)| compiling_body(name, path)).collect(),
        problems: plugins.problems().iter().map(|problem| problem_body(problem)).collect(),
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
    lines.extend(plugins.plugins().map(Plugin::manifest).filter(|manifest| is_never_found(manifest)).map(|manifest| {
        let name = &manifest.name;
        format!("`auto` never takes `{name}`: plugins.lock takes away what it looks for (`probe`); ask for it by name")
    }));
    lines
}

/// Whether `auto` looks for something that the plugin may not read.
fn is_never_found(manifest: &Manifest) -> bool {
    !manifest.probe.is_empty() && manifest.probe.iter().all(|probe| manifest.readable_within(probe).is_empty())
}

fn plugin_body(plugin: &Plugin) -> PluginBody {
    let manifest = plugin.manifest();
    PluginBody {
        name: manifest.name.clone(),
        state: "ready",
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
        declares: dotted(&manifest.declared),
        reads: dotted(&manifest.reads),
        probe: dotted(&manifest.probe),
        device_prefixes: dotted(&manifest.device_prefixes),
        params_schema: manifest.params_schema.shared(),
        lock: plugin.lock().map(lock_body),
    }
}

fn lock_body(lock: &LockTerms) -> PluginLock {
    let LockTerms { is_pinned, digest, reads, params } = lock.clone();
    PluginLock {
        pinned: is_pinned,
        digest: digest.map(|digest| digest.to_string()),
        reads: reads.map(|reads| dotted(&reads)),
        params,
    }
}

fn dotted(oids: &[Oid]) -> Vec<String> {
    oids.iter().map(Oid::to_string).collect()
}

fn compiling_body(name: String, path: Option<&Path>) -> PluginCompiling {
    PluginCompiling { name, state: "compiling", path: path.map(shown_path) }
}

fn problem_body(problem: &LoadProblem) -> PluginProblem {
    PluginProblem {
        name: problem.name.clone(),
        state: "failed",
        path: problem.path.as_deref().map(shown_path),
        error: problem.error.with_causes(),
        in_force: problem.in_force.clone(),
    }
}

/// Tells the API which plugins there are. What it tells is made anew only when they change.
pub(crate) fn current_plugins(live: LivePlugins) -> CurrentPlugins {
    let told: Mutex<Option<(Arc<PluginSet>, Arc<PluginsNow>)>> = Mutex::default();
    CurrentPlugins(Arc::new(move || {
        let (set, mut told) = (live.now(), told.lock());
        match &*told {
            Some((known, now)) if Arc::ptr_eq(known, &set) => Arc::clone(now),
            _ => {
                let now = Arc::new(PluginsNow::new(catalogue(&set), plugin_list(&set)));
                *told = Some((set, Arc::clone(&now)));
                now
            }
        }
    }))
}

/// Loads the plugins again for the API.
pub(crate) fn reload_plugins(sandbox: Sandbox) -> ReloadPlugins {
    ReloadPlugins(Arc::new(move || {
        let sandbox = sandbox.clone();
        // Who asked may be gone before it is done.
        let reloading = tokio::spawn(async move { sandbox.reload().await });
        async move {
            let Reloaded { read, removed, problems } = reloading.await.unwrap_or_else(|error| Reloaded {
                problems: vec![format!("the plugins were not loaded again: {error}")],
                ..Reloaded::default()
            });
            ReloadBody { success: problems.is_empty(), read, removed, problems }
        }
        .boxed()
    }))
}

/// `bundled`, or the path of a file.
pub fn origin_word(origin: &Origin) -> String {
    match origin {
        Origin::Bundled => BUNDLED.to_owned(),
        Origin::File(path) => shown_path(path),
    }
}
