//! Tables with names: which columns a plugin reads, and the cells of a row by column instead of by position.

use std::net::Ipv4Addr;

use crate::{
    Agent, Device, Error, Level, Oid, Outcome, Part, Row, Status, TableReader, Value,
    bits::{BitNames, Bits},
    date_and_time::DateAndTime,
    enumeration::{Enumerated, Names},
    field::Field,
    index_reader::IndexReader,
    mac::PhysAddress,
    oids::instance,
    readers::readers,
    warnings::Warnings,
};

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The arc below the entry.
    pub number: u32,
    /// The object's name in the MIB, for warnings.
    pub name: &'static str,
    /// The entry that it is of, where that is not the table's.
    entry: Option<&'static [u32]>,
}

impl Column {
    /// A column by its arc and name, e.g. `Column::new(2, "ifDescr")`.
    #[must_use]
    pub const fn new(number: u32, name: &'static str) -> Column {
        Column { number, name, entry: None }
    }

    /// A column of another table that shares its index with this one: ifTable and ifXTable, entPhysicalTable and
    /// entPhySensorTable. They are read as one table; a row that only one of them has is a row.
    ///
    /// ```
    /// use snmp_proxy_sdk::prelude::*;
    ///
    /// const DESCR: Column = Column::new(2, "ifDescr");
    /// const ALIAS: Column = Column::of(oid!("1.3.6.1.2.1.31.1.1.1"), 18, "ifAlias");
    /// const INTERFACES: Table =
    ///     Table { name: "ifTable", entry: oid!("1.3.6.1.2.1.2.2.1"), columns: &[DESCR, ALIAS] };
    /// # assert_eq!(INTERFACES.oids(), [oid!("1.3.6.1.2.1.2.2.1.2"), oid!("1.3.6.1.2.1.31.1.1.1.18")]);
    /// ```
    #[must_use]
    pub const fn of(entry: &'static [u32], number: u32, name: &'static str) -> Column {
        Column { number, name, entry: Some(entry) }
    }
}

/// A table and the columns of it that a plugin reads.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// The table's name in the MIB.
    pub name: &'static str,
    /// The name of its conceptual row, e.g. ifEntry 1.3.6.1.2.1.2.2.1.
    pub entry: &'static [u32],
    /// The columns.
    pub columns: &'static [Column],
}

impl Table {
    /// Its columns in full, as the host takes them and a manifest declares them.
    #[must_use]
    pub fn oids(&self) -> Vec<Oid> {
        self.columns.iter().map(|column| instance(column.entry.unwrap_or(self.entry), &[column.number])).collect()
    }

    /// Starts to read it.
    pub fn open(&self, agent: &mut dyn Agent) -> Result<Rows, Error> {
        self.open_part(agent, &Part::all())
    }

    /// Starts to read a part of it.
    pub fn open_part(&self, agent: &mut dyn Agent, part: &Part) -> Result<Rows, Error> {
        let reader = agent.open_table(&self.oids(), part)?;
        Ok(Rows { table: *self, reader })
    }

    /// Starts to read it, if that is possible; if not, the log says why, and the result lacks what it would hold.
    pub fn open_or_log(&self, device: &mut dyn Device) -> Option<Rows> {
        let opened = self.open(device);
        opened.map_err(|wrong| device.log(Level::Warn, &format!("{} is not read: {}", self.name, wrong.message))).ok()
    }
}

/// A table being read. Dropping it ends the reading.
pub struct Rows {
    table: Table,
    reader: Box<dyn TableReader>,
}

impl Rows {
    /// Waits for the next rows; none at the end.
    pub fn next_batch(&mut self) -> Option<Vec<Cells>> {
        let rows = self.reader.next()?;
        Some(rows.into_iter().map(|row| Cells { table: self.table, row }).collect())
    }

    /// Tells how it ended.
    pub fn outcome(&mut self) -> Outcome {
        self.reader.outcome()
    }

    /// True when the agent has nothing in this table, as far as one can know: the reading ended by itself, without a
    /// row. Asks at the end of the reading.
    pub fn is_empty(&mut self) -> bool {
        self.is_whole() && self.outcome().rows == 0
    }

    /// True when the reading ended by itself: what came is what the agent has. Asks at the end of the reading.
    pub fn is_whole(&mut self) -> bool {
        matches!(self.outcome().status, Status::Complete | Status::Unsupported)
    }
}

/// Reads several tables to their ends, a batch of each in turn, so that none waits with full buffers for another.
/// `take` gets each row with the position of its table among the readers.
pub fn read_side_by_side<'a>(readers: impl IntoIterator<Item = &'a mut Rows>, mut take: impl FnMut(usize, Cells)) {
    let mut open: Vec<(usize, &mut Rows)> = readers.into_iter().enumerate().collect();
    while !open.is_empty() {
        open.retain_mut(|(position, rows)| match rows.next_batch() {
            Some(batch) => {
                batch.into_iter().for_each(|row| take(*position, row));
                true
            }
            None => false,
        });
    }
}

/// A row, its cells by column.
#[derive(Clone, Debug)]
pub struct Cells {
    table: Table,
    row: Row,
}

impl Cells {
    /// What follows the column in the names of the cells.
    #[must_use]
    pub fn index(&self) -> &[u32] {
        &self.row.index
    }

    /// The index when it is a single arc, such as an ifIndex.
    #[must_use]
    pub fn single_index(&self) -> Option<u32> {
        match self.row.index.as_slice() {
            &[arc] => Some(arc),
            _ => None,
        }
    }

    /// Reads the index part by part, up to its end; none where it is not as `read` takes it.
    /// [`Malformed::read`](crate::malformed::Malformed::read) does the same and counts what it leaves out.
    pub fn read_index<'a, T>(&'a self, read: impl FnOnce(&mut IndexReader<'a>) -> Option<T>) -> Option<T> {
        IndexReader::read(self.index(), read)
    }

    /// The cell, if the agent has it.
    ///
    /// # Panics
    ///
    /// Where the table is read without this column: that says nothing of the agent.
    #[must_use]
    #[track_caller]
    #[expect(clippy::panic, reason = "a mistake of the plugin's author, which shows in the first test")]
    pub fn value(&self, column: Column) -> Option<&Value> {
        let Some(position) = self.table.columns.iter().position(|&known| known == column) else {
            panic!("{} is not among the columns of {} that are read: add it to them", column.name, self.table.name)
        };
        self.row.cells.get(position)?.as_ref()
    }

    readers!(Column);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{oid, testing::RecordedDevice};

    const DESCR: Column = Column::new(2, "ifDescr");
    const ALIAS: Column = Column::of(oid!("1.3.6.1.2.1.31.1.1.1"), 18, "ifAlias");
    const TABLE: Table = Table { name: "ifTable", entry: oid!("1.3.6.1.2.1.2.2.1"), columns: &[DESCR, ALIAS] };

    fn rows() -> Vec<Cells> {
        let mut device =
            RecordedDevice::parse("1.3.6.1.2.1.2.2.1.2.1|4|eth0\n1.3.6.1.2.1.31.1.1.1.18.1|4|uplink\n").unwrap();
        TABLE.open(&mut device).unwrap().next_batch().unwrap()
    }

    #[test]
    fn columns_of_tables_that_share_their_index_are_one_row() {
        let mut warnings = Warnings::default();
        let rows = rows();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].text(ALIAS, &mut warnings), Field::Is("uplink".to_owned()));
        assert_eq!(rows[0].read_index(IndexReader::u32), Some(1));
    }

    #[test]
    #[should_panic(expected = "ifMtu is not among the columns of ifTable that are read")]
    fn a_column_that_is_not_read_fails_the_test() {
        let _ = rows()[0].value(Column::new(4, "ifMtu"));
    }
}
