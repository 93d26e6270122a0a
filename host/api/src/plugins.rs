//! Which recipes there are, which are still being compiled, and which could not be loaded.

use std::{fmt, sync::Arc};

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderValue, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use futures_util::future::BoxFuture;
use job::Catalogue;

use super::{
    Shared,
    error::ApiError,
    key::Authorized,
    wire::{Detail, PluginBody, PluginList, ReloadBody, SectionsSchema},
};

/// The plugins at one moment. They change while files are compiled.
#[derive(Debug)]
pub struct PluginsNow {
    pub(super) catalogue: Catalogue,
    pub(super) list: PluginList,
    /// The list as it is answered: it is the same for all who ask.
    json: Bytes,
}

/// Tells which plugins there are at the moment.
#[derive(Clone)]
pub struct CurrentPlugins(pub Arc<dyn Fn() -> Arc<PluginsNow> + Send + Sync>);

/// Loads the plugins of the folder again. What has begun is done, whether or not anybody waits for it.
#[derive(Clone)]
pub struct ReloadPlugins(pub Arc<dyn Fn() -> BoxFuture<'static, ReloadBody> + Send + Sync>);

impl fmt::Debug for ReloadPlugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReloadPlugins")
    }
}

impl PluginsNow {
    /// What can be asked for, and the plugins in words.
    #[must_use]
    pub fn new(catalogue: Catalogue, list: PluginList) -> Self {
        // A list has nothing that JSON cannot express.
        let json = serde_json::to_vec(&list).unwrap_or_default().into();
        Self { catalogue, list, json }
    }
}

impl CurrentPlugins {
    pub(super) fn now(&self) -> Arc<PluginsNow> {
        (self.0)()
    }
}

impl fmt::Debug for CurrentPlugins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CurrentPlugins")
    }
}

/// Lists the plugins that can be asked for, those that are still being compiled, and those that could not be loaded.
#[utoipa::path(
    get, path = "/plugins", operation_id = "listPlugins", tag = "plugins",
    responses(
        (status = 200, description = "The plugins", body = PluginList),
    ),
)]
pub(super) async fn list(_: Authorized, State(api): State<Shared>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], api.plugins.now().json.clone())
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
    named(&api.plugins.now(), name).cloned().map(Json)
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
    let plugins = api.plugins.now();
    let schema = SectionsSchema::of(named(&plugins, name)?);
    Ok(([(CONTENT_TYPE, HeaderValue::from_static("application/schema+json"))], Json(schema)).into_response())
}

/// Looks at the folder of plugins again, as SIGHUP does.
///
/// A file that is new or has changed is compiled aside and checked, and then takes the place of the one before; where it
/// cannot be used, the one before stays. Polls that run go on with the plugins that they began with. The answer comes when
/// all of that is done. Where something of it cannot be used it is a 500, so that `curl --fail` notices; the body says
/// what, and everything else is in force.
#[utoipa::path(
    post, path = "/-/reload", operation_id = "reloadPlugins", tag = "plugins",
    responses(
        (status = 200, description = "What was read, all of which can be used", body = ReloadBody),
        (status = 500, description = "Something of what was read cannot be used: `success` is false, and `problems` says \
            what. Everything else is in force", body = ReloadBody),
    ),
)]
pub(super) async fn reload(_: Authorized, State(api): State<Shared>) -> (StatusCode, Json<ReloadBody>) {
    let body = (api.reload.0)().await;
    let status = if body.success { StatusCode::OK } else { StatusCode::INTERNAL_SERVER_ERROR };
    (status, Json(body))
}

fn named(plugins: &PluginsNow, name: Result<Path<String>, PathRejection>) -> Result<&PluginBody, ApiError> {
    let name = name.map(|Path(name)| name).unwrap_or_default();
    plugins.list.plugins.iter().find(|plugin| plugin.name == name).ok_or_else(|| {
        if plugins.list.compiling.iter().any(|plugin| plugin.name == name) {
            ApiError::new(StatusCode::NOT_FOUND, "The plugin is still being compiled").retry_after(1)
        } else {
            ApiError::new(StatusCode::NOT_FOUND, "Unknown plugin")
        }
    })
}
