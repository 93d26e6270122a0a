//! The trap log: read by number, waited for, and followed.

mod events;
mod query;

use std::time::Duration;

use axum::{
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use tokio::time::Instant;
use traps::{Entry, Filter, TrapLog, log::NotRead};

pub use self::events::TrapStreams;
pub(super) use self::events::{__path_follow, LAST_EVENT_ID, follow};
use self::query::{Pairs, TrapParams, TrapQuery};
use super::{
    Shared,
    error::ApiError,
    key::Authorized,
    problem::Problems,
    wire::{Detail, TrapList, TrapRecord},
};

/// Octets of records in one answer. Beyond, it ends there, after one record at least; `next` says where to go on.
const ANSWER_OCTETS: usize = 2 << 20;

/// Time to look for records that are wanted among those that are there. Beyond, the answer is what was found so far.
const SEARCH_TIME: Duration = Duration::from_secs(2);

/// Lists records of notifications, oldest first.
///
/// Without `after` it begins with the oldest record that is kept. To read on, give `next` as `after`; with `wait` the
/// answer comes as soon as there is something. An `after` beyond the end is of another log, so this one is new as a whole.
#[utoipa::path(
    get, path = "/traps", operation_id = "listTraps", tag = "traps", params(TrapQuery),
    responses(
        (status = 200, description = "The records", body = TrapList<'_>),
        (status = 422, description = "A parameter is wrong: one entry for each", body = Problems),
        (status = 503, description = "The log cannot be read now", body = Detail),
    ),
)]
pub(super) async fn list(
    _: Authorized,
    State(api): State<Shared>,
    query: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    let params = match query::params(query) {
        Ok(params) => params,
        Err(refusal) => return *refusal,
    };
    let log = &api.traps;
    let timeout = params.wait.unwrap_or_default().min(api.settings.limits.http.wait);
    let found = tokio::select! {
        found = find(log, &params, Instant::now() + timeout) => found,
        () = api.stopping.cancelled() => find(log, &params, Instant::now()).await,
    };
    match found {
        Ok(found) => found.into_response(),
        Err(error) => unreadable(&error).into_response(),
    }
}

/// Gives one record.
#[utoipa::path(
    get, path = "/traps/{number}", operation_id = "getTrap", tag = "traps",
    params(("number" = u64, Path, description = "Its place in the log", example = 1)),
    responses(
        (status = 200, description = "The record", body = TrapRecord),
        (status = 404, description = "There is no such record, or not any more", body = Detail),
        (status = 503, description = "The log cannot be read now", body = Detail),
    ),
)]
pub(super) async fn one(
    _: Authorized,
    State(api): State<Shared>,
    number: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    let unknown = || ApiError::new(StatusCode::NOT_FOUND, "Unknown trap");
    let number = number.ok().and_then(|Path(number)| number.parse::<u64>().ok()).ok_or_else(unknown)?;
    let after = number.checked_sub(1).ok_or_else(unknown)?;
    let read = api.traps.try_read(after, &Filter::default(), 1).await.map_err(|error| unreadable(&error))?;
    let entry = read.entries.into_iter().find(|entry| entry.number() == Some(number)).ok_or_else(unknown)?;
    Ok(([(CONTENT_TYPE, "application/json")], entry.json.to_string()).into_response())
}

/// What to read after. A number that the log has not come to yet is of another log, which ended with its process, so
/// everything in this one is new.
fn begin(log: &TrapLog, after: u64) -> u64 {
    if after <= log.last() { after } else { oldest(log) }
}

/// What to read after to begin with the oldest record that is kept.
fn oldest(log: &TrapLog) -> u64 {
    log.stats().first.saturating_sub(1)
}

/// What one request found.
#[derive(Debug, Default)]
struct Found {
    entries: Vec<Entry>,
    next: u64,
    missed: u64,
}

/// Looks for records until there are enough, or until `deadline` where there are none. What is there already is looked
/// through in any case, as far as the time for it goes.
async fn find(log: &TrapLog, params: &TrapParams, deadline: Instant) -> Result<Found, NotRead> {
    // Nothing was missed by who has seen nothing.
    let after = params.after.map_or_else(|| oldest(log), |after| begin(log, after));
    let mut found = Found { next: after, ..Found::default() };
    let searched = deadline.max(Instant::now() + SEARCH_TIME);
    let mut octets = 0;
    loop {
        while found.entries.len() < params.limit && octets < ANSWER_OCTETS {
            let page = log.try_read(found.next, &params.filter, params.limit - found.entries.len()).await?;
            let at_end = page.next >= log.last();
            octets += page.entries.iter().map(|entry| entry.json.len()).sum::<usize>();
            found.entries.extend(page.entries);
            found.missed += page.missed;
            found.next = page.next;
            if at_end || Instant::now() >= searched {
                break;
            }
        }
        let nothing_yet = found.entries.is_empty() && found.missed == 0;
        if !nothing_yet || Instant::now() >= searched {
            return Ok(found);
        }
        if tokio::time::timeout_at(deadline, log.wait_after(found.next)).await.is_err() {
            return Ok(found);
        }
    }
}

impl IntoResponse for Found {
    fn into_response(self) -> Response {
        let traps = self.entries.iter().filter_map(|entry| match serde_json::from_str(&entry.json) {
            Ok(record) => Some(record),
            Err(error) => {
                tracing::error!(number = entry.number(), %error, "a record of the trap log is not valid JSON");
                None
            }
        });
        let list = TrapList { traps: traps.collect(), next: self.next, missed: self.missed };
        axum::Json(list).into_response()
    }
}

/// The store fails. It may work again soon.
fn unreadable(error: &NotRead) -> ApiError {
    let error: &dyn std::error::Error = error;
    tracing::error!(error, "cannot read the trap log");
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "The trap log cannot be read now").retry_after(RETRY_AFTER_SECONDS)
}

/// When to try again after the log could not be read, or after there were too many streams.
const RETRY_AFTER_SECONDS: u32 = 5;

#[cfg(test)]
mod tests {
    use traps::{Facts, NewEntry, log::LogOptions};

    use super::*;

    /// A log that keeps three of ten records.
    pub(super) async fn forgetful() -> TrapLog {
        let log = TrapLog::in_memory(LogOptions { records: 3, bytes: 1 << 20, unstored_bytes: 1 << 20 });
        for _ in 0..10 {
            let facts = Facts { source: [10, 0, 0, 1].into(), trap_oid: None, severity: None };
            log.append(vec![NewEntry { json: "{}".to_owned(), facts }]).await.unwrap();
        }
        log
    }

    async fn check(after: Option<u64>, limit: usize, expected: (&[u64], u64, u64)) {
        let params = TrapParams { after, wait: None, limit, filter: Filter::default() };
        let found = find(&forgetful().await, &params, Instant::now()).await.unwrap();
        let numbers: Vec<u64> = found.entries.iter().filter_map(Entry::number).collect();
        assert_eq!((numbers.as_slice(), found.next, found.missed), expected);
    }

    #[tokio::test]
    async fn who_comes_too_late_is_told_how_many_were_missed() {
        check(Some(2), 2, (&[8, 9], 9, 5)).await;
        check(Some(7), 9, (&[8, 9, 10], 10, 0)).await;
        check(Some(10), 9, (&[], 10, 0)).await;
        // Who has seen nothing yet has missed nothing.
        check(None, 1, (&[8], 8, 0)).await;
    }

    #[tokio::test]
    async fn a_search_goes_past_any_number_of_records_that_are_not_wanted() {
        let log = TrapLog::in_memory(LogOptions { records: 1000, bytes: 1 << 20, unstored_bytes: 1 << 20 });
        for number in 0..200_u8 {
            let facts = Facts { source: [10, 0, 0, number].into(), trap_oid: None, severity: None };
            log.append(vec![NewEntry { json: "{}".to_owned(), facts }]).await.unwrap();
        }
        let filter = Filter { sources: vec!["10.0.0.199/32".parse().unwrap()], ..Filter::default() };
        let params = TrapParams { after: Some(0), wait: None, limit: 1, filter };
        let found = find(&log, &params, Instant::now()).await.unwrap();
        assert_eq!((found.entries.len(), found.next), (1, 200));
    }
}
