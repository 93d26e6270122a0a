//! Which recipes there are, and which could not be loaded.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
};

use super::{
    Api, Shared,
    error::ApiError,
    key::Authorized,
    wire::{Detail, PluginBody, PluginList, SectionsSchema},
};

/// Lists the plugins that can be asked for, and those that could not be loaded.
#[utoipa::path(
    get, path = "/plugins", operation_id = "listPlugins", tag = "plugins",
    responses(
        (status = 200, description = "The plugins", body = PluginList),
    ),
)]
pub(super) async fn list(_: Authorized, State(api): State<Shared>) -> Json<Arc<PluginList>> {
    Json(Arc::clone(&api.plugins))
}

/// Tells everything about one plugin.
#[utoipa::path(
    get, path = "/plugins/{name}", operation_id = "getPlugin", tag = "plugins",
    params(("name" = String, Path, description = "The plugin's name", example = "interfaces")),
    responses(
        (status = 200, description = "The plugin", body = PluginBody),
        (status = 404, description = "There is no such plugin", body = Detail),
    ),
)]
pub(super) async fn one(
    _: Authorized,
    State(api): State<Shared>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Json<PluginBody>, ApiError> {
    named(&api, name).cloned().map(Json)
}

/// Gives the JSON Schema of what one plugin adds to `data` of a poll.
///
/// It is a document of its own, so that types can be made of it as of this one. The sections of the bundled plugins are
/// described here, too, as properties of `PollData`.
#[utoipa::path(
    get, path = "/plugins/{name}/schema", operation_id = "getPluginSchema", tag = "plugins",
    params(("name" = String, Path, description = "The plugin's name", example = "interfaces")),
    responses(
        (status = 200, description = "The schema", body = SectionsSchema<'_>, content_type = "application/schema+json"),
        (status = 404, description = "There is no such plugin", body = Detail),
    ),
)]
pub(super) async fn schema(
    _: Authorized,
    State(api): State<Shared>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let schema = SectionsSchema::of(named(&api, name)?);
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("application/schema+json"))], Json(schema)).into_response())
}

fn named(api: &Api, name: Result<Path<String>, PathRejection>) -> Result<&PluginBody, ApiError> {
    let plugin = name.ok().and_then(|Path(name)| api.plugins.plugins.iter().find(|plugin| plugin.name == name));
    plugin.ok_or_else(|| ApiError::new(StatusCode::NOT_FOUND, "Unknown plugin"))
}
