//! What can be done with the store: looked at, and changed.

use std::{fmt, sync::Arc};

use redb::{ReadTransaction, ReadableTable as _, TableDefinition, TableError, WriteTransaction};

use super::{Failure, Store};
use crate::StateError;

/// A table of octets by number. Its name is unique in the store; a table that was never written to is empty.
#[derive(Clone, Copy, Debug)]
pub struct Table(&'static str);

impl Table {
    /// The table of this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    fn definition(self) -> TableDefinition<'static, u64, &'static [u8]> {
        TableDefinition::new(self.0)
    }
}

/// Numbers by name. Those of [`Batch::number`] and the cursors are apart by their prefixes.
pub(crate) const NUMBERS: TableDefinition<'static, &str, u64> = TableDefinition::new("numbers");
/// Octets by name.
const TEXTS: TableDefinition<'static, &str, &[u8]> = TableDefinition::new("texts");

/// The store as it was at one moment.
#[derive(Debug)]
pub struct View {
    /// There until the view is dropped.
    pub(crate) transaction: Option<ReadTransaction>,
    pub(crate) store: Arc<Store>,
    /// Which opening of the store this belongs to.
    pub(crate) opening: u64,
}

impl View {
    /// The entry with the greatest number up to this one.
    pub fn at_or_before(&self, table: Table, number: u64) -> Result<Option<(u64, Vec<u8>)>, StateError> {
        self.one(table, ..=number, true)
    }

    /// The entry with the least number from this one on.
    pub fn at_or_after(&self, table: Table, number: u64) -> Result<Option<(u64, Vec<u8>)>, StateError> {
        self.one(table, number.., false)
    }

    /// The least number in a table.
    pub fn first_number(&self, table: Table) -> Result<Option<u64>, StateError> {
        self.told(|transaction| match transaction.open_table(table.definition()) {
            Ok(table) => Ok(table.first()?.map(|(number, _)| number.value())),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(error) => Err(error.into()),
        })
    }

    /// A number by its name.
    pub fn number(&self, name: &str) -> Result<Option<u64>, StateError> {
        self.told(|transaction| match transaction.open_table(NUMBERS) {
            Ok(numbers) => Ok(numbers.get(name)?.map(|number| number.value())),
            Err(TableError::TableDoesNotExist(_)) => Ok(None),
            Err(error) => Err(error.into()),
        })
    }

    /// All numbers whose names begin so, without that beginning.
    pub(crate) fn numbers(&self, prefix: &str) -> Result<Vec<(String, u64)>, StateError> {
        self.told(|transaction| {
            let numbers = match transaction.open_table(NUMBERS) {
                Ok(numbers) => numbers,
                Err(TableError::TableDoesNotExist(_)) => return Ok(Vec::new()),
                Err(error) => return Err(error.into()),
            };
            let mut found = Vec::new();
            for entry in numbers.range(prefix..)? {
                let (name, number) = entry?;
                let Some(name) = name.value().strip_prefix(prefix) else { break };
                found.push((name.to_owned(), number.value()));
            }
            Ok(found)
        })
    }

    fn one(
        &self,
        table: Table,
        range: impl std::ops::RangeBounds<u64>,
        last: bool,
    ) -> Result<Option<(u64, Vec<u8>)>, StateError> {
        self.told(|transaction| {
            let table = match transaction.open_table(table.definition()) {
                Ok(table) => table,
                Err(TableError::TableDoesNotExist(_)) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let mut range = table.range::<u64>((range.start_bound().cloned(), range.end_bound().cloned()))?;
            let entry = if last { range.next_back() } else { range.next() };
            Ok(entry.transpose()?.map(|(number, octets)| (number.value(), octets.value().to_vec())))
        })
    }

    /// Tells the store of a failure: it may have to be opened anew.
    fn told<T>(&self, read: impl FnOnce(&ReadTransaction) -> Result<T, Failure>) -> Result<T, StateError> {
        let Some(transaction) = &self.transaction else { return Err(self.store.recovering()) };
        let read = self.store.caught(|| read(transaction).map_err(|failure| self.store.error(failure)));
        read.inspect_err(|error| self.store.could_not_read(self.opening, error))
    }
}

impl Drop for View {
    fn drop(&mut self) {
        let transaction = self.transaction.take();
        // What fails here was told where it failed first.
        let _ = self.store.caught(|| {
            drop(transaction);
            Ok(())
        });
    }
}

/// Changes to the store that will be made all together.
pub struct Batch<'a> {
    pub(crate) transaction: &'a WriteTransaction,
    pub(crate) store: &'a Store,
}

impl Batch<'_> {
    /// Puts octets under a number, in place of those that are there.
    pub fn insert(&mut self, table: Table, number: u64, octets: &[u8]) -> Result<(), StateError> {
        self.named(|transaction| {
            transaction.open_table(table.definition())?.insert(number, octets)?;
            Ok(())
        })
    }

    /// Removes entries from the front for as long as `gone` says so of them, at most so many.
    pub fn remove_first_while(
        &mut self,
        table: Table,
        max: usize,
        mut gone: impl FnMut(u64, &[u8]) -> bool,
    ) -> Result<(), StateError> {
        self.named(|transaction| {
            let mut table = transaction.open_table(table.definition())?;
            for _ in 0..max {
                let number = match table.first()? {
                    Some((number, octets)) if gone(number.value(), octets.value()) => number.value(),
                    _ => break,
                };
                table.remove(number)?;
            }
            Ok(())
        })
    }

    /// The least number in a table, as this batch has it.
    pub fn first_number(&mut self, table: Table) -> Result<Option<u64>, StateError> {
        self.named(|transaction| {
            let table = transaction.open_table(table.definition())?;
            let first = table.first()?.map(|(number, _)| number.value());
            Ok(first)
        })
    }

    /// A number by its name, as this batch has it.
    pub fn number(&mut self, name: &str) -> Result<Option<u64>, StateError> {
        self.named(|transaction| Ok(transaction.open_table(NUMBERS)?.get(name)?.map(|number| number.value())))
    }

    /// Puts a number under a name.
    pub fn set_number(&mut self, name: &str, number: u64) -> Result<(), StateError> {
        self.named(|transaction| {
            transaction.open_table(NUMBERS)?.insert(name, number)?;
            Ok(())
        })
    }

    pub(crate) fn text(&mut self, name: &str) -> Result<Option<Vec<u8>>, StateError> {
        self.named(|transaction| Ok(transaction.open_table(TEXTS)?.get(name)?.map(|text| text.value().to_vec())))
    }

    pub(crate) fn set_text(&mut self, name: &str, text: &[u8]) -> Result<(), StateError> {
        self.named(|transaction| {
            transaction.open_table(TEXTS)?.insert(name, text)?;
            Ok(())
        })
    }

    fn named<T>(&self, change: impl FnOnce(&WriteTransaction) -> Result<T, Failure>) -> Result<T, StateError> {
        change(self.transaction).map_err(|failure| self.store.error(failure))
    }
}

impl fmt::Debug for Batch<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Batch").field("store", self.store).finish_non_exhaustive()
    }
}
