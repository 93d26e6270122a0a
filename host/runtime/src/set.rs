//! All plugins of an installation: the bundled ones, and those of a folder, which add to them and override them.
//!
//! What cannot be loaded is a problem to be reported, and never keeps the others from serving.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    AnyPlugin, LoadError, Origin, Plugin, PluginKind, PluginSource, TrapDecoder, TrapEnricher,
    load::LoadedSource,
    load_problem::{LoadProblem, problem},
    stamp::Stamp,
    terms::Terms,
};

/// The plugins that can be asked for, and what is wrong with those that cannot. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct PluginSet {
    plugins: Arc<BTreeMap<String, Plugin>>,
    trap_decoder: Option<TrapDecoder>,
    trap_enrichers: Arc<[TrapEnricher]>,
    problems: Arc<[Arc<LoadProblem>]>,
    compiling: Arc<[PluginSource]>,
    bundled_sections: Arc<HashMap<String, String>>,
    takes_over: Arc<[String]>,
}

/// Where plugins are to be found, and what the operator says of them.
#[derive(Clone, Debug, Default)]
pub struct PluginSources {
    /// The bundled ones: name and component.
    pub bundled: Vec<(&'static str, &'static [u8])>,
    /// The folder with further ones.
    pub dir: Option<PathBuf>,
    /// Those of the folder that may take over sections of bundled ones.
    pub takes_over: Vec<String>,
}

/// A plugin that is to be loaded, and how far it is.
pub(crate) struct Entry {
    pub(crate) source: PluginSource,
    /// What the folder says of it.
    pub(crate) terms: Terms,
    /// Of its file, before it was read.
    pub(crate) stamp: Stamp,
    pub(crate) state: State,
}

/// How far a file is.
pub(crate) enum State {
    Compiling,
    /// The plugins of it, each with the file that it is of, and what is wrong with others.
    Loaded(Vec<LoadedPlugin>),
}

/// A plugin with the file that it is of, or what is wrong with it. After a file that could not be loaded again there are
/// both.
type LoadedPlugin = (PluginSource, Result<AnyPlugin, Arc<LoadProblem>>);

impl State {
    /// What became of a file that need not be compiled any more.
    pub(crate) fn loaded(loaded: Vec<LoadedSource>) -> Self {
        let told = |(source, plugin): LoadedSource| {
            let plugin = plugin.map_err(|error| Arc::new(problem(&source, error)));
            (source, plugin)
        };
        Self::Loaded(loaded.into_iter().map(told).collect())
    }

    /// Takes over what was loaded now. What could not be loaded does not take the place of a plugin.
    ///
    /// `file` is what was read: a component that cannot be loaded says nothing of the files that configure it.
    pub(crate) fn replace_with(&mut self, file: &PluginSource, now: Self) {
        let (before, now) = match (std::mem::replace(self, Self::Compiling), now) {
            (Self::Loaded(before), Self::Loaded(now)) => (before, now),
            (_, now) => return *self = now,
        };
        let mut loaded = Vec::new();
        for (source, mut plugin) in now {
            if let Some(problem) = plugin.as_mut().err().and_then(Arc::get_mut) {
                let is_its = |(of, plugin): &&LoadedPlugin| plugin.is_ok() && (*of == source || source == *file);
                let stays: Vec<&LoadedPlugin> = before.iter().filter(is_its).collect();
                let versions = stays.iter().filter_map(|(_, plugin)| Some(plugin.as_ref().ok()?.version()));
                let versions: BTreeSet<&str> = versions.collect();
                problem.in_force = (!versions.is_empty()).then(|| versions.into_iter().collect::<Vec<_>>().join(", "));
                loaded.extend(stays.into_iter().cloned());
            }
            loaded.push((source, plugin));
        }
        *self = Self::Loaded(loaded);
    }

    /// What is wrong: a line for each.
    pub(crate) fn problems(&self) -> Vec<String> {
        let Self::Loaded(loaded) = self else { return Vec::new() };
        loaded.iter().filter_map(|(_, plugin)| plugin.as_ref().err().map(ToString::to_string)).collect()
    }
}

impl Entry {
    pub(crate) fn is_compiling(&self) -> bool {
        matches!(self.state, State::Compiling)
    }
}

impl PluginSet {
    /// Those of these entries that can be used, and what is wrong with the others.
    pub(crate) fn of(entries: &[Entry], of_folder: &[Arc<LoadProblem>], takes_over: &Arc<[String]>) -> Self {
        let (mut sorted, mut problems, mut compiling) = (PluginsByKind::default(), of_folder.to_vec(), Vec::new());
        for Entry { source, state, .. } in entries {
            let loaded = match state {
                State::Compiling => {
                    compiling.push(source.clone());
                    continue;
                }
                State::Loaded(loaded) => loaded,
            };
            for (source, plugin) in loaded {
                match plugin {
                    Ok(plugin) => {
                        let added = sorted.add(plugin.clone());
                        problems.extend(added.err().map(|error| Arc::new(problem(source, error))));
                    }
                    Err(problem) => problems.push(Arc::clone(problem)),
                }
            }
        }
        Self {
            plugins: Arc::new(sorted.plugins),
            trap_decoder: sorted.trap_decoder,
            trap_enrichers: sorted.trap_enrichers.into(),
            problems: problems.into(),
            compiling: compiling.into(),
            bundled_sections: Arc::new(sorted.bundled_sections),
            takes_over: Arc::clone(takes_over),
        }
    }

    /// All plugins that collect, sorted by name.
    pub fn plugins(&self) -> impl ExactSizeIterator<Item = &Plugin> {
        self.plugins.values()
    }

    /// The plugin of this name that collects.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Plugin> {
        self.plugins.get(name)
    }

    /// The bundled plugin that fills this section, whether or not a file has taken its place.
    #[must_use]
    pub fn bundled_owner(&self, section: &str) -> Option<&str> {
        self.bundled_sections.get(section).map(String::as_str)
    }

    /// The plugins that the operator lets take over sections of bundled ones.
    #[must_use]
    pub fn takes_over(&self) -> &[String] {
        &self.takes_over
    }

    /// The plugin that takes notifications apart.
    #[must_use]
    pub fn trap_decoder(&self) -> Option<&TrapDecoder> {
        self.trap_decoder.as_ref()
    }

    /// The plugins that know vendors' notifications, in the order in which they are asked: the bundled ones in their
    /// order, a file in the place of the one it replaces, then the other files by name.
    #[must_use]
    pub fn trap_enrichers(&self) -> &[TrapEnricher] {
        &self.trap_enrichers
    }

    /// What could not be loaded, in the order in which it was found.
    #[must_use]
    pub fn problems(&self) -> &[Arc<LoadProblem>] {
        &self.problems
    }

    /// What is still being compiled: the name under which each will be found, and its file.
    pub fn compiling(&self) -> impl Iterator<Item = (String, Option<&Path>)> {
        self.compiling.iter().map(|source| (source.name(), source.path()))
    }

    /// Whether the plugin of this name is still being compiled. A bundled one of that name may serve until then.
    #[must_use]
    pub fn is_compiling(&self, name: &str) -> bool {
        self.compiling.iter().any(|source| source.name() == name)
    }
}

/// Plugins, each where those of its kind are.
#[derive(Default)]
struct PluginsByKind {
    kinds: HashMap<String, PluginKind>,
    bundled_sections: HashMap<String, String>,
    plugins: BTreeMap<String, Plugin>,
    trap_decoder: Option<TrapDecoder>,
    trap_enrichers: Vec<TrapEnricher>,
}

impl PluginsByKind {
    fn add(&mut self, plugin: AnyPlugin) -> Result<(), LoadError> {
        let (name, found) = (plugin.name().to_owned(), plugin.kind());
        let bundled = *self.kinds.entry(name.clone()).or_insert(found);
        if bundled != found {
            return Err(LoadError::OtherKind { found, bundled });
        }
        match plugin {
            AnyPlugin::Collector(plugin) => {
                if *plugin.origin() == Origin::Bundled {
                    let sections = plugin.manifest().sections.iter();
                    self.bundled_sections.extend(sections.map(|section| (section.name.clone(), name.clone())));
                }
                self.plugins.insert(name, plugin);
            }
            AnyPlugin::TrapDecoder(decoder) => {
                let is_file = |decoder: &TrapDecoder| *decoder.origin() != Origin::Bundled;
                match &self.trap_decoder {
                    Some(first) if is_file(first) || !is_file(&decoder) => {
                        return Err(LoadError::SecondDecoder { in_force: first.manifest().name.clone() });
                    }
                    _ => self.trap_decoder = Some(decoder),
                }
            }
            AnyPlugin::TrapEnricher(enricher) => {
                match self.trap_enrichers.iter_mut().find(|earlier| earlier.manifest().name == name) {
                    Some(earlier) => *earlier = enricher,
                    None => self.trap_enrichers.push(enricher),
                }
            }
        }
        Ok(())
    }
}
