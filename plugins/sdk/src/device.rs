//! The device of a job, as a plugin sees it: objects, tables and subtrees, and the job's log and progress.
//! Who the device is, how it is reached and with what secret is the host's knowledge alone.

use crate::{Error, Level, Oid, Outcome, Row, Varbind};

/// The device of this job.
pub trait Device {
    /// Reads objects by name: one varbind for each name, in the order of the names, at most 256.
    ///
    /// An object that does not exist is a value that says so, not an error.
    fn get(&mut self, names: &[Oid]) -> Result<Vec<Varbind>, Error>;

    /// Starts to read columns of a table. `entry` is the name of its conceptual row, e.g. ifEntry.
    ///
    /// [`Table::open`](crate::table::Table::open) does it with named columns.
    /// Several readers run side by side: open all of them, then consume them.
    fn open_table(&mut self, entry: &[u32], columns: &[u32]) -> Result<Box<dyn TableReader>, Error>;

    /// Starts to read everything below `root`.
    fn open_walk(&mut self, root: &[u32]) -> Result<Box<dyn WalkReader>, Error>;

    /// Writes a line into the job's log.
    fn log(&mut self, level: Level, line: &str);

    /// Says how far the job is. Counters keep their value until they are given again.
    fn progress(&mut self, line: &str, counters: &[(&str, u64)]);
}

/// A table being read. Dropping it ends the reading.
pub trait TableReader {
    /// Waits for the next rows, in the order of their indexes; none at the end.
    fn next(&mut self) -> Option<Vec<Row>>;

    /// Tells how it ended. Before the end, rows that were not fetched yet are dropped.
    fn outcome(&mut self) -> Outcome;
}

/// A subtree being read. Dropping it ends the reading.
pub trait WalkReader {
    /// Waits for the next varbinds, in the order of their names; none at the end.
    fn next(&mut self) -> Option<Vec<Varbind>>;

    /// Tells how it ended. Before the end, varbinds that were not fetched yet are dropped.
    fn outcome(&mut self) -> Outcome;
}
