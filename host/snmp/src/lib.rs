//! An SNMP client engine.
//!
//! What decides is pure: values, BER writing, messages, walks and retries take time, randomness and answers as
//! arguments and own no socket, task or clock. One thin hub of UDP sockets does the I/O around them.
//! This crate knows nothing of plugins, tickets or HTTP.

mod oid;
mod value;

pub mod ber;
pub mod message;
pub mod notification;
pub mod pdu;
pub mod udp;
pub mod usm;

mod batch;
mod credentials;
mod error;
mod options;
mod outcome;
mod retry;
mod table;
mod unknown;
mod unreachable;
mod walk;

mod clock;
mod hub;
mod known;
mod profiles;
mod session;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;

pub use credentials::{Community, Credentials};
pub use error::{Clue, Mismatch, RequestError};
pub use hub::{Engine, HubStats};
pub use oid::{Oid, ParseOidError};
pub use options::{BulkUse, HubOptions, OnNonIncreasing, RequestOptions, Target};
pub use outcome::{Outcome, Status, StopReason};
pub use pdu::ErrorStatus;
pub use session::{Session, Stats, SubtreeWalk, TableWalk};
pub use table::Row;
pub use unknown::UnknownValues;
pub use unreachable::Unreachable;
pub use value::{Value, Varbind};
