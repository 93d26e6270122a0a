//! How receiving and forwarding of notifications are going.

use std::collections::BTreeMap;

use decoding::rfc_3339;
use receiving::{ReceiveStats, Stats};
use serde::Serialize;
use traps::{
    TrapLog,
    forward::ForwarderStats,
    listener::ListenerStats,
    log::{LogStats, UnstoredStats},
};
use utoipa::ToSchema;

/// How receiving and forwarding of notifications are going.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrapsBody {
    /// Where notifications are received; empty where they are not.
    pub listen: Vec<String>,
    /// What the listener has seen since the start: a counter for each kind of notification and each reason to drop one.
    /// Left out where nothing is received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listener: Option<ListenerBody>,
    /// What became of the notifications that were let in.
    pub received: ReceiveStats,
    /// What the trap log holds.
    pub log: LogBody,
    /// Those who get the records.
    pub forward: Vec<ForwarderBody>,
}

/// What the listener has seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListenerBody {
    /// Datagrams by what became of them: each one that was `received` counts once more.
    pub counters: BTreeMap<&'static str, u64>,
    /// Notifications that wait to be decoded.
    pub queue: usize,
    /// Octets of them.
    pub queue_bytes: usize,
    /// Octets that the system keeps for each socket while nobody takes them.
    pub receive_buffer: usize,
}

/// What the trap log holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct LogBody {
    /// The number of the oldest record.
    pub first: u64,
    /// The number of the newest record; 0 where there was none ever.
    pub last: u64,
    /// Records.
    pub records: u64,
    /// Octets that they take, packed.
    pub bytes: u64,
    /// Records that were there and are forgotten.
    pub forgotten: u64,
    /// `working`; or `failing` while records cannot be stored, as on a full disk.
    pub state: &'static str,
    /// Records that wait in memory until they can be stored; they are forwarded from there, and informs among them are
    /// not acknowledged.
    pub unstored: u64,
    /// Octets that those take, about.
    pub unstored_bytes: u64,
    /// Records that will never be stored, since more waited than `traps.unstored_bytes` has room for.
    pub never_stored: u64,
}

/// Somebody who gets the records.
#[derive(Debug, Serialize, ToSchema)]
pub struct ForwarderBody {
    /// Its name.
    pub name: String,
    /// `working`, `failing` or `ended`.
    pub state: &'static str,
    /// Records that the receiver has taken.
    pub sent: u64,
    /// Records that were dealt with before they were stored: they came from memory.
    pub unstored: u64,
    /// Attempts that failed.
    pub failed_attempts: u64,
    /// Records that the receiver will never take.
    pub refused: u64,
    /// Records that were too far behind.
    pub passed_over: u64,
    /// Records that are not dealt with yet.
    pub behind: u64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// When the receiver has last taken something (RFC 3339).
    pub last_success: Option<String>,
}

impl TrapsBody {
    /// What to say of all of it.
    pub(crate) fn new(stats: Stats, log: &TrapLog) -> Self {
        Self {
            listen: stats.addresses.iter().map(ToString::to_string).collect(),
            listener: stats.listener.map(ListenerBody::from),
            received: stats.received,
            log: LogBody::of(log),
            forward: stats.forwarders.into_iter().map(ForwarderBody::from).collect(),
        }
    }
}

impl LogBody {
    fn of(log: &TrapLog) -> Self {
        let LogStats { first, last, records, bytes, forgotten } = log.stats();
        let UnstoredStats { records: unstored, bytes: unstored_bytes, dropped: never_stored } = log.unstored();
        let state = if unstored > 0 { "failing" } else { "working" };
        Self { first, last, records, bytes, forgotten, state, unstored, unstored_bytes, never_stored }
    }
}

impl From<ListenerStats> for ListenerBody {
    fn from(stats: ListenerStats) -> Self {
        Self {
            counters: stats.counters().collect(),
            queue: stats.queue,
            queue_bytes: stats.queue_bytes,
            receive_buffer: stats.receive_buffer,
        }
    }
}

impl From<ForwarderStats> for ForwarderBody {
    fn from(stats: ForwarderStats) -> Self {
        Self {
            name: stats.name,
            state: stats.state.as_str(),
            sent: stats.sent,
            unstored: stats.unstored,
            failed_attempts: stats.failed_attempts,
            refused: stats.refused,
            passed_over: stats.passed_over,
            behind: stats.behind,
            last_error: stats.last_error,
            last_success: stats.last_success.map(|time| rfc_3339(time.into())),
        }
    }
}
