//! Tables with names: which columns a plugin reads, and the cells of a row by column instead of by position.

use std::net::Ipv4Addr;

use crate::{
    Agent, Device, Error, Level, Outcome, Part, Row, Status, TableReader, Value, field::Field, mac::PhysAddress,
    oids::instance, warnings::Warnings,
};

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    /// The arc below the entry.
    pub number: u32,
    /// The object's name in the MIB, for warnings.
    pub name: &'static str,
}

impl Column {
    /// A column by its arc and name, e.g. `Column::new(2, "ifDescr")`.
    #[must_use]
    pub const fn new(number: u32, name: &'static str) -> Column {
        Column { number, name }
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
    /// Starts to read it.
    pub fn open(&self, agent: &mut dyn Agent) -> Result<Rows, Error> {
        self.open_part(agent, &Part::all())
    }

    /// Starts to read a part of it.
    pub fn open_part(&self, agent: &mut dyn Agent, part: &Part) -> Result<Rows, Error> {
        let columns: Vec<_> = self.columns.iter().map(|column| instance(self.entry, &[column.number])).collect();
        let reader = agent.open_table(&columns, part)?;
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

    /// The cell, if the agent has it.
    #[must_use]
    pub fn value(&self, column: Column) -> Option<&Value> {
        let position = self.table.columns.iter().position(|&known| known == column)?;
        self.row.cells.get(position)?.as_ref()
    }

    /// A DisplayString or SnmpAdminString.
    pub fn text(&self, column: Column, warnings: &mut Warnings) -> Field<String> {
        Field::text(column.name, self.value(column), warnings)
    }

    /// An INTEGER, Integer32 or enumeration.
    pub fn integer(&self, column: Column, warnings: &mut Warnings) -> Field<i64> {
        Field::integer(column.name, self.value(column), warnings)
    }

    /// A Gauge32 or Unsigned32.
    pub fn gauge(&self, column: Column, warnings: &mut Warnings) -> Field<i64> {
        Field::gauge(column.name, self.value(column), warnings)
    }

    /// A TimeTicks or TimeStamp.
    pub fn ticks(&self, column: Column, warnings: &mut Warnings) -> Field<i64> {
        Field::ticks(column.name, self.value(column), warnings)
    }

    /// A TruthValue.
    pub fn truth(&self, column: Column, warnings: &mut Warnings) -> Field<bool> {
        Field::truth(column.name, self.value(column), warnings)
    }

    /// An InterfaceIndex or InterfaceIndexOrZero, of 32 bits without a sign.
    pub fn if_index(&self, column: Column, warnings: &mut Warnings) -> Field<u32> {
        Field::if_index(column.name, self.value(column), warnings)
    }

    /// An OBJECT IDENTIFIER in dotted form.
    pub fn oid(&self, column: Column, warnings: &mut Warnings) -> Field<String> {
        Field::oid(column.name, self.value(column), warnings)
    }

    /// An IpAddress.
    pub fn ip_address(&self, column: Column, warnings: &mut Warnings) -> Field<Ipv4Addr> {
        Field::ip_address(column.name, self.value(column), warnings)
    }

    /// A PhysAddress or MacAddress.
    pub fn phys_address(&self, column: Column, warnings: &mut Warnings) -> Field<PhysAddress> {
        Field::phys_address(column.name, self.value(column), warnings)
    }
}
