//! The SNMP engine: the sockets and the time around what [`snmp`] decides.
//!
//! One hub of UDP sockets for all sessions, and the one way that a request takes: wait for a turn, discover the engine
//! where the version has one, send, wait, send again. Walks, messages, retries and what is learned of an agent are
//! values of `snmp`; what the signatures here show of them is exported again, so that one import is enough.
//! This crate knows nothing of plugins, tickets or HTTP.

pub mod udp;

mod clock;
mod engine;
mod hub;
mod profiles;
mod session;

pub use engine::Engine;
pub use hub::{HubStats, LocalAgent};
pub use session::{Session, Stats, SubtreeWalk, TableRange, TableWalk};
pub use snmp::{
    BulkUse, Clue, Community, Credentials, ErrorStatus, HubOptions, Mismatch, Oid, OnNonIncreasing, Outcome,
    ParseOidError, RequestError, RequestOptions, Row, Status, StopReason, Target, UnknownValues, Unreachable, Value,
    Varbind, notification, usm,
};
