//! Whether the proxy is well.

use axum::{Json, extract::State};

use super::{Shared, wire::Health};
use crate::{VERSION, poll::seconds};

/// Says that the proxy serves, and how much it has to do. Needs no key.
#[utoipa::path(
    get, path = "/health", tag = "service", security(()),
    responses((status = 200, description = "The proxy serves", body = Health)),
)]
pub(super) async fn health(State(api): State<Shared>) -> Json<Health> {
    let counts = api.scheduler.counts();
    Json(Health {
        status: "ok",
        version: VERSION,
        active_jobs: counts.queued + counts.running,
        total_jobs: counts.total,
        max_concurrent: api.settings.limits.polls.max_concurrent,
        uptime_seconds: seconds(api.started.elapsed()),
    })
}
