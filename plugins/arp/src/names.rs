//! The names of the interfaces behind which the neighbours are: ifName, and ifDescr for those without one.
//!
//! ifName is walked, and one GET asks for ifDescr and ifIndex of the interfaces that neighbours are behind. Where that
//! shows that an agent numbers its rows otherwise than the neighbours refer to them, the column ifIndex is walked, too.

use std::collections::{BTreeMap, BTreeSet};

use snmp_proxy_sdk::{
    numbering::{Numbering, Reference},
    oids::instance,
    prelude::*,
    table::{Rows, read_side_by_side},
};

use crate::neighbour::Neighbour;

const NAME: Column = Column::new(1, "ifName");
/// What is walked.
pub(crate) const IF_X_TABLE: Table = Table { name: "ifXTable", entry: oid!("1.3.6.1.2.1.31.1.1.1"), columns: &[NAME] };

const INDEX: Column = Column::new(1, "ifIndex");
/// What is walked where the rows contradict what refers to them.
pub(crate) const IF_TABLE: Table = Table { name: "ifTable", entry: oid!("1.3.6.1.2.1.2.2.1"), columns: &[INDEX] };

const IF_INDEX: &[u32] = oid!("1.3.6.1.2.1.2.2.1.1");
/// What is asked for of the interfaces that neighbours are behind.
pub(crate) const IF_DESCR: &[u32] = oid!("1.3.6.1.2.1.2.2.1.2");

/// Interfaces that one GET of the host takes, with two names for each.
const INTERFACES_PER_GET: usize = 128;

/// The names, being read.
pub(crate) struct InterfaceNames {
    reader: Option<Rows>,
    names: Names,
}

/// ifName by the indexes of ifXTable.
#[derive(Default)]
pub(crate) struct Names(BTreeMap<u32, String>);

/// Rows of ifTable by their indexes; none for an index without a row.
type IfRows = BTreeMap<u32, IfRow>;

/// What ifTable says of an interface.
struct IfRow {
    says: Option<u32>,
    description: Option<String>,
}

impl InterfaceNames {
    /// Starts to read ifName. A device that has it not, or breaks off, costs names and nothing else.
    pub(crate) fn open(device: &mut dyn Device) -> InterfaceNames {
        InterfaceNames { reader: IF_X_TABLE.open_or_log(device), names: Names::default() }
    }

    /// The reader, for whoever reads it beside others, and where the names go.
    pub(crate) fn reader(&mut self) -> (Option<&mut Rows>, &mut Names) {
        (self.reader.as_mut(), &mut self.names)
    }

    /// Gives the neighbours the names of their interfaces.
    pub(crate) fn fill(self, device: &mut dyn Device, neighbours: &mut [Neighbour]) {
        let used: BTreeSet<u32> = neighbours.iter().map(|neighbour| neighbour.index).collect();
        let mut rows = IfRows::new();
        ask(device, used.iter().copied(), &mut rows);
        let numbering = self.doubts(&used, &rows).then(|| walk(device, &used));

        let row_of = |if_index: u32| match numbering.as_ref().map(|numbering| numbering.row_of(if_index)) {
            Some(Reference::Row(index)) => Some(index),
            Some(Reference::Contradicted) => None,
            Some(Reference::Missing) | None => Some(if_index),
        };
        let meant: BTreeSet<u32> = used.iter().filter_map(|&if_index| row_of(if_index)).collect();
        ask(device, meant.difference(&used).copied(), &mut rows);
        let names = self.names.of(&meant, &rows);

        let mut contradicted = BTreeSet::new();
        for neighbour in neighbours {
            match row_of(neighbour.index) {
                Some(index) => neighbour.interface = names.get(&index).map(|&name| name.to_owned()),
                None => _ = contradicted.insert(neighbour.index),
            }
        }
        if let Some(example) = contradicted.first() {
            let count = contradicted.len();
            let interfaces = if count == 1 { "interface has" } else { "interfaces have" };
            let line = format!(
                "{count} {interfaces} no name: no row of ifTable, or more than one, has this ifIndex, e.g. ifIndex {example}"
            );
            device.log(Level::Warn, &line);
        }
    }

    /// True where a row says that it is another one, or where no table has a row with the index.
    fn doubts(&self, used: &BTreeSet<u32>, rows: &IfRows) -> bool {
        used.iter().any(|index| match rows.get(index) {
            Some(row) => row.says.is_some_and(|says| says != *index),
            None => !self.names.0.contains_key(index),
        })
    }
}

impl Names {
    /// Takes the name in a row of ifXTable. An empty name is none.
    pub(crate) fn add_row(&mut self, row: &Cells) {
        if let (Some(index), Some(name)) = (row.single_index(), known(row.text(NAME, &mut Warnings::default()))) {
            self.0.insert(index, name);
        }
    }

    /// The names of interfaces: ifName, unless ifTable gives another row's ifName as the description of this one, so
    /// that the two tables are numbered in two ways.
    fn of<'a>(&'a self, indexes: &BTreeSet<u32>, rows: &'a IfRows) -> BTreeMap<u32, &'a str> {
        let all: BTreeSet<&str> = self.0.values().map(String::as_str).collect();
        let name_of = |index: &u32| {
            let name = self.0.get(index).map(String::as_str);
            let description = rows.get(index).and_then(|row| row.description.as_deref());
            match (name, description) {
                (Some(_), Some(description)) if name != Some(description) && all.contains(description) => {
                    Some(description)
                }
                (name, description) => name.or(description),
            }
        };
        indexes.iter().filter_map(|index| Some((*index, name_of(index)?))).collect()
    }
}

/// Asks for what ifTable says of interfaces.
fn ask(device: &mut dyn Device, indexes: impl Iterator<Item = u32>, rows: &mut IfRows) {
    let indexes: Vec<u32> = indexes.collect();
    for indexes in indexes.chunks(INTERFACES_PER_GET) {
        let names: Vec<Oid> =
            indexes.iter().flat_map(|&index| [instance(IF_INDEX, &[index]), instance(IF_DESCR, &[index])]).collect();
        let varbinds = match device.get(&names) {
            Ok(varbinds) => varbinds,
            Err(wrong) => {
                device.log(Level::Warn, &format!("some interfaces may have no name: {}", wrong.message));
                return;
            }
        };
        for (&index, pair) in indexes.iter().zip(varbinds.chunks(2)) {
            let [says, description] = pair else { continue };
            let says = Field::if_index(INDEX.name, Some(&says.value), &mut Warnings::default());
            let description = Field::text("ifDescr", Some(&description.value), &mut Warnings::default());
            if !(says.is_absent() && description.is_absent()) {
                rows.insert(index, IfRow { says: says.value().copied(), description: known(description) });
            }
        }
    }
}

/// Reads what all rows of ifTable say that they are.
fn walk(device: &mut dyn Device, used: &BTreeSet<u32>) -> Numbering {
    let mut rows = Vec::new();
    let mut reader = IF_TABLE.open_or_log(device);
    read_side_by_side(reader.as_mut(), |_, row| {
        let says = row.if_index(INDEX, &mut Warnings::default()).value().copied();
        rows.extend(row.single_index().map(|index| (index, says)));
    });
    Numbering::new(rows, used.iter().copied())
}

fn known(name: Field<String>) -> Option<String> {
    match name {
        Field::Is(name) if !name.is_empty() => Some(name),
        _ => None,
    }
}
