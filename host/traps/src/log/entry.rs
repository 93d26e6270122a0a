//! What goes into the log and what comes out of it.

use std::{fmt, io, net::IpAddr, sync::Arc};

use snmp::Oid;

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

/// A record, in the log or on its way there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Where it is.
    pub position: RecordPosition,
    /// The record as a JSON object, first `number` (null where it is not stored) and `stored`.
    pub json: Arc<str>,
    /// What filters ask about it.
    pub facts: Facts,
}

/// Where a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordPosition {
    /// In the log, under this number: 1 for the first ever.
    Stored(u64),
    /// In memory alone, since it could not be stored yet. Such records are counted by themselves, from 1 on, for as long
    /// as the process runs.
    Unstored(u64),
}

/// How far somebody has come who follows the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadPosition {
    /// Every record of the log up to this number was looked at.
    pub number: u64,
    /// Every record that could not be stored at first, up to this one of them, was looked at, in memory or in the log.
    pub unstored: u64,
}

/// What somebody gets who follows the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FollowPage {
    /// The records that were wanted: of the log, or behind its end of memory.
    pub entries: Vec<Entry>,
    /// What to go on behind the next time.
    pub next: ReadPosition,
    /// How many records of the log were gone, as in [`Page::missed`].
    pub missed: u64,
    /// How many records could not be stored and were dropped before this reader came to them, wanted or not.
    pub dropped: u64,
}

/// The records that could not be stored yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct UnstoredStats {
    /// Records that wait in memory until they can be stored.
    pub records: u64,
    /// Octets that they take there, about.
    pub bytes: u64,
    /// Records that were dropped, since there were too many. They will never be stored.
    pub dropped: u64,
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
    #[error("cannot start the thread of the trap log")]
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
    /// Octets of the records that wait in memory because they cannot be stored. Beyond, the oldest are dropped.
    pub unstored_bytes: usize,
}

impl Entry {
    /// Its number in the log; none where it is not stored yet.
    #[must_use]
    pub fn number(&self) -> Option<u64> {
        match self.position {
            RecordPosition::Stored(number) => Some(number),
            RecordPosition::Unstored(_) => None,
        }
    }
}

impl fmt::Display for RecordPosition {
    /// As in `record 7`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stored(number) => write!(f, "{number}"),
            Self::Unstored(serial) => write!(f, "{serial} of those that are not stored"),
        }
    }
}
