//! From sources to settings: lays them over the defaults (`layers`), and judges what came of it (`settle`).

use thiserror::Error;

use super::{
    ConfigKeys, Origin, Problem, Settings, Sources,
    layers::Layers,
    origin::Origins,
    settle::{PluginsDir, settle},
};

/// A configuration that was understood.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What the program runs on.
    pub settings: Settings,
    /// What does not stop the program, but should be looked at.
    pub warnings: Vec<Problem>,
    pub(super) keys: ConfigKeys,
    pub(super) origins: Origins,
}

impl Loaded {
    /// Returns where the value of a key comes from.
    #[must_use]
    pub fn origin(&self, section: &str, key: &str) -> &Origin {
        self.origins.of(section, key)
    }
}

/// Everything that is wrong with the configuration, one line each.
#[derive(Debug, Error)]
#[error("{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct ConfigError {
    /// What is wrong, in the order of the sources.
    pub problems: Vec<Problem>,
}

/// Makes settings of the sources.
pub fn load(sources: &Sources) -> Result<Loaded, ConfigError> {
    load_with(sources, PluginsDir::IsThere)
}

/// Makes settings of the sources for a command that may have to make the plugin folder.
pub fn load_with(sources: &Sources, plugins_dir: PluginsDir) -> Result<Loaded, ConfigError> {
    let mut layers = Layers::default();
    layers.lay(sources);
    let settings = settle(&mut layers, &sources.environment, plugins_dir);
    let Layers { keys, origins, findings } = layers;
    match settings {
        Some(settings) => Ok(Loaded { settings, warnings: findings.warnings, keys, origins }),
        None => Err(ConfigError { problems: findings.problems }),
    }
}
