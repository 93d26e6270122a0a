//! An SNMP client engine.
//!
//! What decides is pure: values, BER writing, messages, walks and retries take time, randomness and answers as
//! arguments and own no socket, task or clock. One thin hub of UDP sockets does the I/O around them.
//! This crate knows nothing of plugins, tickets or HTTP.

mod oid;
mod value;

pub use oid::{Oid, ParseOidError};
pub use value::{Value, Varbind};
