//! What goes into the log and what comes out of it.

use std::{io, net::IpAddr, sync::Arc};

use snmp_engine::Oid;

use crate::Severity;

/// What filters ask about a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The device that it is about: who sent the datagram, or whom a trusted relay names.
    pub source: IpAddr,
    /// snmpTrapOID; none where the PDU does not say.
    pub trap_oid: Option<Oid>,
    /// How much it matters, if that is known.
    pub severity: Option<Severity>,
}

/// A record that gets its number when it is put into the log.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The record as a JSON object without `number`.
    pub json: String,
    /// What filters ask about it.
    pub facts: Facts,
}

/// A record in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its number: 1 for the first ever.
    pub number: u64,
    /// The record as a JSON object, `number` first.
    pub json: Arc<str>,
    /// What filters ask about it.
    pub facts: Facts,
}

/// What a reader gets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The records that were wanted.
    pub entries: Vec<Entry>,
    /// What to read after the next time: every record up to this number was looked at.
    pub next: u64,
    /// How many records were gone before this reader came to them, or cannot be read any more, wanted or not. They are
    /// the first ones behind the number that the reader gave, up to `after + missed`: a page ends where records are
    /// missing, unless it begins there.
    pub missed: u64,
}

/// How the log is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogStats {
    /// The number of the oldest record that is kept; of the next one ever, where none is.
    pub first: u64,
    /// The number of the newest record; 0 where there was none ever.
    pub last: u64,
    /// Records that are kept.
    pub records: u64,
    /// Octets that they take where they are kept, packed.
    pub bytes: u64,
    /// Records that were there and are forgotten.
    pub forgotten: u64,
}

/// Records that were not stored.
#[derive(Debug, thiserror::Error)]
#[error("cannot store records")]
pub struct NotStored(#[source] pub io::Error);

/// Records that cannot be read, though they may be there.
#[derive(Debug, thiserror::Error)]
#[error("cannot read records")]
pub struct NotRead(#[source] pub io::Error);

/// A log that cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The store fails.
    #[error("cannot read the trap log")]
    State(#[from] state::StateError),
    /// The system gives no thread.
    #[error("the system gives no thread for the trap log")]
    Thread(#[source] io::Error),
}

/// How much of the log is kept.
#[derive(Clone, Copy, Debug)]
pub struct LogOptions {
    /// Records that are kept. Beyond, the oldest are forgotten.
    pub records: usize,
    /// Octets that the records take where they are kept, packed. Beyond, the oldest are forgotten. The file of a store
    /// grows to about twice as much, since it keeps room for what is being written, and its pieces have certain sizes.
    pub bytes: usize,
}
