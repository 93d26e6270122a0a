//! Which row comes after a name: the honest order, and the orders of agents that never come to an end.

use snmp::Oid;

use super::Device;
use crate::message::Version;

/// How the rows of a device follow each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RowOrder {
    /// By name, as RFC 3416 section 4.2.2 has it.
    #[default]
    Honest,
    /// After this many rows of a column comes its first row again.
    Loop(usize),
    /// After a row comes the same row.
    Same,
    /// Two neighbours have changed places.
    Swap,
    /// Every other row is left out.
    EveryOther,
    /// After the last row of a column come more and more invented ones.
    Endless,
}

/// What comes after a name.
pub(super) enum Row {
    /// The varbind at this place.
    Recorded(usize),
    /// A name that the device does not have, with the value of the varbind at this place.
    Invented(Oid, Option<usize>),
    /// Nothing.
    End,
}

impl Device {
    /// Returns what comes after `name`.
    pub(super) fn successor(&self, name: &Oid, order: RowOrder, version: Version) -> Row {
        let honest = self.first_visible(self.first_after(name), version);
        match order {
            RowOrder::Honest => honest,
            RowOrder::Same => match self.names.binary_search(name) {
                Ok(at) if self.is_visible(at, version) => Row::Recorded(at),
                _ => honest,
            },
            RowOrder::Loop(rows) => match (column_of(name), &honest) {
                (Some(column), Row::Recorded(at)) if name.arcs().len() > column.len() => {
                    let first = self.names.partition_point(|known| known.arcs() < column);
                    if *at >= first + rows { self.first_visible(first, version) } else { honest }
                }
                _ => honest,
            },
            RowOrder::Swap => match honest {
                Row::Recorded(at) if at + 1 < self.names.len() => Row::Recorded(at ^ 1),
                honest => honest,
            },
            RowOrder::EveryOther => match honest {
                Row::Recorded(at) => self.first_visible(at + 1, version),
                honest => honest,
            },
            RowOrder::Endless => self.endless(name, honest),
        }
    }

    /// The first row of all.
    pub(super) fn first(&self, version: Version) -> Row {
        self.first_visible(0, version)
    }

    /// Whether the row after `name` is further than `rows` rows into a column that `name` is in.
    pub(super) fn is_beyond(&self, name: &Oid, rows: usize, version: Version) -> bool {
        let honest = self.first_visible(self.first_after(name), version);
        let (Some(column), Row::Recorded(at)) = (column_of(name), honest) else { return false };
        let first = self.names.partition_point(|known| known.arcs() < column);
        let in_column = self.names.get(at).is_some_and(|next| next.arcs().starts_with(column));
        in_column && name.arcs().len() > column.len() && at >= first + rows
    }

    fn endless(&self, name: &Oid, honest: Row) -> Row {
        let Some(column) = column_of(name) else { return honest };
        let next = match &honest {
            Row::Recorded(at) => self.names.get(*at),
            _ => None,
        };
        if next.is_some_and(|next| next.arcs().starts_with(column)) {
            return honest;
        }
        let row = name.arcs().get(column.len()).map_or(Some(1), |row| row.checked_add(1));
        let invented = row.and_then(|row| Oid::new(&[column, &[row]].concat()).ok());
        // The value of the column's last row, so that the invented rows have the right type.
        let last = self.first_after(name).checked_sub(1);
        let model = last.filter(|at| self.names.get(*at).is_some_and(|last| last.arcs().starts_with(column)));
        invented.map_or(honest, |invented| Row::Invented(invented, model))
    }

    fn first_visible(&self, from: usize, version: Version) -> Row {
        (from..self.names.len()).find(|at| self.is_visible(*at, version)).map_or(Row::End, Row::Recorded)
    }
}

/// The column that a name is in or is itself, if it is deep enough to be in one.
///
/// A recording does not know its MIBs. The columns of nearly all tables of the standard end at their tenth arc, those
/// of ifXTable at their eleventh.
pub(super) fn column_of(name: &Oid) -> Option<&[u32]> {
    const IF_X_ENTRY: [u32; 10] = [1, 3, 6, 1, 2, 1, 31, 1, 1, 1];
    let arcs = name.arcs();
    let depth = if arcs.starts_with(&IF_X_ENTRY) { 11 } else { 10 };
    arcs.get(..depth)
}
