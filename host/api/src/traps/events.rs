//! The trap log as server-sent events, for those who want each record as soon as it is there.
//!
//! A stream reads the log from where it has come to whenever its client has taken what there was. So nothing piles up
//! for a slow client; one that is too slow misses records and is told how many.

use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::sync::CancellationToken;
use traps::{Filter, FollowPage, ReadPosition, TrapLog};

use super::{
    RETRY_AFTER_SECONDS,
    query::{self, Pairs, TrapQuery},
};
use crate::{
    Shared,
    error::ApiError,
    key::Authorized,
    problem::{Problems, Step},
    wire::Detail,
};

/// Records that a stream reads at once.
const READ_RECORDS: usize = 100;

/// After how long without a record a stream shows that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Where a client goes on that had a stream before.
pub(crate) const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Tells proxies that the answer is of use before its end.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Places for streams.
#[derive(Debug)]
pub struct TrapStreams(Arc<Semaphore>);

impl TrapStreams {
    /// So many places: `traps.event_streams`.
    #[must_use]
    pub fn new(places: usize) -> Self {
        Self(Arc::new(Semaphore::new(places)))
    }
}

/// Follows the trap log, as server-sent events.
///
/// Each record is an event `trap` whose id is the record's number. The stream begins after the header `Last-Event-ID`,
/// or after `after`, or with the next record that comes; a number that the log has not come to yet is of another log,
/// and the stream begins with the oldest record. Where records were forgotten before they could be sent, an event
/// `missed` says how many: `{"missed": 7}`. At its beginning, and after records that were not wanted, there is an id
/// without an event, so that a client that comes back goes on where the stream was. While nothing comes there is a
/// comment every 15 seconds. While records cannot be stored, as on a full disk, they come from memory: events `trap`
/// without an id, whose data have `"number": null, "stored": false`; once they are stored, this stream does not give them
/// again, but one that goes on behind an id before them does, under the same `id` of the record. The stream ends when the proxy stops. `wait` and `limit` mean nothing here.
#[utoipa::path(
    get, path = "/traps/events", operation_id = "followTraps", tag = "traps",
    params(
        TrapQuery,
        ("Last-Event-ID" = Option<u64>, Header, description = "The number of the last record that the client has"),
    ),
    responses(
        (status = 200, description = "The stream", body = String, content_type = "text/event-stream"),
        (status = 422, description = "A parameter is wrong: one entry for each", body = Problems),
        (status = 503, description = "Too many streams are open; `Retry-After` says when to try again", body = Detail),
    ),
)]
pub(crate) async fn follow(
    _: Authorized,
    State(api): State<Shared>,
    headers: HeaderMap,
    query: Result<Query<Pairs>, QueryRejection>,
) -> Response {
    let params = match query::params(query) {
        Ok(params) => params,
        Err(refusal) => return *refusal,
    };
    let resumed = match last_event_id(&headers) {
        Ok(resumed) => resumed,
        Err(problems) => return problems.into_response(),
    };
    let Ok(place) = Arc::clone(&api.trap_streams.0).try_acquire_owned() else {
        let detail = "Too many streams of traps are open (limit `traps.event_streams`)";
        let full = ApiError::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(RETRY_AFTER_SECONDS);
        return full.into_response();
    };
    let log = api.traps.clone();
    let after = resumed.or(params.after);
    let after = after.map_or_else(|| log.end(), |after| log.position_after(super::begin(&log, after)));
    let following = EventFeed::new(log, after, params.filter, api.stopping.clone(), place);
    let events = stream::unfold(following, |mut following| async {
        let event = following.next().await?;
        Some((Ok::<_, Infallible>(event), following))
    });
    let events = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE));
    ([UNBUFFERED], events).into_response()
}

fn last_event_id(headers: &HeaderMap) -> Result<Option<u64>, Problems> {
    let Some(id) = headers.get(LAST_EVENT_ID).filter(|id| !id.is_empty()) else { return Ok(None) };
    let number = id.to_str().ok().and_then(|id| id.trim().parse().ok());
    let at = [Step::name("header"), Step::name("last-event-id")];
    let msg = "Input should be a valid integer, unable to parse string as an integer";
    number.map(Some).ok_or_else(|| Problems::one("int_parsing", &at, msg))
}

/// A stream.
struct EventFeed {
    log: TrapLog,
    wanted: Filter,
    /// The last records that were looked at.
    after: ReadPosition,
    /// The last id that the client was told.
    told: Option<u64>,
    /// What was read and not taken by the client yet.
    unsent: VecDeque<Event>,
    stopping: CancellationToken,
    _place: OwnedSemaphorePermit,
}

impl EventFeed {
    fn new(
        log: TrapLog,
        after: ReadPosition,
        wanted: Filter,
        stopping: CancellationToken,
        place: OwnedSemaphorePermit,
    ) -> Self {
        Self { log, wanted, after, told: None, unsent: VecDeque::new(), stopping, _place: place }
    }

    /// The next event; none at the end of the stream. Waits until there is one.
    async fn next(&mut self) -> Option<Event> {
        let stopping = self.stopping.clone();
        stopping.run_until_cancelled(self.next_record()).await.flatten()
    }

    async fn next_record(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.unsent.pop_front() {
                return Some(event);
            }
            if self.told.is_none() {
                return Some(self.place());
            }
            if timeout(KEEP_ALIVE, self.log.wait_beyond(self.after)).await.is_err() {
                if self.told < Some(self.after.number) {
                    return Some(self.place());
                }
                continue;
            }
            match self.log.follow(self.after, &self.wanted, READ_RECORDS).await {
                Ok(page) => self.take(page),
                // The client comes back to where it was.
                Err(error) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::error!(error, "cannot read the trap log");
                    return None;
                }
            }
        }
    }

    /// An id without an event: clients keep it, and tell nobody.
    fn place(&mut self) -> Event {
        self.told = Some(self.after.number);
        Event::default().id(self.after.number.to_string())
    }

    fn take(&mut self, page: FollowPage) {
        if page.missed > 0 {
            // What is missing is always in front of what is there.
            let gone = self.after.number + page.missed;
            self.unsent.push_back(missed(Some(gone), page.missed));
            self.told = Some(gone);
        }
        if page.dropped > 0 {
            self.unsent.push_back(missed(None, page.dropped));
        }
        for entry in page.entries {
            // In JSON these can only be blanks.
            let json = entry.json.replace(['\r', '\n'], " ");
            self.unsent.push_back(with_id(entry.number()).event("trap").data(json));
            self.told = entry.number().or(self.told);
        }
        self.after = page.next;
    }
}

fn missed(number: Option<u64>, records: u64) -> Event {
    with_id(number).event("missed").data(format!("{{\"missed\":{records}}}"))
}

/// An event that a client can go on behind, where it has a number.
fn with_id(number: Option<u64>) -> Event {
    number.map_or_else(Event::default, |number| Event::default().id(number.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traps::tests::forgetful;

    #[tokio::test]
    async fn a_stream_says_how_many_records_were_missed() {
        let stopping = CancellationToken::new();
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let log = forgetful().await;
        let after = log.position_after(6);
        let mut following = EventFeed::new(log, after, Filter::default(), stopping.clone(), place);
        let mut events = Vec::new();
        for _ in 0..5 {
            events.push(Ok::<_, Infallible>(following.next().await.unwrap()));
        }
        let body = Sse::new(stream::iter(events)).into_response().into_body();
        let text = axum::body::to_bytes(body, 1 << 20).await.unwrap();
        let record = |number| format!("id: {number}\nevent: trap\ndata: {{\"number\":{number},\"stored\":true}}\n\n");
        let expected = format!(
            "id: 6\n\nid: 7\nevent: missed\ndata: {{\"missed\":1}}\n\n{}{}{}",
            record(8),
            record(9),
            record(10)
        );
        assert_eq!(std::str::from_utf8(&text).unwrap(), expected);
        stopping.cancel();
        assert!(following.next().await.is_none());
    }

    #[tokio::test]
    async fn what_cannot_be_stored_comes_without_an_id() {
        let log = forgetful().await;
        let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
        let mut following = EventFeed::new(log.clone(), log.end(), Filter::default(), CancellationToken::new(), place);
        let facts = traps::Facts { source: [10, 0, 0, 1].into(), trap_oid: None, severity: None };
        let record = vec![traps::NewEntry { json: "{\"id\":\"x\"}".to_owned(), facts }];
        log.keep_unstored(&record);
        let mut events = vec![following.next().await.unwrap(), following.next().await.unwrap()];
        log.store_unstored().await.unwrap();
        log.append(record).await.unwrap();
        events.push(following.next().await.unwrap());
        let events = Sse::new(stream::iter(events.into_iter().map(Ok::<_, Infallible>)));
        let text = axum::body::to_bytes(events.into_response().into_body(), 1 << 20).await.unwrap();
        let expected = "id: 10\n\nevent: trap\ndata: {\"number\":null,\"stored\":false,\"id\":\"x\"}\n\n\
                        id: 12\nevent: trap\ndata: {\"number\":12,\"stored\":true,\"id\":\"x\"}\n\n";
        assert_eq!(std::str::from_utf8(&text).unwrap(), expected);
    }
}
