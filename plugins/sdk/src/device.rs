//! The device of a job, as a plugin sees it: objects, tables and subtrees, contexts, and the job around them.
//! Who the device is, how it is reached and with what secret is the host's knowledge alone.

use crate::{Error, Level, Oid, Outcome, Row, Varbind};

/// Where one asks: the device, or a context of it.
pub trait Agent {
    /// Reads objects by name: one varbind for each name, in the order of the names, however many there are.
    ///
    /// An object that does not exist is a value that says so, not an error.
    fn get(&mut self, names: &[Oid]) -> Result<Vec<Varbind>, Error>;

    /// Starts to read columns, joined into rows by their index. Each is named in full, e.g. ifDescr as
    /// 1.3.6.1.2.1.2.2.1.2, and they may be of several tables that share their index.
    ///
    /// [`Table::open`](crate::table::Table::open) does it with named columns.
    /// Several readers run side by side: open all of them, then consume them.
    fn open_table(&mut self, columns: &[Oid], part: &Part) -> Result<Box<dyn TableReader>, Error>;

    /// Starts to read everything below `root`.
    fn open_walk(&mut self, root: &[u32]) -> Result<Box<dyn WalkReader>, Error>;
}

/// The device of this job, in the context that the request names, and what else the job has.
pub trait Device: Agent {
    /// The device in another context, by its name. Versions of SNMP before 3 have none.
    fn in_context(&mut self, name: &str) -> Result<Box<dyn Agent>, Error>;

    /// The device as it is for one VLAN, from 1 to 4094, where it is one of Cisco's that has a BRIDGE-MIB for each.
    fn in_vlan(&mut self, number: u32) -> Result<Box<dyn Agent>, Error>;

    /// What another plugin of the same job has found: the JSON of a section that the manifest's
    /// [`uses`](crate::Manifest::uses) names. None where no plugin of the job has filled it.
    fn section(&mut self, name: &str) -> Option<String>;

    /// Hands rows of a section over, so that a long one need not fit into the plugin's memory: a JSON array.
    /// [`Sections`](crate::Sections) must not have this section then.
    fn hand_over(&mut self, section: &str, rows: &str) -> Result<(), Error>;

    /// Waits, e.g. to read a counter twice.
    fn wait(&mut self, milliseconds: u32);

    /// Microseconds since the run began, waiting included.
    fn elapsed(&mut self) -> f64;

    /// Whether the host has a function of the contract, e.g. `job.wait` or `agent.open-part`. One that it lacks ends the
    /// run with an error that names it.
    fn offers(&mut self, function: &str) -> bool;

    /// Writes a line into the job's log.
    fn log(&mut self, level: Level, line: &str);

    /// Says how far the job is. Counters keep their value until they are given again.
    fn progress(&mut self, line: &str, counters: &[(&str, u32)]);
}

/// Which rows of a table are wanted; by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Only rows whose index begins with these arcs. Nothing else is read.
    pub below: Oid,
    /// Only rows whose index comes after this one, which must begin with the arcs of `below`.
    pub after: Option<Oid>,
    /// At most so many rows.
    pub at_most: Option<u32>,
}

impl Part {
    /// All rows.
    #[must_use]
    pub fn all() -> Part {
        Part::default()
    }

    /// Only rows whose index begins with these arcs.
    #[must_use]
    pub fn below(self, index: &[u32]) -> Part {
        Part { below: index.to_vec(), ..self }
    }

    /// Only rows whose index comes after this one.
    #[must_use]
    pub fn after(self, index: &[u32]) -> Part {
        Part { after: Some(index.to_vec()), ..self }
    }

    /// At most so many rows.
    #[must_use]
    pub fn at_most(self, rows: u32) -> Part {
        Part { at_most: Some(rows), ..self }
    }
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
