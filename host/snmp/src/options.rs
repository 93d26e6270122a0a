//! Every bound of the engine, by name.

use std::{net::SocketAddr, time::Duration};

use crate::Credentials;

/// Whom to talk to, and how.
#[derive(Clone, Debug)]
pub struct Target {
    /// The agent's address, and from where its answers must come.
    pub addr: SocketAddr,
    /// Who we are to it.
    pub credentials: Credentials,
}

/// How requests to one agent are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestOptions {
    /// How long to wait for an answer before the request is sent again.
    pub packet_timeout: Duration,
    /// How often a request is sent again. After that it has failed.
    pub retries: u32,
    /// The repetitions of the first GETBULK. Later ones ask for more where the agent answers in full.
    pub max_repetitions: u16,
    /// The most repetitions of any GETBULK. Some agents skip rows above 55.
    pub max_repetitions_ceiling: u16,
    /// The octets that an answer to GETBULK should fit in: one datagram that is not fragmented. An agent with larger
    /// values may exceed it; then less is asked for the next time.
    pub max_response_octets: u32,
    /// The most requests in flight to the agent. More wait for their turn. It starts with one and gets here after
    /// clean answers; a lost packet halves it. All sessions with the agent share it, each up to its own bound.
    pub window: usize,
    /// The most rows of one table, or varbinds of one subtree. There the walk stops, with the reason.
    pub max_rows: u64,
    /// The most octets of names and values of one walk. There the walk stops, with the reason.
    pub max_bytes: u64,
    /// How many cells a column may be ahead of the slowest column of its table. Then it waits.
    pub max_cells_ahead: usize,
    /// Whether GETBULK is used where the version has it.
    pub bulk: BulkUse,
    /// What a walk does when names do not increase.
    pub on_non_increasing: OnNonIncreasing,
    /// How many names a walk remembers that goes on although names do not increase. There it stops, with the reason.
    pub max_seen_names: usize,
    /// Whether answers may come from another address or port than the request went to, as those of gear with
    /// several addresses do. RFC 1157 section 4.1 forbids it, and it makes forging easier.
    pub any_source: bool,
    /// How long to wait for the engine id of an agent of version 3, with all retries, within the request's own time.
    pub discovery_timeout: Duration,
    /// How long to wait on for an answer after something that anybody could have sent: a Report that is not signed, an
    /// answer that cannot be read, an ICMP message. Then what it says is believed; the latter two after one more
    /// attempt.
    pub report_grace: Duration,
}

/// Whether GETBULK is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BulkUse {
    /// Wherever the agent has it.
    #[default]
    Auto,
    /// Never: GETNEXT instead.
    Never,
}

/// What a walk does when an agent gives a name that does not come after the last one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnNonIncreasing {
    /// End the column there, with the reason.
    #[default]
    Stop,
    /// Go on with names that were not seen before: some agents have all rows, but not in order.
    Continue,
}

/// The bounds of a hub of sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubOptions {
    /// The size of each socket's receive buffer in the kernel. It may give less (`HubStats` of the engine says what);
    /// answers beyond it are lost like any other packet, and asked for again.
    pub receive_buffer: usize,
    /// The most requests in flight to all agents. More wait for their turn.
    pub max_in_flight: usize,
    /// The most agents that are remembered: how much they can be asked at a time, whether they answer, and for
    /// version 3 their engine id and clock. Beyond, whoever was not talked to for the longest time is forgotten; but
    /// nobody that a session is open with.
    pub max_known_agents: usize,
    /// How long an agent is remembered that is not talked to.
    pub known_for: Duration,
    /// How many requests in a row must have had no answer, each with all its retries, for an agent to be taken as
    /// dead. It is then not asked for a while, and requests fail at once.
    pub breaker_requests: u32,
    /// How long it is not asked then. After that, one request finds out.
    pub breaker_time: Duration,
    /// The most keys of version 3 that are remembered. Beyond, whichever was not used for the longest time is wiped.
    pub max_keys: usize,
}

impl Default for RequestOptions {
    fn default() -> Self {
        Self {
            packet_timeout: Duration::from_millis(1500),
            retries: 2,
            max_repetitions: 10,
            max_repetitions_ceiling: 50,
            max_response_octets: 1472,
            window: 4,
            max_rows: 1_000_000,
            max_bytes: 256 << 20,
            max_cells_ahead: 2_000,
            bulk: BulkUse::Auto,
            on_non_increasing: OnNonIncreasing::Stop,
            max_seen_names: 100_000,
            any_source: false,
            discovery_timeout: Duration::from_secs(5),
            report_grace: Duration::from_millis(500),
        }
    }
}

impl Default for HubOptions {
    fn default() -> Self {
        Self {
            receive_buffer: 4 << 20,
            max_in_flight: 4_096,
            max_known_agents: 10_000,
            known_for: Duration::from_secs(3_600),
            breaker_requests: 3,
            breaker_time: Duration::from_secs(30),
            max_keys: 10_000,
        }
    }
}
