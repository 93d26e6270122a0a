//! Joins the columns of a table into rows.
//!
//! Pure. Each column comes in the order of its indexes, but some run ahead of others and some have holes. A row is
//! handed over as soon as no column can still deliver its index: every column that goes on is past it.
//! It holds the cells in between; how many is bounded by the walk, which lets columns wait that are too far ahead.

use std::collections::VecDeque;

use crate::{Oid, Value};

/// A row of a table: the cells that share an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What follows the column in the names of the cells.
    pub index: Oid,
    /// One cell for each column that was asked for, in that order; none where the agent has no such instance.
    pub cells: Vec<Option<Value>>,
}

/// The cells that are not in a row yet.
#[derive(Debug)]
pub(crate) struct Join {
    columns: Vec<VecDeque<(Oid, Value)>>,
}

impl Join {
    /// Joins so many columns.
    pub(crate) fn new(columns: usize) -> Self {
        Self { columns: (0..columns).map(|_| VecDeque::new()).collect() }
    }

    /// Takes the next cell of a column.
    pub(crate) fn push(&mut self, column: usize, index: Oid, value: Value) {
        if let Some(cells) = self.columns.get_mut(column) {
            cells.push_back((index, value));
        }
    }

    /// How many cells of a column are waiting for those of others.
    pub(crate) fn waiting(&self, column: usize) -> usize {
        self.columns.get(column).map_or(0, VecDeque::len)
    }

    /// Hands over the rows that are complete, when these columns are the ones that go on.
    pub(crate) fn rows(&mut self, is_live: impl Fn(usize) -> bool) -> Vec<Row> {
        let live: Vec<bool> = (0..self.columns.len()).map(is_live).collect();
        let mut rows = Vec::new();
        while let Some(index) = self.next_index(&live) {
            let cells = self.columns.iter_mut().map(|cells| {
                let cell = cells.pop_front_if(|(next, _)| *next == index);
                cell.map(|(_, value)| value)
            });
            rows.push(Row { cells: cells.collect(), index });
        }
        rows
    }

    /// The lowest index at hand, unless a column may still deliver a lower one.
    fn next_index(&self, live: &[bool]) -> Option<Oid> {
        let mut lowest: Option<&Oid> = None;
        for (cells, is_live) in self.columns.iter().zip(live) {
            match cells.front() {
                Some((index, _)) if lowest.is_none_or(|lowest| index < lowest) => lowest = Some(index),
                None if *is_live => return None,
                _ => {}
            }
        }
        lowest.cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Plays `1:5` (column 1 delivers index 5), `1.` (column 1 ends), and shows the rows as they come out.
    #[track_caller]
    fn check(events: &str, expected: &str) {
        let mut live = [true; 2];
        let mut join = Join::new(2);
        let mut shown = Vec::new();
        for event in events.split(' ') {
            let column: usize = event[..1].parse().unwrap();
            match event[1..].strip_prefix(':') {
                Some(index) => join.push(column, index.parse().unwrap(), Value::Null),
                None => live[column] = false,
            }
            for row in join.rows(|column| live[column]) {
                let cells: String = row.cells.iter().map(|cell| if cell.is_some() { '+' } else { '-' }).collect();
                shown.push(format!("{event}>{}{cells}", row.index));
            }
        }
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn a_row_comes_out_when_all_its_cells_are_there() {
        check("0:1 0:2 1:1 1:2", "1:1>1++ 1:2>2++");
    }

    #[test]
    fn a_hole_is_known_when_the_column_is_past_it() {
        check("0:1 0:2 0:3 1:3", "1:3>1+- 1:3>2+- 1:3>3++");
    }

    #[test]
    fn a_column_that_has_ended_holds_nothing_up() {
        check("0:1 0:2 1:1 1. 0:3", "1:1>1++ 1.>2+- 0:3>3+-");
    }

    #[test]
    fn rows_come_out_in_the_order_of_their_indexes() {
        check("1:2 0:10 1:9 0. 1.", "0:10>2-+ 1:9>9-+ 1.>10+-");
    }
}
