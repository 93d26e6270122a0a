//! SNMP without sockets: everything that decides, and nothing that waits.
//!
//! Values, BER, messages, SNMPv3, walks, retries and what is learned of an agent. Time and answers come in as
//! arguments, randomness from the operating system; what to send comes out as a value. This crate knows no socket, no
//! task, no runtime and no clock, and nothing of plugins, tickets or HTTP. `snmp-engine` has the sockets.

mod oid;
mod value;

pub mod ber;
pub mod message;
pub mod notification;
pub mod pdu;
pub mod usm;

mod counted;
mod credentials;
mod error;
mod integer;
mod options;
mod outcome;
pub mod tag;
mod unknown;
mod unreachable;

pub mod batch;
pub mod profile;
pub mod retry;
pub mod table;
pub mod walk;

#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;

pub use counted::{SIZE_UNITS, counted, size};
pub use credentials::{Community, Credentials};
pub use error::{Clue, Mismatch, RequestError};
pub use oid::{Oid, ParseOidError};
pub use options::{BulkUse, HubOptions, OnNonIncreasing, RequestOptions, Target};
pub use outcome::{Outcome, Status, StopReason};
pub use pdu::ErrorStatus;
pub use table::Row;
pub use unknown::UnknownValues;
pub use unreachable::Unreachable;
pub use value::{Value, Varbind};
