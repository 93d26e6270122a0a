//! What the runtime needs of a device: reading objects, tables and subtrees, and how each reading ended.
//!
//! The crate `polling` implements these traits over an SNMP session. The runtime knows nothing of addresses, credentials,
//! packets or retries, and a test can answer from a list.

use std::fmt;

use futures_util::future::BoxFuture;
use snmp::{Oid, Value, Varbind};

/// The device of one job, as a plugin may see it.
///
/// The runtime has checked every argument: names lie in the plugin's declared subtrees, and lists are bounded.
pub trait Device: Send + Sync + 'static {
    /// Reads objects by name: one varbind for each name, in the order of the names.
    ///
    /// Dropping the future must end the reading. It must end by itself before the job's deadline.
    fn get(&self, names: Vec<Oid>) -> BoxFuture<'static, Result<Vec<Varbind>, DeviceError>>;

    /// Starts to read columns of a table, at once and without waiting for [`TableSource::next`].
    ///
    /// It is called on the guests' threads, inside the guests' tokio runtime: a task that should run elsewhere has to
    /// be spawned on a handle of its own. Dropping the source must end the reading.
    fn open_table(&self, entry: Oid, columns: Vec<u32>) -> Box<dyn TableSource>;

    /// Starts to read everything below `root`; otherwise like [`Device::open_table`].
    fn open_walk(&self, root: Oid) -> Box<dyn WalkSource>;
}

/// A table being read.
pub trait TableSource: Send {
    /// The next rows in the order of their indexes; none at the end. Must be cancel-safe.
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Row>>>;

    /// How the reading ended. Before the end it ends the reading, and rows that were not fetched are lost.
    ///
    /// Must answer at once, and the same at every call.
    fn outcome(&mut self) -> ReadOutcome;
}

/// A subtree being read.
pub trait WalkSource: Send {
    /// The next varbinds in the order of their names; none at the end. Must be cancel-safe.
    fn next(&mut self) -> BoxFuture<'_, Option<Vec<Varbind>>>;

    /// How the reading ended; like [`TableSource::outcome`].
    fn outcome(&mut self) -> ReadOutcome;
}

/// A row of a table: the cells that share an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What follows the column in the names of the cells, e.g. the ifIndex.
    pub index: Oid,
    /// One cell for each column that was asked for, in that order; none where the agent has no such instance.
    pub cells: Vec<Option<Value>>,
}

/// How the reading of a table or a subtree ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOutcome {
    /// In one word.
    pub status: ReadStatus,
    /// Rows, or varbinds of a walk, that were read.
    pub rows: u64,
    /// Why it broke off, for people; empty when nothing is missing.
    pub reason: String,
    /// The last name that was read, when it broke off.
    pub stopped_at: Option<Oid>,
}

/// How the reading of a table or a subtree ended, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadStatus {
    /// Everything that the agent has was read.
    Complete,
    /// The agent has nothing there.
    Unsupported,
    /// It broke off after some rows.
    Partial,
    /// It broke off before the first row.
    Failed,
}

/// Why the device gave no answer to a `get`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DeviceError {
    /// For programs.
    pub kind: ErrorKind,
    /// For people: one line.
    pub message: String,
    /// Where it went wrong, if at an object.
    pub at: Option<Oid>,
}

/// The kinds of error that the contract with plugins knows, in either direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// No answer, with all retries.
    Timeout,
    /// The agent answered with an error that is not about one object.
    AgentError,
    /// What the agent sent could not be read.
    Malformed,
    /// The agent refused the credentials.
    Authentication,
    /// The object is outside the subtrees that the plugin declares.
    NotDeclared,
    /// A bound of the host was reached.
    LimitExceeded,
    /// An argument makes no sense.
    InvalidArgument,
    /// The job's time is over.
    Deadline,
    /// The device has nothing that the plugin could collect.
    Unsupported,
    /// Anything else.
    Other,
}

/// What a [`Device`] says went wrong.
pub type DeviceErrorKind = ErrorKind;

impl ErrorKind {
    /// The contract's word for it, e.g. `agent-error`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Timeout => "timeout",
            Self::AgentError => "agent-error",
            Self::Malformed => "malformed",
            Self::Authentication => "authentication",
            Self::NotDeclared => "not-declared",
            Self::LimitExceeded => "limit-exceeded",
            Self::InvalidArgument => "invalid-argument",
            Self::Deadline => "deadline",
            Self::Unsupported => "unsupported",
            Self::Other => "other",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl ReadStatus {
    /// The contract's word for it, e.g. `partial`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Unsupported => "unsupported",
            Self::Partial => "partial",
            Self::Failed => "failed",
        }
    }
}
