//! Which recipes there are, and which could not be loaded.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};

use super::{
    Shared,
    error::ApiError,
    key::Authorized,
    wire::{Detail, PluginBody, PluginList},
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
pub(super) async fn list(_: Authorized, State(api): State<Shared>) -> Json<Arc<PluginList>> {
    Json(Arc::clone(&api.plugins))
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
    let plugin = name.ok().and_then(|Path(name)| api.plugins.plugins.iter().find(|plugin| plugin.name == name));
    plugin.cloned().map(Json).ok_or_else(|| ApiError::new(StatusCode::NOT_FOUND, "Unknown plugin"))
}
