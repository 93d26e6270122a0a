//! The join of columns whose cells come in any order.
//!
//! A row is handed over when each column has delivered its cell or is over, in whatever order that happens. Where an
//! agent keeps to the order, rows with holes come later than need be: nobody can know that a cell is missing before
//! its column ends.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

use super::row::Row;
use crate::{Oid, Value};

/// The rows that are not complete yet.
#[derive(Debug)]
pub(crate) struct AnyOrder {
    rows: BTreeMap<Oid, BTreeMap<usize, Value>>,
    /// The rows that have got a cell since the last look.
    touched: BTreeSet<Oid>,
    /// How many cells each column has in rows that are not complete.
    waiting: Vec<usize>,
    /// Which columns went on at the last look.
    live: Vec<bool>,
}

impl AnyOrder {
    pub(super) fn new(columns: usize) -> Self {
        Self { rows: BTreeMap::new(), touched: BTreeSet::new(), waiting: vec![0; columns], live: vec![true; columns] }
    }

    pub(super) fn push(&mut self, column: usize, index: Oid, value: Value) {
        self.rows.entry(index.clone()).or_default().insert(column, value);
        if let Some(waiting) = self.waiting.get_mut(column) {
            *waiting += 1;
        }
        self.touched.insert(index);
    }

    /// How many cells are in rows that are not complete.
    pub(super) fn cells(&self) -> usize {
        self.waiting.iter().sum()
    }

    pub(super) fn waiting(&self, column: usize) -> usize {
        self.waiting.get(column).copied().unwrap_or(0)
    }

    pub(super) fn rows(&mut self, live: Vec<bool>) -> Vec<Row> {
        let touched = mem::take(&mut self.touched);
        let candidates: Vec<Oid> =
            if live == self.live { touched.into_iter().collect() } else { self.rows.keys().cloned().collect() };
        self.live = live;
        let mut complete = Vec::new();
        for index in candidates {
            let is_complete = |cells: &BTreeMap<usize, Value>| {
                self.live.iter().enumerate().all(|(column, is_live)| !is_live || cells.contains_key(&column))
            };
            if !self.rows.get(&index).is_some_and(is_complete) {
                continue;
            }
            let Some(mut cells) = self.rows.remove(&index) else { continue };
            let cells = self.waiting.iter_mut().enumerate().map(|(column, waiting)| {
                let cell = cells.remove(&column);
                *waiting -= usize::from(cell.is_some());
                cell
            });
            complete.push(Row { cells: cells.collect(), index });
        }
        complete
    }
}
