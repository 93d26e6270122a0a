//! All plugins of an installation: the bundled ones, and those of a folder, which add to them and override them.
//!
//! What cannot be loaded is a problem to be reported, and never keeps the others from serving.

use std::{
    collections::{BTreeMap, HashMap},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_util::{StreamExt as _, stream};

use crate::{AnyPlugin, LoadError, Origin, Plugin, PluginKind, PluginSource, Runtime, TrapDecoder, TrapEnricher};

/// The plugins that can be asked for, and what is wrong with those that cannot. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct PluginSet {
    plugins: Arc<BTreeMap<String, Plugin>>,
    trap_decoder: Option<TrapDecoder>,
    trap_enrichers: Arc<[TrapEnricher]>,
    problems: Arc<[LoadProblem]>,
}

/// Something that was to be a plugin and could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("`{name}` {}", self.error.with_causes())]
pub struct LoadProblem {
    /// The name under which it would have been found; the folder's name if the folder is the problem.
    pub name: String,
    /// The file or folder; none for a bundled plugin.
    pub path: Option<PathBuf>,
    /// What is wrong with it. It is part of the problem's text.
    pub error: LoadError,
}

/// Who hears which plugins are being loaded. A large one that was never compiled takes many seconds.
///
/// Called in between, so it must return soon.
pub trait LoadEvents: Sync {
    /// The plugin of this name is read and compiled from now on.
    fn begun(&self, name: &str);

    /// It is loaded, or cannot be.
    fn ended(&self, name: &str);
}

/// Nobody hears it.
impl LoadEvents for () {
    fn begun(&self, _: &str) {}
    fn ended(&self, _: &str) {}
}

/// Plugins that are loaded at the same time.
const LOADING: usize = 4;

impl PluginSet {
    /// Loads the bundled plugins (name and component) and every `*.wasm` file of `dir`, of every kind.
    ///
    /// A file takes the place of the bundled plugin of the same name, unless the file cannot be loaded or is of another
    /// kind. Of trap decoders only one is in force: the first file, or else the first bundled one.
    pub async fn load(
        runtime: &Runtime,
        bundled: impl IntoIterator<Item = (&'static str, &'static [u8])>,
        dir: Option<&Path>,
    ) -> Self {
        Self::load_and_tell(runtime, bundled, dir, &()).await
    }

    /// Like [`PluginSet::load`], and tells which plugins are being loaded.
    pub async fn load_and_tell(
        runtime: &Runtime,
        bundled: impl IntoIterator<Item = (&'static str, &'static [u8])>,
        dir: Option<&Path>,
        events: &dyn LoadEvents,
    ) -> Self {
        let mut problems = Vec::new();
        let mut sources: Vec<_> =
            bundled.into_iter().map(|(name, wasm)| PluginSource::Bundled { name, wasm }).collect();
        if let Some(dir) = dir {
            match find_plugins(runtime, dir.to_owned()).await {
                Ok(found) => {
                    sources.extend(found.plugins.into_iter().map(PluginSource::File));
                    let limit = found.limit;
                    let too_many = |path| problem(&PluginSource::File(path), LoadError::TooManyFiles { limit });
                    problems.extend(found.beyond_limit.into_iter().map(too_many));
                }
                Err(error) => {
                    let error = LoadError::Unreadable { reason: error.to_string() };
                    problems.push(LoadProblem { name: dir.display().to_string(), path: Some(dir.to_owned()), error });
                }
            }
        }
        let load = |source: PluginSource| async move {
            let name = source.name();
            events.begun(&name);
            let loaded = runtime.load_all(source).await;
            events.ended(&name);
            loaded
        };
        // Bundled plugins come first and in this order, so that files replace them and not the other way round.
        let loaded: Vec<_> = stream::iter(sources).map(load).buffered(LOADING).collect().await;
        let mut sorted = Sorted::default();
        for (source, loaded) in loaded.into_iter().flatten() {
            if let Err(error) = loaded.and_then(|plugin| sorted.add(plugin)) {
                problems.push(problem(&source, error));
            }
        }
        Self {
            plugins: Arc::new(sorted.plugins),
            trap_decoder: sorted.trap_decoder,
            trap_enrichers: sorted.trap_enrichers.into(),
            problems: problems.into(),
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
    pub fn problems(&self) -> &[LoadProblem] {
        &self.problems
    }
}

/// Plugins, each where those of its kind are.
#[derive(Default)]
struct Sorted {
    kinds: HashMap<String, PluginKind>,
    plugins: BTreeMap<String, Plugin>,
    trap_decoder: Option<TrapDecoder>,
    trap_enrichers: Vec<TrapEnricher>,
}

impl Sorted {
    fn add(&mut self, plugin: AnyPlugin) -> Result<(), LoadError> {
        let (name, found) = (plugin.name().to_owned(), plugin.kind());
        let bundled = *self.kinds.entry(name.clone()).or_insert(found);
        if bundled != found {
            return Err(LoadError::OtherKind { found, bundled });
        }
        match plugin {
            AnyPlugin::Collector(plugin) => {
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

/// The files of a folder that are meant to be plugins, sorted by name.
struct Found {
    plugins: Vec<PathBuf>,
    beyond_limit: Vec<PathBuf>,
    limit: usize,
}

async fn find_plugins(runtime: &Runtime, dir: PathBuf) -> io::Result<Found> {
    let limit = runtime.limits().files;
    let search = move || {
        let mut plugins = Vec::new();
        for entry in std::fs::read_dir(&dir)? {
            let path = entry?.path();
            if is_plugin_file(&path) {
                plugins.push(path);
            }
        }
        plugins.sort();
        let beyond_limit = plugins.split_off(plugins.len().min(limit));
        Ok(Found { plugins, beyond_limit, limit })
    };
    tokio::task::spawn_blocking(search).await.unwrap_or_else(|error| Err(io::Error::other(error)))
}

/// Hidden files are what editors and copy programs leave behind.
fn is_plugin_file(path: &Path) -> bool {
    let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !hidden && path.extension().is_some_and(|extension| extension == "wasm")
}

fn problem(source: &PluginSource, error: LoadError) -> LoadProblem {
    LoadProblem { name: source.name(), path: source.path().map(Path::to_owned), error }
}
