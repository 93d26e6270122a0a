//! A poll, as it passes from who takes it to who runs it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{DeviceSpec, Job, JobError, Report, serde_forms::millis};

/// A poll: which device, which recipes, how long. Whoever takes it has checked everything that can be checked without
/// the device.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PollJob {
    /// The device.
    pub device: DeviceSpec,
    /// What to collect from it, in this order; `system-info` comes first.
    pub recipes: Vec<Recipe>,
    /// Whether the runner adds those of its plugins that fit the device.
    pub auto: bool,
    /// Whether the sections that clients of the reference expect are in the result also when no recipe filled them.
    pub usual_sections: bool,
    /// The deadline of each GET, in milliseconds.
    #[serde(rename = "get_timeout_ms", with = "millis")]
    pub get_timeout: Duration,
    /// The deadline of each walk, in milliseconds.
    #[serde(rename = "walk_timeout_ms", with = "millis")]
    pub walk_timeout: Duration,
}

/// One plugin to run, and what it is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The plugin.
    pub plugin: PluginId,
    /// Its parameters.
    pub params: Map<String, Value>,
}

/// Which plugin: the runner resolves the name, and refuses where what it has under that name is another one.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PluginId {
    /// Its name, by which requests ask for it.
    pub name: String,
    /// Which one exactly; none where it was still being compiled: then whatever it turns out to be.
    #[serde(flatten)]
    pub build: Option<PluginBuild>,
}

/// Which of the plugins that may have a name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PluginBuild {
    /// Its version (semver.org).
    pub version: String,
    /// The digest of its component, such as `sha256:…`.
    pub digest: String,
}

impl Job for PollJob {
    type Answer = Result<Report, JobError>;
}
