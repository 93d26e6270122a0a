//! How much a walk may deliver: rows of each column, and octets of all of them.

use crate::{RequestOptions, StopReason, Value, Varbind};

/// What a walk has delivered, and what it may.
#[derive(Debug)]
pub(super) struct Quota {
    /// Names of each column, with or without a value.
    cells: Vec<u64>,
    /// Names of all columns.
    names: u64,
    octets: u64,
    max_rows: u64,
    max_bytes: u64,
}

impl Quota {
    /// Nothing was delivered yet of so many columns.
    pub(super) fn new(columns: usize, options: &RequestOptions) -> Self {
        let RequestOptions { max_rows, max_bytes, .. } = *options;
        Self { cells: vec![0; columns], names: 0, octets: 0, max_rows, max_bytes }
    }

    /// How many names were delivered.
    pub(super) fn names(&self) -> u64 {
        self.names
    }

    /// Counts a varbind of a column. Returns the reason to stop where it is one too many.
    pub(super) fn take(&mut self, column: usize, varbind: &Varbind) -> Option<StopReason> {
        self.octets += octets(varbind);
        let Some(cells) = self.cells.get_mut(column).filter(|cells| **cells < self.max_rows) else {
            return Some(StopReason::RowLimit { limit: self.max_rows });
        };
        if self.octets > self.max_bytes {
            return Some(StopReason::ByteLimit { limit: self.max_bytes });
        }
        *cells += 1;
        self.names += 1;
        None
    }
}

/// About what a varbind takes in memory and in a message, without the fixed parts.
fn octets(varbind: &Varbind) -> u64 {
    let value = match &varbind.value {
        Value::OctetString(octets) | Value::Opaque(octets) | Value::NsapAddress(octets) => octets.len(),
        Value::Unknown { octets, .. } => octets.len(),
        Value::ObjectIdentifier(oid) => oid.arcs().len(),
        _ => 4,
    };
    (varbind.name.arcs().len() + value) as u64
}
