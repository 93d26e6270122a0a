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

use crate::{LoadError, Plugin, PluginSource, Runtime};

/// The plugins that can be asked for, and what is wrong with those that cannot. Cloning is cheap.
#[derive(Clone, Debug, Default)]
pub struct PluginSet {
    plugins: Arc<BTreeMap<String, Plugin>>,
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

/// Two plugins of one request that fill the same section.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{first}` and `{second}` both fill the section `{section}`")]
pub struct SectionClash {
    /// The section's name.
    pub section: String,
    /// The plugin that was named first.
    pub first: String,
    /// The plugin that was named later.
    pub second: String,
}

/// Plugins that are loaded at the same time.
const LOADING: usize = 4;

impl PluginSet {
    /// Loads the bundled plugins (name and component) and every `*.wasm` file of `dir`.
    ///
    /// A file takes the place of the bundled plugin of the same name, unless the file cannot be loaded.
    pub async fn load(
        runtime: &Runtime,
        bundled: impl IntoIterator<Item = (&'static str, &'static [u8])>,
        dir: Option<&Path>,
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
        let load = |source: PluginSource| async move { (source.clone(), runtime.load(source).await) };
        // Bundled plugins come first and in this order, so that files replace them and not the other way round.
        let loaded: Vec<_> = stream::iter(sources).map(load).buffered(LOADING).collect().await;
        let mut plugins = BTreeMap::new();
        for (source, loaded) in loaded {
            match loaded {
                Ok(plugin) => {
                    plugins.insert(plugin.manifest().name.clone(), plugin);
                }
                Err(error) => problems.push(problem(&source, error)),
            }
        }
        Self { plugins: Arc::new(plugins), problems: problems.into() }
    }

    /// All plugins, sorted by name.
    pub fn plugins(&self) -> impl ExactSizeIterator<Item = &Plugin> {
        self.plugins.values()
    }

    /// The plugin of this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Plugin> {
        self.plugins.get(name)
    }

    /// What could not be loaded, in the order in which it was found.
    #[must_use]
    pub fn problems(&self) -> &[LoadProblem] {
        &self.problems
    }

    /// The sections that more than one of `plugins` fills; empty when they can serve one request together.
    ///
    /// Plugins whose sections clash may well be installed side by side. A plugin that is named twice clashes with itself.
    #[must_use]
    pub fn section_clashes<'a>(plugins: impl IntoIterator<Item = &'a Plugin>) -> Vec<SectionClash> {
        let mut owners: HashMap<&str, &str> = HashMap::new();
        let mut clashes = Vec::new();
        for manifest in plugins.into_iter().map(Plugin::manifest) {
            for section in &manifest.sections {
                let second = manifest.name.as_str();
                if let Some(first) = owners.get(section.name.as_str()) {
                    let (first, second) = ((*first).to_owned(), second.to_owned());
                    clashes.push(SectionClash { section: section.name.clone(), first, second });
                } else {
                    owners.insert(&section.name, second);
                }
            }
        }
        clashes
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
