//! The answer of a direct walk: sent as it is read, and read no faster than it is sent.
//!
//! A walk that is over soon is answered as a whole, `success` first. Of a longer one nobody knows yet how it ends, so
//! `data` comes first and how it ended after it: the same members, as 200 whatever comes of it. The walk is a task of its
//! own, so that it takes what its device answers while the client is slow; it waits when [`BEGINNING_BYTES`], later
//! [`PART_BYTES`], wait to be sent, and ends when the answer is dropped. Its slot is given back when the last octet of
//! the answer is sent.

use std::{collections::BTreeMap, io, sync::Arc};

use axum::{
    Extension,
    body::{Body, Bytes},
    http::{HeaderValue, header::CONTENT_TYPE},
    response::{IntoResponse, Response},
};
use futures_util::stream;
use job::{Client, DirectError, Event, Events, RowsReady, RowsRefused, WalkAnswer, WalkSpec, seconds};
use parking_lot::Mutex;
use serde_json::value::RawValue;
use tickets::{Direct, PART_BYTES, WALK_BUFFER, WalkPermit};
use tokio::sync::Notify;
use tokio_util::task::AbortOnDropHandle;

use super::Counted;
use crate::{
    refused::Refused,
    wire::{WalkBody, WalkData},
};

/// Octets of rows up to which a walk is answered as a whole.
const BEGINNING_BYTES: usize = WALK_BUFFER / 2;

/// Walks, and answers with what was read and how it ended.
pub(crate) async fn answer_walk(
    direct: &Direct,
    spec: WalkSpec,
    client: Client,
    walk_bytes: usize,
    warnings: Vec<String>,
) -> Result<Response, Refused> {
    let rows = Arc::new(Rows::new(walk_bytes));
    let events: Arc<dyn Events> = Arc::clone(&rows) as Arc<dyn Events>;
    let direct = direct.clone();
    let task = tokio::spawn(async move { direct.walk(client, spec, events).await });
    let mut walk = AbortOnDropHandle::new(task);
    let ended = tokio::select! {
        ended = &mut walk => ended,
        () = rows.is_full() => {
            let parts = stream::unfold(Sending::Beginning { walk, rows, warnings }, Sending::next);
            return Ok(([JSON], Body::from_stream(parts)).into_response());
        }
    };
    let (answer, place) = ended.unwrap_or_else(|_| (unexpected_end(), None));
    // It is told before the first row.
    if let Some(DirectError::TargetRefused(refused)) = answer.error {
        return Err(refused.into());
    }
    let data = match &answer.rows {
        None => WalkData::None,
        Some(_) => WalkData::Rows(list(&rows.take())),
    };
    let json = written(&body(answer, data, warnings));
    let answer = Body::from(Bytes::from_owner(Last { json, _place: place }));
    Ok((Extension(Counted), [JSON], answer).into_response())
}

const JSON: (axum::http::HeaderName, HeaderValue) = (CONTENT_TYPE, HeaderValue::from_static("application/json"));

type Walk = AbortOnDropHandle<(WalkAnswer, Option<WalkPermit>)>;

/// How far an answer in parts is.
enum Sending {
    Beginning { walk: Walk, rows: Arc<Rows>, warnings: Vec<String> },
    Rows { walk: Walk, rows: Arc<Rows>, warnings: Vec<String> },
    Nothing,
}

impl Sending {
    /// The next part; nothing at the end.
    async fn next(self) -> Option<(io::Result<Bytes>, Self)> {
        match self {
            Self::Beginning { walk, rows, warnings } => {
                let mut part = br#"{"data":["#.to_vec();
                part.extend(rows.take());
                Some((Ok(part.into()), Self::Rows { walk, rows, warnings }))
            }
            Self::Rows { mut walk, rows, warnings } => {
                let ended = tokio::select! {
                    // Rows that are there come before the end.
                    biased;
                    () = rows.has_more() => return Some((Ok(rows.take().into()), Self::Rows { walk, rows, warnings })),
                    ended = &mut walk => ended,
                };
                let (answer, place) = ended.unwrap_or_else(|_| (unexpected_end(), None));
                let mut json = rows.take();
                json.extend(b"],");
                // The rest of an object that has begun.
                json.extend(written(&body(answer, WalkData::Sent, warnings)).into_iter().skip(1));
                Some((Ok(Bytes::from_owner(Last { json, _place: place })), Self::Nothing))
            }
            Self::Nothing => None,
        }
    }
}

/// The last octets of an answer. With them the place of its walk becomes free.
struct Last {
    json: Vec<u8>,
    _place: Option<WalkPermit>,
}

impl AsRef<[u8]> for Last {
    fn as_ref(&self) -> &[u8] {
        &self.json
    }
}

/// Only a walk that panicked.
fn unexpected_end() -> WalkAnswer {
    WalkAnswer::failed(DirectError::Failed("the walk ended unexpectedly".to_owned()), std::time::Duration::ZERO)
}

fn body(answer: WalkAnswer, data: WalkData, mut warnings: Vec<String>) -> WalkBody {
    let timing = BTreeMap::from([("walk", seconds(answer.elapsed))]);
    let detail = answer.error.as_ref().and_then(DirectError::detail);
    let error = answer.error.map(|error| error.to_string());
    let address = answer.address.map(|addr| addr.to_string());
    warnings.extend(answer.warnings);
    WalkBody { success: error.is_none(), data, error, detail, warnings, address, timing }
}

/// Numbers and texts: there is nothing that JSON could not say.
fn written(body: &WalkBody) -> Vec<u8> {
    serde_json::to_vec(body).unwrap_or_default()
}

/// Rows with commas between them, as a list.
fn list(rows: &[u8]) -> Box<RawValue> {
    let json = String::from_utf8([&b"["[..], rows, b"]"].concat()).ok();
    json.and_then(|json| RawValue::from_string(json).ok()).unwrap_or_else(|| RawValue::NULL.to_owned())
}

/// Rows that are read and not sent.
struct Rows {
    unsent: Mutex<Unsent>,
    /// Octets that the rows of one answer may have.
    limit: usize,
    /// There is more to send.
    more: Notify,
    /// Something was taken.
    taken: Notify,
}

/// Rows as JSON, with commas between them.
struct Unsent {
    json: Vec<u8>,
    /// Octets from which on the walk waits.
    full_at: usize,
    rows: u64,
    octets: usize,
}

impl Rows {
    fn new(limit: usize) -> Self {
        let unsent = Unsent { json: Vec::new(), full_at: BEGINNING_BYTES, rows: 0, octets: 0 };
        Self { unsent: Mutex::new(unsent), limit, more: Notify::new(), taken: Notify::new() }
    }

    /// What there is to send.
    fn take(&self) -> Vec<u8> {
        let mut unsent = self.unsent.lock();
        unsent.full_at = PART_BYTES;
        let json = std::mem::take(&mut unsent.json);
        drop(unsent);
        self.taken.notify_one();
        json
    }

    /// Waits until the walk waits.
    async fn is_full(&self) {
        self.until(|unsent| unsent.json.len() >= unsent.full_at).await;
    }

    /// Waits until there is something to send.
    async fn has_more(&self) {
        self.until(|unsent| !unsent.json.is_empty()).await;
    }

    async fn until(&self, is_so: impl Fn(&Unsent) -> bool) {
        while !is_so(&self.unsent.lock()) {
            self.more.notified().await;
        }
    }
}

impl Events for Rows {
    fn tell(&self, event: Event) {
        let Event::Rows(rows) = event else { return };
        let mut unsent = self.unsent.lock();
        let before = unsent.json.len();
        for row in &rows {
            if unsent.rows > 0 {
                unsent.json.push(b',');
            }
            // Texts only: there is nothing that JSON could not say, and writing to memory does not fail.
            if serde_json::to_writer(&mut unsent.json, row).is_ok() {
                unsent.rows += 1;
            }
        }
        unsent.octets += unsent.json.len() - before;
        drop(unsent);
        self.more.notify_one();
    }

    fn ready(&self) -> RowsReady<'_> {
        Box::pin(async {
            loop {
                {
                    let unsent = self.unsent.lock();
                    if unsent.octets >= self.limit {
                        return Err(RowsRefused(too_large(self.limit, unsent.rows)));
                    }
                    if unsent.json.len() < unsent.full_at {
                        return Ok(());
                    }
                }
                self.taken.notified().await;
            }
        })
    }
}

fn too_large(limit: usize, rows: u64) -> String {
    let size = snmp::size(limit);
    format!("the answer has reached {size} (limit `answers.walk_bytes`) after {rows} rows; walk parts of the subtree")
}
