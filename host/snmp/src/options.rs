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
    /// clean answers; a lost packet halves it.
    pub window: usize,
    /// The most rows of one table, or varbinds of one subtree. There the walk stops, with the reason.
    pub max_rows: u64,
    /// The most octets of names and values of one walk. There the walk stops, with the reason.
    pub max_bytes: u64,
    /// How many cells a column may be ahead of the slowest column of its table. Then it waits.
    pub max_cells_ahead: usize,
}

/// The bounds of a hub of sockets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubOptions {
    /// The size of each socket's receive buffer in the kernel. It may give less ([`crate::HubStats`] says what);
    /// answers beyond it are lost like any other packet, and asked for again.
    pub receive_buffer: usize,
    /// The most requests in flight to all agents. More wait for their turn.
    pub max_in_flight: usize,
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
        }
    }
}

impl Default for HubOptions {
    fn default() -> Self {
        Self { receive_buffer: 4 << 20, max_in_flight: 4_096 }
    }
}
