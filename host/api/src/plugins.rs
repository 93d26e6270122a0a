//! Which recipes there are, and which could not be loaded.

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use plugin_runtime::{LoadProblem, Plugin, PluginSet};
use snmp_engine::Oid;

use super::{
    Shared,
    error::ApiError,
    key::Authorized,
    wire::{Detail, PluginBody, PluginList, PluginProblem, PluginSection, origin_word},
};

/// Lists the plugins that can be asked for, and those that could not be loaded.
#[utoipa::path(
    get, path = "/plugins", tag = "plugins",
    responses(
        (status = 200, description = "The plugins", body = PluginList),
        (status = 401, description = "There is no key", body = Detail),
        (status = 403, description = "The key is wrong", body = Detail),
    ),
)]
pub(super) async fn list(_: Authorized, State(api): State<Shared>) -> Json<PluginList> {
    Json(PluginList::of(&api.plugins))
}

/// Tells everything about one plugin.
#[utoipa::path(
    get, path = "/plugins/{name}", tag = "plugins",
    params(("name" = String, Path, description = "The plugin's name")),
    responses(
        (status = 200, description = "The plugin", body = PluginBody),
        (status = 401, description = "There is no key", body = Detail),
        (status = 403, description = "The key is wrong", body = Detail),
        (status = 404, description = "There is no such plugin", body = Detail),
    ),
)]
pub(super) async fn one(
    _: Authorized,
    State(api): State<Shared>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<PluginBody>, ApiError> {
    let plugin = name.ok().and_then(|Path(name)| api.plugins.get(&name));
    let plugin = plugin.ok_or_else(|| ApiError::new(StatusCode::NOT_FOUND, "Unknown plugin"))?;
    Ok(Json(plugin_body(plugin)))
}

impl PluginList {
    /// Describes these plugins.
    pub fn of(plugins: &PluginSet) -> Self {
        Self {
            plugins: plugins.plugins().map(plugin_body).collect(),
            problems: plugins.problems().iter().map(problem_body).collect(),
        }
    }
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
            .map(|section| PluginSection { name: section.name.clone(), schema: section.schema.clone() })
            .collect(),
        timing: manifest.timing.clone(),
        starting: manifest.starting.clone(),
        reads: dotted(&manifest.reads),
        device_prefixes: dotted(&manifest.device_prefixes),
        params_schema: manifest.params_schema.clone(),
    }
}

fn problem_body(problem: &LoadProblem) -> PluginProblem {
    PluginProblem {
        name: problem.name.clone(),
        path: problem.path.as_ref().map(|path| path.display().to_string()),
        error: problem.error.with_causes(),
    }
}
