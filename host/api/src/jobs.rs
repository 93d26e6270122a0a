//! Polls by ticket: submit, ask, list, cancel.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::StatusCode,
    response::{IntoResponse, Response},
};
use decoding::rfc_3339;
use job::seconds;
use serde::Deserialize;
use tickets::{Snapshot, Status, TicketId, WaitUntil};
use utoipa::IntoParams;

use super::{
    Shared,
    body::JsonBody,
    error::ApiError,
    form::Form as _,
    key::Authorized,
    pieces::PackedField,
    problem::Problems,
    query::{QueryReader, given},
    refused::check_poll,
    requests::{PollForm, ignored, misspelt, object_of},
    wire::{Detail, JobList, ListedJob, Pairs, Removed, StatusBody, Submitted},
};

/// When to submit again after the queue was full.
const RETRY_AFTER_SECONDS: u32 = 5;

/// Queues a poll and answers with its ticket at once.
#[utoipa::path(
    post, path = "/snmp/poll", operation_id = "submitPoll", tag = "polls",
    request_body(
        content = ref("#/components/schemas/PollRequest"),
        examples(
            ("switch" = (
                summary = "A switch that speaks SNMPv2c",
                value = json!({ "target": "192.0.2.1", "community": "public" }),
            )),
            ("router" = (
                summary = "A router with a user of SNMPv3, and all plugins that fit it",
                value = json!({
                    "target": "core-router.example.net",
                    "version": "3",
                    "v3_auth": {
                        "username": "monitor",
                        "auth_protocol": "SHA256",
                        "auth_password": "correct-horse",
                        "priv_protocol": "AES",
                        "priv_password": "battery-staple",
                    },
                    "recipes": "auto",
                }),
            )),
            ("slow" = (
                summary = "The ARP table of a slow device behind a VPN",
                value = json!({
                    "target": "2001:db8::7",
                    "community": "public",
                    "recipes": [{ "name": "arp", "params": { "all": true } }],
                    "options": { "packet_timeout": 5, "retries": 4, "max_repetitions": 10 },
                    "walk_timeout": 300,
                }),
            )),
        ),
    ),
    responses(
        (
            status = 200, description = "The poll is queued", body = Submitted,
            links(
                ("status" = (operation_id = "getStatus", parameters(("ticket" = "$response.body#/ticket")))),
                ("cancel" = (operation_id = "removeJob", parameters(("ticket" = "$response.body#/ticket")))),
            ),
        ),
        (status = 403, description = "The key is wrong, or the target is denied", body = Detail),
        (status = 503, description = "Too many polls are waiting; `Retry-After` says when to try again", body = Detail),
    ),
)]
pub(super) async fn submit(
    Authorized { client }: Authorized,
    State(api): State<Shared>,
    JsonBody(body): JsonBody,
) -> Response {
    let plugins = api.plugins.now();
    let read = object_of(&body)
        .and_then(|object| Ok((api.checks(&plugins).poll(object)?, ignored(object, &PollForm::names()))));
    let (spec, ignored) = match read {
        Ok(read) => read,
        Err(problems) => return problems.into_response(),
    };
    if let Err(refused) = check_poll(&api, &spec.device).await {
        return refused.into_response();
    }
    let target = Arc::clone(spec.device.target.asked());
    match api.scheduler.submit(client, spec) {
        Ok(id) => {
            let status = Status::Queued.into();
            let warnings = misspelt(&ignored, &PollForm::names(), "a poll");
            Json(Submitted { ticket: id.to_string(), status, target, ignored, warnings }).into_response()
        }
        Err(full) => ApiError::new(StatusCode::SERVICE_UNAVAILABLE, full.to_string())
            .retry_after(RETRY_AFTER_SECONDS)
            .into_response(),
    }
}

/// How to ask for a ticket.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct StatusQuery {
    /// Seconds to wait for a change before answering. A ticket that has ended is answered at once.
    #[param(value_type = Option<f64>, minimum = 0)]
    wait: Option<String>,
    /// With `wait`: `change` (the default) answers at any change, `end` when the ticket has ended.
    #[param(value_type = Option<String>)]
    until: Option<String>,
    /// With `wait` until a change: answer at once if the ticket's `version` is another one than this.
    #[param(value_type = Option<u64>)]
    since: Option<String>,
    /// `1` adds what the recipes logged.
    #[param(value_type = Option<bool>)]
    log: Option<String>,
}

/// Says how a poll is going, or what it found.
#[utoipa::path(
    get, path = "/status/{ticket}", operation_id = "getStatus", tag = "polls",
    params(("ticket" = String, Path, description = "The ticket"), StatusQuery),
    responses(
        (status = 200, description = "The ticket as it is now", body = StatusBody<'_>),
        (status = 404, description = "There is no such ticket", body = Detail),
        (status = 422, description = "A parameter is wrong", body = Problems),
    ),
)]
pub(super) async fn status(
    Authorized { client }: Authorized,
    State(api): State<Shared>,
    ticket: Result<Path<String>, PathRejection>,
    query: Result<Query<StatusQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else { return ApiError::unreadable_query().into_response() };
    let query = match query.read() {
        Ok(query) => query,
        Err(problems) => return problems.into_response(),
    };
    let id = match named(ticket) {
        Ok(id) => id,
        Err(error) => return error.into_response(),
    };
    let found = match query.wait {
        None => api.scheduler.ticket(id),
        Some(timeout) => {
            let timeout = timeout.min(api.settings.limits.http.wait);
            tokio::select! {
                found = api.scheduler.wait(id, query.until, timeout) => found,
                () = api.stopping.cancelled() => api.scheduler.ticket(id),
            }
        }
    };
    let Some(found) = found else { return ApiError::unknown_ticket().into_response() };
    match status_body(&found, query.log).pieces(found.report.as_ref()) {
        Ok(pieces) => pieces.into_response(&api.answers, client),
        Err(error) => {
            tracing::error!(ticket = %id, %error, "a status cannot be written");
            ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "The status cannot be written").into_response()
        }
    }
}

/// The ticket that a path names. What cannot be the name of one is as unknown as any other.
fn named(ticket: Result<Path<String>, PathRejection>) -> Result<TicketId, ApiError> {
    ticket.ok().and_then(|Path(ticket)| TicketId::parse(&ticket)).ok_or_else(ApiError::unknown_ticket)
}

/// [`StatusQuery`], checked.
struct StatusParams {
    wait: Option<Duration>,
    until: WaitUntil,
    log: bool,
}

impl StatusQuery {
    fn read(self) -> Result<StatusParams, Problems> {
        let mut reader = QueryReader::default();
        let wait = given(self.wait).and_then(|text| reader.seconds("wait", &text));
        let since = given(self.since).and_then(|text| reader.number("since", &text));
        let until = match self.until.as_deref() {
            None | Some("" | "change") => WaitUntil::Change { since },
            Some("end") => WaitUntil::End,
            Some(_) => {
                reader.add("literal_error", "until", "Input should be 'change' or 'end'");
                WaitUntil::End
            }
        };
        let log = self.log.is_some_and(|word| matches!(word.as_str(), "1" | "true" | "yes" | "on"));
        reader.finish(StatusParams { wait, until, log })
    }
}

fn status_body(ticket: &Snapshot, log: bool) -> StatusBody<'_> {
    let report = ticket.report.as_deref();
    let packed = |field: PackedField| report.map(|_| field);
    StatusBody {
        ticket: ticket.id.to_string(),
        target: &ticket.target,
        status: ticket.status.into(),
        progress: &ticket.progress,
        progress_detail: Pairs(&ticket.counters),
        elapsed_seconds: ticket.elapsed.map(seconds),
        data: packed(|report| &report.data),
        timing: report.map(|report| Pairs(report.timing.as_slice())),
        error: ticket.error.as_deref(),
        partial: report.map(|report| report.partial),
        gaps: packed(|report| &report.gaps),
        gaps_dropped: report.map_or(0, |report| report.gaps_dropped),
        warnings: packed(|report| &report.warnings),
        stats: packed(|report| &report.stats),
        log: packed(|report| &report.log).filter(|_| log),
        log_dropped: report.filter(|_| log).map_or(0, |report| report.log_dropped),
        version: ticket.version,
    }
}

/// Tickets of one answer. Beyond, the parameter is refused with 422; without it, there are as many.
const JOBS_PER_PAGE: usize = 1_000;

/// Which tickets to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Only those of this status.
    status: Option<String>,
    /// Tickets at most.
    #[param(value_type = Option<u16>, minimum = 1, maximum = 1000, default = 1000)]
    limit: Option<String>,
    /// What `next` of the answer before says: the tickets that come after those.
    #[param(value_type = Option<u64>)]
    after: Option<String>,
}

/// [`ListQuery`], checked.
struct ListParams {
    status: Option<Status>,
    limit: usize,
    after: Option<u64>,
}

/// Lists the tickets, newest first, a page at a time.
#[utoipa::path(
    get, path = "/jobs", operation_id = "listJobs", tag = "polls", params(ListQuery),
    responses(
        (status = 200, description = "The tickets", body = JobList),
        (status = 400, description = "There is no such status", body = Detail),
        (status = 422, description = "A parameter is wrong", body = Problems),
    ),
)]
pub(super) async fn list(
    _: Authorized,
    State(api): State<Shared>,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else { return ApiError::unreadable_query().into_response() };
    let ListParams { status, limit, after } = match query.read() {
        Ok(params) => params,
        Err(refused) => return *refused,
    };
    let page = api.scheduler.list(status, after, limit);
    let jobs = page.rows.into_iter().map(|row| ListedJob {
        ticket: row.id.to_string(),
        target: row.target,
        status: row.status.into(),
        created_at: rfc_3339(row.created_at),
        elapsed_seconds: row.elapsed.map(seconds),
    });
    Json(JobList { jobs: jobs.collect(), total: page.total, next: page.next }).into_response()
}

impl ListQuery {
    fn read(self) -> Result<ListParams, Box<Response>> {
        let status = match given(self.status) {
            None => None,
            Some(word) => match word.parse::<Status>() {
                Ok(status) => Some(status),
                Err(_) => {
                    let detail = format!("Invalid status: {word}");
                    return Err(Box::new(ApiError::new(StatusCode::BAD_REQUEST, detail).into_response()));
                }
            },
        };
        let mut reader = QueryReader::default();
        let limit = given(self.limit);
        let limit = limit.and_then(|text| reader.limit("limit", &text, JOBS_PER_PAGE)).unwrap_or(JOBS_PER_PAGE);
        let after = given(self.after).and_then(|text| reader.number("after", &text));
        reader.finish(ListParams { status, limit, after }).map_err(|problems| Box::new(problems.into_response()))
    }
}

/// Cancels a poll that waits or runs, forgets one that has ended.
#[utoipa::path(
    delete, path = "/jobs/{ticket}", operation_id = "removeJob", tag = "polls",
    params(("ticket" = String, Path, description = "The ticket")),
    responses(
        (status = 200, description = "It is cancelled, or forgotten", body = Removed),
        (status = 404, description = "There is no such ticket", body = Detail),
    ),
)]
pub(super) async fn remove(
    _: Authorized,
    State(api): State<Shared>,
    ticket: Result<Path<String>, PathRejection>,
) -> Result<Json<Removed>, ApiError> {
    let id = named(ticket)?;
    let removal = api.scheduler.remove(id).ok_or_else(ApiError::unknown_ticket)?;
    Ok(Json(Removed { status: removal.into(), ticket: id.to_string() }))
}
