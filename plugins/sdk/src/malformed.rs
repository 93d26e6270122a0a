//! Rows whose index is not what the MIB says, and cannot be read another way for sure. They are counted and reported,
//! never guessed at: a wrong address in a result is worse than a missing one.

use crate::{Device, Level, index_reader::IndexReader, oids::dotted};

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

    /// Reads the index of a row part by part, up to its end; one that is not as `read` takes it is counted.
    ///
    /// ```
    /// use snmp_proxy_sdk::{index::IndexReader, prelude::*};
    ///
    /// let mut malformed = Malformed::new("ipNetToMediaTable");
    /// let mut read = |index: &[u32]| malformed.read(index, |index| Some((index.u32()?, index.ip_address()?)));
    /// assert!(read(&[7, 192, 0, 2, 1]).is_some());
    /// assert!(read(&[7, 192, 0, 2]).is_none());
    /// assert_eq!(malformed.count(), 1);
    /// ```
    pub fn read<'a, T>(&mut self, index: &'a [u32], read: impl FnOnce(&mut IndexReader<'a>) -> Option<T>) -> Option<T> {
        let parts = IndexReader::read(index, read);
        if parts.is_none() {
            self.add(index);
        }
        parts
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
