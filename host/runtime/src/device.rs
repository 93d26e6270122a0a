//! What the runtime needs of a device: reading objects, tables and subtrees, and how each reading ended.
//!
//! The crate `polling` implements these traits over an SNMP session. The runtime knows nothing of addresses, credentials,
//! packets or retries, and a test can answer from a list.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use snmp::{Oid, Value, Varbind};

use crate::ErrorKind;

/// The device of one job, or a context of it, as a plugin may see it.
///
/// The runtime has checked every argument: names lie in the plugin's declared subtrees, and lists are bounded.
pub trait Device: Send + Sync + 'static {
    /// Reads objects by name: one varbind for each name, in the order of the names, however many there are.
    ///
    /// Dropping the future must end the reading. It must end by itself before the job's deadline.
    fn get(&self, names: Vec<Oid>) -> BoxFuture<'static, Result<Vec<Varbind>, DeviceError>>;

    /// Starts to read columns, joined into rows by their index, at once and without waiting for [`TableSource::next`].
    /// There is at least one column, and each is named in full.
    ///
    /// It is called on the guests' threads, inside the guests' tokio runtime: a task that should run elsewhere has to
    /// be spawned on a handle of its own. Dropping the source must end the reading.
    fn open_table(&self, columns: Vec<Oid>, part: TablePart) -> Box<dyn TableSource>;

    /// Starts to read everything below `root`; otherwise like [`Device::open_table`].
    fn open_walk(&self, root: Oid) -> Box<dyn WalkSource>;

    /// The same device in another context. Sends nothing.
    fn in_context(&self, context: &DeviceContext) -> Result<Arc<dyn Device>, DeviceError>;
}

/// Which rows of a table are to be read; by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TablePart {
    /// Only rows whose index begins with these arcs.
    pub below: Oid,
    /// Only rows whose index comes after this one, which begins with the arcs of `below`.
    pub after: Option<Oid>,
    /// At most so many rows. A reading that ends for this is complete.
    pub at_most: Option<u32>,
}

/// A context of a device, as plugins name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceContext {
    /// The SNMP context of this name.
    Named(String),
    /// What the device has for this VLAN, from 1 to 4094.
    Vlan(u16),
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
    /// Why it broke off, for programs; none when nothing is missing.
    pub kind: Option<ErrorKind>,
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
    pub at: Option<Box<Oid>>,
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
