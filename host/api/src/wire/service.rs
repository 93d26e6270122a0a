//! The proxy itself, and errors.

use budget::BudgetUse;
use serde::Serialize;
use snmp_engine::HubStats;
use utoipa::ToSchema;

use super::TrapsBody;
use crate::{connections::ConnectionStats, wrong_keys::WrongKeyStats};

/// Whether the proxy is well.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// The proxy's version.
    pub version: &'static str,
    /// Tickets that wait or run.
    pub active_jobs: usize,
    /// Tickets that can be asked for.
    pub total_jobs: usize,
    /// Polls and direct operations that may run at the same time.
    pub max_concurrent: usize,
    /// Seconds since the start.
    pub uptime_seconds: f64,
    /// How many clients are connected; left out without a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connections: Option<ConnectionsBody>,
    /// The wrong keys that came in; left out without a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keys: Option<KeysBody>,
    /// What the sockets to devices have seen; left out without a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sockets: Option<SocketsBody>,
    /// How much memory answers have; left out without a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answers: Option<AnswersBody>,
    /// How receiving and forwarding of notifications are going; left out without a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub traps: Option<TrapsBody>,
}

/// The connections of clients: those that are open, and what became of connections since the start.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConnectionsBody {
    /// Connections that are open.
    pub open: usize,
    /// Those of them that have no complete request on them: they are idle, or it is still on its way.
    pub waiting: usize,
    /// How many may be open: `http.connections`, or fewer where the system allows fewer open files.
    pub limit: usize,
    /// How many of one source may be open.
    pub limit_per_source: usize,
    /// Connections that were served.
    pub accepted: u64,
    /// Those of them that had no complete request and gave way to a new connection.
    pub gave_way: u64,
    /// Connections that were refused with 503, since all of their source had requests that were being answered.
    pub refused: u64,
    /// Times that the system could not give a connection, mostly since it has no descriptor left.
    pub accept_errors: u64,
}

impl From<ConnectionStats> for ConnectionsBody {
    fn from(stats: ConnectionStats) -> Self {
        Self {
            open: stats.open,
            waiting: stats.waiting,
            limit: stats.limit,
            limit_per_source: stats.limit_per_source,
            accepted: stats.accepted,
            gave_way: stats.gave_way,
            refused: stats.refused,
            accept_errors: stats.accept_errors,
        }
    }
}

/// The wrong keys that came in since the start.
#[derive(Debug, Serialize, ToSchema)]
pub struct KeysBody {
    /// Requests with a wrong key.
    pub wrong: u64,
    /// Those of them that were answered late, since there were many from their source.
    pub late: u64,
    /// Sources that are remembered to have sent one.
    pub sources: usize,
}

impl From<WrongKeyStats> for KeysBody {
    fn from(stats: WrongKeyStats) -> Self {
        Self { wrong: stats.wrong, late: stats.late, sources: stats.sources }
    }
}

/// Whether all plugins are compiled.
#[derive(Debug, Serialize, ToSchema)]
pub struct Ready {
    /// `ready` or `compiling`.
    #[schema(example = "ready")]
    pub status: &'static str,
    /// The plugins that are still being compiled, by name.
    pub compiling: Vec<String>,
}

/// How much memory answers have.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnswersBody {
    /// Octets that they may have in all: the limit `answers.bytes`.
    pub limit: usize,
    /// Octets of answers that clients are taking.
    pub in_flight: usize,
    /// Octets of results that are kept, compressed.
    pub kept: usize,
    /// Parts of answers that wait for room.
    pub waiting: usize,
    /// Answers that were refused for want of room, since the start.
    pub refused: u64,
}

impl From<BudgetUse> for AnswersBody {
    fn from(used: BudgetUse) -> Self {
        let BudgetUse { limit, in_flight, kept, waiting, refused } = used;
        Self { limit, in_flight, kept, waiting, refused }
    }
}

/// What the sockets to devices have seen since the start.
#[derive(Debug, Serialize, ToSchema)]
pub struct SocketsBody {
    /// Packets sent.
    pub sent: u64,
    /// Packets that came in.
    pub received: u64,
    /// Those that answered a request.
    pub answers: u64,
    /// Those that nobody waited for: late, twice, or unasked.
    pub unexpected: u64,
    /// Those that seemed to answer a request but did not: unreadable, or of another source, version or user.
    pub rejected: u64,
    /// Packets that the system threw away because nobody took them in time. More of `snmp.receive_buffer` helps.
    pub dropped: u64,
    /// Times that the network said that a device or its port cannot be reached.
    pub unreachable: u64,
    /// Devices that are remembered: how much each can be asked at a time, and whether it answers.
    pub known_agents: usize,
    /// Octets that the system keeps for each socket while nobody takes them.
    pub receive_buffer: usize,
}

impl From<HubStats> for SocketsBody {
    fn from(stats: HubStats) -> Self {
        Self {
            sent: stats.sent,
            received: stats.received,
            answers: stats.answers,
            unexpected: stats.unexpected,
            rejected: stats.rejected,
            dropped: stats.dropped,
            unreachable: stats.unreachable,
            known_agents: stats.known_agents,
            receive_buffer: stats.receive_buffer,
        }
    }
}

/// The body of every error but 422.
#[derive(Debug, Serialize, ToSchema)]
pub struct Detail {
    /// What is wrong.
    pub detail: String,
}
