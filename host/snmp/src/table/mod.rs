//! Joins the columns of a table into rows.
//!
//! Pure. Each column comes in the order of its indexes, but some run ahead of others and some have holes. A row is
//! handed over as soon as no column can still deliver its index: every column that goes on is past it.
//! It holds the cells in between; how many is bounded by the walk, which lets columns wait that are too far ahead.
//! Where columns may come in any order, rows do too, and one that lacks a cell is held until that column ends; the
//! walk stops where there are too many of those.

mod any_order;
mod row;

use std::collections::VecDeque;

use self::any_order::AnyOrder;
pub use self::row::Row;
use crate::{Oid, OnNonIncreasing, Value};

/// The cells that are not in a row yet.
#[derive(Debug)]
pub struct Join(Cells);

#[derive(Debug)]
enum Cells {
    /// Of columns in order.
    InOrder(InOrder),
    /// Of columns that may come in any order.
    AnyOrder(AnyOrder),
}

/// The cells of columns in order.
#[derive(Debug)]
struct InOrder {
    columns: Vec<VecDeque<(Oid, Value)>>,
}

impl Join {
    /// Joins so many columns.
    pub fn new(columns: usize, order: OnNonIncreasing) -> Self {
        match order {
            OnNonIncreasing::Stop => {
                Self(Cells::InOrder(InOrder { columns: (0..columns).map(|_| VecDeque::new()).collect() }))
            }
            OnNonIncreasing::Continue => Self(Cells::AnyOrder(AnyOrder::new(columns))),
        }
    }

    /// Takes the next cell of a column.
    pub fn push(&mut self, column: usize, index: Oid, value: Value) {
        match &mut self.0 {
            Cells::InOrder(join) => join.push(column, index, value),
            Cells::AnyOrder(join) => join.push(column, index, value),
        }
    }

    /// Hands over the rows that are complete, when these columns are the ones that go on.
    pub fn rows(&mut self, live: Vec<bool>) -> Vec<Row> {
        match &mut self.0 {
            Cells::InOrder(join) => join.rows(&live),
            Cells::AnyOrder(join) => join.rows(live),
        }
    }

    /// How many cells are held that may never become a row soon: nothing bounds them but the caller.
    pub fn unbounded(&self) -> usize {
        match &self.0 {
            Cells::InOrder(_) => 0,
            Cells::AnyOrder(join) => join.cells(),
        }
    }

    /// Which columns must wait for others, with so many cells that are not in a row yet at most.
    ///
    /// The one that has the fewest need never wait, or all would, where each has cells of other rows.
    pub fn held(&self, live: &[bool], max: usize) -> Vec<bool> {
        let waiting = |column: usize| match &self.0 {
            Cells::InOrder(join) => join.columns.get(column).map_or(0, VecDeque::len),
            Cells::AnyOrder(join) => join.waiting(column),
        };
        let going_on = live.iter().enumerate().filter(|(_, is_live)| **is_live);
        let fewest = going_on.map(|(column, _)| waiting(column)).min().unwrap_or(0);
        (0..live.len()).map(|column| waiting(column) >= max && waiting(column) > fewest).collect()
    }
}

impl InOrder {
    fn push(&mut self, column: usize, index: Oid, value: Value) {
        if let Some(cells) = self.columns.get_mut(column) {
            cells.push_back((index, value));
        }
    }

    fn rows(&mut self, live: &[bool]) -> Vec<Row> {
        let mut rows = Vec::new();
        while let Some(index) = self.next_index(live) {
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
    use super::{
        OnNonIncreasing::{Continue, Stop},
        *,
    };

    /// Plays `1:5` (column 1 delivers index 5), `1.` (column 1 ends), and shows the rows as they come out.
    #[track_caller]
    fn check(order: OnNonIncreasing, events: &str, expected: &str) {
        let mut live = vec![true; 2];
        let mut join = Join::new(2, order);
        let mut shown = Vec::new();
        for event in events.split(' ') {
            let column: usize = event[..1].parse().unwrap();
            match event[1..].strip_prefix(':') {
                Some(index) => join.push(column, index.parse().unwrap(), Value::Null),
                None => live[column] = false,
            }
            for row in join.rows(live.clone()) {
                let cells: String = row.cells.iter().map(|cell| if cell.is_some() { '+' } else { '-' }).collect();
                shown.push(format!("{event}>{}{cells}", row.index));
            }
        }
        assert_eq!(shown.join(" "), expected);
    }

    #[test]
    fn a_row_comes_out_when_all_its_cells_are_there() {
        check(Stop, "0:1 0:2 1:1 1:2", "1:1>1++ 1:2>2++");
    }

    #[test]
    fn a_hole_is_known_when_the_column_is_past_it() {
        check(Stop, "0:1 0:2 0:3 1:3", "1:3>1+- 1:3>2+- 1:3>3++");
    }

    #[test]
    fn a_column_that_has_ended_holds_nothing_up() {
        check(Stop, "0:1 0:2 1:1 1. 0:3", "1:1>1++ 1.>2+- 0:3>3+-");
    }

    #[test]
    fn rows_come_out_in_the_order_of_their_indexes() {
        check(Stop, "1:2 0:10 1:9 0. 1.", "0:10>2-+ 1:9>9-+ 1.>10+-");
    }

    #[test]
    fn rows_out_of_order_come_out_when_all_their_cells_are_there_or_cannot_come() {
        check(Continue, "0:9 0:3 1:3 1:7 1:9 0:5 1.", "1:3>3++ 1:9>9++ 1.>5+-");
        check(Continue, "0:9 1:7 0. 1:3 1.", "0.>7-+ 1:3>3-+ 1.>9+-");
    }

    #[test]
    fn the_column_that_is_behind_never_waits() {
        for order in [Stop, Continue] {
            let mut join = Join::new(3, order);
            for index in 1..=4 {
                join.push(0, Oid::from([index]), Value::Null);
            }
            join.push(1, Oid::from([7]), Value::Null);
            join.push(1, Oid::from([8]), Value::Null);
            assert_eq!(join.held(&[true, true, true], 2), [true, true, false], "{order:?}");
            assert_eq!(join.held(&[true, true, false], 2), [true, false, false], "{order:?}");
            assert_eq!(join.held(&[true, true, true], 9), [false, false, false], "{order:?}");
        }
    }

    #[test]
    fn cells_that_may_never_become_a_row_are_counted_where_nothing_else_bounds_them() {
        let mut join = Join::new(2, OnNonIncreasing::Continue);
        for index in 0..10 {
            join.push(usize::from(index % 2 == 0), Oid::from([index]), Value::Null);
        }
        assert_eq!((join.rows(vec![true; 2]).len(), join.unbounded()), (0, 10));
        assert_eq!((join.rows(vec![false; 2]).len(), join.unbounded()), (10, 0));
    }
}
