//! A row of a table.

use crate::{Oid, Value};

/// A row of a table: the cells that share an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// What follows the column in the names of the cells.
    pub index: Oid,
    /// One cell for each column that was asked for, in that order; none where the agent has no such instance.
    pub cells: Vec<Option<Value>>,
}
