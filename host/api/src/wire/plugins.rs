//! What the plugins are. Their schemas are text that plugins wrote, which nobody here reads.

use std::{collections::BTreeMap, sync::Arc};

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

/// The origin of a plugin that is a part of the program.
pub const BUNDLED: &str = "bundled";

/// The plugins.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PluginList {
    /// Those that can be asked for, by name.
    pub plugins: Vec<PluginBody>,
    /// Those that are still being compiled. A poll that names one waits for it; `auto` does not.
    pub compiling: Vec<PluginCompiling>,
    /// Those that could not be loaded.
    pub problems: Vec<PluginProblem>,
    /// Where `auto` chooses between plugins in a way that somebody may not expect: a line for each.
    pub warnings: Vec<String>,
}

/// A plugin.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PluginBody {
    /// Its name, by which `recipes` asks for it.
    #[schema(example = "interfaces")]
    pub name: String,
    /// Always `ready`.
    pub state: &'static str,
    /// Its version.
    pub version: String,
    /// What it does, in one sentence.
    pub summary: String,
    /// `bundled`, or the file it was loaded from.
    #[schema(example = "bundled")]
    pub origin: String,
    /// The digest of its component.
    #[schema(example = "sha256:…")]
    pub digest: String,
    /// What its component imports.
    pub imports: Vec<String>,
    /// The parts of `data` that it fills, with the JSON Schemas of their values.
    pub sections: Vec<PluginSection>,
    /// The key of its time in `timing`.
    pub timing: String,
    /// The line of `progress` when it starts.
    pub starting: String,
    /// The subtrees that it declares, as dotted OIDs. Others are refused.
    pub declares: Vec<String>,
    /// What of them it reads, as dotted OIDs: what plugins.lock takes away is empty for it, and a gap of each poll.
    pub reads: Vec<String>,
    /// What `auto` looks for before it takes the plugin, as dotted OIDs; empty: nothing.
    pub probe: Vec<String>,
    /// The sysObjectID prefixes that `auto` chooses it for; empty: every device.
    pub device_prefixes: Vec<String>,
    /// The JSON Schema of its parameters.
    #[schema(value_type = Object)]
    pub params_schema: Arc<RawValue>,
    /// What plugins.lock says of it; null where it says nothing.
    pub lock: Option<PluginLock>,
}

/// What the operator says of a plugin in plugins.lock.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PluginLock {
    /// Whether only the file with this digest is loaded.
    pub pinned: bool,
    /// The digest of the file that was installed; null for a plugin that comes with the program.
    #[schema(example = "sha256:…")]
    pub digest: Option<String>,
    /// The subtrees that it is narrowed to, as dotted OIDs; null: it is not narrowed.
    pub reads: Option<Vec<String>>,
    /// Parameters for polls that give none; null: there are none.
    #[schema(value_type = Option<Object>)]
    pub params: Option<serde_json::Map<String, serde_json::Value>>,
}

/// A part of `data` that a plugin fills.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PluginSection {
    /// Its key.
    pub name: String,
    /// The JSON Schema of its value. Its keyword `x-table`, where it is there, says how people see the section:
    /// `columns` worth a place on a screen, their `titles`, and the `units` of numbers.
    #[schema(value_type = Object)]
    pub schema: Arc<RawValue>,
}

/// A JSON Schema (draft 2020-12) of what a plugin adds to `data`.
#[derive(Debug, Serialize, ToSchema)]
pub struct SectionsSchema<'a> {
    /// The dialect.
    #[serde(rename = "$schema")]
    pub dialect: &'static str,
    /// The plugin's name.
    #[schema(example = "interfaces")]
    pub title: &'a str,
    /// What the plugin does.
    pub description: &'a str,
    /// Always `object`.
    #[serde(rename = "type")]
    #[schema(example = "object")]
    pub kind: &'static str,
    /// The sections by their keys, each with the schema of its value.
    #[schema(value_type = BTreeMap<String, Object>)]
    pub properties: BTreeMap<&'a str, &'a RawValue>,
}

impl<'a> SectionsSchema<'a> {
    /// Of this plugin.
    #[must_use]
    pub fn of(plugin: &'a PluginBody) -> Self {
        Self {
            dialect: "https://json-schema.org/draft/2020-12/schema",
            title: &plugin.name,
            description: &plugin.summary,
            kind: "object",
            properties: plugin.sections.iter().map(|section| (section.name.as_str(), &*section.schema)).collect(),
        }
    }
}

/// A plugin that is still being compiled.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PluginCompiling {
    /// Its name.
    pub name: String,
    /// Always `compiling`.
    pub state: &'static str,
    /// Its file, unless it is bundled.
    pub path: Option<String>,
}

/// A plugin that could not be loaded.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PluginProblem {
    /// Its name.
    pub name: String,
    /// Always `failed`.
    pub state: &'static str,
    /// Its file, unless it is bundled.
    pub path: Option<String>,
    /// What is wrong with it.
    pub error: String,
    /// The version that was loaded from the file before it changed, and which stays in use. Absent where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_force: Option<String>,
}

/// What came of loading the plugins again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReloadBody {
    /// Whether everything that was read now can be used.
    pub success: bool,
    /// The plugins whose files are new or have changed, by name.
    #[schema(example = json!(["interfaces"]))]
    pub read: Vec<String>,
    /// The plugins whose files are gone, by name.
    #[schema(example = json!([]))]
    pub removed: Vec<String>,
    /// What is wrong with what was read: a line for each. A plugin that was loaded before stays in use.
    #[schema(example = json!([]))]
    pub problems: Vec<String>,
}
