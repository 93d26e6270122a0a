//! ifTable and ifXTable while their rows come in, and the interfaces that they make together.

use std::collections::{BTreeMap, BTreeSet};

use snmp_proxy_sdk::prelude::*;

use crate::{
    interface::{IF_TABLE, IF_X_TABLE, IfXRow, Interface},
    join::{How, Joint, Key, Pairs, joint},
};

/// The rows of both tables.
#[derive(Debug)]
pub(crate) struct Tables {
    if_rows: BTreeMap<u32, Interface>,
    if_x_rows: BTreeMap<u32, IfXRow>,
    /// Of both.
    indexes: BTreeSet<u32>,
    malformed: (Malformed, Malformed),
}

impl Tables {
    /// No row yet.
    pub(crate) fn new() -> Tables {
        Tables {
            if_rows: BTreeMap::new(),
            if_x_rows: BTreeMap::new(),
            indexes: BTreeSet::new(),
            malformed: (Malformed::new(IF_TABLE.name), Malformed::new(IF_X_TABLE.name)),
        }
    }

    /// Takes a row of ifTable.
    pub(crate) fn add_if_row(&mut self, row: &Cells) {
        let Some(index) = row.single_index() else { return self.malformed.0.add(row.index()) };
        self.indexes.insert(index);
        self.if_rows.entry(index).or_insert_with(|| Interface::new(index)).add_if_row(row);
    }

    /// Takes a row of ifXTable.
    pub(crate) fn add_if_x_row(&mut self, row: &Cells) {
        let Some(index) = row.single_index() else { return self.malformed.1.add(row.index()) };
        self.indexes.insert(index);
        self.if_x_rows.insert(index, IfXRow::read(row));
    }

    /// How many indexes there are in one table or both.
    pub(crate) fn len(&self) -> usize {
        self.indexes.len()
    }

    /// Joins the rows, and tells the log what is odd. Gives also the indexes of ifXTable whose rows belong to another
    /// index of ifTable. `are_whole` is whether both tables were read to their ends.
    pub(crate) fn join(self, device: &mut dyn Device, are_whole: bool) -> (BTreeMap<u32, Interface>, Pairs) {
        self.malformed.0.report(device);
        self.malformed.1.report(device);
        let joint = self.joint(are_whole);
        report(&joint, device);
        let Tables { if_rows: mut interfaces, if_x_rows, .. } = self;
        let (pairs, left_out) = match joint {
            Joint::Index | Joint::Moved | Joint::None => (Pairs::new(), BTreeSet::new()),
            Joint::Pairs { pairs, left_out, .. } => (pairs, left_out),
        };
        for (x_index, row) in if_x_rows {
            if !left_out.contains(&x_index) {
                let index = pairs.get(&x_index).copied().unwrap_or(x_index);
                interfaces.entry(index).or_insert_with(|| Interface::new(index)).add_if_x_row(row);
            }
        }
        (interfaces, pairs)
    }

    fn joint(&self, are_whole: bool) -> Joint {
        let if_table: Vec<Key<'_>> =
            self.if_rows.iter().map(|(&index, row)| Key { index, says: row.says, name: row.description() }).collect();
        let if_x_table: Vec<Key<'_>> =
            self.if_x_rows.iter().map(|(&index, row)| Key { index, says: None, name: row.name() }).collect();
        joint(&if_table, &if_x_table, are_whole, |index, x_index| {
            let rows = self.if_rows.get(&index).zip(self.if_x_rows.get(&x_index));
            rows.is_some_and(|(interface, row)| interface.contradicts(row))
        })
    }
}

/// Tells the log where rows are joined in another way than the MIB's, or cannot be.
fn report(joint: &Joint, device: &mut dyn Device) {
    let (pairs, how, left_out) = match joint {
        Joint::Index => return,
        Joint::Moved => {
            let line = "ifXTable has the indexes of ifTable plus a constant, and no name shows which rows belong together: they \
                        are joined by index";
            return device.log(Level::Warn, line);
        }
        Joint::None => {
            let line = "ifXTable has other indexes than ifTable, and nothing shows which rows belong together: each row is an \
                        interface of its own";
            return device.log(Level::Warn, line);
        }
        Joint::Pairs { how, pairs, left_out } => (pairs, how, left_out),
    };
    let how = match how {
        How::Column => "the column ifIndex",
        How::Name => "name",
        How::Position => "position",
    };
    if let Some((x_index, index)) = pairs.first_key_value() {
        let rows = if pairs.len() == 1 { "1 row is".to_owned() } else { format!("{} rows are", pairs.len()) };
        let line = format!(
            "ifXTable has other indexes than ifTable: {rows} joined by {how}, e.g. {x_index} with ifIndex {index}"
        );
        device.log(Level::Warn, &line);
    }
    if let Some(example) = left_out.first() {
        let rows = if left_out.len() == 1 { "1 row".to_owned() } else { format!("{} rows", left_out.len()) };
        let line = format!("ifXTable: {rows} left out: the index is another interface's in ifTable, e.g. {example}");
        device.log(Level::Warn, &line);
    }
}
