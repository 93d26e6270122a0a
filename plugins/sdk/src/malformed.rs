//! Rows whose index is not what the MIB says, and cannot be read another way for sure. They are counted and reported,
//! never guessed at: a wrong address in a result is worse than a missing one.

use crate::{Device, Level, oids::dotted};

/// How many examples a report shows.
const EXAMPLES: usize = 3;

/// The malformed indexes of one table.
#[derive(Clone, Debug)]
pub struct Malformed {
    table: &'static str,
    /// What the indexes are: "malformed", or why else they are left out.
    what: &'static str,
    count: u64,
    examples: Vec<String>,
}

impl Malformed {
    /// None seen yet in this table.
    #[must_use]
    pub fn new(table: &'static str) -> Malformed {
        Malformed { table, what: "a malformed index", count: 0, examples: Vec::new() }
    }

    /// None seen yet, of indexes that can be read in two ways.
    #[must_use]
    pub(crate) fn ambiguous(table: &'static str) -> Malformed {
        Malformed { what: "an index that can be read in two ways", ..Malformed::new(table) }
    }

    /// Counts one, and keeps it as an example when it is among the first.
    pub fn add(&mut self, index: &[u32]) {
        self.count += 1;
        if self.examples.len() < EXAMPLES {
            self.examples.push(dotted(index));
        }
    }

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Writes one warning into the job's log, if there were any.
    pub fn report(&self, device: &mut dyn Device) {
        if self.count > 0 {
            let Malformed { table, what, count, examples } = self;
            let (rows, examples) = (if *count == 1 { "row" } else { "rows" }, examples.join(", "));
            device.log(Level::Warn, &format!("{table}: {count} {rows} left out for {what}, e.g. {examples}"));
        }
    }
}
