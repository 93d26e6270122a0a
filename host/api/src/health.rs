//! Whether the proxy is well.

use axum::{Json, extract::State, http::StatusCode};
use job::seconds;

use super::{
    Shared,
    error::ApiError,
    key::Authorized,
    wire::{Health, Ready, TrapsBody},
};
use crate::VERSION;

/// Says that the proxy serves, and how much it has to do. Needs no key; who has one also learns how the network is.
#[utoipa::path(
    get, path = "/health", operation_id = "getHealth", tag = "service", security((), ("key" = [])),
    responses((status = 200, description = "The proxy serves", body = Health)),
)]
pub(super) async fn health(key: Result<Authorized, ApiError>, State(api): State<Shared>) -> Json<Health> {
    let counts = api.scheduler.counts();
    Json(Health {
        status: "ok",
        version: VERSION,
        active_jobs: counts.queued + counts.running,
        total_jobs: counts.total,
        max_concurrent: api.settings.limits.polls.max_concurrent,
        uptime_seconds: seconds(api.started.elapsed()),
        connections: key.is_ok().then(|| api.connections.stats().into()),
        keys: key.is_ok().then(|| api.wrong_keys.stats().into()),
        sockets: key.is_ok().then(|| (api.socket_stats.0)().into()),
        answers: key.is_ok().then(|| api.answers.used().into()),
        traps: key.is_ok().then(|| TrapsBody::new(api.receiving.stats(), &api.traps)),
    })
}

/// Says whether all plugins are compiled. Needs no key. Polls that name none of those in `compiling` are served before.
#[utoipa::path(
    get, path = "/readyz", operation_id = "getReadiness", tag = "service", security(()),
    responses(
        (status = 200, description = "All plugins are compiled", body = Ready),
        (status = 503, description = "Some are still being compiled", body = Ready),
    ),
)]
pub(super) async fn ready(State(api): State<Shared>) -> (StatusCode, Json<Ready>) {
    let plugins = api.plugins.now();
    let compiling: Vec<String> = plugins.list.compiling.iter().map(|plugin| plugin.name.clone()).collect();
    if compiling.is_empty() {
        (StatusCode::OK, Json(Ready { status: "ready", compiling }))
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, Json(Ready { status: "compiling", compiling }))
    }
}
